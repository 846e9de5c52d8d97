"""A live figure: a story of the reader's own, a question, and what a network looks at.

    told = Told(model, words)
    told.figure("Mary went to the garden.", "Where is Mary?", alt="…")

The page computes what `Told.ask` computes, with the model's own weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from mininet import live
from mininet.tasks.babi.encoding import Batch

# Words that name nothing: a story may have them and still not speak of what is asked.
PLAIN = frozenset(
    "a after all an and are at back before did do does down either follow following "
    "from go he how in inside is it longer many maybe no not of on or out she than "
    "that the then there they this to up was what where who why will with yes "
    "you".split()
)
ASKS = ("where", "what", "who", "how", "why", "is", "does")
NAMED = ("yes", "no, so it guesses", "it holds a question")


class Told:
    """A network that answers, its words, and how much fits into the figure.

    Args:
        model: `model.trace(batch)` gives logits (B, V) and what each of K looks falls
            on, (B, K, N).
        words: the words that it knows, the first of them number 1.
        sentences: the most that a story may have.
        longest: the most words of a sentence.
        across: what a look is called.
    """

    def __init__(
        self,
        model: nn.Module,
        words: Sequence[str],
        sentences: int = 10,
        longest: int = 12,
        across: str = "hop",
    ) -> None:
        self.model: Any = model
        self.words, self.across = tuple(words), across
        self.sentences, self.longest = sentences, longest
        self.number = {word: k for k, word in enumerate(words, 1)}
        names = [float(word not in PLAIN) for word in self.words]
        self.names = torch.tensor([0.0, *names])
        asks = [self.number[word] for word in ASKS if word in self.number]
        self.asks = torch.tensor(asks, dtype=torch.float)

    def batch(self, story: Tensor, question: Tensor) -> Batch:
        """One question, from words (N, J) and (1, J), 0 where there is none."""
        none = torch.zeros(1, story.shape[1])
        rows = torch.cat([none, question, story]).long()
        places = torch.arange(2, len(story) + 2)
        told = (story[:, 0] > 0).long() * places
        one, nothing = torch.tensor([1]), torch.zeros(1, len(story)).long()
        return Batch(rows, told[None], one, one, nothing, one)

    def ask(self, story: Tensor, question: Tensor) -> dict[str, Tensor]:
        """What the figure shows.

        Returns:
            `attention` (N, K); `answer`, the chance of each word (1, V - 1); and
            `named` (1, 3): whether the story names anything that the question does,
            does not, or is itself a question in part.
        """
        batch = self.batch(story, question)
        logits, looks = self.model.trace(batch)
        chances = torch.softmax(logits[0], 0)[1:]
        heard = (story.flatten().unsqueeze(1) == question[0]).any(0)
        found = (heard * self.names[question[0].long()]).amax()
        odd = (story[:, :1] == self.asks).any().float()
        named = torch.stack([found * (1 - odd), (1 - found) * (1 - odd), odd])
        return {"attention": looks[0].T, "answer": chances[None], "named": named[None]}

    def figure(self, story: str, question: str, alt: str) -> Any:
        """The figure, with a first story and question.

        Args:
            story: its sentences.
            question: one.
            alt: what the first picture shows.
        """
        typed = {word: k for word, k in self.number.items() if "," not in word}
        return live.figure(
            self.ask,
            {
                "story": live.story(
                    typed,
                    value=story,
                    sentences=self.sentences,
                    words=self.longest,
                    label="story",
                    role="write",
                ),
                "question": live.story(
                    typed,
                    value=question,
                    sentences=1,
                    words=self.longest,
                    label="question",
                    role="controller",
                ),
            },
            views=[
                live.hops(
                    "attention",
                    names="story",
                    role="read",
                    label="looks at",
                    across=self.across,
                ),
                [
                    live.symbols(
                        "answer", letters=self.words, top=4, role="read", label="says"
                    ),
                    live.symbols(
                        "named",
                        letters=NAMED,
                        role="muted",  # an aside: it must not outshine the answer
                        label="does the story name it?",
                    ),
                ],
            ],
            alt=alt,
        )
