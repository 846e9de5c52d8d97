"""Several seeds of one model, trained side by side in little more time than one.

All weights of a name lie in one tensor with an axis for the seeds in front, and
`torch.func.vmap` runs the model over that axis. No seed hears of another: each has
first weights, data and luck of its own, and its gradient is cut by its own norm. So it
learns what it would learn alone.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap
from tqdm import tqdm

from mininet.learning.schedules import one_cycle
from mininet.learning.settings import Training

MOST = 16  # groups that are remembered
_REMEMBERED: dict[str, Any] = {}
Found = TypeVar("Found")


class Given(NamedTuple):
    """What the models are called with at a step."""

    each: tuple[Any, ...]  # trees of tensors, each with the seeds in front
    shared: tuple[Any, ...] = ()  # behind them, and the same for all


def train_side_by_side(
    models: Sequence[nn.Module],
    training: Training,
    given: Callable[[int], Given],
    costs: Callable[..., Tensor],
    *,
    changed: Callable[[int, Sequence[Tensor]], None] | None = None,
    betas: tuple[float, float] = (0.9, 0.999),
    slack: float = 1e-12,
    progress: bool = True,
) -> float:
    """Train models of one kind, a seed each; their weights are changed.

    Args:
        models: S of them, each called with what is `given`; they return tensors.
        training: steps, and how the weights follow the gradient.
        given: what the models are called with at a step; the first is 1.
        costs: of a step, and of all that the models returned, with the seeds in front:
            what is made small, (S,). It is asked once a step.
        changed: changes the gradients of a step, each (S, ...), after they are cut.
        betas: of Adam.
        slack: added to a gradient's norm before something is divided by it.
        progress: draw a bar on stderr.

    Returns:
        Seconds of processor time, for all of them.
    """
    begun, steps, how = time.process_time(), training.steps, training.optimiser
    held, around = stack_module_state(list(models))
    weights, kind = list(held.values()), how.kind
    updates = kind(weights, lr=how.rate, betas=betas)  # type: ignore[call-arg]

    def one(held: Any, around: Any, each: tuple[Any, ...]) -> Any:
        return functional_call(models[0], (held, around), (*each, *now.shared))

    for step in tqdm(
        range(1, steps + 1),
        disable=not progress,
        file=sys.stderr,
        ascii=False,
        ncols=78,
        mininterval=0.5,
        bar_format="{percentage:3.0f}%|{bar}| step {n_fmt}/{total_fmt}, {elapsed} min",
    ):
        now = given(step)
        total = costs(step, *vmap(one)(held, around, now.each)).sum()
        updates.zero_grad()
        total.backward()
        clip_each(weights, how.clip_norm, slack)
        if changed is not None:
            changed(step, [one.grad for one in weights if one.grad is not None])
        for group in updates.param_groups:
            group["lr"] = how.rate * one_cycle(step, steps, how.warmup)
        updates.step()
    for k, model in enumerate(models):
        model.load_state_dict({name: tensor[k] for name, tensor in held.items()})
    return time.process_time() - begun


def clip_each(
    weights: Sequence[Tensor], limit: float | None, slack: float = 1e-12
) -> None:
    """Scale each seed's gradient down to the limit, if its own norm is above it.

    Args:
        weights: each (S, ...), with or without a gradient.
        limit: of the norm over all weights of a seed; None cuts nothing.
        slack: added to the norm before the limit is divided by it.
    """
    grads = [one.grad for one in weights if one.grad is not None]
    norm = torch.stack([g.flatten(1).square().sum(1) for g in grads]).sum(0).sqrt()
    scale = ((limit or torch.inf) / (norm + slack)).clamp(max=1)
    for grad in grads:
        grad *= scale.view(-1, *[1] * (grad.ndim - 1))


def stacked(parts: Sequence[Any]) -> Any:
    """One tree of tensors in place of several: the seeds come in front.

    Args:
        parts: a tensor each, or a `NamedTuple` of such, in the order of the seeds.
    """
    if isinstance(parts[0], Tensor):
        return torch.stack(list(parts))
    return type(parts[0])._make(map(stacked, zip(*parts, strict=True)))


def once(key: str, find: Callable[[], Found]) -> Found:
    """What `find` finds, or found for this key before.

    A study is asked for one seed after the other, and trains a group of them at once.
    """
    if key not in _REMEMBERED:
        if len(_REMEMBERED) >= MOST:
            _REMEMBERED.clear()
        _REMEMBERED[key] = find()
    found: Found = _REMEMBERED[key]
    return found
