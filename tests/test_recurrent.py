"""The protocol that all recurrent models share."""

from typing import NamedTuple

import numpy as np
import pytest
import torch

from mininet.models.feedforward import FeedForward
from mininet.models.lstm import LSTM
from mininet.models.ntm import NTM
from mininet.models.rnn import RNN
from mininet.models.stack_rnn import StackRNN
from mininet.recurrent import count_parameters, stack_states

MODELS = [
    RNN(2, 5, 3),
    LSTM(2, 5, 3),
    FeedForward(2, 5, 3),
    NTM(2, 3, controller_size=5, locations=4, width=3, read_heads=2),
    StackRNN(2, 5, 3, stacks=2, depth=20),
]
every = pytest.mark.parametrize(
    "model", MODELS, ids=["rnn", "lstm", "ff", "ntm", "stack-rnn"]
)


def tensors(state):
    """All tensors of a state, those of the states inside it too."""
    for field in state:
        yield from [field] if isinstance(field, torch.Tensor) else tensors(field)


def moment(states, t):
    """The state after step t, out of a trace."""
    return type(states)._make(
        field[t] if isinstance(field, torch.Tensor) else moment(field, t)
        for field in states
    )


def equal(one, other):
    """Whether two states have the same shape and the same numbers."""
    pairs = zip(tensors(one), tensors(other), strict=True)
    return type(one) is type(other) and all(torch.equal(a, b) for a, b in pairs)


@every
@pytest.mark.parametrize(("steps", "batch"), [(1, 1), (1, 4), (9, 1), (17, 6)])
def test_forward_trace_and_a_loop_over_step_agree(model, steps, batch):
    xs = torch.randn(steps, batch, 2)
    ys, states = model.trace(xs)
    assert ys.shape == (steps, batch, 3)
    assert torch.equal(model(xs), ys)
    state = model.initial_state(batch)
    for t, x in enumerate(xs):
        y, state = model.step(x, state)
        assert torch.equal(y, ys[t])
        assert equal(state, moment(states, t))


@every
def test_a_step_changes_nothing_but_what_it_returns(model):
    state = model.initial_state(3)
    before = [tensor.clone() for tensor in tensors(state)]
    model.step(torch.randn(3, 2), state)
    after = list(tensors(state))
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    xs = torch.randn(4, 3, 2)
    assert torch.equal(model(xs), model(xs))


@every
def test_sequences_of_a_batch_do_not_see_each_other(model):
    xs = torch.randn(7, 4, 2)
    alone = torch.cat([model(xs[:, k : k + 1]) for k in range(4)], dim=1)
    assert torch.allclose(model(xs), alone, atol=1e-6)


@every
def test_a_later_input_does_not_change_an_earlier_output(model):
    xs = torch.randn(8, 2, 2)
    other = torch.cat([xs[:5], torch.randn(3, 2, 2)])
    assert torch.allclose(model(xs)[:5], model(other)[:5], atol=1e-7)


@every
def test_reading_goes_on_from_a_kept_state(model):
    xs = torch.randn(8, 2, 2)
    _, states = model.trace(xs[:5])
    y, _ = model.step(xs[5], moment(states, -1))
    assert torch.equal(y, model(xs)[5])


@every
@pytest.mark.parametrize(
    ("xs", "complaint"),
    [
        ([[1.0]], "must be a torch tensor"),
        (torch.zeros(3, 2), r"3 axes \(time, batch, features\), got shape \(3, 2\)"),
        (torch.zeros(3, 1, 5), r"2 features in the last axis, got shape \(3, 1, 5\)"),
        (torch.zeros(0, 1, 2), r"at least one step.*got shape \(0, 1, 2\)"),
        (torch.zeros(3, 0, 2), r"one sequence, got shape \(3, 0, 2\)"),
        (torch.zeros(3, 1, 2).long(), "floating point, got torch.int64"),
    ],
)
def test_inputs_that_are_no_sequence_are_refused(model, xs, complaint):
    for read in (model, model.trace):
        with pytest.raises(ValueError, match=complaint):
            read(xs)


@every
@pytest.mark.parametrize("size", [0, -3, 1.5])
def test_a_batch_of_no_sequences_is_refused(model, size):
    with pytest.raises(ValueError, match=f"batch_size must be.*got {size}"):
        model.initial_state(size)


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint64])
def test_a_whole_number_of_numpy_is_a_size(kind):
    model = LSTM(kind(2), kind(8), kind(1))
    assert model(torch.zeros(3, kind(4), 2)).shape == (3, 4, 1)
    assert model.initial_state(kind(4)).cell.shape == (4, 8)


