"""The figures that the tests drive: one of each kind of view and control."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mininet import live
from mininet.models.lstm import LSTM, LSTMState

SLOTS, WIDTH = 8, 6


def address(
    memory: Tensor,
    before: Tensor,
    key: Tensor,
    strength: Tensor,
    gate: Tensor,
    move: Tensor,
    sharpness: Tensor,
) -> dict[str, Tensor]:
    """Where an NTM head looks: content, interpolation, shift, sharpening."""
    alike = torch.cosine_similarity(memory, key[None], dim=1, eps=1e-8)
    content = torch.softmax(strength * alike, dim=0)
    gated = gate * content + (1 - gate) * before
    back, ahead = torch.relu(-move), torch.relu(move)
    shifted = back * gated.roll(-1) + (1 - back - ahead) * gated + ahead * gated.roll(1)
    powers = shifted**sharpness
    weights = powers / (powers.sum() + 1e-16)
    return {
        "content": content,
        "gated": gated,
        "shifted": shifted,
        "weights": weights,
        "read": weights @ memory,
    }


def addressing() -> Any:
    torch.manual_seed(3)
    memory = torch.randn(SLOTS, WIDTH).clamp(-1.5, 1.5)
    key = (memory[2] * 0.8).clamp(-1, 1)
    place = {"axis": "slot", "names": range(1, SLOTS + 1)}
    return live.figure(
        address,
        inputs={
            "memory": live.constant(memory),
            "before": live.constant(torch.eye(SLOTS)[6]),
            "key": live.vector(key, min=-1, max=1, label="key k", role="content"),
            "strength": live.slider(0, 20, value=6, label="strength β", role="content"),
            "gate": live.slider(0, 1, value=0.9, label="gate g", role="controller"),
            "move": live.slider(-1, 1, value=0.6, label="shift s", role="location"),
            "sharpness": live.slider(1, 10, value=3, label="sharpening γ", role="read"),
        },
        views=[
            [
                live.heatmap("memory", label="memory", max=1.5, **place),
                live.bars("content", role="content", label="found by content", **place),
                live.bars(
                    "gated", role="controller", label="mixed with before", **place
                ),
                live.bars("shifted", role="location", label="shifted", **place),
                live.bars("weights", role="read", label="sharpened", **place),
            ]
        ],
        goal=live.goal(lambda weights: weights[4], at_least=0.9, label="read slot 5"),
        alt="A memory of eight slots, and beside it attention over the slots after "
        "each stage of addressing.",
        most_controls=5,
    )


torch.manual_seed(1)
RECURRENT = torch.linalg.qr(torch.randn(16, 16))[0]
DRIVE = 0.3 * torch.randn(40, 16)


def gradient_norms(scale: Tensor, drive: Tensor) -> dict[str, Tensor]:
    """How much of the gradient is left after each distance, in a tanh network."""
    weights = scale * RECURRENT
    hidden, slopes = torch.zeros(16), []
    for x in drive * DRIVE:
        hidden = torch.tanh(weights @ hidden + x)
        slopes.append(1 - hidden**2)
    jacobian, norms = torch.eye(16), []
    for slope in reversed(slopes):
        norms.append(torch.linalg.vector_norm(jacobian) / 4)
        jacobian = jacobian @ (slope[:, None] * weights)
    return {"norms": torch.stack(norms)}


def gradients() -> Any:
    return live.figure(
        gradient_norms,
        inputs={
            "scale": live.slider(
                0.5, 1.5, value=0.8, label="recurrent scale", role="controller"
            ),
            "drive": live.slider(0, 3, value=1, label="input size"),
        },
        views=[
            live.lines(
                "norms",
                roles=["error"],
                log=True,
                min=1e-6,
                max=1e3,
                reference=1,
                label="gradient left, ‖∂h[T]/∂h[t]‖ / ‖∂h[T]/∂h[T]‖",
                across="distance T − t, steps",
                axis="distance",
            )
        ],
        alt="The gradient's norm falls over distance.",
    )


torch.manual_seed(0)
MODEL = LSTM(3, 6, 1)


def lstm_step(x: Tensor, hidden: Tensor, cell: Tensor) -> dict[str, Tensor]:
    """One step of the LSTM, and what its gates decided."""
    gates = MODEL.gates(x[None], hidden)
    _, state = MODEL.step(x[None], LSTMState(hidden, cell))
    return {
        "forget": gates.forget,
        "input": gates.input,
        "output": gates.output,
        "kept": state.cell,
        "shown": state.hidden,
    }


def gates() -> Any:
    rows = {"time": True, "height": 66, "axis": "cell"}
    return live.figure(
        lstm_step,
        inputs={
            "x": live.sequence("abc", value="abacabc", max_length=24, label="sequence"),
            "hidden": live.constant(torch.zeros(1, 6)),
            "cell": live.constant(torch.zeros(1, 6)),
        },
        state={"shown": "hidden", "kept": "cell"},
        first_step=3,
        views=[
            live.tape("x", role="read", label="reads", axis="step"),
            live.heatmap("forget", role="controller", label="forget gate", **rows),
            live.heatmap("input", role="write", label="input gate", **rows),
            live.heatmap("kept", label="cell", max=0.5, **rows),
            live.heatmap("shown", label="shown", max=0.5, **rows),
        ],
        alt="An LSTM's gates over a sequence.",
    )


def attend(words: Tensor, heat: Tensor, style: Tensor) -> dict[str, Tensor]:
    """A small self-attention, to show arrows, a table, a choice and text."""
    scores = words @ torch.tensor([[0.0, 2.0, 1.0], [1.0, 0.0, 0.5], [0.2, 1.0, 0.0]])
    scores = scores @ words.T * style[0] + style[1] * torch.eye(5)
    weights = torch.softmax(scores / heat, dim=1)
    return {
        "weights": weights,
        "largest": weights.max(),
        "first": weights[0],
        "curve": torch.linspace(0, 1, 5) * heat,
        "inverse": 1 / (heat + 1),
    }


def attention() -> Any:
    return live.figure(
        attend,
        inputs={
            "words": live.sequence("xyz", value="xyzzy", max_length=5, label="words"),
            "heat": live.slider(0.1, 10, value=1, label="temperature", log=True),
            "style": live.choice({"others": [1, 0], "itself": [0, 3]}, label="prefers"),
        },
        views=[
            live.tape("words", role="read", label="typed", attention="first"),
            [
                live.arrows(
                    "weights",
                    role="read",
                    label="attends",
                    source="words",
                    target="words",
                ),
                live.table(
                    "weights",
                    label="weights",
                    names=list("abcde"),
                    columns=list("vwxyz"),
                ),
            ],
            [
                live.bars("first", role="content", label="of the first", upright=True),
                live.lines(
                    ["curve", "first"],
                    roles=["read", "error"],
                    across="place",
                    labels=["up", "first word"],
                    min=0,
                    max=2,
                ),
            ],
            live.text("The largest weight is {largest:2}, in {words}."),
        ],
        alt="Arrows of attention between five symbols.",
    )


def divide(number: Tensor, parts: Tensor) -> dict[str, Tensor]:
    """A number's bits, the largest first, and its bits in each of a few parts."""
    return {
        "bits": number.flip(0),
        "ones": number.sum(),
        "parts": number.reshape(4, 16).sum(1) * parts,
    }


