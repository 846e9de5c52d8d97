"""The RL-NTM: a controller whose heads move by whole cells, learned from reward.

Zaremba & Sutskever 2015, "Reinforcement Learning Neural Turing Machines". An input head
goes one cell back, stays, or goes one ahead; an output head stays, or writes a symbol
and goes on; a memory head, where there is one, moves as the input head does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mininet.models.lstm import LSTM, LSTMState
from mininet.recurrent import check_sizes
from mininet.tasks.tapes import Tapes

OPEN = 2.0  # bias of a gate at first
FORBIDDEN = 1e9  # taken off the score of a move that a head cannot make


class Machine(NamedTuple):
    """What is carried from tick to tick."""

    controller: LSTMState
    at: Tensor  # where the input head is, a cell's number, (B,)
    memory: Tensor  # a vector a cell, (B, M, K); M = 0 without a memory
    cell: Tensor  # where the memory head is, (B,)
    written: Tensor  # how many symbols the output head has written, (B,)
    past: Tensor  # the last moves, one-hot, (B, A); zeros before the first tick


class Decision(NamedTuple):
    """What the controller says at one tick, before anything moves."""

    moves: tuple[Tensor, ...]  # log chances: input (B, 3), output (B, 2), memory (B, 3)
    symbols: Tensor  # log chances of the symbol to be written, (B, K)
    expected: Tensor  # the baseline: what is still to come, (B,)


class Tick(NamedTuple):
    """One tick of a run."""

    before: Machine
    decision: Decision
    moves: Tensor  # the numbers of the moves that are made, (B, heads)


Choose = Callable[[int, tuple[Tensor, ...]], Tensor]


def likeliest(tick: int, moves: tuple[Tensor, ...]) -> Tensor:
    """The move with the largest chance, of each head: (B, heads)."""
    return torch.stack([head.argmax(1) for head in moves], 1)


def drawn(luck: Tensor) -> Choose:
    """Moves drawn by their chances.

    Args:
        luck: numbers between 0 and 1, drawn evenly, (T, B, heads).
    """

    def choose(tick: int, moves: tuple[Tensor, ...]) -> Tensor:
        """The first move up to which the chances add up to more than the number."""
        chosen = [
            (luck[tick, :, n, None] >= head.exp().cumsum(1)[:, :-1]).sum(1)
            for n, head in enumerate(moves)
        ]
        return torch.stack(chosen, 1)

    return choose


def told(moves: Tensor) -> Choose:
    """Moves that are known before, (T, B, heads)."""
    return lambda tick, _: moves[tick]


class RLNTM(nn.Module):
    """An LSTM that moves heads, and what is written where they go.

    With `direct` the controller routes: what is under the input head, and what is
    under the memory head, go to the output and to the memory through gates that the
    controller opens. Without, the controller itself says the symbol and what to keep.

    Args:
        input_size: D, what may stand on the tape: symbols, the blank, signs.
        output_size: K, the symbols; the first of what may stand on the tape.
        hidden_size: H, cells of the controller.
        direct: whether there are ways past the controller.
        memory: whether there is a memory tape.
        back: whether the input head may go back.
        sharpness: what an open gate adds to the score of the symbol that it lets by.

    Raises:
        ValueError: if a size is not a whole number of at least 1.
    """

    def __init__(
        self,
        input_size: int,
        output_size: int,
        hidden_size: int = 32,
        *,
        direct: bool = True,
        memory: bool = False,
        back: bool = True,
        sharpness: float = 10.0,
    ) -> None:
        super().__init__()
        check_sizes(
            input_size=input_size, output_size=output_size, hidden_size=hidden_size
        )
        self.input_size, self.output_size = input_size, output_size
        self.direct, self.memory, self.sharpness = direct, memory, sharpness
        self.heads = (3, 2, 3) if memory else (3, 2)
        K, kept = output_size, output_size if memory else 0
        says = 1 + 2 * memory if direct else K + kept  # gates, or symbols
        self.says = (*self.heads, says)
        self.controller = LSTM(
            input_size + kept + sum(self.heads),
            hidden_size,
            sum(self.says),
        )
        if direct:  # gates are open at first
            nn.init.constant_(self.controller.write.bias[-says:], OPEN)
        self.baseline = nn.Sequential(
            nn.Linear(hidden_size + 2, hidden_size),
            nn.Tanh(),
            nn.Linear(hidden_size, 1),
        )
        scores = torch.tensor([0.0 if back else FORBIDDEN, 0.0, 0.0])
        self.register_buffer("forbidden", scores, persistent=False)

    def start(self, tapes: Tensor) -> Machine:
        """All heads on their first cells, and nothing in the memory.

        Args:
            tapes: what stands on them, one-hot, (B, N, D). The memory is as long.
        """
        B, cells = len(tapes), tapes.shape[1] if self.memory else 0
        first = torch.zeros(B, dtype=torch.int64, device=tapes.device)
        return Machine(
            self.controller.initial_state(B),
            first,
            tapes.new_zeros(B, cells, self.output_size),
            first,
            first,
            tapes.new_zeros(B, sum(self.heads)),
        )

    def decide(
        self, tapes: Tensor, state: Machine, left: Tensor
    ) -> tuple[Decision, Machine]:
        """What it says at this tick, and the state with the memory written.

        Args:
            tapes: one-hot, (B, N, D).
            state: before the tick.
            left: how many symbols and ticks are left, (B, 2); for the baseline alone.
        """
        every, K = torch.arange(len(tapes)), self.output_size
        seen, memory = tapes[every, state.at], state.memory
        kept = memory[every, state.cell] if self.memory else seen[:, :0]
        x = torch.cat([seen, kept, state.past], 1)
        y, controller = self.controller.step(x, state.controller)
        *moves, says = y.split(self.says, 1)
        moves[0] = moves[0] - self.forbidden
        if self.direct:
            shown, gates = seen[:, :K], says.sigmoid()
            scores = self.sharpness * gates[:, :1] * shown
            if self.memory:
                scores = scores + self.sharpness * gates[:, 1:2] * kept
                new = gates[:, 2:] * shown
        else:
            scores, new = says[:, :K], says[:, K:]
        if self.memory:
            here = F.one_hot(state.cell, memory.shape[1]).to(memory.dtype)
            memory = memory + here[:, :, None] * new[:, None]
        h = torch.cat([controller.hidden.detach(), left / 10], 1)
        said = Decision(
            tuple(head.log_softmax(1) for head in moves),
            scores.log_softmax(1),
            self.baseline(h)[:, 0],
        )
        return said, state._replace(controller=controller, memory=memory)

    def move(self, state: Machine, moves: Tensor, cells: int) -> Machine:
        """Move the heads; a head that would leave its tape stays.

        Args:
            state: from `decide`.
            moves: numbers of moves, (B, heads).
            cells: N, of the input tape.
        """
        at = (state.at + moves[:, 0] - 1).clamp(0, cells - 1)
        cell = state.cell
        if self.memory:
            cell = (cell + moves[:, 2] - 1).clamp(0, state.memory.shape[1] - 1)
        past = [F.one_hot(moves[:, n], size) for n, size in enumerate(self.heads)]
        return state._replace(
            at=at,
            cell=cell,
            written=state.written + moves[:, 1],
            past=torch.cat(past, 1).to(state.past.dtype),
        )

    def run(
        self,
        tapes: Tapes,
        ticks: int,
        choose: Choose = likeliest,
        kept: Tensor | None = None,
    ) -> list[Tick]:
        """Run on a batch, for so many ticks.

        Args:
            tapes: what stands on them. What is asked for, and how long the machine may
                take, is known to the baseline alone.
            ticks: T.
            choose: which moves are made, from the tick and the log chances.
            kept: in training, what the controller's h and c are multiplied by after
                each tick, (T, B, 2H).
        """
        state, ticked = self.start(tapes.inputs), []
        for t in range(ticks):
            left = torch.stack([tapes.asked - state.written, tapes.ticks - t], 1)
            said, after = self.decide(tapes.inputs, state, left.clamp_min(0))
            if kept is not None:
                (h, c), shares = after.controller, kept[t].chunk(2, 1)
                lossy = LSTMState(h * shares[0], c * shares[1])
                after = after._replace(controller=lossy)
            moves = choose(t, said.moves)
            ticked.append(Tick(state, said, moves))
            state = self.move(after, moves, tapes.inputs.shape[1])
        return ticked
