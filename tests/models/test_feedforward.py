"""The layer that remembers nothing."""

import pytest
import torch

from mininet.models.feedforward import FeedForward, FeedForwardState
from mininet.recurrent import count_parameters

SIZES = [(1, 1, 1), (2, 3, 1), (5, 8, 4)]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_it_is_its_formula(sizes, dtype):
    torch.manual_seed(0)
    model = FeedForward(*sizes).to(dtype)
    xs = 3 * torch.randn(6, 4, sizes[0], dtype=dtype)
    W_x, b, W_y, b_y = (p.detach() for p in model.parameters())
    hidden = torch.tanh(xs @ W_x.T + b)
    ys = model(xs)
    assert ys.dtype == dtype
    assert torch.allclose(ys, hidden @ W_y.T + b_y, atol=1e-6)


def test_what_came_before_changes_nothing():
    torch.manual_seed(1)
    model = FeedForward(3, 5, 2)
    xs = torch.randn(9, 4, 3)
    order = torch.randperm(9)
    assert torch.allclose(model(xs[order]), model(xs)[order], atol=1e-6)
    same = xs[:1].expand(9, -1, -1)
    assert torch.equal(model(same), model(same)[:1].expand(9, -1, -1))


def test_its_state_is_empty_before_during_and_after():
    model = FeedForward(2, 3, 1)
    assert model.initial_state(4) == FeedForwardState() == ()
    y, state = model.step(torch.randn(4, 2), model.initial_state(4))
    assert y.shape == (4, 1) and isinstance(state, FeedForwardState)
    ys, states = model.trace(torch.randn(7, 4, 2))
    assert ys.shape == (7, 4, 1) and isinstance(states, FeedForwardState)


def test_no_gradient_flows_from_one_step_to_another():
    model = FeedForward(2, 3, 1)
    xs = torch.randn(5, 1, 2, requires_grad=True)
    model(xs)[3].sum().backward()
    assert (xs.grad.abs().sum(dim=(1, 2)) > 0).tolist() == [False] * 3 + [True, False]


def test_it_stays_finite_where_the_units_saturate():
    model = FeedForward(2, 4, 1)
    xs = (1e30 * torch.randn(10, 3, 2)).requires_grad_()
    ys = model(xs)
    ys.sum().backward()
    assert ys.isfinite().all() and xs.grad.isfinite().all()
    assert all(p.grad.isfinite().all() for p in model.parameters())


@pytest.mark.parametrize("sizes", SIZES)
def test_it_has_one_hidden_layer_and_a_readout_to_learn(sizes):
    D, H, O = sizes  # noqa: E741 - the letters of the docstring
    assert count_parameters(FeedForward(*sizes)) == (D + 1) * H + (H + 1) * O


@pytest.mark.parametrize("size", [0, -1, 2.0, True, None])
@pytest.mark.parametrize("place", range(3))
def test_a_size_that_is_no_positive_whole_number_is_refused(size, place):
    sizes = [2, 3, 1]
    sizes[place] = size
    name = ["input_size", "hidden_size", "output_size"][place]
    with pytest.raises(ValueError, match=f"{name} must be a whole number.*got {size}"):
        FeedForward(*sizes)


@pytest.mark.parametrize("size", [0, -3, 1.5])
def test_a_batch_of_no_sequences_is_refused(size):
    with pytest.raises(ValueError, match=f"batch_size must be.*got {size}"):
        FeedForward(2, 3, 1).initial_state(size)