def digits() -> Any:
    return live.figure(
        divide,
        inputs={
            "number": live.whole(2**63 + 5, bits=64, label="number", role="write"),
            "parts": live.slider(0, 1, value=1, label="weight"),
        },
        views=[
            live.heatmap("bits", role="write", label="its bits"),
            live.bars("parts", role="read", label="ones in each part", max=16),
            live.text("{number} has {ones:0} ones."),
        ],
        alt="The 64 bits of a number.",
    )


def fade(kept: Tensor, rate: Tensor) -> dict[str, Tensor]:
    """What is left after one more step."""
    return {"left": kept * rate, "rows": torch.stack([kept * rate, 1 - kept * rate])}


def fading() -> Any:
    return live.figure(
        fade,
        inputs={
            "kept": live.constant(1.0),
            "rate": live.slider(0.01, 1, value=0.95, label="kept a step", log=True),
        },
        state={"left": "kept"},
        steps=4,
        first_step=0,
        views=[
            live.heatmap("rows", time=True, label="left, gone", names=["left", "gone"]),
            live.lines(
                "left",
                roles=["read"],
                labels=["what is left"],
                across="step",
                label="left",
                min=0,
                max=1,
                time=True,
            ),
        ],
        goal=live.goal(lambda left: left, label="keep nine tenths", at_least=0.9),
        alt="What is left falls from step to step.",
    )


