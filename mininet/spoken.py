"""A live figure: a sentence of the reader's own, its translation, and where it looked.

    spoken = Spoken(model, longest=12)
    spoken.figure("the dog saw my cat", word=2, alt="…")

The page computes what `Spoken.speak` computes, with the model's own weights.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mininet import live
from mininet.models.attention import END, Translator
from mininet.tasks.translation import NUMBER_OF_ENGLISH, TARGET_WORDS

A_ROW = 5  # words of the translation
SHOWN = TARGET_WORDS[1:]  # all but the 0 of no word


class Spoken:
    """A translator, and how long a sentence may be in the figure.

    Args:
        model: it reads English and says Orlic.
        longest: words of the sentence.
    """

    def __init__(self, model: Translator, longest: int = 12) -> None:
        self.model, self.longest = model, longest

    def speak(self, sentence: Tensor, word: Tensor) -> dict[str, Tensor]:
        """What the figure shows.

        Args:
            sentence: numbers of English words, 0 after the last, (longest,).
            word: which word of the translation to look into, from 1; beyond the end it
                is the last.

        Returns:
            `row1`, `row2`, …: the words of the translation, one-hot, and `here1`,
            `here2`, …: which of them is looked into; `looks` (longest, 1): what the
            network looked at before it said this word; `says` (1, V - 1): the chance of
            each word at this place.
        """
        read = self.model.read(sentence.unsqueeze(0).long())
        state, last = self.model.start(read), torch.tensor([0])
        going, found = torch.ones_like(last), []
        for _ in range(self.longest + 1):
            logits, state, weights = self.model.say(last, state, read)
            last = logits.argmax(-1) * going
            going = going * (last != END)
            said = F.one_hot(last[0], len(TARGET_WORDS))[1:].float()
            found.append((said, weights[0], torch.softmax(logits[0], 0)[1:]))
        said, looks, chances = (torch.stack(part) for part in zip(*found, strict=True))
        word = torch.minimum(word, said.sum())  # after the end, the last word
        here = (torch.arange(1, len(said) + 1) == word).float()
        rows = {f"row{k}": row for k, row in enumerate(said.split(A_ROW), 1)}
        marks = {f"here{k}": each for k, each in enumerate(here.split(A_ROW), 1)}
        return {
            **rows,
            **marks,
            "looks": (here @ looks)[:, None],
            "says": (here @ chances)[None],
        }

    def figure(self, sentence: str, word: int, alt: str) -> Any:
        """The figure, with a first sentence and word.

        Args:
            sentence: English words with spaces between them.
            word: which word of the translation is looked into, from 1.
            alt: what the first picture shows.
        """
        english = {name: float(k) for name, k in NUMBER_OF_ENGLISH.items() if name}
        starts = range(1, self.longest + 2, A_ROW)
        ends = [min(start + A_ROW - 1, self.longest + 1) for start in starts]
        return live.figure(
            self.speak,
            {
                "sentence": live.sequence(
                    english,
                    value=sentence,
                    max_length=self.longest,
                    label="in English",
                    role="write",
                ),
                "word": live.slider(
                    1,
                    self.longest + 1,
                    value=word,
                    step=1,
                    label="word of the translation",
                    role="read",
                ),
            },
            views=[
                *(
                    live.symbols(
                        f"row{k}",
                        letters=SHOWN,
                        role="write",
                        label=f"in Orlic, words {start} to {end}",
                        axis="word" if k == 1 else f"word {start - 1} +",
                        marked=f"here{k}",
                    )
                    for k, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
                ),
                [
                    live.hops(
                        "looks",
                        names="sentence",
                        role="read",
                        label="before the marked word it looks at",
                        across="look",
                        axis="English word",
                    ),
                    live.symbols(
                        "says", letters=SHOWN, top=3, role="write", label="and says"
                    ),
                ],
            ],
            alt=alt,
        )
