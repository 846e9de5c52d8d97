"""Learning from reward which moves to make (Williams 1992; Zaremba & Sutskever 2015).

Moves are drawn, and have no slope. What is made large is the expected reward; its slope
is estimated from the moves that were drawn and from what they brought.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import torch
from torch import Tensor

from mininet.learning.objectives import Loss, Now, Objective
from mininet.models.rl_ntm import RLNTM, Tick, drawn
from mininet.tasks.tapes import Copy, Tapes


def to_go(rewards: Tensor) -> Tensor:
    """What is still to come at each tick, this tick's reward included: (T, B)."""
    coming: Tensor = rewards.flip(0).cumsum(0).flip(0)
    return coming


class Played(NamedTuple):
    """What came of a run, (T, B) each."""

    rewards: Tensor  # at each tick
    right: Tensor  # whether the symbol that was asked for was written
    chance: Tensor  # log chance of the moves that were made
    entropy: Tensor  # of the chances that they were drawn by
    expected: Tensor  # by the baseline
    going: Tensor  # 1 until all that is asked for is written, or the time is over


def played(ticks: list[Tick], tapes: Tapes) -> Played:
    """Rewards of a run, and the chances of what it did.

    For a symbol that is asked for there is the chance that it and all before it are
    right, if each is drawn by its chances: a reward of 1 for each right symbol before
    the first wrong one, in the mean. So it has a slope in what the machine writes.
    """
    moves = torch.stack([tick.moves for tick in ticks])  # (T, B, heads)
    symbols = torch.stack([tick.decision.symbols for tick in ticks])
    expected = torch.stack([tick.decision.expected for tick in ticks])
    writes = moves[:, :, 1]
    written = writes.cumsum(0) - writes  # before this tick
    place = written.clamp_max(tapes.targets.shape[1] - 1)
    wanted = tapes.targets.gather(1, place.T).T
    in_time = torch.arange(len(ticks))[:, None] < tapes.ticks
    going = (written < tapes.asked) & in_time
    counts = going & (writes == 1)
    surely = symbols.gather(2, wanted[:, :, None])[:, :, 0] * counts
    chance, entropy = torch.zeros_like(surely), torch.zeros_like(surely)
    for n in range(moves.shape[2]):
        logs = torch.stack([tick.decision.moves[n] for tick in ticks])
        chance = chance + logs.gather(2, moves[:, :, n : n + 1])[:, :, 0]
        entropy = entropy - (logs.exp() * logs).sum(2)
    return Played(
        rewards=surely.cumsum(0).exp() * counts,
        right=counts & (symbols.argmax(2) == wanted),
        chance=chance,
        entropy=entropy,
        expected=expected,
        going=going.to(surely.dtype),
    )


@dataclass
class Curriculum:
    """Lengths that grow as the error falls (Zaremba & Sutskever 2014).

    A tenth of the sequences has any length; a quarter any up to C + e; the rest C + e,
    where e is the number of tails before the first head. C grows by one as soon as the
    running mean of the error is below `enough`.

    Attributes:
        longest: of all.
        enough: the error at which C grows.
        first: C at the start; with `longest`, two thirds are that long all the time.
        level: C.
        error: its running mean at this level.
    """

    longest: int = 10
    enough: float = 0.25
    first: int = 1
    level: int = field(default=1, init=False)
    error: float = field(default=1.0, init=False)

    def start(self) -> None:
        """Back to where it begins."""
        self.level, self.error = self.first, 1.0

    def draw(self, size: int, generator: torch.Generator) -> Tensor:
        """So many lengths, (B,)."""
        kind, spread, coin = torch.rand(3, size, generator=generator)
        tails = (-coin.log2()).floor()
        top = (self.level + tails).clamp_max(self.longest)
        top = torch.where(kind < 0.1, self.longest, top)
        below = (spread * top).floor() + 1
        return torch.where(kind < 0.35, below, top).long()

    def hear(self, error: float) -> None:
        """Take in the error of a batch."""
        self.error = 0.8 * self.error + 0.2 * error
        if self.error < self.enough and self.level < self.longest:
            self.level, self.error = self.level + 1, 1.0


