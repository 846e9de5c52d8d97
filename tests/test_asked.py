"""What the pages say of a story told to a figure, asked of the network behind it."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from mininet import checkpoints, results
from mininet.models.dynamic_memory import DMNPlus
from mininet.models.memory_network import EmptyPlaces
from mininet.stories import Told
from mininet.tasks.babi.encoding import Vocabulary


class Answer(NamedTuple):
    """What a network says to a question."""

    word: str
    chance: float
    second: str
    looks: list[list[float]]  # of each sentence, one for each hop or pass
    named: bool  # whether the story names what is asked for


@cache
def memory_network() -> Told:
    """The network of chapter 10, as its figure has it."""
    reader = EmptyPlaces(176, size=50).eval()
    about = checkpoints.load(reader, "memory-network")
    reader.times.data = reader.times.data[:10]
    return Told(reader, about["words"])


@cache
def dynamic_memory() -> Told:
    """The network of chapter 11."""
    weights = results.FOLDER / "dynamic-memory-watched.safetensors"
    words = Vocabulary(checkpoints.told(weights.read_bytes())["words"])
    watched = DMNPlus(len(words), 32, passes=2).eval()
    checkpoints.load(watched, "dynamic-memory-watched")
    return Told(watched, words.words, longest=8, across="pass")


def sentences(text: str) -> list[str]:
    return [one for one in re.split(r"[.?]\s*", text.strip()) if one]


def as_typed(told: Told, text: str, most: int) -> Tensor:
    rows = torch.zeros(most, told.longest)
    for k, sentence in enumerate(sentences(text)):
        for j, word in enumerate(sentence.split()):
            rows[k, j] = told.number.get(word.lower(), 0) or told.number[word]
    return rows


def ask(told: Told, story: str, question: str) -> Answer:
    typed = as_typed(told, story, told.sentences), as_typed(told, question, 1)
    with torch.no_grad():
        shown = told.ask(*typed)
    chance, place = shown["answer"][0].sort(descending=True)
    looks = shown["attention"][: len(sentences(story))].tolist()
    first, second = (told.words[int(k)] for k in place[:2])
    return Answer(first, chance[0].item(), second, looks, bool(shown["named"][0, 0]))


# ---- Chapter 10 ----

MILK = "Where is the milk?"
TEN = (
    "Mary went to the kitchen. Mary took the milk there. John moved to the office. "
    "Sandra went to the hallway. Mary travelled to the garden. John went to the "
    "bathroom. Sandra journeyed to the bedroom."
)


def test_two_hops_find_where_the_milk_was_taken_and_the_third_where_mary_went() -> None:
    seen = ask(memory_network(), TEN, MILK)
    assert seen.word == "garden" and seen.chance > 0.9
    assert min(seen.looks[1][:2]) > 0.9 and seen.looks[4][2] > 0.9


def test_john_in_the_kitchen_changes_nothing_for_the_milk() -> None:
    seen = ask(memory_network(), TEN + " John went to the kitchen.", MILK)
    assert seen.word == "garden" and seen.chance > 0.9


def test_where_mary_dropped_it_two_hops_look_and_the_answer_is_the_kitchen() -> None:
    dropped = TEN.replace("Mary travelled", "Mary dropped the milk. Mary travelled")
    seen = ask(memory_network(), dropped, MILK)
    assert seen.word == "kitchen" and min(seen.looks[4][:2]) > 0.9


def test_of_the_football_it_says_bedroom_and_is_sure_though_nobody_named_it() -> None:
    seen = ask(memory_network(), TEN, "Where is the football?")
    assert seen.word == "bedroom" and seen.chance > 0.95 and not seen.named


def test_asked_for_sandra_all_three_hops_look_at_one_sentence() -> None:
    seen = ask(memory_network(), TEN, "Where is Sandra?")
    assert seen.word == "bedroom" and min(seen.looks[-1]) > 0.9


def test_asked_whether_mary_is_in_the_office_the_first_hop_finds_nothing() -> None:
    seen = ask(memory_network(), TEN, "Is Mary in the office?")
    first = [look[0] for look in seen.looks]
    assert max(first) < 0.3 and sum(first) < 0.7  # the rest is on empty places


DRAWN = (
    "Mary took the milk. John went to the hallway. Mary went to the office. Mary went "
    "to the garden. John took the apple."
)


def test_the_story_of_the_drawing_makes_it_hesitate_because_of_the_office() -> None:
    seen = ask(memory_network(), DRAWN, MILK)
    assert {seen.word, seen.second} == {"office", "garden"} and seen.chance < 0.8
    without = ask(
        memory_network(), DRAWN.replace("Mary went to the office. ", ""), MILK
    )
    assert without.word == "garden" and without.chance > 0.9


# ---- Chapter 11 ----

ELEVEN = (
    "Mary got the milk there. John went to the office. Mary went to the kitchen. "
    "Sandra got the apple there. Mary went to the garden. Sandra went to the hallway."
)


def test_the_first_pass_finds_the_milk_and_the_second_where_mary_went() -> None:
    seen = ask(dynamic_memory(), ELEVEN, MILK)
    assert seen.word == "garden" and seen.looks[0][0] > 0.9 < seen.looks[4][1]


def test_where_mary_has_dropped_it_her_last_move_no_longer_counts() -> None:
    story = ELEVEN + " Mary dropped the milk. Mary went to the bedroom."
    seen = ask(dynamic_memory(), story, MILK)
    assert seen.word == "garden" and seen.looks[6][0] > 0.9
    assert seen.looks[4][1] > 0.8 and seen.looks[7][1] < 0.1


def test_when_john_gets_the_milk_and_goes_it_is_where_he_went() -> None:
    story = ELEVEN + (
        " Mary dropped the milk. John went to the garden. John got the milk there. "
        "John went to the hallway."
    )
    seen = ask(dynamic_memory(), story, MILK)
    assert seen.word == "hallway" and seen.looks[8][0] > 0.9 < seen.looks[9][1]


def test_of_daniel_whom_nobody_named_it_says_a_place_as_surely_as_ever() -> None:
    seen = ask(dynamic_memory(), ELEVEN, "Where is Daniel?")
    assert not seen.named and seen.chance > 0.95
    second = [look[1] for look in seen.looks]
    assert second.index(max(second)) in (1, 2, 4, 5)  # somebody else's move
