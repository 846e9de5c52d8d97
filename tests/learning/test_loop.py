"""The training loop: what it learns, when it stops, what it refuses."""

import io
import math
import time
from contextlib import redirect_stderr
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mininet.models.rnn import RNN
from mininet.tasks import Batch
from mininet.tasks.adding import Adding
from mininet.training import (
    History,
    NonFiniteLossError,
    evaluate,
    generator,
    one_cycle,
    rising_lengths,
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
    train(model, Jump(jump_at), steps=60, length=1, batch_size=1, learning_rate=0.01,
          progress=False, **clipping)  # fmt: skip
    return model, model.weight.item()


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


def test_a_step_of_several_lengths_learns_from_the_mean_of_their_losses():
    task, model, twin = Echo(), rnn(), rnn()
    history = train(RNNOf(model), task, steps=1, length=lambda _: [2, 5], seed=5,
                    batch_size=8, clip_norm=math.inf, learning_rate=0.1, score_size=3,
                    optimiser=torch.optim.SGD, warmup=0.0, progress=False)  # fmt: skip
    assert task.drawn == [(8, 2), (8, 5), (3, 2), (3, 5)]  # learned from, and scored on
    data = generator(5, "training")
    batches = [task.batch(8, length, data) for length in (2, 5)]
    losses = [task.loss(RNNOf(twin)(batch.inputs), batch) for batch in batches]
    assert history.losses == [pytest.approx(sum(losses).item() / 2, rel=1e-6)]
    (sum(losses) / 2).backward()
    rate = 0.1 * one_cycle(1, 1, 0.0)
    torch.optim.SGD(twin.parameters(), lr=rate).step()
    for mine, other in zip(model.parameters(), twin.parameters(), strict=True):
        assert torch.allclose(mine, other, atol=1e-7)


def test_one_length_in_a_list_is_that_length():
    one, listed = (
        train(rnn(), Adding(), **(SHORT | {"length": length}))
        for length in (lambda step: 3 + step, lambda step: [3 + step])
    )
    assert one.losses == listed.losses and one.scores == listed.scores


def test_a_step_without_a_length_is_refused():
    with pytest.raises(ValueError, match=r"length\(1\) needs at least one length"):
        train(rnn(), Adding(), **(SHORT | {"length": lambda _: []}))
    with pytest.raises(ValueError, match=r"length\(1\) must be .* got 0"):
        train(rnn(), Adding(), **(SHORT | {"length": lambda _: [3, 0]}))


@pytest.mark.parametrize("steps", [1, 20, 45])
def test_what_is_kept_of_a_training_is_its_means_and_not_its_scorings(steps):
    history = History(
        losses=[float(k) for k in range(steps)],
        scores=[(1, {"right": 0.25, "nats": 9.0}), (2, {"right": 1.0, "nats": 8.0})],
        seconds=7.0,
        scoring_seconds=3.0,
    )
    told = history.told("right")
    assert told["seconds"] == 4.0 and told["scores"] == [0.25, 1.0]
    assert history.told("nats")["scores"] == [9.0, 8.0]
    means = {1: [0], 20: list(range(20)), 45: [0.5 + k for k in range(0, 44, 2)] + [44]}
    assert told["losses"] == means[steps]


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


def test_a_gradient_that_jumps_is_clipped_to_a_multiple_of_its_predecessors():
    _, calm = fall(clip_norm=math.inf)
    _, shaken = fall(jump_at=20, clip_norm=math.inf)
    model, held = fall(jump_at=20, clip_norm=math.inf, clip_to_mean=2)
    assert calm == pytest.approx(-0.01 * 60 / 2, rel=0.05)  # the mean rate is one half
    assert shaken - calm > 15 * 0.01  # one jump undoes fifteen steps
    assert held - calm < 3 * 0.01
    assert model.gradients[18:21] == pytest.approx([1, -2, 1], rel=1e-5)


def test_the_running_mean_is_of_what_was_let_through_over_some_twenty_steps():
    model = Weight()  # its gradients are -2 x**2 of random x: now small, now large
    history = train(model, Echo(), steps=80, length=1, batch_size=1, clip_to_mean=1.5,
                    clip_norm=1.0, learning_rate=1e-4, progress=False)  # fmt: skip
    mean, clipped = math.inf, 0
    for before, after in zip(history.gradient_norms, model.gradients, strict=False):
        limit = min(1.0, 1.5 * mean)
        assert abs(after) == pytest.approx(min(before, limit), rel=1e-4)
        clipped += limit < min(before, 1.0)
        mean = 0.95 * mean + 0.05 * abs(after) if mean < math.inf else abs(after)
    assert len(model.gradients) == 79 and 10 < clipped < 50


def test_the_history_keeps_the_gradient_norm_before_clipping():
    history = train(Weight(), Jump(3), steps=5, length=1, clip_to_mean=2,
                    progress=False)  # fmt: skip
    assert history.gradient_norms == pytest.approx([1, 1, 1000, 1, 1])


def test_without_a_multiple_only_the_fixed_limit_clips():
    model, _ = fall(jump_at=30, clip_norm=5.0)
    assert model.gradients[28:31] == pytest.approx([1, -5, 1], rel=1e-5)
    model, _ = fall(jump_at=30, clip_norm=1.5, clip_to_mean=2)  # the lower limit holds
    assert model.gradients[28:31] == pytest.approx([1, -1.5, 1], rel=1e-5)


def test_the_first_step_has_no_predecessors_and_is_not_clipped_to_their_mean():
    model, _ = fall(jump_at=1, clip_norm=math.inf, clip_to_mean=0.5)
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


def test_the_score_may_be_the_mean_over_several_lengths():
    class Long(Echo):
        def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
            return {"length": len(outputs), "squared": len(outputs) ** 2}

    task = Long()
    history = train(nn.Linear(1, 1), task, steps=4, length=3, batch_size=2,
                    score_every=2, score_size=5, score_lengths=[1, 4, 10],
                    progress=False)  # fmt: skip
    scored = [(5, 1), (5, 4), (5, 10)]
    assert task.drawn == ([(2, 3)] * 2 + scored) * 2
    assert history.scores == [(k, {"length": 5, "squared": 39}) for k in (2, 4)]


def test_the_lengths_it_scores_at_do_not_change_what_it_learns():
    several = train(rnn(), Adding(), **SHORT, score_every=2, score_lengths=[3, 7])
    one = train(rnn(), Adding(), **SHORT)
    assert several.losses == one.losses and several.scores != one.scores


def test_before_each_step_it_calls_back_once_in_order():
    task, model, calls = Echo(), nn.Linear(1, 1), []

    def note(step: int) -> None:
        calls.append((step, len(task.drawn), model.weight.item()))

    first = model.weight.item()
    history = train(model, task, steps=5, length=2, before_step=note, progress=False)
    assert [(step, drawn) for step, drawn, _ in calls] == [
        (k, k - 1) for k in range(1, 6)
    ]
    weights = [weight for *_, weight in calls]
    assert weights[0] == first and len({*weights, model.weight.item()}) == 6
    assert history.steps == 5


def test_what_is_changed_before_a_step_holds_at_that_step():
    class Scaled(nn.Linear):
        scale = 1.0

        def forward(self, x: Tensor) -> Tensor:
            return self.scale * super().forward(x)

    model = Scaled(1, 1)
    history = train(model, Jump(), steps=3, length=1, clip_norm=math.inf,
                    before_step=lambda step: setattr(model, "scale", 10.0**step),
                    progress=False)  # fmt: skip
    # The gradient is the scale, for the weight and for the bias alike.
    ratios = [b / a for a, b in pairwise(history.gradient_norms)]
    assert ratios == pytest.approx([10, 10])


def test_a_penalty_is_minimised_with_the_loss_and_not_told_with_it():
    asked = []

    def penalty(loss: Tensor, rate: float) -> Tensor:
        asked.append((loss.item(), rate))
        return 5 * model.weight.sum()

    model = nn.Linear(1, 1)
    given = {"steps": 3, "length": 1, "clip_norm": math.inf}
    given |= {"learning_rate": 0.1, "warmup": 0.5, "progress": False}
    history = train(model, Jump(), penalty=penalty, **given)
    assert [loss for loss, _ in asked] == history.losses
    rates = [0.1 * one_cycle(step, 3, 0.5) for step in (1, 2, 3)]
    assert [rate for _, rate in asked] == pytest.approx(rates)
    # The loss has a gradient of 1 for the weight and for the bias.
    assert history.gradient_norms[0] == pytest.approx(math.hypot(1 + 5, 1))


def test_no_step_is_announced_after_the_goal_was_reached():
    calls = []
    train(rnn(), Adding(), steps=50, length=4, score_every=5, goal=lambda score: True,
          before_step=calls.append, progress=False)  # fmt: skip
    assert calls == [1, 2, 3, 4, 5]


def test_the_seconds_of_scoring_are_a_part_of_all_seconds():
    class Slow(Echo):
        def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
            until = time.process_time() + 0.02
            while time.process_time() < until:
                pass
            return super().score(outputs, batch)

    history = train(nn.Linear(1, 1), Slow(), **SHORT, score_every=2)
    assert 3 * 0.02 <= history.scoring_seconds <= history.seconds
    quick = train(nn.Linear(1, 1), Echo(), **SHORT)
    assert 0 < quick.scoring_seconds < quick.seconds


def test_rising_lengths_rise_from_the_shortest_to_the_longest():
    length = rising_lengths(3, 20, steps=1000, share=0.5)
    drawn = [length(step) for step in range(1, 1001)]
    assert all(type(n) is int and 3 <= n <= 20 for n in drawn)
    assert max(drawn[:20]) <= 4  # hardly risen: 3 + ceil(17 * 0.04**2)
    # The highest so far follows the square of the step.
    tops = [max(drawn[:step]) for step in (125, 250, 375)]
    assert tops == pytest.approx([3 + 17 / 16, 3 + 17 / 4, 3 + 17 * 9 / 16], abs=1)
    late = drawn[500:]
    assert set(late) == set(range(3, 21))  # all of them, and evenly
    assert sum(late) / 500 == pytest.approx(11.5, abs=0.7)


def test_the_top_is_reached_after_the_share_of_the_steps():
    for share, steps in ((0.3, 10), (0.6, 35), (1.0, 7)):
        reached = math.ceil(share * steps)
        lengths = {
            rising_lengths(1, 2, steps=steps, share=share, seed=seed)(reached)
            for seed in range(30)
        }
        assert lengths == {1, 2}
    at_once = [rising_lengths(1, 9, steps=100, share=0, seed=s)(1) for s in range(99)]
    assert set(at_once) == set(range(1, 10))


def test_a_length_depends_on_step_and_seed_and_on_nothing_else():
    one, other = (rising_lengths(1, 50, steps=100, seed=4) for _ in range(2))
    forwards = [one(step) for step in range(1, 101)]
    torch.manual_seed(9)
    assert [other(step) for step in range(100, 0, -1)] == forwards[::-1]
    assert [one(7), one(7)] == [forwards[6]] * 2
    third = rising_lengths(1, 50, steps=100, seed=5)
    assert [third(step) for step in range(1, 101)] != forwards
    before = torch.get_rng_state()
    one(50)
    assert torch.equal(torch.get_rng_state(), before)


def test_one_length_alone_and_steps_past_the_end_are_fine():
    assert [rising_lengths(5, 5, steps=3)(step) for step in range(1, 4)] == [5] * 3
    past = {rising_lengths(1, 3, steps=10)(step) for step in range(11, 60)}
    assert past == {1, 2, 3}


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"shortest": 0}, "shortest must be a whole number of at least 1, got 0"),
        ({"shortest": 9}, "shortest must be at most 8, got 9"),
        ({"longest": 2.5}, "longest must be a whole number of at least 1, got 2.5"),
        ({"steps": 0}, "steps must be a whole number of at least 1, got 0"),
        ({"share": -0.1}, "share must be between 0 and 1, got -0.1"),
        ({"share": 1.1}, "share must be between 0 and 1, got 1.1"),
        ({"share": math.nan}, "share must be between 0 and 1, got nan"),
    ],
)
def test_a_curriculum_that_makes_no_sense_is_refused(given, complaint):
    with pytest.raises(ValueError, match=complaint):
        rising_lengths(**({"shortest": 2, "longest": 8, "steps": 10} | given))


def test_a_curriculum_is_what_the_training_follows():
    task, length = Echo(), rising_lengths(1, 9, steps=20)
    train(nn.Linear(1, 1), task, steps=20, length=length, batch_size=2, score_every=20,
          score_size=3, score_lengths=[9], progress=False)  # fmt: skip
    assert task.drawn == [(2, length(step)) for step in range(1, 21)] + [(3, 9)]


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
        ("clip_to_mean", 0, "clip_to_mean must be above 0, got 0"),
        ("clip_to_mean", math.nan, "clip_to_mean must be above 0, got nan"),
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
