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


ALL = {f.__name__: f for f in (addressing, gradients, gates, attention, digits, fading)}
