"""The training loop: what it learns, when it stops, what it refuses."""

import io
import math
import time
from contextlib import redirect_stderr
from dataclasses import fields
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mininet.learning import (
    Goal,
    History,
    Lengths,
    NonFiniteLossError,
    Optimiser,
    Scoring,
    Several,
    Supervised,
    Training,
    evaluate,
    generator,
    one_cycle,
    train,
)
from mininet.learning.loop import whole_or_nothing
from mininet.models.rnn import RNN
from mininet.tasks import Batch, Task
from mininet.tasks.adding import Adding

# More threads than free cores make these small steps ten times slower.
torch.set_num_threads(1)

SHORT = {"steps": 6, "lengths": 4, "batch_size": 8}


def fit(
    model: nn.Module,
    task: Task,
    *,
    held_out: Task | None = None,
    seed: int = 0,
    progress: bool = False,
    **said: Any,
) -> History:
    """Train on a task, with all settings side by side."""
    said.setdefault("times", 1)
    parts = {}
    for part, kind in (("optimiser", Optimiser), ("scoring", Scoring)):
        names = {one.name for one in fields(kind)} - {"lengths"}
        parts[part] = kind(**{n: said.pop(n) for n in names & said.keys()})
    if "at" in said:
        parts["scoring"] = Scoring(
            **{n.name: getattr(parts["scoring"], n.name) for n in fields(Scoring)}
            | {"lengths": said.pop("at")}
        )
    objective = Supervised(held_out or task, practice=task if held_out else None)
    return train(
        model, objective, Training(**said, **parts), seed=seed, progress=progress
    )


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


class RNNOf(nn.Module):
    """A plain network that is shown one number a step and says one."""

    def __init__(self, model: RNN) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        return self.model(torch.cat([x, x], 2))


class Jump(Echo):
    """The gradient of the one weight is 1 at every step, and -1000 at one of them."""

    def __init__(self, jump_at: int = 0) -> None:
        super().__init__()
        self.jump_at = jump_at

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        batch = super().batch(batch_size, length, generator)
        return batch._replace(inputs=torch.ones_like(batch.inputs))

    def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
        return outputs.mean() * (-1000 if len(self.drawn) == self.jump_at else 1)


class Weight(nn.Linear):
    """One weight, which notes its gradient each time before the next step is taken."""

    def __init__(self) -> None:
        super().__init__(1, 1, bias=False)
        self.gradients: list[float] = []
        nn.init.zeros_(self.weight)

    def forward(self, x: Tensor) -> Tensor:
        if self.weight.grad is not None and self.training:
            self.gradients.append(self.weight.grad.item())
        return super().forward(x)


def fall(jump_at: int = 0, **clipping: float) -> tuple[Weight, float]:
    """Train the one weight for 60 steps; where is it in the end?"""
    model = Weight()
    fit(model, Jump(jump_at), steps=60, lengths=1, batch_size=1, rate=0.01,
          **clipping)  # fmt: skip
    return model, model.weight.item()


def test_it_learns_to_add_over_a_short_distance():
    model = rnn()
    history = fit(model, Adding(), steps=600, lengths=3, times=2)
    assert (
        evaluate(model, Supervised(Adding()), length=3)["mse"] < 0.01 < Adding.baseline
    )
    assert history.steps == 600 and len(history.gradient_norms) == 600
    assert [step for step, _ in history.scores] == [300, 600]
    assert history.scores[-1][1]["mse"] < 0.01
    assert history.seconds > 0 and not history.reached


def test_the_same_seeds_give_the_same_numbers():
    a, b, c = (
        fit(rnn(weights), Adding(), **SHORT, seed=data)
        for weights, data in [(0, 3), (0, 3), (0, 4)]
    )
    assert a.losses == b.losses and a.scores == b.scores
    assert a.losses != c.losses


def test_torchs_own_generator_is_left_alone():
    model = rnn()
    before = torch.get_rng_state()
    fit(model, Adding(), **SHORT)
    assert torch.equal(torch.get_rng_state(), before)


def test_how_often_it_scores_does_not_change_what_it_learns():
    often = fit(rnn(), Adding(), **SHORT, times=6, size=3)
    seldom = fit(rnn(), Adding(), **SHORT)
    assert often.losses == seldom.losses
    assert len(often.scores) == 6 and [s for s, _ in seldom.scores] == [6]


