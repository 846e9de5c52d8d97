"""Adaptive computation time: a network that decides how long to think (Graves 2016).

Around any cell of the book. At each step of the sequence the cell runs several times on
the same input; after each time it says with what chance it would stop. The step ends
when these chances have added up to one, and its output and its state are the means of
all that were passed through, weighted by the chances.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from mininet.recurrent import Recurrent, check_sizes, stack_states


class Halting(NamedTuple):
    """How a step of computation ended; N times at most."""

    weights: Tensor  # p, the share of each time, (B, N), rows sum to 1
    times: Tensor  # N(t), how often the cell ran, (B,)
    remainder: Tensor  # R(t), the share of the last time, (B,)


class ACTState(NamedTuple):
    """What is carried from step to step."""

    cell: Any  # the mean state of the cell
    times: Tensor  # N(t) of the last step, (B,); 0 before the first
    remainder: Tensor  # R(t) of the last step, (B,); 0 before the first


def halt(chances: Tensor, epsilon: float = 0.01) -> Halting:
    """Turn chances to stop into shares that sum to one (Graves 2016, sec. 2).

    The last time is the first at which the chances add up to 1 - epsilon, or the last
    there is. Its share is what the others left, so that the shares sum to one.

    Args:
        chances: h, to stop after each time, (B, N), between 0 and 1.
        epsilon: what may be missing from one, so that one time can be enough.

    Raises:
        ValueError: if there is no time at all, or epsilon is not between 0 and 1.
    """
    _check_epsilon(epsilon)
    if chances.ndim != 2 or chances.shape[1] == 0:
        raise ValueError(
            f"chances must be (B, N) with N at least 1, got {tuple(chances.shape)}"
        )
    before = chances.cumsum(1) - chances  # what the earlier times add up to
    running = before < 1 - epsilon  # at the first always, as 0 is less
    ends = before + chances >= 1 - epsilon
    ends = torch.cat([ends[:, :-1], torch.ones_like(ends[:, :1])], 1)
    last = running & ends
    weights = torch.where(last, 1 - before, chances * running)
    remainder = ((1 - before) * last).sum(1)
    return Halting(weights, running.sum(1).to(chances.dtype), remainder)


class AdaptiveComputation(Recurrent[ACTState]):
    """Any cell, run as often at each step as it asks for.

        h^n = sigmoid(the last number the cell says + halting bias)
        p^n = h^n while they add up to less than 1 - epsilon, then what is left
        y   = sum of p^n y^n,   s = sum of p^n s^n,   ponder cost = N + R

    The cell reads one number beside the input: 1 at the first time, else 0. Of what it
    says, the last number is the score of its halting unit. In a cell whose output is
    linear in its state, as in all of the book, that is the paper's halting unit.

    Args:
        cell: reads D + 1 numbers and says O + 1.
        epsilon: what may be missing from one.
        limit: how often the cell may run at a step.
        halting_bias: added to the score; below 0, an untrained cell runs more often.
        halting_noise: standard deviation of the noise on the score while training (not
            in the paper). Where a cell surely stops at once, no second run shows what
            it would be good for; the noise brings one about now and then.

    Raises:
        ValueError: if the cell says less than two numbers or reads less than two, or a
            setting makes no sense.
    """

    def __init__(
        self,
        cell: Recurrent[Any],
        epsilon: float = 0.01,
        limit: int = 20,
        halting_bias: float = 1.0,
        halting_noise: float = 0.0,
    ) -> None:
        super().__init__()
        check_sizes(limit=limit)
        _check_epsilon(epsilon)
        if not halting_noise >= 0:
            raise ValueError(f"halting_noise must be at least 0, got {halting_noise}")
        for name in ("input_size", "output_size"):
            if getattr(cell, name) < 2:
                raise ValueError(
                    f"the cell's {name} must be at least 2, one of them for the "
                    f"halting, got {getattr(cell, name)}"
                )
        self.cell = cell
        self.epsilon = epsilon
        self.limit = limit
        self.halting_bias = halting_bias
        self.halting_noise = halting_noise
        self.input_size = cell.input_size - 1
        self.output_size = cell.output_size - 1

    def initial_state(self, batch_size: int) -> ACTState:
        """The cell's own, and no thinking done."""
        cell = self.cell.initial_state(batch_size)
        none = _tensors(cell)[0].new_zeros(batch_size)
        return ACTState(cell, none, none)

    def think(self, x: Tensor, cell: Any) -> tuple[Tensor, Any, Tensor]:
        """Run the cell on one input until every sequence of the batch has stopped.

        Args:
            x: the input, (B, D).
            cell: the cell's state.

        Returns:
            What it said each time (N, B, O), its states, each (N, B, ...), and the
            chances to stop, (B, N).
        """
        said, states, chances = [], [], []
        total = x.new_zeros(x.shape[0])
        for n in range(self.limit):
            first = x.new_full((x.shape[0], 1), float(n == 0))
            y, cell = self.cell.step(torch.cat([x, first], 1), cell)
            said.append(y[:, :-1])
            states.append(cell)
            score = y[:, -1] + self.halting_bias
            if self.training and self.halting_noise:
                score = score + self.halting_noise * torch.randn_like(score)
            chances.append(torch.sigmoid(score))
            total = total + chances[-1]
            if bool((total >= 1 - self.epsilon).all()):
                break
        return torch.stack(said), stack_states(states), torch.stack(chances, 1)

    def step(self, x: Tensor, state: ACTState) -> tuple[Tensor, ACTState]:
        """Think, then take the means: (B, D) to (B, O)."""
        said, cells, chances = self.think(x, state.cell)
        weights, times, remainder = halt(chances, self.epsilon)
        return mean(weights, said), ACTState(mean(weights, cells), times, remainder)


def mean(weights: Tensor, of: Any) -> Any:
    """The mean over the times, which the paper calls mean field.

    Args:
        weights: (B, N), rows sum to 1.
        of: a tensor (N, B, ...), or a state of such tensors.

    Returns:
        The same without its first axis.
    """
    if isinstance(of, Tensor):
        return torch.einsum("bn,nb...->b...", weights, of)
    return type(of)._make(mean(weights, part) for part in of)


def _tensors(state: Any) -> list[Tensor]:
    if isinstance(state, Tensor):
        return [state]
    return [tensor for part in state for tensor in _tensors(part)]


def _check_epsilon(epsilon: float) -> None:
    if not 0 < epsilon < 1:
        raise ValueError(f"epsilon must be between 0 and 1, got {epsilon}")