@dataclass(frozen=True)
class Reinforce(Objective[RLNTM, Tapes]):
    """Moves by Reinforce, and what is written by backpropagation.

    Attributes:
        task: makes the tapes.
        baseline: whether what the baseline expects is taken off what is to come.
        curiosity: weight of the entropy of the moves at first; it falls to 0.
        forgets: the chance that a number of the controller's state is lost at a tick
            of a training. What it wants to know later it has to keep in more than one.
        curriculum: of what is learned from; it begins anew with each training.
        learning: whether this draws lengths from the curriculum; the loop's doing.
    """

    task: Copy
    baseline: bool = True
    curiosity: float = 0.1
    forgets: float = 0.1
    curriculum: Curriculum = field(default_factory=Curriculum)
    learning: bool = False

    def at(self, now: Now) -> Reinforce:
        """The same, with lengths of the curriculum, and less curious in the end."""
        if now.step == 1:
            self.curriculum.start()
        left = 1 - (now.step - 1) / now.steps
        return replace(self, learning=True, curiosity=self.curiosity * left)

    def batch(self, size: int, length: int, generator: torch.Generator) -> Tapes:
        """Tapes as long as told; in training, as long as the curriculum draws them."""
        if self.learning:
            return self.lesson(self.curriculum, size, generator)
        return self.task.tapes(torch.full((size,), length), generator)

    def lesson(
        self, curriculum: Curriculum, size: int, generator: torch.Generator
    ) -> Tapes:
        """What a curriculum asks for; the tapes have room for its longest."""
        lengths = curriculum.draw(size, generator)
        return self.task.tapes(lengths, generator, curriculum.longest)

    def costs(self, now: Played) -> Tensor:
        """What is made small, for each run: (B,).

        Its slope is less the estimate of that of the expected reward.
        """
        coming = to_go(now.rewards).detach()
        better = coming - now.expected.detach() if self.baseline else coming
        tried = now.chance * better + self.curiosity * now.entropy
        off = (now.expected - coming) ** 2
        return -(now.rewards + (tried - off) * now.going).sum(0)

    def cost(self, model: RLNTM, tapes: Tapes, luck: Tensor) -> tuple[Tensor, Tensor]:
        """What is made small, and the share of the rewards that was got.

        Args:
            model: makes the moves.
            tapes: what on.
            luck: to draw the moves by, (T, B, heads); and what the controller loses,
                if there are 2H numbers more.
        """
        moves, losses = luck.tensor_split([len(model.heads)], -1)
        kept = (losses >= self.forgets) / (1 - self.forgets) if losses.numel() else None
        now = played(model.run(tapes, len(luck), drawn(moves), kept), tapes)
        got = now.rewards.detach().sum(0) / tapes.asked
        return self.costs(now).mean(), got.mean()

    def luck(self, model: RLNTM, tapes: Tapes, generator: torch.Generator) -> Tensor:
        """What `cost` draws moves by, and losses: numbers from 0 to 1."""
        more = 2 * model.controller.hidden_size if self.forgets else 0
        size = (int(tapes.ticks.max()), len(tapes.asked), len(model.heads) + more)
        return torch.rand(size, generator=generator)

    def loss(self, model: RLNTM, batch: Tapes, generator: torch.Generator) -> Loss:
        """The cost of moves that are drawn here."""
        total, got = self.cost(model, batch, self.luck(model, batch, generator))
        error = 1 - got.item()
        if self.learning:
            self.curriculum.hear(error)
        return Loss(total, {"loss": error, "length": float(self.curriculum.level)})

    def score(self, model: RLNTM, batch: Tapes) -> dict[str, float]:
        """Sequences without a mistake, and symbols right, with the likeliest moves."""
        ticks = model.run(batch, int(batch.ticks.max()))
        right = played(ticks, batch).right.sum(0)
        return {
            "whole": float((right == batch.asked).double().mean()),
            "symbols": float((right / batch.asked).double().mean()),
        }
