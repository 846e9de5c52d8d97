"""Transduction: read a sequence of symbols, then say another that follows from it.

The five tasks of Grefenstette, Hermann, Suleyman & Blunsom 2015, section 4. Of the
last two the paper gives an example each and not the grammar; the grammars here are our
own, made such that they have sentences like these.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from mininet.recurrent import check_sizes
from mininet.tasks import Batch


class Transduction:
    """Read L symbols, then a mark, then say L symbols while blanks are shown.

    Inputs are one-hot: the K symbols, the mark, and the blank. An answer is a symbol's
    number, and only the L steps after the mark count. Outputs are logits, (T, B, O).
    While it answers, a model is shown neither what it said nor what it should have: it
    could learn to go by that instead of by what it read.

    In the paper the answer ends with a symbol of its own; here all answers of a batch
    are as long as what was read, and no end is asked for.
    """

    input_size: int
    output_size: int

    def pairs(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """What is read and what is to be said: symbols' numbers, (L, B) each."""
        raise NotImplementedError

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw sequences of `length` symbols: inputs (2 L + 1, B, K + 2)."""
        check_sizes(batch_size=batch_size, length=length)
        shown, asked = self.pairs(batch_size, length, generator)
        length = len(shown)
        inputs = torch.zeros(2 * length + 1, batch_size, self.input_size)
        inputs[:length] = F.one_hot(shown, self.input_size)
        inputs[length, :, -2] = 1  # the mark
        inputs[length + 1 :, :, -1] = 1  # blanks
        targets = torch.zeros(2 * length + 1, batch_size, dtype=torch.int64)
        targets[length + 1 :] = asked
        mask = torch.zeros(2 * length + 1, batch_size)
        mask[length + 1 :] = 1
        return Batch(inputs, targets, mask)

    def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
        """The mean surprise at a symbol that counts, in nats."""
        each = F.cross_entropy(
            outputs.flatten(0, 1), batch.targets.flatten(), reduction="none"
        )
        return each @ batch.mask.flatten() / batch.mask.sum()

    def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
        """The paper's two measures and a plainer one, each between 0 and 1.

        `coarse` is the share of sequences without a mistake, `fine` the share of a
        sequence before its first mistake, `symbols` the share of symbols right.
        """
        right = (outputs.argmax(-1) == batch.targets) | (batch.mask == 0)
        until = right.cumprod(0)  # 1 as long as there was no mistake
        asked = batch.mask.sum().double()
        return {
            "coarse": float(right.all(0).double().mean()),
            "fine": float((until * batch.mask).sum() / asked),
            "symbols": float((right * batch.mask).sum() / asked),
        }


class OfSymbols(Transduction):
    """A task on K symbols that are drawn evenly.

    Args:
        symbols: K.
    """

    def __init__(self, symbols: int = 128) -> None:
        check_sizes(symbols=symbols)
        self.symbols = symbols
        self.input_size = symbols + 2
        self.output_size = symbols

    def pairs(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Symbols (L, B), and what follows from them."""
        shown = torch.randint(self.symbols, (length, batch_size), generator=generator)
        return shown, self.answer(shown)

    def answer(self, shown: Tensor) -> Tensor:
        """What is to be said to symbols (L, B)."""
        raise NotImplementedError


class Copying(OfSymbols):
    """Say the symbols again: a b c d, a b c d."""

    def answer(self, shown: Tensor) -> Tensor:
        """The same."""
        return shown


class Reversal(OfSymbols):
    """Say the symbols from the last to the first: a b c d, d c b a."""

    def answer(self, shown: Tensor) -> Tensor:
        """The last first."""
        return shown.flip(0)


