"""A small pair of languages: English of a few words, and Orlic, made up for this book.

Sentences come from a grammar, and each has one translation, which is found by rules:

    sentence -> clauses [?]             clauses -> clause [and clauses]
    clause   -> noun phrase, verb phrase
    noun phrase -> article {adjective} noun [preposition noun phrase | that verb phrase]
    verb phrase -> sleeping verb | seeing verb, noun phrase

Each English word becomes one word of Orlic, but their order and their endings differ:

- the verb stands at the end of its clause, after its object;
- adjectives follow their noun, the last one first, and end as its class asks, -on/-an;
- a preposition follows what it belongs to;
- a verb's ending agrees with its subject, -et for one, -un for many, which English does
  not show in the past;
- what the question mark is at the end, `ka` is at the front.

So the true alignment of a word of Orlic is known: the English word whose stem it has.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Container, Iterable, Sequence
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple

import torch
from torch import Tensor

from mininet.recurrent import check_sizes

ARTICLES = {"the": "ne", "my": "mo", "your": "ti"}
ADJECTIVES = {"old": "arv", "small": "pik", "red": "rud", "quiet": "tis"}
PREPOSITIONS = {"near": "apu", "behind": "tra"}
SLEEPING = {"slept": "dorm", "sang": "kant", "fell": "kad"}
SEEING = {"saw": "vid", "followed": "seg", "heard": "od", "liked": "lub"}
VERBS = SLEEPING | SEEING
THAT, AND, ASKED = ("that", "ki"), ("and", "ve"), ("?", "ka")
ONE, MANY = 0, 1
# English one and many, stem, and class: words in -o and -i, or in -a and -e.
NOUNS = (
    ("dog", "dogs", "bar", 0),
    ("king", "kings", "rog", 0),
    ("horse", "horses", "kav", 0),
    ("cat", "cats", "mil", 1),
    ("girl", "girls", "sen", 1),
    ("bird", "birds", "pir", 1),
)
NOUN_ENDINGS = (("o", "i"), ("a", "e"))  # by class, then number
ADJECTIVE_ENDINGS = ("on", "an")  # by class
VERB_ENDINGS = ("et", "un")  # by number


class Noun(NamedTuple):
    """What must be known of an English noun."""

    orlic: str
    kind: int  # 0 or 1
    number: int  # ONE or MANY


KNOWN_NOUNS: dict[str, Noun] = {
    str(noun[number]): Noun(noun[2] + NOUN_ENDINGS[noun[3]][number], noun[3], number)
    for noun in NOUNS
    for number in (ONE, MANY)
}
ENGLISH = (
    *ARTICLES,
    *ADJECTIVES,
    *KNOWN_NOUNS,
    *PREPOSITIONS,
    *VERBS,
    THAT[0],
    AND[0],
    ASKED[0],
)
ORLIC = (
    *ARTICLES.values(),
    *(stem + end for stem in ADJECTIVES.values() for end in ADJECTIVE_ENDINGS),
    *(noun.orlic for noun in KNOWN_NOUNS.values()),
    *PREPOSITIONS.values(),
    *(stem + end for stem in VERBS.values() for end in VERB_ENDINGS),
    THAT[1],
    AND[1],
    ASKED[1],
)
END = "."  # what is said after the last word
# Words by their numbers: 0 is no word.
SOURCE_WORDS = ("", *ENGLISH)
TARGET_WORDS = ("", END, *ORLIC)
NUMBER_OF_ENGLISH = {word: number for number, word in enumerate(SOURCE_WORDS)}
NUMBER_OF_ORLIC = {word: number for number, word in enumerate(TARGET_WORDS)}

# What a part of a sentence can be made of, and how often, where lengths allow it. The
# names of words' kinds are at the end of every branch.
RULES: dict[str, tuple[tuple[float, tuple[str, ...]], ...]] = {
    "sentence": ((3, ("clauses",)), (1, ("clauses", "?"))),
    "clauses": ((2, ("clause",)), (1, ("clause", "and", "clauses"))),
    "clause": ((1, ("noun phrase", "verb phrase")),),
    "noun phrase": ((1, ("article", "described")),),
    "described": (
        (6, ("noun",)),
        (4, ("adjective", "noun")),
        (1, ("adjective", "adjective", "noun")),
        (2, ("noun", "preposition", "plain")),
        (1, ("adjective", "noun", "preposition", "plain")),
        (2, ("noun", "that", "does")),
        (1, ("adjective", "noun", "that", "does")),
    ),
    "verb phrase": ((1, ("sleeping",)), (2, ("seeing", "noun phrase"))),
    # Within a noun phrase there is no other that goes on in such a way.
    "plain": (
        (6, ("article", "noun")),
        (4, ("article", "adjective", "noun")),
        (1, ("article", "adjective", "adjective", "noun")),
    ),
    "does": ((1, ("sleeping",)), (1, ("seeing", "plain"))),
}
KINDS = {
    "article": tuple(ARTICLES),
    "adjective": tuple(ADJECTIVES),
    "noun": tuple(KNOWN_NOUNS),
    "preposition": tuple(PREPOSITIONS),
    "sleeping": tuple(SLEEPING),
    "seeing": tuple(SEEING),
    "that": ("that",),
    "and": ("and",),
    "?": ("?",),
}
SHORTEST = 3  # the dog slept


class Translated(NamedTuple):
    """A sentence in Orlic."""

    words: list[str]
    alignment: list[int]  # for each word the place of the English one with its stem


class Pairs(NamedTuple):
    """B sentences of up to N English words, and what they are in up to T of Orlic."""

    source: Tensor  # numbers of English words, 0 after the last, (B, N)
    target: Tensor  # numbers of Orlic words and the end, 0 after it, (B, T)
    alignment: Tensor  # the source's place of each word, -1 where none is, (B, T)


class _Reader:
    """Goes through an English sentence once, and writes each part in Orlic's order."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words, self.at = words, 0

    def sees(self, known: Container[str]) -> bool:
        """Whether the next word is one of these."""
        return self.at < len(self.words) and self.words[self.at] in known

    def take(self, known: Container[str], kind: str) -> int:
        """The place of the next word, which must be of a kind.

        Raises:
            ValueError: if it is another.
        """
        if not self.sees(known):
            found = [*self.words, "the end"][self.at]
            raise ValueError(
                f"after {' '.join(self.words[: self.at]) or 'the beginning'!r} comes "
                f"{kind}, not {found!r}"
            )
        self.at += 1
        return self.at - 1

    def sentence(self) -> list[tuple[str, int]]:
        """All words of Orlic, each with the place that it comes from."""
        said = self.clauses()
        if self.sees(ASKED[:1]):
            said = [(ASKED[1], self.take(ASKED[:1], "?")), *said]
        if self.at < len(self.words):
            self.take(
                (), "'and', '?' or nothing" if said[0][0] != ASKED[1] else "nothing"
            )
        return said

    def clauses(self) -> list[tuple[str, int]]:
        subject, number = self.noun_phrase()
        said = [*subject, *self.verb_phrase(number)]
        if self.sees(AND[:1]):
            place = self.take(AND[:1], "and")
            said += [(AND[1], place), *self.clauses()]
        return said

    def noun_phrase(self) -> tuple[list[tuple[str, int]], int]:
        """A noun phrase, and whether it is of one or many."""
        place = self.take(ARTICLES, "an article")
        said, before = [(ARTICLES[self.words[place]], place)], []
        while self.sees(ADJECTIVES):
            before.append(self.take(ADJECTIVES, "an adjective"))
        place = self.take(KNOWN_NOUNS, "an adjective or a noun")
        noun = KNOWN_NOUNS[self.words[place]]
        said.append((noun.orlic, place))
        end = ADJECTIVE_ENDINGS[noun.kind]
        said += [(ADJECTIVES[self.words[p]] + end, p) for p in reversed(before)]
        if self.sees(PREPOSITIONS):
            place = self.take(PREPOSITIONS, "a preposition")
            other, _ = self.noun_phrase()
            said += [*other, (PREPOSITIONS[self.words[place]], place)]
        elif self.sees(THAT[:1]):
            said.append((THAT[1], self.take(THAT[:1], "that")))
            said += self.verb_phrase(noun.number)
        return said, noun.number

    def verb_phrase(self, number: int) -> list[tuple[str, int]]:
        """What a subject of this number does."""
        place = self.take(VERBS, "a verb")
        seen = self.noun_phrase()[0] if self.words[place] in SEEING else []
        return [*seen, (VERBS[self.words[place]] + VERB_ENDINGS[number], place)]


