"""Several seeds side by side: each learns what it would learn alone."""

from typing import NamedTuple

import pytest
import torch
from torch import nn

from mininet.learning import Optimiser, Training, one_cycle
from mininet.learning.side_by_side import (
    MOST,
    Given,
    clip_each,
    once,
    stacked,
    train_side_by_side,
)

torch.set_num_threads(1)
TRAINING = Training(
    steps=5, lengths=1, optimiser=Optimiser(0.1, warmup=0.4, clip_norm=0.3)
)


class Line(nn.Module):
    """How far y is from a line, squared; and y's mean."""

    def __init__(self, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.line = nn.Linear(3, 1)

    def forward(self, points, scale):
        off = self.line(points.x)[:, 0] * scale - points.y
        return off.square().mean(), points.y.mean()


class Points(NamedTuple):
    x: torch.Tensor
    y: torch.Tensor


def points(seed, step):
    drawn = torch.randn(8, 4, generator=torch.Generator().manual_seed(9 * seed + step))
    return Points(drawn[:, :3], drawn[:, 3])


def learned(seeds, changed=None, betas=(0.9, 0.99)):
    models = [Line(seed) for seed in seeds]
    train_side_by_side(
        models,
        TRAINING,
        lambda step: Given((stacked([points(s, step) for s in seeds]),), (0.5 * step,)),
        lambda step, off, mean: step * off,
        changed=changed,
        betas=betas,
        progress=False,
    )
    return models


def by_hand(seed):
    """The same with torch alone."""
    model, how = Line(seed), TRAINING.optimiser
    updates = torch.optim.Adam(model.parameters(), betas=(0.9, 0.99))
    for step in range(1, TRAINING.steps + 1):
        updates.param_groups[0]["lr"] = how.rate * one_cycle(step, 5, how.warmup)
        updates.zero_grad()
        (step * model(points(seed, step), 0.5 * step)[0]).backward()
        nn.utils.clip_grad_norm_(model.parameters(), how.clip_norm)
        updates.step()
    return model


def test_each_seed_learns_what_torch_alone_would_teach_it():
    for model, seed in zip(learned([4, 1]), (4, 1), strict=True):
        for one, other in zip(
            model.parameters(), by_hand(seed).parameters(), strict=True
        ):
            assert torch.allclose(one, other, atol=1e-5)


def test_gradients_may_be_changed_after_they_are_cut():
    seen = []

    def halved(step, grads):
        seen.append((step, [tuple(grad.shape) for grad in grads]))
        norm = sum(grad.flatten(1).square().sum(1) for grad in grads).sqrt()
        assert bool((norm <= 0.3 + 1e-4).all())
        for grad in grads:
            grad.zero_()

    still = learned([4, 1], halved)
    assert seen == [(step, [(2, 1, 3), (2, 1)]) for step in range(1, 6)]
    for model, seed in zip(still, (4, 1), strict=True):
        assert torch.equal(model.line.weight, Line(seed).line.weight)


def test_a_seeds_gradient_is_cut_by_its_own_norm():
    held = [nn.Parameter(torch.zeros(2, 3)), nn.Parameter(torch.zeros(2, 1))]
    held[0].grad = torch.tensor([[3.0, 0, 0], [0.3, 0, 0]])
    held[1].grad = torch.tensor([[4.0], [0.4]])
    clip_each([*held, nn.Parameter(torch.zeros(2))], 1.0)
    assert torch.allclose(held[0].grad, torch.tensor([[0.6, 0, 0], [0.3, 0, 0]]))
    assert torch.allclose(held[1].grad, torch.tensor([[0.8], [0.4]]))
    clip_each(held, None)
    assert torch.allclose(held[1].grad, torch.tensor([[0.8], [0.4]]))


def test_trees_are_stacked_leaf_by_leaf_and_keep_their_kind():
    whole = stacked([points(seed, 0) for seed in range(3)])
    assert isinstance(whole, Points) and whole.x.shape == (3, 8, 3)
    assert torch.equal(whole.y[2], points(2, 0).y)


def test_a_group_is_trained_once_until_too_many_others_were():
    calls = []

    def find(name):
        return once(name, lambda: calls.append(name) or name)

    assert [find("a"), find("a"), find("b")] == ["a", "a", "b"]
    assert calls == ["a", "b"]
    for k in range(MOST):
        find(f"other {k}")
    assert find("a") == "a" and calls.count("a") == 2


@pytest.mark.parametrize("betas", [(0.5, 0.99), (0.9, 0.5)])
def test_the_betas_change_what_is_learned(betas):
    assert not torch.allclose(
        learned([0])[0].line.weight, learned([0], betas=betas)[0].line.weight
    )
