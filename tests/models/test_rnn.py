"""The plain network of the package against PyTorch's own."""

import pytest
import torch
from torch import nn

from mininet.models.rnn import RNN

SIZES = [(1, 1, 1), (2, 3, 1), (5, 8, 4)]


def twin(ours: RNN) -> nn.RNN:
    """PyTorch's RNN with the weights of ours."""
    theirs = nn.RNN(ours.input_size, ours.hidden_size).to(ours.read.weight.dtype)
    with torch.no_grad():
        theirs.weight_ih_l0.copy_(ours.read.weight)
        theirs.weight_hh_l0.copy_(ours.recur.weight)
        theirs.bias_ih_l0.copy_(ours.read.bias)
        theirs.bias_hh_l0.zero_()
    return theirs


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("steps", [1, 2, 30])
def test_it_gives_the_outputs_of_torch(sizes, steps):
    torch.manual_seed(0)
    ours = RNN(*sizes).double()
    xs = 3 * torch.randn(steps, 4, sizes[0], dtype=torch.float64)
    hidden, _ = twin(ours)(xs)
    ys, states = ours.trace(xs)
    assert torch.allclose(ys, ours.write(hidden), atol=1e-12)
    assert torch.allclose(states.hidden, hidden, atol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_it_gives_the_gradients_of_torch(dtype):
    torch.manual_seed(1)
    ours = RNN(3, 6, 2).to(dtype)
    theirs = twin(ours)
    xs = torch.randn(20, 5, 3, dtype=dtype)
    ours(xs).square().sum().backward()
    got = [ours.read.weight.grad, ours.recur.weight.grad, ours.read.bias.grad]
    readout = nn.Linear(6, 2).to(dtype)
    readout.load_state_dict(ours.write.state_dict())
    readout(theirs(xs)[0]).square().sum().backward()
    want = [theirs.weight_ih_l0.grad, theirs.weight_hh_l0.grad, theirs.bias_ih_l0.grad]
    for mine, other in zip(got, want, strict=True):
        assert (mine - other).norm() / other.norm() < 1e-6


def test_what_it_remembers_lies_between_minus_one_and_one():
    torch.manual_seed(2)
    ys, states = RNN(2, 4, 1).trace(1e6 * torch.randn(50, 3, 2))
    assert ys.isfinite().all() and states.hidden.abs().max() <= 1


@pytest.mark.parametrize("size", [0, -1, 2.0, True, None])
@pytest.mark.parametrize("place", range(3))
def test_a_size_that_is_no_positive_whole_number_is_refused(size, place):
    sizes = [2, 3, 1]
    sizes[place] = size
    name = ["input_size", "hidden_size", "output_size"][place]
    with pytest.raises(ValueError, match=f"{name} must be a whole number.*got {size}"):
        RNN(*sizes)
