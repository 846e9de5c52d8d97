"""Questions about a table of numbers, in words (Neelakantan et al. 2015, section 3).

    sum of A where A greater 0.3 and A lesser 0.7

A kind of question is a tuple of words, with `#` for a number, and `answered`, `first`
and `second` for the columns that the answer and the two conditions are about. What is
right is said twice: by `answer`, which reads one question as a person would, and by
`Tables`, which makes and answers thousands at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from mininet.recurrent import check_sizes

Kind = tuple[str, ...]
ASKED = ("sum", "count", "list")
COMPARES = ("greater", "lesser")
JOINS = ("and", "or")
SLOTS = ("answered", "first", "second")
WORDS = (*ASKED, "minus", "of", "where", *COMPARES, *JOINS)
ROOM = 0.8  # numbers in questions are drawn from this share of the cells' range


def _kinds(*texts: str) -> tuple[Kind, ...]:
    return tuple(tuple(text.split()) for text in texts)


PLAIN = _kinds(*(f"{asked} of answered" for asked in ASKED))
COMPARED = _kinds(
    *(f"{a} of answered where first {c} #" for a in ASKED for c in COMPARES)
)
JOINED = _kinds(
    *(
        f"{asked} of answered where first {one} # {join} second {other} #"
        for join in JOINS
        for asked in ASKED
        for one, other in (COMPARES, COMPARES[::-1])
    )
)
DIFFERENCES = _kinds(
    *(
        f"{whole} of answered minus {part} of answered where first {compare} #"
        for whole in ASKED[:2]
        for part in ASKED[:2]
        for compare in COMPARES
    ),
    "sum of answered minus count of answered",
    "count of answered minus sum of answered",
)
SIMPLE = PLAIN + COMPARED + JOINED  # 21 kinds, without a difference
ALL = SIMPLE + DIFFERENCES  # 31


class Question(NamedTuple):
    """Questions in words; L words and M numbers at most."""

    words: Tensor  # whole numbers from 0, (Q, L); -1 after the last
    places: Tensor  # of the word at the left of each number, (Q, M); -1: no number


class Asked(NamedTuple):
    """Q questions, N tables for each, their answers: B = Q N, question by question."""

    question: Question
    numbers: Tensor  # in the question, for each table its own, (B, 2)
    table: Tensor  # (B, R, C)
    scalar: Tensor  # the number that answers it, (B,); 0 where a list does
    lookup: Tensor  # 1 where a cell is listed, (B, R, C)
    listed: Tensor  # whether the answer is a list, (B,)


class Tables:
    """Makes tables, questions of some kinds about them, and the answers.

    Cells are drawn evenly between -size and size. Two numbers in a question are in the
    order in which `and` leaves rows between them, and `or` rows on both sides.

    Args:
        columns: their names, a letter each.
        kinds: of the questions.
        size: of the largest number in a table.
    """

    def __init__(
        self, columns: str = "A", kinds: Sequence[Kind] = SIMPLE, size: float = 3.0
    ) -> None:
        check_sizes(columns=len(columns), kinds=len(kinds))
        self.columns, self.kinds, self.size = columns, tuple(map(tuple, kinds)), size
        self.words = (*WORDS, *columns)
        self.column_words = tuple(range(len(WORDS), len(self.words)))
        spoken = [[w for w in kind if w != "#"] for kind in self.kinds]
        self.most = max(map(len, spoken))
        self._words = torch.tensor([self._numbered(words) for words in spoken])
        self._places = torch.tensor([places(kind) for kind in self.kinds])
        signs = {"greater": 1.0, "lesser": -1.0}
        compares = [[signs[w] for w in kind if w in signs] for kind in self.kinds]
        self._signs = torch.tensor([[*one, 0.0, 0.0][:2] for one in compares])
        self._either = torch.tensor(["or" in kind for kind in self.kinds])
        asked = [[ASKED.index(w) for w in kind if w in ASKED] for kind in self.kinds]
        self._asked = torch.tensor([[*one, -1][:2] for one in asked])

    def _numbered(self, words: Sequence[str]) -> list[int]:
        """Words to numbers; -2, -3, -4 for a slot, -1 after the last."""
        known = {word: n for n, word in enumerate(WORDS)}
        known |= {slot: -2 - n for n, slot in enumerate(SLOTS)}
        return [known[w] for w in words] + [-1] * (self.most - len(words))

    def batch(
        self, size: int, rows: int, generator: torch.Generator, copies: int = 1
    ) -> Asked:
        """Questions of each kind, new tables for each.

        Args:
            size: tables a question.
            rows: of a table.
            generator: of the tables, the numbers, and which columns are asked about.
            copies: questions of each kind, about other columns.
        """
        check_sizes(size=size, rows=rows, copies=copies)
        C, Q = len(self.columns), len(self.kinds) * copies
        B = Q * size
        sizes = (B * rows * C, 2 * B, 3 * Q)
        drawn = torch.rand(sum(sizes), generator=generator).split(sizes)
        return self.asked(
            self.size * (2 * drawn[0].view(B, rows, C) - 1),
            self.size * ROOM * (2 * drawn[1].view(B, 2) - 1),
            (drawn[2].view(Q, 3) * C).long(),
        )

    def asked(self, table: Tensor, numbers: Tensor, about: Tensor) -> Asked:
        """The questions and their answers, for what was drawn.

        Args:
            table: (B, R, C).
            numbers: (B, 2).
            about: which column the answer and the conditions are about, (Q, 3).
        """
        (B, R, C), Q = table.shape, len(about)
        kind = torch.arange(len(self.kinds)).repeat(Q // len(self.kinds))
        words = self._words[kind]
        for slot in range(3):
            column = len(WORDS) + about[:, slot : slot + 1]
            words = torch.where(words == -2 - slot, column, words)
        question = Question(words, self._places[kind])
        kind, about = (x.repeat_interleave(B // Q, 0) for x in (kind, about))
        signs, either = self._signs[kind], self._either[kind]
        numbers = _in_order(numbers, signs, either)
        cells = table.gather(2, about.unsqueeze(1).expand(B, R, 3))
        beyond = signs.unsqueeze(1) * (cells[..., 1:] - numbers.unsqueeze(1)) > 0
        first, second = (beyond | (signs == 0).unsqueeze(1)).unbind(2)
        picked = torch.where(either.unsqueeze(1), first | second, first & second)
        rows, values = picked.to(table.dtype), cells[..., 0]
        whole, part = self._asked[kind].unbind(1)
        scalar = torch.where(
            part < 0,
            _aggregate(whole, values, rows),
            _aggregate(whole, values, torch.ones_like(rows))
            - _aggregate(part, values, rows),
        )
        listed = whole == ASKED.index("list")
        column = torch.arange(C) == about[:, None, :1]
        lookup = (listed.unsqueeze(1) * rows).unsqueeze(2) * column
        return Asked(question, numbers, table, scalar, lookup, listed)


def _aggregate(asked: Tensor, values: Tensor, rows: Tensor) -> Tensor:
    """Sum or count, whichever is asked: (B,), (B, R), (B, R) to (B,); else 0."""
    return (asked == 0) * (values * rows).sum(1) + (asked == 1) * rows.sum(1)


def _in_order(numbers: Tensor, signs: Tensor, either: Tensor) -> Tensor:
    """Numbers with rows between them (`and`) or outside (`or`); 0 where none is."""
    low, high = numbers.amin(1), numbers.amax(1)
    low_first = (signs[:, 0] > 0) != either
    first, second = torch.where(low_first, low, high), torch.where(low_first, high, low)
    two = torch.stack([first, second], 1)
    return torch.where(signs[:, 1:] != 0, two, numbers) * (signs != 0)


def places(words: Sequence[str]) -> list[int]:
    """The word at the left of each number, counted without the numbers; -1: none."""
    at = [n for n, word in enumerate(words) if word == "#"]
    return [*(n - 1 - k for k, n in enumerate(at)), -1, -1][:2]


def said(kind: Kind, column: str = "A", numbers: str = "xy") -> str:
    """A kind of question as a sentence about one column, with letters for numbers."""
    text = " ".join(column if word in SLOTS else word for word in kind)
    for letter in numbers:
        text = text.replace("#", letter, 1)
    return text


def codes(task: Tables) -> dict[str, Tensor]:
    """Each kind as a sentence, and how a model reads it: words, then places."""
    words, at = task.batch(1, 1, torch.Generator()).question
    return {
        said(kind): torch.cat([words[n], at[n]]) for n, kind in enumerate(task.kinds)
    }


class Read(NamedTuple):
    """A question, taken apart."""

    kind: Kind  # its words, with `#` for numbers
    numbers: tuple[float, ...]


def read(question: str) -> Read:
    """Take a question apart.

    Raises:
        ValueError: if it is empty, or has more than two numbers.
    """
    words, numbers = [], []
    for word in question.split():
        try:
            numbers.append(float(word))
        except ValueError:
            words.append(word)
        else:
            words.append("#")
    if not words:
        raise ValueError("the question is empty: ask something like 'sum of A'")
    if len(numbers) > 2 or not all(map(math.isfinite, numbers)):
        raise ValueError(f"a question has two finite numbers at most: {question!r}")
    return Read(tuple(words), tuple(numbers))


def encode(question: str, columns: str = "A") -> tuple[Question, Tensor]:
    """A typed question as a model reads it: one question, and its numbers (1, 2).

    Raises:
        ValueError: if a word is not known, or a number stands where nothing is before
            it.
    """
    kind, numbers = read(question)
    known = (*WORDS, *columns)
    spoken = [word for word in kind if word != "#"]
    for word in spoken:
        if word not in known:
            raise ValueError(f"{word!r} is not one of: {' '.join(known)}")
    if kind[0] == "#":
        raise ValueError(f"a number needs a word before it: {question!r}")
    words = torch.tensor([[known.index(word) for word in spoken]])
    padded = torch.tensor([[*numbers, 0.0, 0.0][:2]])
    return Question(words, torch.tensor([places(kind)])), padded


def answer(
    question: str, table: Mapping[str, Sequence[float | None]]
) -> float | list[float]:
    """What is right, found by reading the question: a number, or a list of cells.

        answer("count of A where A greater 1", {"A": [0.5, 2.0, 3.0]})  # 2

    Args:
        question: in the words of this module.
        table: columns by name, all as long.

    Raises:
        ValueError: if the table has no rows or an empty cell, or the question is not
            one that can be read.
    """
    rows = _rows(table)
    words, numbers = read(question)
    left, _, condition = " ".join(words).partition(" where ")
    asked = [one.split() for one in left.split(" minus ")]
    for one in asked:
        if len(one) != 3 or one[0] not in ASKED or one[1] != "of":
            raise ValueError(
                "expected 'sum of', 'count of' or 'list of' a column, got "
                f"{' '.join(one)!r}"
            )
        _known(one[2], table)
    picked = [row for row in rows if _holds(condition.split(), numbers, row, table)]
    if len(asked) == 1:
        return _asked(asked[0], picked)
    if len(asked) > 2 or any(one[0] == "list" for one in asked):
        raise ValueError("a difference is of two numbers: sums or counts")
    whole, part = _asked(asked[0], rows), _asked(asked[1], picked)
    assert isinstance(whole, float) and isinstance(part, float)
    return whole - part


def _rows(table: Mapping[str, Sequence[float | None]]) -> list[dict[str, float]]:
    lengths = {len(column) for column in table.values()}
    if not lengths or lengths == {0}:
        raise ValueError("the table has no rows: give it one at least")
    if len(lengths) > 1:
        raise ValueError("the columns of a table must be equally long")
    for name, column in table.items():
        for n, cell in enumerate(column, start=1):
            if cell is None or not math.isfinite(cell):
                raise ValueError(
                    f"row {n} of column {name} is empty: fill it, or leave the row out"
                )
    return [
        {name: float(column[n] or 0.0) for name, column in table.items()}
        for n in range(lengths.pop())
    ]


def _known(name: str, table: Mapping[str, object]) -> None:
    if name not in table:
        raise ValueError(f"there is no column {name!r}; there are: {' '.join(table)}")


def _holds(
    condition: Sequence[str],
    numbers: Sequence[float],
    row: Mapping[str, float],
    table: Mapping[str, object],
) -> bool:
    """Whether a row is one of those that the question is about."""
    if not condition:
        return True
    parts, joins = [condition[n : n + 3] for n in range(0, len(condition), 4)], []
    joins = list(condition[3::4])
    for part in parts:
        if len(part) != 3 or part[1] not in COMPARES or part[2] != "#":
            raise ValueError(
                f"expected a column, 'greater' or 'lesser', and a number, got "
                f"{' '.join(part)!r}"
            )
        _known(part[0], table)
    if len(joins) + 1 != len(parts) or any(join not in JOINS for join in joins):
        raise ValueError(f"two conditions are joined by 'and' or 'or', got {joins}")
    each = [
        row[name] > number if compare == "greater" else row[name] < number
        for (name, compare, _), number in zip(parts, numbers, strict=True)
    ]
    return any(each) if "or" in joins else all(each)


def _asked(
    one: Sequence[str], rows: Sequence[Mapping[str, float]]
) -> float | list[float]:
    cells = [row[one[2]] for row in rows]
    if one[0] == "list":
        return cells
    return float(len(cells)) if one[0] == "count" else sum(cells, 0.0)
