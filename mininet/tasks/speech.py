"""Speech, or something like it: words spelt aloud as noisy frames.

A stand-in for the recordings of Chan et al. 2015. Each letter has a sound of its own,
and a word is its letters' sounds one after the other: each for a random time, running
into its neighbours, under noise, and with silence at the end. Where each letter truly
is, is known, so that attention can be held against it.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from mininet.recurrent import check_sizes
from mininet.tasks.telling import Telling

LETTERS = "adeilnopst"
END = len(LETTERS)  # the number of the end sign
BANDS = 12  # numbers in a frame
SHORTEST, LONGEST = 4, 6  # frames of a letter
# Of 300 seeds, the one whose two most alike sounds differ the most.
SOUNDS = torch.rand(len(LETTERS), BANDS, generator=torch.Generator().manual_seed(61))


class Spoken(NamedTuple):
    """B words as they are heard, and as they are spelt."""

    inputs: Tensor  # frames, (T, B, BANDS)
    targets: Tensor  # letters' numbers, then END to the last place, (L + 1, B)
    mask: Tensor  # 1 at the letters and the first END, else 0, (L + 1, B)
    where: Tensor  # 1 where a letter is heard, else 0, (L + 1, B, T)


def speak(letters: Tensor, durations: Tensor, frames: int) -> tuple[Tensor, Tensor]:
    """Words as clean frames.

    Args:
        letters: one-hot, zeros behind a word, (L, B, 10).
        durations: frames that each letter lasts, (L, B).
        frames: T, in all; what comes after the word is silence.

    Returns:
        Frames (T, B, BANDS), each mixed with its two neighbours by a quarter, and
        which letter is heard when: 1 or 0, (L, B, T).
    """
    durations = durations * letters.sum(2)
    ends = durations.cumsum(0).unsqueeze(2)
    middles = torch.arange(frames) + 0.5
    inside = (middles > ends - durations.unsqueeze(2)) & (middles < ends)
    heard = inside.to(letters.dtype)
    pure = torch.einsum("lbt,lba,ad->tbd", heard, letters, SOUNDS)
    silence = torch.zeros_like(pure[:1])
    before = torch.cat([silence, pure[:-1]])
    after = torch.cat([pure[1:], silence])
    return 0.25 * before + 0.5 * pure + 0.25 * after, heard


class Speech(Telling):
    """Listen to a word, and spell it.

    No letter stands twice in a row: two would sound like a longer one.

    Args:
        noise: its standard deviation in each band of each frame; sounds are between 0
            and 1.
        shortest: letters of the shortest word.
    """

    input_size = BANDS
    output_size = len(LETTERS) + 1
    end = END

    def __init__(self, noise: float = 0.2, shortest: int = 2) -> None:
        check_sizes(shortest=shortest)
        if not noise >= 0:
            raise ValueError(f"noise must be at least 0, got {noise}")
        self.noise = noise
        self.shortest = shortest

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Spoken:
        """Words of up to `length` random letters, each length as likely.

        Raises:
            ValueError: if `length` is below the shortest.
        """
        if length < self.shortest:
            raise ValueError(f"length must be at least {self.shortest}, got {length}")
        B, L = batch_size, length
        first = torch.randint(len(LETTERS), (1, B), generator=generator)
        onward = torch.randint(1, len(LETTERS), (L - 1, B), generator=generator)
        words = torch.cat([first, onward]).cumsum(0) % len(LETTERS)
        many = torch.randint(self.shortest, L + 1, (B,), generator=generator)
        return self.said(words, many, generator)

    def said(self, words: Tensor, many: Tensor, generator: torch.Generator) -> Spoken:
        """These words, spoken anew.

        Args:
            words: letters' numbers, (L, B).
            many: how many letters of each word count, (B,).
            generator: of the durations and the noise.
        """
        (L, B), place = words.shape, torch.arange(len(words) + 1).unsqueeze(1)
        counts = place[:-1] < many
        letters = F.one_hot(words, len(LETTERS)) * counts.unsqueeze(2)
        times = (SHORTEST, LONGEST + 1)
        durations = torch.randint(*times, (L, B), generator=generator).float()
        frames, where = speak(letters.float(), durations, LONGEST * L)
        frames = frames + self.noise * torch.randn(frames.shape, generator=generator)
        targets = torch.full((L + 1, B), END)
        targets[:-1] = torch.where(counts, words, END)
        where = torch.cat([where, torch.zeros_like(where[:1])])
        return Spoken(frames, targets, (place <= many).float(), where)
