"""The queue and the deque of the larger study, and what is different in them."""

import pytest
import torch

from mininet.experiments.neural_stack_verb import (
    VERB,
    Keeping,
    KeepingDeque,
    KeepingQueue,
    Latch,
)
from mininet.models.lstm import LSTM, LSTMState
from mininet.models.neural_stack import NeuralDeque, NeuralQueue

torch.set_num_threads(1)
PAIRS = [(KeepingQueue, NeuralQueue), (KeepingDeque, NeuralDeque)]
SIZES = {"input_size": 3, "output_size": 4, "hidden_size": 5, "width": 2}


def seeded(kind, **sizes):
    torch.manual_seed(0)
    return kind(**SIZES, **sizes)


@pytest.mark.parametrize(("keeping", "usual"), PAIRS)
def test_only_the_forget_bias_and_the_gates_are_others(keeping, usual):
    mine, other = seeded(keeping), seeded(usual)
    bias = mine.controller.read.bias
    assert [gate.unique().tolist() for gate in bias.chunk(4)] == [[0], [3], [0], [0]]
    assert type(mine.controller) is Latch and type(other.controller) is LSTM
    with torch.no_grad():
        bias[5:10] = 1.0
    for one, same in zip(mine.parameters(), other.parameters(), strict=True):
        assert torch.equal(one, same)
    xs = torch.randn(6, 2, 3)
    assert not torch.allclose(mine.eval()(xs), other.eval()(xs))
    mine.controller.__class__ = LSTM
    assert torch.equal(mine(xs), other(xs))


def test_the_gates_are_the_usual_ones_stretched_over_their_ends_and_cut():
    torch.manual_seed(0)
    latch, lstm = Latch(3, 50, 4), LSTM(3, 50, 4)
    lstm.load_state_dict(latch.state_dict())
    x, hidden = 3 * torch.randn(20, 3), torch.rand(20, 50)
    mine, usual = latch.gates(x, hidden), lstm.gates(x, hidden)
    for name in ("forget", "input"):
        cut = (1.2 * getattr(usual, name) - 0.1).clamp(0, 1)
        assert torch.allclose(getattr(mine, name), cut, atol=1e-6)
        assert bool((cut == 0).any()) and bool((cut == 1).any())
    for name in ("candidate", "output"):
        assert torch.equal(getattr(mine, name), getattr(usual, name))


@pytest.mark.parametrize(("kind", "keeps"), [(Latch, True), (LSTM, False)])
def test_a_latch_keeps_its_content_for_any_time_and_a_sigmoid_does_not(kind, keeps):
    cell = kind(1, 2, 1)
    with torch.no_grad():
        for weights in (cell.read.weight, cell.recur.weight):
            weights.zero_()
        cell.read.bias.copy_(torch.tensor([-4.0, -4, 4, 4, 1, 1, 0, 0]))
        kept = torch.tensor([[0.5, -0.7]])
        state = LSTMState(torch.zeros(1, 2), kept)
        for _ in range(1000):
            _, state = cell.step(torch.zeros(1, 1), state)
    assert torch.equal(state.cell, kept) is keeps
    assert keeps or (state.cell - kept).abs().min() > 0.1


def test_both_machines_have_the_same_sizes_and_training():
    queue, deque = VERB.trials.values()
    assert queue.machine.sizes == deque.machine.sizes
    assert queue.training == deque.training
    for trial in (queue, deque):
        assert issubclass(trial.machine.kind, Keeping)
        assert trial.claim.system.endswith(
            f"{trial.machine.sizes['hidden_size']} cells"
        )