DEPTH = 6


def neural_stack(
    action: Tensor, values: Tensor, strengths: Tensor, place: Tensor
) -> dict[str, Tensor]:
    """One step of a neural stack (Grefenstette et al. 2015, eqs. 1 to 3)."""
    push, pop, symbol = action[0], action[1], action[2:]
    above = strengths.flip(0).cumsum(0).flip(0) - strengths
    strengths = torch.relu(strengths - torch.relu(pop - above)) + push * place
    values = values + place[:, None] * symbol
    above = strengths.flip(0).cumsum(0).flip(0) - strengths
    read = torch.minimum(strengths, torch.relu(1 - above))
    return {
        "values": values,
        "strengths": strengths,
        "place": place.roll(1),
        "read": read,
        "answer": read @ values,
        "pushed": push * symbol,
        "popped": pop,
    }


def stacking() -> Any:
    letters = {"letters": "abc", "role": "write"}
    return live.figure(
        neural_stack,
        inputs={
            "action": live.actions(
                {
                    "push": live.slider(0, 1, value=1, label="push", role="write"),
                    "pop": live.slider(0, 1, value=0, label="pop", role="error"),
                    "symbol": live.choice("abc", label="symbol", role="write"),
                },
                value=[
                    {"symbol": "a"},
                    {"symbol": "b", "push": 0.6},
                    {"symbol": "c", "push": 0.7, "pop": 0.2},
                ],
                max_steps=DEPTH,
                label="next step",
                button="push and pop",
            ),
            "values": live.constant(torch.zeros(DEPTH, 3)),
            "strengths": live.constant(torch.zeros(DEPTH)),
            "place": live.constant(torch.eye(DEPTH)[0]),
        },
        state={"values": "values", "strengths": "strengths", "place": "place"},
        views=[
            live.symbols("pushed", label="pushes", time=True, **letters),
            live.heatmap("popped", role="error", label="pops", time=True, height=26),
            live.stack(
                "values",
                strengths="strengths",
                read="read",
                label="stack",
                time=True,
                **letters,
            ),
            live.symbols(
                "answer", label="reads", time=True, letters="abc", role="read"
            ),
            live.stack(
                "values", strengths="strengths", read="read", label="now", **letters
            ),
        ],
        alt="A stack with a, some b and some c; the read takes the c and some b.",
    )


def stack_rnn(action: Tensor, cells: Tensor, full: Tensor) -> dict[str, Tensor]:
    """One step of a continuous stack (Joulin and Mikolov 2015, eqs. 3 and 5)."""
    push, pop, stay, value = action[0], action[1], action[2], action[3]
    below = torch.cat([cells[1:], torch.zeros(1)])
    above = torch.cat([value[None], cells[:-1]])
    cells = push * above + pop * below + stay * cells
    fuller = torch.cat([torch.ones(1), full[:-1]])
    full = push * fuller + pop * torch.cat([full[1:], torch.zeros(1)]) + stay * full
    return {
        "cells": cells,
        "full": full,
        "rows": cells.flip(0)[:, None],
        "strengths": full.flip(0),
        "chances": torch.softmax(4 * torch.stack([cells[0], -cells[0]]), 0),
    }


def running_on() -> Any:
    return live.figure(
        stack_rnn,
        inputs={
            "action": live.sequence(
                {
                    "(": [1.0, 0, 0, 1],
                    ")": [0, 1, 0, 0],
                    "?": [0.4, 0.4, 0.2, -1],
                    ".": [0, 0.75, 0.25, 0],
                },
                value="((?(",
                max_length=8,
                more=4,
                blank=".",
                label="brackets",
            ),
            "cells": live.constant(torch.zeros(DEPTH)),
            "full": live.constant(torch.zeros(DEPTH)),
        },
        state={"cells": "cells", "full": "full"},
        first_step=3,
        views=[
            live.tape("action", role="read", label="reads"),
            live.symbols(
                "chances", letters="+-", top=2, role="target", label="sign", time=True
            ),
            live.stack("rows", strengths="strengths", role="write", label="stack"),
        ],
        alt="A stack with three full places and a part of a fourth.",
    )


