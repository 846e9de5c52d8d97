"""Reinforce: its mean is the slope of the expected reward; rewards; the curriculum."""

from itertools import product

import pytest
import torch

from mininet.learning import Now
from mininet.learning.reinforce import Curriculum, Reinforce, played, to_go
from mininet.models.rl_ntm import RLNTM, drawn, told
from mininet.tasks.tapes import Copy, ForwardReverse, RepeatCopy, Reverse, Tapes

STAY, READS, WRITES = 1, 0, 1


def every_run(task, ticks, direct=True, length=2):
    """A small machine, and all that it could do on one tape, in float64."""
    torch.manual_seed(0)
    memory = not task.back
    model = RLNTM(
        task.input_size, 3, 5, direct=direct, memory=memory, back=task.back
    ).double()
    choices = product(*(range(size) for size in model.heads))
    runs = torch.tensor(list(product(list(choices), repeat=ticks))).transpose(0, 1)
    N = runs.shape[1]
    one = task.tapes(torch.tensor([length]), torch.Generator().manual_seed(1))
    tapes = Tapes(*(part.expand(N, *part.shape[1:]) for part in one))
    tapes = tapes._replace(inputs=tapes.inputs.double(), ticks=torch.full((N,), ticks))
    return model, tapes, runs


def luck_of(seed):
    return torch.Generator().manual_seed(seed)


def slope(of, model):
    found = torch.autograd.grad(
        of, list(model.controller.parameters()), retain_graph=True
    )
    return torch.cat([part.flatten() for part in found])


def test_all_runs_together_are_certain():
    for task, ticks in ((Reverse(3), 3), (ForwardReverse(3), 2)):
        model, tapes, runs = every_run(task, ticks)
        now = played(model.run(tapes, ticks, told(runs)), tapes)
        total = now.chance.sum(0).exp().sum()
        assert torch.isclose(total, torch.ones((), dtype=torch.float64))


@pytest.mark.parametrize(
    ("task", "ticks", "direct"),
    [
        (Reverse(3), 3, True),
        (Copy(3), 3, False),
        (ForwardReverse(3), 2, True),
        (ForwardReverse(3), 2, False),
    ],
)
@pytest.mark.parametrize("baseline", [True, False])
def test_weighted_by_their_chances_the_estimates_are_the_slope_of_the_mean_reward(
    task, ticks, direct, baseline
):
    model, tapes, runs = every_run(task, ticks, direct)
    now = played(model.run(tapes, ticks, told(runs)), tapes)
    chances = now.chance.sum(0).exp()
    true = slope((chances * now.rewards.sum(0)).sum(), model)
    objective = Reinforce(task, baseline=baseline, curiosity=0.0)
    estimate = -slope((chances.detach() * objective.costs(now)).sum(), model)
    assert true.norm() > 1e-3
    assert (estimate - true).norm() < 1e-6 * true.norm()


def test_luck_finds_the_run_that_it_is_drawn_for():
    model, tapes, runs = every_run(Reverse(3), 2)
    said = played(model.run(tapes, 2, told(runs)), tapes)
    luck = torch.rand(2, 36, 2, dtype=torch.float64)
    ticks = model.run(tapes, 2, drawn(luck))
    moves = torch.stack([tick.moves for tick in ticks])
    for k in range(36):
        same = (runs == moves[:, k : k + 1]).all(2).all(0)
        assert same.sum() == 1
        chance = played(ticks, tapes).chance[:, k]
        assert torch.allclose(chance, said.chance[:, same][:, 0])


def test_rewards_to_go_count_this_tick_and_those_after_it():
    rewards = torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 0.0]])
    assert to_go(rewards).tolist() == [[4, 2], [3, 2], [3, 0]]


def paid(writes, symbols, asked=3, ticks=9):
    """Rewards of a machine that writes as told, each symbol with a chance of one."""
    torch.manual_seed(0)
    model = RLNTM(11, 10, 4)
    one = Copy().tapes(torch.tensor([asked]), torch.Generator().manual_seed(0))
    one = one._replace(ticks=torch.tensor([ticks]))
    moves = torch.tensor([[(STAY, w)] for w in writes])
    run = model.run(one, len(writes), told(moves))
    sure = torch.full((len(writes), 1, 10), -1e4)
    done = 0
    for t, good in enumerate(symbols):
        wanted = int(one.targets[0, min(done, asked - 1)])
        sure[t, 0, wanted if good else (wanted + 1) % 10] = 0
        done += writes[t]
    run = [
        tick._replace(decision=tick.decision._replace(symbols=s))
        for tick, s in zip(run, sure, strict=True)
    ]
    now = played(run, one)
    return now.rewards[:, 0].tolist(), now.going[:, 0].tolist(), int(now.right.sum())


@pytest.mark.parametrize(
    ("writes", "good", "rewards", "going", "right"),
    [
        ((1, 1, 1), (1, 1, 1), [1, 1, 1], [1, 1, 1], 3),
        ((1, 0, 1, 1), (1, 1, 1, 1), [1, 0, 1, 1], [1, 1, 1, 1], 3),
        ((1, 0, 1, 1), (1, 0, 1, 1), [1, 0, 1, 1], [1, 1, 1, 1], 3),  # not written
        ((1, 1, 1), (1, 0, 1), [1, 0, 0], [1, 1, 1], 2),  # nothing after a wrong one
        ((1, 1, 1, 1), (1, 1, 1, 1), [1, 1, 1, 0], [1, 1, 1, 0], 3),  # all is written
    ],
)
def test_each_right_symbol_pays_until_the_first_wrong_one(
    writes, good, rewards, going, right
):
    assert paid(writes, good) == (rewards, going, right)


