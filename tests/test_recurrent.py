"""The protocol that all recurrent models share."""

import pytest
import torch

from mininet.models import LSTM, RNN
from mininet.recurrent import count_parameters, stack_states

MODELS = [RNN(2, 5, 3), LSTM(2, 5, 3)]
both = pytest.mark.parametrize("model", MODELS, ids=["rnn", "lstm"])


@both
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
        for name in state._fields:
            assert torch.equal(getattr(state, name), getattr(states, name)[t])


@both
def test_a_step_changes_nothing_but_what_it_returns(model):
    state = model.initial_state(3)
    before = [tensor.clone() for tensor in state]
    model.step(torch.randn(3, 2), state)
    assert all(torch.equal(a, b) for a, b in zip(before, state, strict=True))
    xs = torch.randn(4, 3, 2)
    assert torch.equal(model(xs), model(xs))


@both
def test_sequences_of_a_batch_do_not_see_each_other(model):
    xs = torch.randn(7, 4, 2)
    alone = torch.cat([model(xs[:, k : k + 1]) for k in range(4)], dim=1)
    assert torch.allclose(model(xs), alone, atol=1e-6)


@both
def test_a_later_input_does_not_change_an_earlier_output(model):
    xs = torch.randn(8, 2, 2)
    other = torch.cat([xs[:5], torch.randn(3, 2, 2)])
    assert torch.allclose(model(xs)[:5], model(other)[:5], atol=1e-7)


@both
def test_reading_goes_on_from_a_kept_state(model):
    xs = torch.randn(8, 2, 2)
    _, states = model.trace(xs[:5])
    state = type(states)(*(field[-1] for field in states))
    y, _ = model.step(xs[5], state)
    assert torch.equal(y, model(xs)[5])


@both
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


@both
@pytest.mark.parametrize("size", [0, -3, 1.5])
def test_a_batch_of_no_sequences_is_refused(model, size):
    with pytest.raises(ValueError, match=f"batch_size must be.*got {size}"):
        model.initial_state(size)


def test_the_states_of_no_step_are_refused():
    with pytest.raises(ValueError, match="at least one state, got none"):
        stack_states([])


def test_parameters_are_counted_once_and_only_if_they_learn():
    rnn, lstm = RNN(2, 5, 3), LSTM(2, 5, 3)
    assert count_parameters(rnn) == 2 * 5 + 5 + 5 * 5 + 5 * 3 + 3
    assert count_parameters(lstm) == 4 * (2 * 5 + 5 + 5 * 5) + 5 * 3 + 3
    rnn.write.requires_grad_(False)
    assert count_parameters(rnn) == 2 * 5 + 5 + 5 * 5
