"""The training loop: what it learns, when it stops, what it refuses."""

import io
import math
from contextlib import redirect_stderr
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mininet.models import RNN
from mininet.tasks import Batch
from mininet.tasks.adding import Adding
from mininet.training import (
    NonFiniteLossError,
    evaluate,
    generator,
    one_cycle,
    train,
)

# More threads than free cores make these small steps ten times slower.
torch.set_num_threads(1)

SHORT = {"steps": 6, "length": 4, "batch_size": 8, "progress": False}


def rnn(seed: int = 0) -> RNN:
    torch.manual_seed(seed)
    return RNN(2, 8, 1)


class Echo:
    """Say what you hear; counts its batches and remembers their sizes."""

    def __init__(self, poison_at: int = 0, poison: float = math.nan) -> None:
        self.drawn: list[tuple[int, int]] = []
        self.first: list[float] = []
        self.poison_at, self.poison = poison_at, poison

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        inputs = torch.randn(length, batch_size, 1, generator=generator)
        self.drawn.append((batch_size, length))
        self.first.append(inputs[0, 0, 0].item())
        if len(self.drawn) == self.poison_at:
            inputs[0] = self.poison
        return Batch(inputs, inputs, torch.ones(length, batch_size))

    def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
        return F.mse_loss(outputs, batch.targets)

    def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
        return {"mse": self.loss(outputs, batch).item()}


def test_it_learns_to_add_over_a_short_distance():
    model = rnn()
    history = train(
        model, Adding(), steps=600, length=3, score_every=300, progress=False
    )
    assert evaluate(model, Adding(), length=3)["mse"] < 0.01 < Adding.baseline
    assert history.steps == 600 and len(history.gradient_norms) == 600
    assert [step for step, _ in history.scores] == [300, 600]
    assert history.scores[-1][1]["mse"] < 0.01
    assert history.seconds > 0 and not history.reached


def test_the_same_seeds_give_the_same_numbers():
    a, b, c = (
        train(rnn(weights), Adding(), **SHORT, seed=data)
        for weights, data in [(0, 3), (0, 3), (0, 4)]
    )
    assert a.losses == b.losses and a.scores == b.scores
    assert a.losses != c.losses


def test_torchs_own_generator_is_left_alone():
    model = rnn()
    before = torch.get_rng_state()
    train(model, Adding(), **SHORT)
    assert torch.equal(torch.get_rng_state(), before)


def test_how_often_it_scores_does_not_change_what_it_learns():
    often = train(rnn(), Adding(), **SHORT, score_every=1, score_size=3)
    seldom = train(rnn(), Adding(), **SHORT)
    assert often.losses == seldom.losses
    assert len(often.scores) == 6 and [s for s, _ in seldom.scores] == [6]


def test_the_first_step_is_one_step_of_adam_at_the_warm_rate():
    model, twin = rnn(), rnn()
    train(model, Adding(), steps=1, length=4, batch_size=8, seed=5, warmup=0.0,
          learning_rate=0.1, clip_norm=math.inf, progress=False)  # fmt: skip
    batch = Adding().batch(8, 4, generator(5, "training"))
    optimiser = torch.optim.Adam(twin.parameters(), lr=0.1 * one_cycle(1, 1, 0.0))
    Adding().loss(twin(batch.inputs), batch).backward()
    optimiser.step()
    for mine, other in zip(model.parameters(), twin.parameters(), strict=True):
        assert torch.equal(mine, other)