WORDS = "mary john went took dropped to the garden kitchen milk where is".split()


def remember(story: Tensor, question: Tensor, strength: Tensor) -> dict[str, Tensor]:
    """Two hops of attention over sentences, by the words they share."""
    sentences = story.sum(1)  # bags of words, (S, V)
    there = (sentences.sum(1) > 0).float()
    query, looks = question.sum(0), []
    for _ in range(2):
        weights = torch.exp(strength * torch.tanh(sentences @ query / 4)) * there
        looks.append(weights / weights.sum())
        query = query + looks[-1] @ sentences
    return {"attention": torch.stack(looks, 1), "numbers": there}


def remembering() -> Any:
    return live.figure(
        remember,
        inputs={
            "story": live.story(
                WORDS,
                value="Mary went to the garden.\nJohn took the milk.\n"
                "John went to the kitchen.",
                sentences=5,
                words=6,
                label="story",
                role="write",
            ),
            "question": live.sequence(
                WORDS, value="where is milk", max_length=5, label="question"
            ),
            "strength": live.slider(0, 20, value=8, label="sharpness", role="content"),
        },
        views=[
            live.hops("attention", names="story", role="read", label="looks at"),
        ],
        alt="Two hops of attention over three sentences: first on the milk.",
    )


def select(sales: Tensor, least: Tensor) -> dict[str, Tensor]:
    """Rows with a price above a limit, softly, and their sum."""
    chosen = torch.sigmoid(2 * (sales[:, 1] - least))
    return {"table": sales * 1, "chosen": chosen, "total": (chosen * sales[:, 0]).sum()}


def selecting() -> Any:
    names = {"names": ["tea", "jam", "rice", "salt"], "columns": ["pieces", "price"]}
    return live.figure(
        select,
        inputs={
            "sales": live.matrix(
                [[3, 12.5], [5, 4], [2, 9], [8, 1]],
                min=0,
                max=99,
                label="sales",
                role="write",
                **names,
            ),
            "least": live.slider(0, 20, value=8, label="price above", role="read"),
        },
        views=[
            live.table(
                "table", selected="chosen", role="read", label="selected", **names
            ),
            live.text("{total:1} pieces cost more than {least:1}."),
        ],
        alt="A table of four rows; tea and rice are marked.",
    )


def glimpse(image: Tensor, across: Tensor, down: Tensor) -> dict[str, Tensor]:
    """Attention over a picture, a bell around one place."""
    places = torch.arange(6).float()
    bell = lambda at: torch.softmax(-((places - at) ** 2), 0)  # noqa: E731
    return {"glimpse": bell(down)[:, None] * bell(across)[None]}


def looking() -> Any:
    y, x = torch.meshgrid(*[torch.linspace(-1, 1, 12)] * 2, indexing="ij")
    sun = ((x - 0.4) ** 2 + (y + 0.4) ** 2 < 0.15).float()
    grass = (y > 0.4).float()
    image = torch.stack([sun + 0.1, 0.8 * sun + 0.6 * grass + 0.2, 1 - sun - grass], 2)
    return live.figure(
        glimpse,
        inputs={
            "image": live.constant(image),
            "across": live.slider(0, 5, value=3.5, label="across", role="location"),
            "down": live.slider(0, 5, value=1.5, label="down", role="location"),
        },
        views=[
            [
                live.picture("image", label="picture"),
                live.picture("image", attention="glimpse", role="read", label="looks"),
            ]
        ],
        alt="A sun over grass, and the same with attention on the sun.",
    )


MADE = (addressing, gradients, gates, attention, digits, fading, stacking, running_on)
MADE += (remembering, selecting, looking)
ALL = {f.__name__: f for f in MADE}
