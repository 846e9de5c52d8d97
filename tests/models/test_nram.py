"""The nram: it fades as its equation says."""

import pytest
import torch

from mininet.models.nram import Nram


def test_with_no_input_each_number_fades_by_its_own_share():
    torch.manual_seed(0)
    model = Nram(2, 3, 1)
    state = model.initial_state(4)._replace(kept=torch.ones(4, 3))
    _, after = model.step(torch.zeros(4, 2), state)
    assert torch.allclose(after.kept, torch.sigmoid(model.keep).expand(4, 3))


def test_a_constant_input_is_what_it_comes_to():
    torch.manual_seed(0)
    model = Nram(2, 3, 1)
    x = torch.randn(5, 2)
    ys, states = model.trace(x.expand(200, 5, 2))
    assert torch.allclose(states.kept[-1], model.read(x), atol=1e-5)
    assert torch.allclose(ys[-1], model.write(model.read(x)), atol=1e-5)


@pytest.mark.parametrize("size", [0, 2.0])
def test_a_size_that_is_no_positive_whole_number_is_refused(size):
    with pytest.raises(ValueError, match="hidden_size must be a whole number"):
        Nram(2, size, 1)