def test_gradients_are_clipped_by_their_norm_over_all_parameters():
    seen = []

    class Watched(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            if self.weight.grad is not None:
                seen.append([p.grad.norm().item() for p in self.parameters()])
            return super().forward(x)

    torch.manual_seed(0)
    history = train(
        Watched(1, 1), Echo(), steps=5, length=3, clip_norm=1e-3, progress=False
    )
    assert min(history.gradient_norms[:4]) > 1e-3  # what there was before
    for norms in seen[:4]:
        assert math.hypot(*norms) == pytest.approx(1e-3, rel=1e-3)


def test_the_rate_rises_in_a_line_and_ends_with_the_last_step():
    rates = [one_cycle(step, 100, 0.1) for step in range(1, 101)]
    assert rates[:10] == pytest.approx([0.1 * k for k in range(1, 11)])
    assert max(rates) == rates[9] == 1
    assert all(a > b for a, b in pairwise(rates[9:]))
    assert 0 < rates[-1] < 1e-3


@pytest.mark.parametrize("steps", [1, 2, 3, 7])
@pytest.mark.parametrize("warmup", [0.0, 0.1, 0.5, 0.99])
def test_the_rate_is_always_above_zero_and_at_most_the_highest(steps, warmup):
    rates = [one_cycle(step, steps, warmup) for step in range(1, steps + 1)]
    assert all(0 < rate <= 1 for rate in rates)


def test_it_stops_when_the_goal_was_met_often_enough_in_a_row():
    good = iter([True, False, True, True, True])
    history = train(
        rnn(), Adding(), steps=100, length=4, score_every=5, patience=2,
        goal=lambda score: next(good), progress=False,
    )  # fmt: skip
    assert history.reached and history.steps == 20
    assert [step for step, _ in history.scores] == [5, 10, 15, 20]


def test_it_says_when_the_goal_was_not_met():
    history = train(rnn(), Adding(), **SHORT, goal=lambda score: score["mse"] < 0)
    assert not history.reached and history.steps == 6


def test_the_length_may_follow_a_curriculum():
    task = Echo()
    train(nn.Linear(1, 1), task, steps=4, length=lambda step: 2 * step,
          batch_size=3, score_every=2, score_size=5, progress=False)  # fmt: skip
    assert task.drawn == [(3, 2), (3, 4), (5, 4), (3, 6), (3, 8), (5, 8)]


def test_it_scores_on_the_held_out_task_if_there_is_one():
    task, other = Echo(), Echo()
    train(nn.Linear(1, 1), task, held_out=other, **SHORT)
    assert task.drawn == [(8, 4)] * 6 and other.drawn == [(256, 4)]


def test_training_scoring_and_testing_never_draw_the_same():
    task = Echo()
    for seed in range(20):
        train(nn.Linear(1, 1), task, steps=1, length=2, seed=seed, progress=False)
        evaluate(nn.Linear(1, 1), task, length=2, seed=seed)
    assert len(set(task.first)) == 60


def test_scoring_switches_dropout_off_and_on_again():
    modes = []

    class Watched(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            modes.append((self.training, torch.is_grad_enabled()))
            return super().forward(x)

    model = Watched(1, 1)
    train(model, Echo(), steps=2, length=2, score_every=1, progress=False)
    assert modes == [(True, True), (False, False)] * 2 and model.training


@pytest.mark.parametrize("poison", [math.nan, math.inf, 1e30])
def test_a_loss_that_is_not_finite_stops_it_by_step_and_name(poison):
    model = nn.Linear(1, 1)
    with pytest.raises(NonFiniteLossError, match="at step 3; the last loss was") as e:
        train(model, Echo(poison_at=3, poison=poison), **SHORT)
    assert e.value.step == 3 and math.isfinite(e.value.last_loss)
    assert all(p.isfinite().all() for p in model.parameters())


def test_the_first_loss_may_be_the_one_that_is_not_finite():
    with pytest.raises(NonFiniteLossError, match="is nan at step 1; no step before it"):
        train(nn.Linear(1, 1), Echo(poison_at=1), **SHORT)


def test_a_gradient_that_is_not_finite_stops_it_as_well():
    class Cliff(Echo):
        def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
            return (outputs - outputs).sum().sqrt()  # 0, with an infinite slope

    model = nn.Linear(1, 1)
    with pytest.raises(NonFiniteLossError, match="the gradient's norm is nan"):
        train(model, Cliff(), **SHORT)
    assert all(p.isfinite().all() for p in model.parameters())


@pytest.mark.parametrize(
    ("argument", "value", "complaint"),
    [
        ("steps", 0, "steps must be a whole number of at least 1, got 0"),
        ("steps", 1.5, "steps must be a whole number of at least 1, got 1.5"),
        ("length", 0, "length must be a whole number of at least 1, got 0"),
        ("length", lambda step: 0, r"length\(1\) must be .* at least 1, got 0"),
        ("length", 1, "one step in each half"),
        ("batch_size", 0, "batch_size must be .* got 0"),
        ("score_every", 0, "score_every must be .* got 0"),
        ("score_size", -1, "score_size must be .* got -1"),
        ("patience", 0, "patience must be .* got 0"),
        ("learning_rate", 0, "learning_rate must be above 0, got 0"),
        ("learning_rate", math.nan, "learning_rate must be above 0, got nan"),
        ("clip_norm", 0, "clip_norm must be above 0, got 0"),
        ("warmup", 1, "warmup must be at least 0 and below 1, got 1"),
        ("seed", -1, "seed must be a whole number of at least 0, got -1"),
        ("seed", 0.5, "seed must be a whole number of at least 0, got 0.5"),
    ],
)
def test_an_argument_that_makes_no_sense_is_refused(argument, value, complaint):
    model = rnn()
    with pytest.raises(ValueError, match=complaint):
        train(model, Adding(), **(SHORT | {argument: value}))
    untouched = zip(model.parameters(), rnn().parameters(), strict=True)
    assert all(torch.equal(mine, other) for mine, other in untouched)


def test_a_model_without_parameters_is_refused():
    with pytest.raises(ValueError, match="no parameters to train"):
        train(nn.Identity(), Echo(), **SHORT)


def test_no_sequences_to_evaluate_on_are_refused():
    with pytest.raises(ValueError, match=r"sequences must be .* got 0"):
        evaluate(rnn(), Adding(), length=4, sequences=0)


def test_the_progress_bar_is_one_line_on_stderr_and_can_be_off():
    said, silent = io.StringIO(), io.StringIO()
    with redirect_stderr(said):
        train(rnn(), Adding(), **(SHORT | {"progress": True}))
    with redirect_stderr(silent):
        train(rnn(), Adding(), **SHORT)
    text = said.getvalue()
    last = text.strip("\n").split("\r")[-1]
    assert text.count("\n") == 1 and text.endswith("\n") and silent.getvalue() == ""
    assert "100%" in last and "step 6/6, loss 0." in last and len(last) <= 78


def test_the_line_is_ended_when_training_fails():
    said = io.StringIO()
    with redirect_stderr(said), pytest.raises(NonFiniteLossError):
        train(nn.Linear(1, 1), Echo(poison_at=3), **(SHORT | {"progress": True}))
    assert said.getvalue().endswith("\n")