def translate(sentence: str | Sequence[str]) -> Translated:
    """The translation of an English sentence of the grammar, by rules.

    Args:
        sentence: words with spaces between them, or a list of them.

    Raises:
        ValueError: if it is no sentence of the grammar; it says where.
    """
    words = sentence.split() if isinstance(sentence, str) else list(sentence)
    said = _Reader(words).sentence()
    return Translated([word for word, _ in said], [place for _, place in said])


@cache
def ways(parts: tuple[str, ...], length: int) -> float:
    """The weight of all ways to make so many words of these parts, in this order."""
    if not parts:
        return float(length == 0)
    first, rest = parts[0], parts[1:]
    if first in KINDS:
        return ways(rest, length - 1) if length > 0 else 0.0
    if not rest:
        return sum(weight * ways(made, length) for weight, made in RULES[first])
    return sum(ways((first,), n) * ways(rest, length - n) for n in range(1, length))


def sentence_of(length: int, draw: random.Random) -> list[str]:
    """An English sentence of exactly so many words, drawn by the grammar's weights.

    Raises:
        ValueError: if no sentence is so short.
    """
    check_sizes(length=length)
    if length < SHORTEST:
        raise ValueError(f"a sentence has at least {SHORTEST} words, got {length}")
    return _drawn(("sentence",), length, draw)


