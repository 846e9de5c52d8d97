"""The queue and the deque of the larger study, and what is different in them."""

import pytest
import torch

from mininet.experiments.neural_stack_verb import (
    VERB,
    Keeping,
    KeepingDeque,
    KeepingQueue,
)
from mininet.models.neural_stack import NeuralDeque, NeuralQueue

torch.set_num_threads(1)
PAIRS = [(KeepingQueue, NeuralQueue), (KeepingDeque, NeuralDeque)]
SIZES = {"input_size": 3, "output_size": 4, "hidden_size": 5, "width": 2}


def seeded(kind, **sizes):
    torch.manual_seed(0)
    return kind(**SIZES, **sizes)


@pytest.mark.parametrize(("keeping", "usual"), PAIRS)
def test_only_the_forget_bias_is_another(keeping, usual):
    mine, other = seeded(keeping), seeded(usual)
    bias = mine.controller.read.bias
    assert [gate.unique().tolist() for gate in bias.chunk(4)] == [[0], [3], [0], [0]]
    with torch.no_grad():
        bias[5:10] = 1.0
    for one, same in zip(mine.parameters(), other.parameters(), strict=True):
        assert torch.equal(one, same)
    xs = torch.randn(6, 2, 3)
    assert torch.equal(mine.eval()(xs), other.eval()(xs))


@pytest.mark.parametrize(("keeping", "usual"), PAIRS)
def test_without_another_bias_it_is_the_usual_machine(keeping, usual):
    xs = torch.randn(6, 2, 3)
    mine, other = seeded(keeping, forget_bias=1.0, noise=0.0), seeded(usual)
    assert torch.equal(mine(xs), other(xs))


def test_both_machines_have_the_same_sizes_and_training():
    queue, deque = VERB.trials.values()
    assert queue.machine.sizes == deque.machine.sizes
    assert queue.training == deque.training
    for trial in (queue, deque):
        assert issubclass(trial.machine.kind, Keeping)
        assert trial.claim.system.endswith(
            f"{trial.machine.sizes['hidden_size']} cells"
        )