class BigramFlip(OfSymbols):
    """Exchange the symbols of each pair: a b c d, b a d c.

    There are whole pairs only: of an odd length, one symbol less is drawn.
    """

    def pairs(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Pairs of symbols, and these exchanged.

        Raises:
            ValueError: if the length is below 2.
        """
        if length < 2:
            raise ValueError(f"a flip needs at least 2 symbols, got length {length}")
        return super().pairs(batch_size, length // 2 * 2, generator)

    def answer(self, shown: Tensor) -> Tensor:
        """The second of each pair first."""
        pairs = shown.view(-1, 2, shown.shape[1])
        return pairs.flip(1).flatten(0, 1)


class Rule(NamedTuple):
    """What a name may be replaced by, in both languages."""

    source: tuple[str, ...]
    target: tuple[str, ...]


class Grammar:
    """Two grammars side by side: what is derived in one is derived in the other.

    An inversion transduction grammar (Wu 1997) but for the words that only one side
    has. A rule is "names => names"; where both sides are the same, one is enough. A
    name that has rules of its own is replaced by them, in the same way on both sides;
    every other one is a word, or a kind of words: "s" with 10 variants is s0 to s9.

    Args:
        rules: of each name; `sentence` is where it starts.
        variants: how many words there are of a kind; one if it is not named here.

    Attributes:
        source: all words of the one language.
        target: all words of the other.

    Raises:
        ValueError: if a side of a rule has a name twice, or its sides are not equally
            long.
    """

    def __init__(
        self, rules: Mapping[str, tuple[str, ...]], variants: Mapping[str, int]
    ) -> None:
        self.rules = {name: tuple(map(_rule, those)) for name, those in rules.items()}
        self.variants = dict(variants)
        self.source = self._words(0)
        self.target = self._words(1)
        self._ways: dict[tuple[tuple[str, ...], int], int] = {}

    def _words(self, side: int) -> tuple[str, ...]:
        all_rules = [rule for those in self.rules.values() for rule in those]
        names = dict.fromkeys(name for rule in all_rules for name in rule[side])
        kinds = [name for name in names if name not in self.rules]
        return tuple(word for kind in kinds for word in self._variants(kind))

    def _variants(self, kind: str) -> list[str]:
        if kind not in self.variants:
            return [kind]
        return [f"{kind}{k}" for k in range(self.variants[kind])]

    def ways(self, names: tuple[str, ...], length: int) -> int:
        """How many derivations of so many words these names have; words not counted."""
        if len(names) == 0 or length < len(names):
            return int(length == len(names) == 0)
        if (names, length) not in self._ways:
            first, rest = names[0], names[1:]
            if rest:
                found = sum(
                    self.ways((first,), k) * self.ways(rest, length - k)
                    for k in range(1, length)
                )
            elif first in self.rules:
                those = self.rules[first]
                found = sum(self.ways(rule.source, length) for rule in those)
            else:
                found = int(length == 1)
            self._ways[names, length] = found
        return self._ways[names, length]

    def draw(
        self, length: int, chance: random.Random, name: str = "sentence"
    ) -> tuple[list[str], list[str]]:
        """A sentence of so many words and its translation, all derivations alike.

        Raises:
            ValueError: if there is none of this length.
        """
        if name not in self.rules:
            word = chance.choice(self._variants(name))
            return [word], [word]
        options = [(r, self.ways(r.source, length)) for r in self.rules[name]]
        if not any(count for _, count in options):
            raise ValueError(f"the grammar has no {name} of length {length}")
        rule = _one_of(options, chance)
        parts, left = {}, length
        for at, part in enumerate(rule.source):
            rest = rule.source[at + 1 :]
            sizes = [
                (k, self.ways((part,), k) * self.ways(rest, left - k))
                for k in range(1, left - len(rest) + 1)
            ]
            size = _one_of(sizes, chance)
            parts[part] = self.draw(size, chance, part)
            left -= size
        source = [word for part in rule.source for word in parts[part][0]]
        target = [
            word for part in rule.target for word in parts.get(part, ((), [part]))[1]
        ]
        return source, target


def _rule(text: str) -> Rule:
    source, _, target = text.partition("=>")
    rule = Rule(tuple(source.split()), tuple((target or source).split()))
    if len(set(rule.source)) != len(set(rule.target)) or any(
        len(set(side)) != len(side) for side in rule
    ):
        raise ValueError(
            f"both sides of a rule need as many names, each once, got {text!r}"
        )
    return rule


def _one_of(options: list[tuple[Any, int]], chance: random.Random) -> Any:
    things, counts = zip(*options, strict=True)
    return chance.choices(things, counts)[0]


SVO_SOV = {
    "sentence": ("who-does v objects => who-does objects v",),
    "who-does": ("s", "s clause"),
    "objects": ("o", "o objects", "o clause"),
    "clause": ("who s v objects",),
}
GENDER_CONJUGATION = {
    "sentence": (
        "phrase",
        "phrase sentence",
        "phrase and sentence => phrase und sentence",
    ),
    "phrase": (
        "w",
        "the m => der m",
        "the f => die f",
        "the n => das n",
        "a m => ein m",
        "a f => eine f",
        "a n => ein n",
    ),
}


class OfGrammar(Transduction):
    """A task on pairs of sentences.

    Sentences of a batch are equally long, and as long as their translations.

    Args:
        grammar: of the pairs.
    """

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.input_size = len(grammar.source) + 2
        self.output_size = len(grammar.target)

    def pairs(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Sentences of `length` words, and their translations.

        Raises:
            ValueError: if the grammar has none of this length.
        """
        chance = random.Random(int(torch.randint(2**62, (), generator=generator)))
        drawn = [self.grammar.draw(length, chance) for _ in range(batch_size)]
        sides = zip(*drawn, strict=True)
        languages = (self.grammar.source, self.grammar.target)
        shown, asked = (
            torch.tensor([[known.index(word) for word in words] for words in side]).T
            for side, known in zip(sides, languages, strict=True)
        )
        return shown, asked


class SvoSov(OfGrammar):
    """The verb goes to the end: from subject, verb, objects to subject, objects, verb.

    s1 v2 o3 o4 becomes s1 o3 o4 v2. In relative clauses the words keep their order, as
    in the paper's example. A sentence has at least 3 words.

    Args:
        words: how many subjects, verbs and objects there are, each.
    """

    def __init__(self, words: int = 10) -> None:
        check_sizes(words=words)
        self.words = words
        super().__init__(Grammar(SVO_SOV, {"s": words, "v": words, "o": words}))


class GenderConjugation(OfGrammar):
    """Articles take the gender of the noun after them: from English to German.

    the n1 and a f2 becomes das n1 und eine f2. Masculine, feminine and neuter nouns are
    m, f and n, all other words are w.

    Args:
        words: how many m, f, n and w there are, each.
    """

    def __init__(self, words: int = 10) -> None:
        check_sizes(words=words)
        self.words = words
        super().__init__(Grammar(GENDER_CONJUGATION, dict.fromkeys("mfnw", words)))
