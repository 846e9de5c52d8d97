"""Predict the next character: text, its alphabet, and two counting baselines."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from mininet.recurrent import Recurrent
from mininet.tasks import Batch


def book_pages() -> str:
    """The prose of this book's first pages, in small letters.

    A snapshot, so that a comma changed in a chapter does not change every number.
    """
    return files("mininet.tasks").joinpath("pages.txt").read_text(encoding="utf-8")


class Text:
    """Windows of a text; at each character, the task is to name the next one.

    Args:
        text: what to read.
        alphabet: the characters a model knows; those of `text` if not given.

    Raises:
        ValueError: if the text is shorter than two characters, or has a character
            that the alphabet lacks.
    """

    def __init__(self, text: str, alphabet: str | None = None) -> None:
        if len(text) < 2:
            raise ValueError(f"the text needs at least 2 characters, got {len(text)}")
        self.text = text
        self.alphabet = "".join(sorted(set(text))) if alphabet is None else alphabet
        self._index = {symbol: k for k, symbol in enumerate(self.alphabet)}
        self.codes = self.encode(text)

    def encode(self, text: str) -> Tensor:
        """Characters to their numbers in the alphabet, (T,) of int64."""
        unknown = sorted(set(text) - set(self.alphabet))
        if unknown:
            raise ValueError(
                f"the text has {unknown[0]!r}, which the alphabet lacks; "
                f"it knows {self.alphabet!r}"
            )
        return torch.tensor([self._index[symbol] for symbol in text], dtype=torch.int64)

    def one_hot(self, codes: Tensor) -> Tensor:
        """Numbers (...) to vectors with a single 1, (..., V) in the default dtype."""
        return F.one_hot(codes, len(self.alphabet)).to(torch.get_default_dtype())

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Random windows: characters (T, B, V) in, the next ones (T, B) as targets."""
        if not 1 <= length < len(self.text):
            raise ValueError(
                f"length must be from 1 to {len(self.text) - 1}, one less than the "
                f"text has, got {length}"
            )
        starts = torch.randint(
            len(self.codes) - length, (batch_size,), generator=generator
        )
        window = self.codes[starts + torch.arange(length + 1).unsqueeze(1)]
        mask = torch.ones(length, batch_size)
        return Batch(self.one_hot(window[:-1]), window[1:], mask)

    def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
        """Mean surprise at the true next character, in nats."""
        return F.cross_entropy(outputs.flatten(0, 1), batch.targets.flatten())

    def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
        """Surprise in bits a character, and the share of characters guessed right."""
        right = (outputs.argmax(-1) == batch.targets).double().mean()
        bits = self.loss(outputs, batch) / np.log(2)
        return {"bits": float(bits), "right": float(right)}


def split(text: str, every: int = 10) -> tuple[Text, Text]:
    """Hold out every tenth paragraph (line): the rest to learn from, and those.

    Raises:
        ValueError: if there are too few paragraphs to hold one out.
    """
    paragraphs = text.splitlines(keepends=True)
    if every < 2 or len(paragraphs) < every:
        raise ValueError(
            f"to hold out one paragraph in {every}, the text needs at least "
            f"{max(2, every)}, got {len(paragraphs)}"
        )
    held_out = paragraphs[every - 1 :: every]
    del paragraphs[every - 1 :: every]
    alphabet = "".join(sorted(set(text)))
    return Text("".join(paragraphs), alphabet), Text("".join(held_out), alphabet)


def surprise(model: Recurrent[Any], task: Text) -> NDArray[np.float64]:
    """Bits of surprise at every character but the first of the text, (T - 1,)."""
    with torch.no_grad():
        outputs = model(task.one_hot(task.codes[:-1]).unsqueeze(1))[:, 0]
        nats = F.cross_entropy(outputs, task.codes[1:], reduction="none")
    return np.asarray(nats.double() / np.log(2))


def letter_bits(train: Text, test: Text) -> float:
    """Bits a character of a model that knows only how often each character comes."""
    counts = torch.bincount(train.codes, minlength=len(train.alphabet)) + 1.0
    return float(-(counts / counts.sum()).log2()[test.codes[1:]].mean())


def pair_bits(train: Text, test: Text) -> float:
    """Bits a character of a model that counts which character follows which."""
    size = len(train.alphabet)
    pairs = train.codes[:-1] * size + train.codes[1:]
    counts = torch.bincount(pairs, minlength=size * size).view(size, size) + 0.1
    chances = counts / counts.sum(1, keepdim=True)
    return float(-chances[test.codes[:-1], test.codes[1:]].log2().mean())


def write(
    model: Recurrent[Any],
    task: Text,
    start: str,
    length: int,
    temperature: float = 1.0,
    seed: int = 0,
) -> str:
    """Let a model write: feed each character it draws back as the next input.

    Args:
        start: the characters it reads first; at least one.
        length: how many characters it then writes.
        temperature: above 0; below 1 it keeps to its first guesses, above 1 it dares.

    Raises:
        ValueError: if `start` is empty or unknown, or the temperature is not above 0.
    """
    if not start:
        raise ValueError("start needs at least one character to read, got none")
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, got {temperature}")
    generator = torch.Generator().manual_seed(seed)
    written = task.encode(start).tolist()
    state = model.initial_state(1)
    with torch.no_grad():
        for t in range(len(start) + length - 1):
            x = task.one_hot(torch.tensor([written[t]]))
            y, state = model.step(x, state)
            if t >= len(start) - 1:
                chances = torch.softmax(y[0] / temperature, dim=0)
                written.append(int(torch.multinomial(chances, 1, generator=generator)))
    return "".join(task.alphabet[code] for code in written)
