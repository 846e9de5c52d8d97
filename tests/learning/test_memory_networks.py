"""What memory networks are trained with: a linear start, steady and plain steps."""

import pytest
import torch
from torch import nn

from mininet.learning import Now, Optimiser, Scoring, Supervised, Training, train
from mininet.learning.linear_start import LinearStart
from mininet.learning.steady import LONGEST, ClippedSGD, SteadyAdam
from mininet.models.memory_network import MemN2N
from mininet.tasks.babi.asking import Asked
from mininet.tasks.babi.encoding import Vocabulary, encode
from mininet.tasks.babi.telling import tell

QUESTIONS = tell(1, 20, seed=0)
WORDS = Vocabulary.of(QUESTIONS)
ASKED = Asked(encode(QUESTIONS, WORDS))


class Watched(MemN2N):
    """Notes at each step whether it is linear."""

    def forward(self, batch):
        if self.training:
            self.was.append(self.linear)
        return super().forward(batch)


@pytest.mark.parametrize(("share", "linear"), [(0.0, 0), (0.3, 3), (1.0, 10)])
def test_so_large_a_share_of_the_steps_is_linear(share, linear):
    torch.manual_seed(0)
    model = Watched(len(WORDS), size=4)
    model.was = []
    objective = LinearStart(Supervised(ASKED), share=share)
    training = Training(steps=10, lengths=1, scoring=Scoring(times=1, size=5))
    train(model, objective, training, progress=False)
    assert model.was == [True] * linear + [False] * (10 - linear)


def test_a_linear_start_is_scored_as_what_it_stands_around():
    objective = LinearStart(Supervised(ASKED)).at(Now(1, 10, 0.1))
    model = MemN2N(len(WORDS), size=4).eval()
    batch = objective.batch(5, 1, torch.Generator().manual_seed(0))
    assert objective.score(model, batch) == Supervised(ASKED).score(model, batch)


def moved(kind, gradient, rate=0.1, first=None):
    weight = nn.Parameter(torch.zeros_like(gradient))
    updates = kind([weight], lr=first or rate)
    for group in updates.param_groups:
        group["lr"] = rate  # as the loop does before each step
    weight.grad = gradient.clone()
    updates.step()
    return weight.detach()


def test_a_steady_rate_is_the_first_one():
    gradient = torch.ones(3)
    steady = moved(SteadyAdam, gradient, rate=0.001, first=0.1)
    torch.testing.assert_close(steady, torch.full((3,), -0.1))


def test_plain_steps_follow_the_loops_rate():
    gradient = torch.tensor([0.3, -0.4])
    torch.testing.assert_close(
        moved(ClippedSGD, gradient, rate=0.5, first=9.0), -0.5 * gradient
    )


def test_each_embedding_is_cut_by_itself():
    gradient = torch.full((4, 2, 5), 0.01)
    gradient[:, 1] = 10.0
    step = -moved(ClippedSGD, gradient, rate=1.0)
    torch.testing.assert_close(step[:, 0], gradient[:, 0])
    assert step[:, 1].norm() == pytest.approx(LONGEST)


def test_no_gradient_is_no_step_and_no_nan():
    assert not moved(ClippedSGD, torch.zeros(4, 2, 5)).any()


def test_both_train_in_the_loop():
    for kind in (SteadyAdam, ClippedSGD):
        torch.manual_seed(0)
        model = MemN2N(len(WORDS), size=4)
        how = Optimiser(1e-2, clip_norm=None, kind=kind)
        training = Training(steps=40, lengths=1, optimiser=how)
        history = train(model, Supervised(ASKED), training, progress=False)
        assert history.losses[-1] < history.losses[0]
