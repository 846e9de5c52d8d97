"""The LSTM of the package against PyTorch's own."""

import pytest
import torch
from torch import nn

from mininet.models.lstm import LSTM

SIZES = [(1, 1, 1), (2, 3, 1), (5, 8, 4)]


def twin(ours: LSTM) -> nn.LSTM:
    """PyTorch's LSTM with the weights of ours."""
    theirs = nn.LSTM(ours.input_size, ours.hidden_size).to(ours.read.weight.dtype)
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
    ours = LSTM(*sizes).double()
    xs = 3 * torch.randn(steps, 4, sizes[0], dtype=torch.float64)
    hidden, (last_hidden, last_cell) = twin(ours)(xs)
    ys, states = ours.trace(xs)
    assert torch.allclose(ys, ours.write(hidden), atol=1e-12)
    assert torch.allclose(states.hidden, hidden, atol=1e-12)
    assert torch.allclose(states.hidden[-1], last_hidden[0], atol=1e-12)
    assert torch.allclose(states.cell[-1], last_cell[0], atol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_it_gives_the_gradients_of_torch(dtype):
    torch.manual_seed(1)
    ours = LSTM(3, 6, 2).to(dtype)
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


def test_it_stays_finite_where_the_gates_saturate():
    torch.manual_seed(2)
    model = LSTM(2, 4, 1)
    ys, states = model.trace(1e4 * torch.randn(50, 3, 2))
    assert ys.isfinite().all() and states.hidden.abs().max() <= 1
    assert states.cell.abs().max() <= 50  # at most one more a step


def test_an_open_forget_gate_and_a_shut_input_gate_keep_the_cell():
    model = LSTM(1, 3, 1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.read.bias[0:3] = -100  # input gate
        model.read.bias[3:6] = 100  # forget gate
    state = model.initial_state(2)._replace(cell=torch.tensor([[1.0, -2, 3]] * 2))
    for _ in range(100):
        _, state = model.step(torch.randn(2, 1), state)
    assert torch.equal(state.cell, torch.tensor([[1.0, -2, 3]] * 2))


def test_the_forget_bias_is_where_the_forget_gate_starts():
    gates = LSTM(2, 5, 1, forget_bias=3.0).gates(torch.zeros(1, 2), torch.zeros(1, 5))
    assert torch.allclose(gates.forget, torch.tensor(3.0).sigmoid().expand(1, 5))
    assert torch.equal(gates.input, torch.full((1, 5), 0.5))
    assert torch.equal(gates.candidate, torch.zeros(1, 5))


def test_the_input_bias_is_where_every_input_gate_starts():
    gates = LSTM(2, 5, 1, input_bias=-2.0).gates(torch.zeros(1, 2), torch.zeros(1, 5))
    assert torch.allclose(gates.input, torch.tensor(-2.0).sigmoid().expand(1, 5))
    assert torch.allclose(gates.forget, torch.tensor(1.0).sigmoid().expand(1, 5))


@pytest.mark.parametrize("size", [0, -1, 2.0, True, None])
@pytest.mark.parametrize("place", range(3))
def test_a_size_that_is_no_positive_whole_number_is_refused(size, place):
    sizes = [2, 3, 1]
    sizes[place] = size
    name = ["input_size", "hidden_size", "output_size"][place]
    with pytest.raises(ValueError, match=f"{name} must be a whole number.*got {size}"):
        LSTM(*sizes)
