"""The first figure of the RL-NTM: letters reversed, tick by tick."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from mininet import live
from mininet.learning.schedules import generator
from mininet.live.inputs import Input
from mininet.live.views import View
from mininet.models.lstm import LSTMState
from mininet.models.rl_ntm import RLNTM, Machine

LETTERS = "abcdefghij"
MOST = 8  # letters
TICKS = 22
DRAWS = 8
CELLS = MOST + 1  # one blank at least
STATE = ("hidden", "cell", "at", "past", "written", "memory", "kept_at", "clock")
FED_BACK = dict(zip(STATE, STATE, strict=True))
DICE = torch.rand(DRAWS, TICKS, 3, generator=generator(0, "figure"))
MOVES = ("back", "stay", "on")


def inputs(model: RLNTM, value: str) -> dict[str, Input]:
    """What the reader sets, and a machine before its first tick.

    Args:
        model: its sizes count.
        value: letters with spaces between them.
    """
    numbers = {letter: float(n) for n, letter in enumerate(LETTERS, start=1)}
    start = model.start(torch.zeros(1, CELLS, model.input_size))
    parts = (
        *start.controller,
        start.at.float(),
        start.past,
        start.written.float(),
        start.memory,
        start.cell.float(),
        torch.eye(TICKS)[0],
    )
    return {
        "letters": live.story(
            numbers, value=value, sentences=1, words=MOST, label="letters"
        ),
        "drawn": live.choice(
            {"the likeliest": 0.0, "drawn": 1.0}, value="the likeliest", label="moves"
        ),
        "luck": live.slider(1, DRAWS, value=1, step=1, label="which draw"),
        "wildness": live.slider(0.5, 4, value=1, step=0.1, label="wildness"),
        **{k: live.constant(part) for k, part in zip(STATE, parts, strict=True)},
    }


def views(memory: bool = False) -> list[View | list[View]]:
    """Tapes and heads over time, and the chances of the moves at one tick."""
    cells = [str(n) for n in range(1, CELLS + 1)]
    names: dict[str, Sequence[str]] = {"input": MOVES, "output": ("stay", "write")}
    if memory:
        names["memory"] = MOVES
    heads = [
        live.bars(
            f"{head} move",
            role="controller",
            label=f"{head} head",
            axis=f"move of the {head} head",
            names=each,
        )
        for head, each in names.items()
    ]
    return [
        live.symbols(
            "tape",
            role="read",
            label="input tape, and the letter under the head",
            letters=[*LETTERS, "_"],
            axis="cell",
        ),
        live.heatmap(
            "head",
            role="read",
            label="cell of the input head",
            axis="cell",
            names=cells,
            time=True,
            height=150,
        ),
        *(
            [
                live.heatmap(
                    "memory_head",
                    role="location",
                    label="cell of the memory head",
                    axis="memory cell",
                    names=cells,
                    time=True,
                    height=150,
                )
            ]
            if memory
            else []
        ),
        live.symbols(
            "writes", role="write", label="writes", letters=LETTERS, time=True
        ),
        heads[:2],
        *([heads[2:]] if memory else []),
    ]


def ticker(model: RLNTM) -> Callable[..., dict[str, Tensor]]:
    """A function for a figure: one tick of a machine."""
    heads, K = len(model.heads), len(LETTERS)

    def tick(**given: Tensor) -> dict[str, Tensor]:
        """Decide, choose, move; nothing more is shown when all is written."""
        numbers = F.pad(given["letters"][0], (0, 1))  # 0 where there is no letter
        asked = (numbers > 0).float().sum()
        number = torch.where(numbers > 0, numbers - 1, float(K))
        tape = (number[:, None] == torch.arange(K + 1)).float()
        state = Machine(
            LSTMState(given["hidden"], given["cell"]),
            given["at"].long(),
            given["memory"],
            given["kept_at"].long(),
            given["written"].long(),
            given["past"],
        )
        said, after = model.decide(tape[None], state, torch.zeros(1, 2))
        chances = [(head[0] / given["wildness"]).softmax(0) for head in said.moves]
        dice = given["clock"] @ DICE[given["luck"].long() - 1, :, :heads]
        drawn = [
            (number >= each.cumsum(0)[:-1]).sum()
            for number, each in zip(dice, chances, strict=True)
        ]
        likely = torch.stack([each.argmax() for each in chances])
        moves = torch.where(given["drawn"] > 0, torch.stack(drawn), likely)
        moved = model.move(after, moves[None], CELLS)
        going = (given["written"][0] < asked).float()
        here = going * F.one_hot(state.at[0], CELLS).float()
        shown = {
            "tape": tape * (0.35 + 0.65 * here[:, None]),
            "head": here,
            "writes": going * moves[1] * said.symbols[0].exp(),
            "input move": going * chances[0],
            "output move": going * chances[1],
        }
        if model.memory:
            at = F.one_hot(state.cell[0], state.memory.shape[1])
            shown["memory_head"] = going * at.float()
            shown["memory move"] = going * chances[2]
        kept = (
            *moved.controller,
            moved.at.float(),
            moved.past,
            moved.written.float(),
            moved.memory,
            moved.cell.float(),
            given["clock"].roll(1),
        )
        return dict(zip(STATE, kept, strict=True)) | shown

    return tick