@pytest.mark.parametrize("size", [True, np.True_, np.int64(0), np.float64(2), "2"])
def test_what_is_no_whole_number_from_1_is_no_size(size):
    with pytest.raises(ValueError, match="hidden_size must be a whole number"):
        LSTM(2, size, 1)


def test_the_states_of_no_step_are_refused():
    with pytest.raises(ValueError, match="at least one state, got none"):
        stack_states([])


class Leaf(NamedTuple):
    one: torch.Tensor


class Nothing(NamedTuple):
    pass


class Tree(NamedTuple):
    near: torch.Tensor
    leaf: Leaf
    nothing: Nothing


class Forest(NamedTuple):
    tree: Tree
    far: torch.Tensor


def forest() -> Forest:
    """A state three deep: batches of 2 of vectors, matrices and single numbers."""
    leaf = Leaf(torch.randn(2, 3, 4))
    return Forest(Tree(torch.randn(2, 5), leaf, Nothing()), torch.randn(2))


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_a_state_inside_a_state_is_stacked_in_the_same_way(steps):
    states = [forest() for _ in range(steps)]
    stacked = stack_states(states)
    assert isinstance(stacked, Forest) and isinstance(stacked.tree, Tree)
    assert isinstance(stacked.tree.leaf, Leaf)
    assert stacked.far.shape == (steps, 2)
    assert stacked.tree.near.shape == (steps, 2, 5)
    assert stacked.tree.leaf.one.shape == (steps, 2, 3, 4)
    for t, state in enumerate(states):
        assert equal(moment(stacked, t), state)


def test_an_empty_state_stacks_to_an_empty_state():
    assert stack_states([Nothing()] * 3) == Nothing()
    assert stack_states([forest()] * 3).tree.nothing == Nothing()


def test_gradients_pass_through_the_stack_to_the_innermost_state():
    states = [forest() for _ in range(3)]
    inner = [state.tree.leaf.one.requires_grad_() for state in states]
    stack_states(states).tree.leaf.one[1].sum().backward()
    assert torch.equal(inner[1].grad, torch.ones(2, 3, 4))
    assert all(torch.equal(inner[t].grad, torch.zeros(2, 3, 4)) for t in (0, 2))


def test_states_of_unlike_shapes_are_refused():
    other = forest()._replace(far=torch.randn(3))
    with pytest.raises(RuntimeError, match="equal size"):
        stack_states([forest(), other])


def test_parameters_are_counted_once_and_only_if_they_learn():
    rnn, lstm = RNN(2, 5, 3), LSTM(2, 5, 3)
    assert count_parameters(rnn) == 2 * 5 + 5 + 5 * 5 + 5 * 3 + 3
    assert count_parameters(lstm) == 4 * (2 * 5 + 5 + 5 * 5) + 5 * 3 + 3
    rnn.write.requires_grad_(False)
    assert count_parameters(rnn) == 2 * 5 + 5 + 5 * 5


@every
def test_the_sequence_may_be_read_in_two_parts(model):
    xs = torch.randn(7, 3, model.input_size)
    whole, last = model.unroll(xs)
    first, between = model.unroll(xs[:4])
    second, same = model.unroll(xs[4:], between)
    assert torch.equal(whole, model(xs))
    assert torch.allclose(torch.cat([first, second]), whole, atol=1e-6)
    ends = moment(model.trace(xs)[1], -1)
    assert equal(last, ends)
    assert all(
        torch.allclose(a, b, atol=1e-6)
        for a, b in zip(last, same, strict=True)
        if isinstance(a, torch.Tensor)
    )


def test_a_model_may_look_at_its_inputs_before_the_first_step():
    class First(LSTM):
        def start(self, inputs):
            state = super().start(inputs)
            return state._replace(cell=state.cell + inputs.sum())

    torch.manual_seed(0)
    model = First(2, 3, 1)
    xs = torch.randn(4, 2, 2)
    start = model.initial_state(2)
    seen = start._replace(cell=start.cell + xs.sum())
    assert torch.equal(model(xs), model.unroll(xs, seen)[0])
    assert not torch.equal(model(xs), model.unroll(xs, start)[0])
    assert torch.equal(model.trace(xs)[0], model(xs))