@cache
def _choices(parts: tuple[str, ...], length: int) -> tuple[list[Any], list[float]]:
    """How parts can share out a length, or what one can be made of; sums of weights."""
    first, rest = parts[0], parts[1:]
    ends: list[tuple[Any, float]]
    if rest:
        ends = [
            (n, ways((first,), n) * ways(rest, length - n)) for n in range(1, length)
        ]
    else:
        ends = [(made, weight * ways(made, length)) for weight, made in RULES[first]]
    possible = [(each, weight) for each, weight in ends if weight]
    sums = accumulate(weight for _, weight in possible)
    return [each for each, _ in possible], list(sums)


def _drawn(parts: tuple[str, ...], length: int, draw: random.Random) -> list[str]:
    """Words for these parts, one after another."""
    first, rest = parts[0], parts[1:]
    if not rest and first in KINDS:
        return [draw.choice(KINDS[first])]
    possible, sums = _choices(parts, length)
    chosen = possible[bisect(sums, draw.random() * sums[-1])]
    if not rest:
        return _drawn(chosen, length, draw)
    return _drawn((first,), chosen, draw) + _drawn(rest, length - chosen, draw)


def encode(sentences: Iterable[str | Sequence[str]]) -> Pairs:
    """Sentences of the grammar and their translations, as numbers of words.

    Raises:
        ValueError: if one is no sentence of the grammar, or there is none.
    """
    split = [one.split() if isinstance(one, str) else list(one) for one in sentences]
    if not split:
        raise ValueError("encode needs at least one sentence, got none")
    said = [translate(words) for words in split]
    source = [[NUMBER_OF_ENGLISH[word] for word in words] for words in split]
    target = [[NUMBER_OF_ORLIC[w] for w in (*one.words, END)] for one in said]
    places = [[*one.alignment, -1] for one in said]
    return Pairs(_rows(source, 0), _rows(target, 0), _rows(places, -1))


def _rows(rows: list[list[int]], blank: int) -> Tensor:
    longest = max(map(len, rows))
    return torch.tensor([row + [blank] * (longest - len(row)) for row in rows])


class Translation:
    """Say an English sentence in Orlic."""

    input_size = len(SOURCE_WORDS)
    output_size = len(TARGET_WORDS)

    def batch(self, size: int, length: int, generator: torch.Generator) -> Pairs:
        """Draw sentences of exactly `length` English words.

        Raises:
            ValueError: if no sentence is so short.
        """
        check_sizes(size=size, length=length)
        seed = int(torch.randint(2**31, (), generator=generator))
        draw = random.Random(seed)
        return encode([sentence_of(length, draw) for _ in range(size)])

    def score(
        self, said: Tensor, batch: Pairs, weights: Tensor | None = None
    ) -> dict[str, float]:
        """What to report of translations, each between 0 and 1.

        `sentences` is the share without a mistake, `words` that of the words in their
        places, and `aligned`, where attention is given, how often a word's largest
        weight is on the word that it comes from.

        Args:
            said: numbers of words, 0 after the end, (B, any number of steps).
            batch: what should be said.
            weights: attention of each step while it says what it should, (B, T, N).
        """
        missing = max(0, batch.target.shape[1] - said.shape[1])
        said = torch.nn.functional.pad(said, (0, missing))
        same = said[:, : batch.target.shape[1]] == batch.target
        silent = (said[:, batch.target.shape[1] :] == 0).all(1)
        there = batch.target > 0
        score = {
            "sentences": float((same.all(1) & silent).double().mean()),
            "words": float((same & there).sum() / there.sum()),
        }
        if weights is not None:
            word = batch.alignment >= 0
            hit = weights.argmax(-1) == batch.alignment
            score["aligned"] = float((hit & word).sum() / word.sum())
        return score