@pytest.mark.parametrize("steps", [1, 20, 45])
def test_what_is_kept_of_a_training_is_its_means_and_not_its_scorings(steps):
    history = History(
        losses=[float(k) for k in range(steps)],
        scores=[(1, {"right": 0.25, "nats": 9.0}), (2, {"right": 1.0, "nats": 8.0})],
        seconds=7.0,
        scoring_seconds=3.0,
    )
    told = history.kept("right")
    assert told["seconds"] == 4.0 and told["scores"] == [0.25, 1.0]
    assert history.kept("nats")["scores"] == [9.0, 8.0]
    means = {1: [0], 20: list(range(20)), 45: [0.5 + k for k in range(0, 44, 2)] + [44]}
    assert told["losses"] == means[steps]


def test_gradients_are_clipped_by_their_norm_over_all_parameters():
    seen = []

    class Watched(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            if self.weight.grad is not None:
                seen.append([p.grad.norm().item() for p in self.parameters()])
            return super().forward(x)

    torch.manual_seed(0)
    history = fit(Watched(1, 1), Echo(), steps=5, lengths=3, clip_norm=1e-3)
    assert min(history.gradient_norms[:4]) > 1e-3  # what there was before
    for norms in seen[:4]:
        assert math.hypot(*norms) == pytest.approx(1e-3, rel=1e-3)


def test_a_gradient_that_jumps_is_clipped_to_a_multiple_of_its_predecessors():
    _, calm = fall(clip_norm=None)
    _, shaken = fall(jump_at=20, clip_norm=None)
    model, held = fall(jump_at=20, clip_norm=None, clip_to_mean=2)
    assert calm == pytest.approx(-0.01 * 60 / 2, rel=0.05)  # the mean rate is one half
    assert shaken - calm > 15 * 0.01  # one jump undoes fifteen steps
    assert held - calm < 3 * 0.01
    assert model.gradients[18:21] == pytest.approx([1, -2, 1], rel=1e-5)


def test_the_running_mean_is_of_what_was_let_through_over_some_twenty_steps():
    model = Weight()  # its gradients are -2 x**2 of random x: now small, now large
    history = fit(model, Echo(), steps=80, lengths=1, batch_size=1, clip_to_mean=1.5,
                    clip_norm=1.0, rate=1e-4)  # fmt: skip
    mean, clipped = math.inf, 0
    for before, after in zip(history.gradient_norms, model.gradients, strict=False):
        limit = min(1.0, 1.5 * mean)
        assert abs(after) == pytest.approx(min(before, limit), rel=1e-4)
        clipped += limit < min(before, 1.0)
        mean = 0.95 * mean + 0.05 * abs(after) if mean < math.inf else abs(after)
    assert len(model.gradients) == 79 and 10 < clipped < 50


def test_the_history_keeps_the_gradient_norm_before_clipping():
    history = fit(Weight(), Jump(3), steps=5, lengths=1, clip_to_mean=2
                    )  # fmt: skip
    assert history.gradient_norms == pytest.approx([1, 1, 1000, 1, 1])


def test_without_a_multiple_only_the_fixed_limit_clips():
    model, _ = fall(jump_at=30, clip_norm=5.0)
    assert model.gradients[28:31] == pytest.approx([1, -5, 1], rel=1e-5)
    model, _ = fall(jump_at=30, clip_norm=1.5, clip_to_mean=2)  # the lower limit holds
    assert model.gradients[28:31] == pytest.approx([1, -1.5, 1], rel=1e-5)


def test_the_first_step_has_no_predecessors_and_is_not_clipped_to_their_mean():
    model, _ = fall(jump_at=1, clip_norm=None, clip_to_mean=0.5)
    assert model.gradients[0] == pytest.approx(-1000)


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
    class Good(Goal):
        def met(self, score):
            return next(good)

    good = iter([True, False, True, True, True])
    goal = Good("mse", below=0.0, in_a_row=2)
    history = fit(
        rnn(), Adding(), steps=100, lengths=4, times=20, goal=goal,
    )  # fmt: skip
    assert history.reached and history.steps == 20
    assert [step for step, _ in history.scores] == [5, 10, 15, 20]


def test_it_says_when_the_goal_was_not_met():
    history = fit(rnn(), Adding(), **SHORT, goal=Goal("mse", below=0.0))
    assert not history.reached and history.steps == 6


def test_the_score_may_be_the_mean_over_several_lengths():
    class Long(Echo):
        def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
            return {"length": len(outputs), "squared": len(outputs) ** 2}

    task = Long()
    history = fit(nn.Linear(1, 1), task, steps=4, lengths=3, batch_size=2,
                    times=2, size=5, at=(1, 4, 10)
                    )  # fmt: skip
    scored = [(5, 1), (5, 4), (5, 10)]
    assert task.drawn == ([(2, 3)] * 2 + scored) * 2
    assert history.scores == [(k, {"length": 5, "squared": 39}) for k in (2, 4)]


def test_the_lengths_it_scores_at_do_not_change_what_it_learns():
    several = fit(rnn(), Adding(), **SHORT, times=3, at=(3, 7))
    one = fit(rnn(), Adding(), **SHORT)
    assert several.losses == one.losses and several.scores != one.scores


def test_the_seconds_of_scoring_are_a_part_of_all_seconds():
    class Slow(Echo):
        def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
            until = time.process_time() + 0.02
            while time.process_time() < until:
                pass
            return super().score(outputs, batch)

    history = fit(nn.Linear(1, 1), Slow(), **SHORT, times=3)
    assert 3 * 0.02 <= history.scoring_seconds <= history.seconds
    quick = fit(nn.Linear(1, 1), Echo(), **SHORT)
    assert 0 < quick.scoring_seconds < quick.seconds


def test_a_task_to_practise_on_is_learned_from_and_the_other_scored():
    task, other = Echo(), Echo()
    fit(nn.Linear(1, 1), task, held_out=other, **SHORT)
    assert task.drawn == [(8, 4)] * 6 and other.drawn == [(256, 4)]


def test_training_scoring_and_testing_never_draw_the_same():
    task = Echo()
    for seed in range(20):
        fit(nn.Linear(1, 1), task, steps=1, lengths=2, seed=seed)
        evaluate(nn.Linear(1, 1), Supervised(task), length=2, seed=seed)
    assert len(set(task.first)) == 60


def test_scoring_switches_dropout_off_and_on_again():
    modes = []

    class Watched(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            modes.append((self.training, torch.is_grad_enabled()))
            return super().forward(x)

    model = Watched(1, 1)
    fit(model, Echo(), steps=2, lengths=2, times=2)
    assert modes == [(True, True), (False, False)] * 2 and model.training


@pytest.mark.parametrize("poison", [math.nan, math.inf, 1e30])
def test_a_loss_that_is_not_finite_stops_it_by_step_and_name(poison):
    model = nn.Linear(1, 1)
    with pytest.raises(NonFiniteLossError, match="at step 3; the last loss was") as e:
        fit(model, Echo(poison_at=3, poison=poison), **SHORT)
    assert e.value.step == 3 and math.isfinite(e.value.last_loss)
    assert all(p.isfinite().all() for p in model.parameters())


def test_the_first_loss_may_be_the_one_that_is_not_finite():
    with pytest.raises(NonFiniteLossError, match="is nan at step 1; no step before it"):
        fit(nn.Linear(1, 1), Echo(poison_at=1), **SHORT)


def test_a_gradient_that_is_not_finite_stops_it_as_well():
    class Cliff(Echo):
        def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
            return (outputs - outputs).sum().sqrt()  # 0, with an infinite slope

    model = nn.Linear(1, 1)
    with pytest.raises(NonFiniteLossError, match="the gradient's norm is nan"):
        fit(model, Cliff(), **SHORT)
    assert all(p.isfinite().all() for p in model.parameters())


def test_a_model_without_parameters_is_refused():
    with pytest.raises(ValueError, match="no parameters to train"):
        fit(nn.Identity(), Echo(), **SHORT)


def test_no_sequences_to_evaluate_on_are_refused():
    with pytest.raises(ValueError, match=r"sequences must be .* got 0"):
        evaluate(rnn(), Supervised(Adding()), length=4, sequences=0)


def test_the_progress_bar_is_one_line_on_stderr_and_can_be_off():
    said, silent = io.StringIO(), io.StringIO()
    with redirect_stderr(said):
        fit(rnn(), Adding(), **(SHORT | {"progress": True}))
    with redirect_stderr(silent):
        fit(rnn(), Adding(), **SHORT)
    text = said.getvalue()
    last = text.strip("\n").split("\r")[-1]
    assert text.count("\n") == 1 and text.endswith("\n") and silent.getvalue() == ""
    assert "100%" in last and "step 6/6, loss 0." in last and len(last) <= 78


def test_the_line_is_ended_when_training_fails():
    said = io.StringIO()
    with redirect_stderr(said), pytest.raises(NonFiniteLossError):
        fit(nn.Linear(1, 1), Echo(poison_at=3), **(SHORT | {"progress": True}))
    assert said.getvalue().endswith("\n")


def reference(model: nn.Module, task: Task, training: Training, seed: int) -> list:
    """The same training written by hand, with Adam and nothing that can be said."""
    data, losses, usual = generator(seed, "training"), [], math.inf
    how = training.optimiser
    updates = torch.optim.Adam(model.parameters(), lr=how.rate)
    for step in range(1, training.steps + 1):
        rate = how.rate * one_cycle(step, training.steps, how.warmup)
        updates.param_groups[0]["lr"] = rate
        batches = [
            task.batch(training.batch_size, length, data)
            for length in training.lengths_at(step, seed)
        ]
        loss = torch.stack([task.loss(model(b.inputs), b) for b in batches]).mean()
        updates.zero_grad()
        loss.backward()
        limit = min(how.clip_norm, how.clip_to_mean * usual)
        norm = nn.utils.clip_grad_norm_(model.parameters(), limit).item()
        passed = min(norm, limit)
        usual = 0.95 * usual + 0.05 * passed if usual < math.inf else passed
        updates.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize("lengths", [5, Lengths(2, 9, rising=0.5), Several((2, 3, 7))])
def test_it_gives_bit_by_bit_what_the_same_loop_written_by_hand_gives(lengths):
    how = Optimiser(rate=0.03, clip_norm=0.4, clip_to_mean=1.2)
    training = Training(12, lengths, batch_size=4, optimiser=how)
    model, twin = rnn(), rnn()
    history = train(model, Supervised(Adding()), training, seed=3, progress=False)
    assert history.losses == reference(twin, Adding(), training, seed=3)
    for mine, other in zip(model.parameters(), twin.parameters(), strict=True):
        assert torch.equal(mine, other)


def test_the_lengths_are_those_of_the_settings_and_so_are_those_of_the_scorings():
    task, lengths = Echo(), Lengths(1, 9)
    training = Training(4, lengths, 3, scoring=Scoring(times=2, size=5))
    train(nn.Linear(1, 1), Supervised(task), training, progress=False)
    a, b, c, d = ((3, *lengths.at(step, 4, 0)) for step in (1, 2, 3, 4))
    assert task.drawn == [a, b, (5, b[1]), c, d, (5, d[1])]


class Stopped(Echo):
    """Someone presses Ctrl-C while the third batch is drawn."""

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        if len(self.drawn) == 2:
            raise KeyboardInterrupt
        return super().batch(batch_size, length, generator)


def test_an_interrupted_training_returns_what_there_is(capsys):
    model = nn.Linear(1, 1)
    first = model.weight.item()
    history = fit(model, Stopped(), **SHORT, progress=True)
    assert history.interrupted and not history.reached
    assert history.steps == len(history.gradient_norms) == 2 and history.seconds > 0
    assert model.weight.item() != first
    assert capsys.readouterr().err.endswith("\n")
    assert not fit(nn.Linear(1, 1), Echo(), **SHORT).interrupted


def test_where_only_whole_trainings_count_an_interruption_is_one():
    with whole_or_nothing(), pytest.raises(KeyboardInterrupt):
        fit(nn.Linear(1, 1), Stopped(), **SHORT)
    assert fit(nn.Linear(1, 1), Stopped(), **SHORT).interrupted


class Pair(nn.Module):
    """Two weights, a part each."""

    def __init__(self) -> None:
        super().__init__()
        self.actor, self.baseline = nn.Linear(1, 1, False), nn.Linear(1, 1, False)
        for part in (self.actor, self.baseline):
            nn.init.zeros_(part.weight)

    def forward(self, x: Tensor) -> Tensor:
        return self.actor(x) + 10 * self.baseline(x)


def test_parts_may_be_trained_apart_each_with_its_rate_and_its_limit():
    apart = {"baseline": Optimiser(0.5, 0.0, clip_norm=None, kind=torch.optim.SGD)}
    how = Optimiser(0.1, 0.0, clip_norm=0.25, kind=torch.optim.SGD)
    model = Pair()
    training = Training(1, 1, optimiser=how, apart=apart)
    history = train(model, Supervised(Jump()), training, progress=False)
    share = one_cycle(1, 1, 0.0)
    assert model.actor.weight.item() == pytest.approx(-0.1 * 0.25 * share)
    assert model.baseline.weight.item() == pytest.approx(-0.5 * 10 * share)
    assert history.gradient_norms == [pytest.approx(math.hypot(1, 10))]


def test_a_part_that_the_model_does_not_have_is_refused():
    training = Training(1, 1, apart={"baselin": Optimiser()})
    with pytest.raises(ValueError, match="no part called 'baselin' to train apart"):
        train(Pair(), Supervised(Jump()), training, progress=False)


@pytest.mark.parametrize("seed", [-1, 0.5])
def test_a_seed_that_makes_no_sense_is_refused(seed):
    with pytest.raises(ValueError, match="seed must be a whole number of at least 0"):
        fit(rnn(), Adding(), **SHORT, seed=seed)
