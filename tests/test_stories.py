"""A story of the reader's own, asked in a live figure."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from mininet.models.memory_network import MemN2N
from mininet.stories import NAMED, Told
from mininet.tasks.babi.encoding import Vocabulary, encode
from mininet.tasks.babi.stories import Question

STORY = ("Mary went to the garden.", "John took the milk there.")
ASKED = [Question(STORY, "Where is the milk?", "garden", (1, 0))]
WORDS = Vocabulary.of(ASKED)


@pytest.fixture
def told() -> Told:
    torch.manual_seed(0)
    return Told(MemN2N(len(WORDS), size=8).eval(), WORDS.words, sentences=4, longest=6)


def as_typed(told: Told, *sentences: str, most: int) -> torch.Tensor:
    rows = torch.zeros(most, told.longest)
    for k, sentence in enumerate(sentences):
        codes = WORDS.numbers(sentence)
        rows[k, : len(codes)] = torch.tensor(codes).float()
    return rows


def shown(told: Told, *story: str, question: str = "Where is the milk?") -> Any:
    typed = as_typed(told, *story, most=told.sentences)
    return told.ask(typed, as_typed(told, question, most=1))


def test_the_figure_asks_what_a_batch_asks(told: Told) -> None:
    found = shown(told, *STORY)
    logits, looks = told.model.trace(encode(ASKED, WORDS))
    assert torch.allclose(found["answer"], logits.softmax(-1)[:, 1:], atol=1e-6)
    assert torch.allclose(found["attention"][:2], looks[0].T, atol=1e-6)
    assert found["attention"][2:].abs().sum() == 0  # where no sentence is


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (STORY, NAMED[0]),
        (("Mary went to the garden.",), NAMED[1]),
        (("Where is the milk?", "John took the milk."), NAMED[2]),
        ((), NAMED[1]),
    ],
)
def test_what_the_story_does_not_name_is_a_guess(
    told: Told, story: tuple[str, ...], said: str
) -> None:
    named = shown(told, *story)["named"][0]
    assert named.tolist() == [float(each == said) for each in NAMED]


def test_a_story_of_nothing_still_has_an_answer(told: Told) -> None:
    found = shown(told)
    assert torch.isfinite(found["answer"]).all()
    assert found["attention"].abs().sum() == 0


def test_the_page_can_compute_it(told: Told) -> None:
    figure = told.figure("\n".join(STORY), "Where is the milk?", "Two sentences.")
    assert figure is not None