def test_what_is_written_too_late_does_not_pay():
    late = paid((1, 1, 1), (1, 1, 1), ticks=2)
    assert late == ([1, 1, 0], [1, 1, 0], 2)


def test_the_entropy_is_that_of_the_chances():
    model, tapes, runs = every_run(Reverse(3), 2)
    ticks = model.run(tapes, 2, told(runs))
    entropy = sum(
        torch.distributions.Categorical(logits=head).entropy()
        for head in ticks[1].decision.moves
    )
    assert torch.allclose(played(ticks, tapes).entropy[1], entropy)


def test_a_baseline_changes_the_estimate_and_curiosity_adds_the_entropy():
    model, tapes, runs = every_run(Reverse(3), 3)
    now = played(model.run(tapes, 3, told(runs)), tapes)
    plain, compared, curious = (
        Reinforce(Reverse(3), baseline=b, curiosity=c).costs(now)
        for b, c in ((False, 0.0), (True, 0.0), (False, 0.5))
    )
    assert not torch.allclose(plain, compared)
    assert torch.allclose(plain - curious, 0.5 * (now.entropy * now.going).sum(0))


def test_curiosity_falls_to_nothing():
    objective = Reinforce(Copy(), curiosity=0.4)
    assert objective.at(Now(1, 100, 0.1)).curiosity == 0.4
    assert objective.at(Now(51, 100, 0.1)).curiosity == pytest.approx(0.2)
    assert objective.at(Now(100, 100, 0.1)).curiosity == pytest.approx(0.004)


def test_a_curriculum_draws_a_tenth_of_any_length_and_most_near_its_level():
    lessons = Curriculum(longest=10)
    lessons.level = 4
    drawn = lessons.draw(100_000, torch.Generator().manual_seed(0))
    share = torch.bincount(drawn, minlength=11)[1:] / len(drawn)
    e = [2.0 ** -(k + 1) for k in range(6)] + [2.0**-6]  # the rest at the longest
    wanted = torch.full((10,), 0.01)
    for k, chance in enumerate(e):
        wanted[3 + k] += 0.65 * chance
        wanted[: 4 + k] += 0.25 * chance / (4 + k)
    assert torch.allclose(share, wanted, atol=0.005)


def test_a_curriculum_goes_on_when_the_running_error_is_small_and_never_beyond():
    lessons = Curriculum(longest=2, enough=0.2)
    for _ in range(7):
        lessons.hear(0.0)
    assert lessons.level == 1 and lessons.error == pytest.approx(0.8**7)
    lessons.hear(0.0)
    assert (lessons.level, lessons.error) == (2, 1.0)
    for _ in range(20):
        lessons.hear(0.0)
    assert lessons.level == 2
    lessons.start()
    assert (lessons.level, lessons.error) == (1, 1.0)


def test_training_draws_from_the_curriculum_and_scoring_as_long_as_told():
    objective, source = Reinforce(RepeatCopy()), torch.Generator().manual_seed(0)
    scored = objective.batch(64, 7, source)
    assert set(scored.asked.tolist()) == {14, 21}
    learned = objective.at(Now(1, 10, 0.1)).batch(64, 7, source)
    assert learned.asked.min() == 2 and learned.inputs.shape[1] == 12


def test_a_score_counts_whole_sequences_and_symbols():
    torch.manual_seed(0)
    model = RLNTM(11, 10, 4)
    with torch.no_grad():  # always on, always write, gate open
        model.controller.write.weight.zero_()
        model.controller.write.bias.copy_(torch.tensor([0.0, 0, 9, 0, 9, 9]))
    copied = Reinforce(Copy())
    batch = copied.batch(100, 5, torch.Generator())
    assert copied.score(model, batch) == {"whole": 1.0, "symbols": 1.0}
    reverse = Reinforce(Reverse())
    score = reverse.score(model, reverse.batch(1000, 5, torch.Generator()))
    assert score["whole"] < 0.05 and 0.2 < score["symbols"] < 0.35


def test_a_forgetful_controller_loses_that_share_of_its_numbers():
    model, batch = RLNTM(11, 10, 8), Reverse().tapes(torch.full((200,), 4), luck_of(0))
    objective = Reinforce(Reverse(), forgets=0.25)
    luck = objective.luck(model, batch, luck_of(1))
    assert luck.shape == (11, 200, 2 + 16)
    assert Reinforce(Reverse(), forgets=0.0).luck(model, batch, luck_of(1)).shape == (
        11,
        200,
        2,
    )
    seen = []
    run = model.run

    def watched(tapes, ticks, choose, kept):
        seen.append(kept)
        return run(tapes, ticks, choose, kept)

    model.run = watched
    objective.cost(model, batch, luck)
    objective.cost(model, batch, luck[:, :, :2])
    kept, whole = seen
    assert whole is None
    lost = kept == 0
    assert 0.24 < lost.float().mean() < 0.26
    assert torch.allclose(kept[~lost], torch.tensor(1 / 0.75))
