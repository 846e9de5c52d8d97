"""The Neural Programmer: a network that writes a program for a table.

Neelakantan, Le and Sutskever (2015). A network reads a question and takes T steps; at
each it chooses one of nine operations, and the column it works on. In training every
choice is a softmax, so that there is a slope; in use it is the likeliest. What the
network sees is the question alone: it writes, and `execute` runs what it wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from mininet.recurrent import check_sizes
from mininet.tasks.tables import Question

OPERATIONS = (
    "sum",
    "count",
    "difference",
    "greater",
    "lesser",
    "and",
    "or",
    "assign",
    "reset",
)
Select = Callable[[Tensor], Tensor]  # scores (..., n) to weights that sum to 1
NEVER = -1e9  # the score of a number that the question does not have


class Program(NamedTuple):
    """What is chosen at each of T steps: scores at first, weights once selected."""

    operations: Tensor  # (B, T, 9)
    columns: Tensor  # (B, T, C)
    greater: Tensor  # which number `greater` compares with, (B, M)
    lesser: Tensor  # and `lesser`, (B, M)

    def selected(self, select: Select) -> Program:
        """Scores to weights."""
        return Program(*(select(scores) for scores in self))

    def times(self, tables: int) -> Program:
        """The same programs, each for so many tables in a row."""
        return Program(*(part.repeat_interleave(tables, 0) for part in self))

    def likeliest(self, question: int = 0) -> list[str]:
        """The likeliest operation of each step, for one of the questions."""
        return [OPERATIONS[n] for n in self.operations[question].argmax(-1).tolist()]


class Output(NamedTuple):
    """What a program says of a table with R rows, after each step."""

    scalars: Tensor  # the number it would answer, (B, T)
    rows: Tensor  # how much each row is selected, (B, T, R)
    lookups: Tensor  # how much each cell is listed, (B, T, R, C)


def soft(scores: Tensor) -> Tensor:
    """A choice with a slope: the softmax."""
    return torch.softmax(scores, -1)


def hard(scores: Tensor) -> Tensor:
    """A choice: all for the largest."""
    places = torch.arange(scores.shape[-1], device=scores.device)
    return (places == scores.argmax(-1, keepdim=True)).to(scores.dtype)


def compared(table: Tensor, numbers: Tensor, program: Program) -> tuple[Tensor, Tensor]:
    """Which cells are greater, and which are lesser, than the number chosen for it.

    The paper compares with the mean of the numbers by their weights; there the choice
    has no slope. Here the comparisons are averaged. For a hard choice it is the same.

    Args:
        table: (B, R, C).
        numbers: (B, M).
        program: the weights `greater` and `lesser`, (B, M).

    Returns:
        Two tensors of numbers from 0 to 1, (B, R, C).
    """
    cells, pivots = table.unsqueeze(-1), numbers[:, None, None]
    greater = (cells > pivots).to(table.dtype) * program.greater[:, None, None]
    lesser = (cells < pivots).to(table.dtype) * program.lesser[:, None, None]
    return greater.sum(-1), lesser.sum(-1)


def smooth_or(one: Tensor, other: Tensor) -> Tensor:
    """The larger of zeros and ones; between them a + b - ab, with a slope for both.

    The slope of `torch.maximum` is that of the larger alone.
    """
    return one + other - one * other


def execute(
    program: Program,
    table: Tensor,
    numbers: Tensor,
    either: Callable[[Tensor, Tensor], Tensor] = torch.maximum,
) -> Output:
    """Run a program on a table (Neelakantan et al. 2015, section 2.2).

    Before the first step all rows are selected, and the answer is 0.

    Args:
        program: weights, not scores.
        table: (B, R, C).
        numbers: those of the question, (B, M).
        either: how `or` joins two selections, (B, R) each; the paper's is the larger.

    Raises:
        ValueError: if the table has no rows.
    """
    if table.ndim != 3 or 0 in table.shape:
        raise ValueError(
            f"table must be (B, R, C) with at least one row, got {tuple(table.shape)}"
        )
    greater, lesser = compared(table, numbers, program)
    everything = torch.ones_like(table[..., 0])
    scalars, rows = [torch.zeros_like(table[:, 0, 0])] * 3, [everything] * 2
    lookups = []
    for choice, column in zip(
        program.operations.unbind(1), program.columns.unbind(1), strict=True
    ):
        a = dict(zip(OPERATIONS, choice.unbind(1), strict=True))  # weights, (B,)
        of_row = {name: weight.unsqueeze(1) for name, weight in a.items()}
        selected, before = rows[-1], rows[-2]
        over = column.unsqueeze(1)  # (B, 1, C)
        values = (table * over).sum(2)  # of the chosen column, (B, R)
        scalars.append(
            a["sum"] * (values * selected).sum(1)
            + a["count"] * selected.sum(1)
            + a["difference"] * (scalars[-3] - scalars[-1])
        )
        rows.append(
            of_row["greater"] * (greater * over).sum(2)
            + of_row["lesser"] * (lesser * over).sum(2)
            + of_row["and"] * torch.minimum(selected, before)
            + of_row["or"] * either(selected, before)
            + of_row["reset"] * everything
        )
        lookups.append((of_row["assign"] * selected).unsqueeze(2) * over)
    return Output(
        torch.stack(scalars[3:], 1), torch.stack(rows[2:], 1), torch.stack(lookups, 1)
    )


def told(program: Program, table: Tensor, numbers: Tensor) -> dict[str, Tensor]:
    """One program on one table, to look at: operations, rows and answers, by name.

    Args:
        program: weights, of one question.
        table: (R, C).
        numbers: those of the question, (1, M).
    """
    output = execute(program, table.unsqueeze(0), numbers)
    a_list = program.operations[0, -1, OPERATIONS.index("assign")]
    return {
        "operations": program.operations[0].T,  # (9, T)
        "rows": output.rows[0].T,  # (R, T)
        "number": output.scalars[0, -1],
        "listed": output.lookups[0, -1].sum(1),  # (R,)
        "answers": torch.stack([1 - a_list, a_list]).unsqueeze(0),  # number, list
    }


class NeuralProgrammer(nn.Module):
    """Reads a question, and writes a program of T steps.

        z_i = tanh(W_q [z_{i+1}; V(w_i)]),   q = z_1: read from the end
        operations: softmax(U tanh(W_op [q; h_t] + b_op) + b)
        columns:    softmax(P tanh(W_col [q; h_t] + b_col)),   P = V of their names
        numbers:    softmax of v . z at the word left of each, one v for greater and
                    one for lesser
        h_{t+1} = tanh(W_h [E chosen; P chosen; h_t] + b_h),   h_1 = 0

    The paper reads from the front, and has one matrix for U and E.

    Args:
        vocabulary: how many words it knows.
        columns: the words that name the table's columns, as numbers.
        hidden_size: d.
        steps: T.
        first_scores: how large the operations' scores are at first.
    """

    SHARPNESS = 3.0  # scores grow three times as fast as the weights they are made of
    named: Tensor

    def __init__(
        self,
        vocabulary: int,
        columns: Sequence[int],
        hidden_size: int = 48,
        steps: int = 4,
        first_scores: float = 1.0,
    ) -> None:
        super().__init__()
        check_sizes(vocabulary=vocabulary, hidden_size=hidden_size, steps=steps)
        check_sizes(columns=len(columns))
        d, n = hidden_size, len(OPERATIONS)
        self.hidden_size, self.steps = d, steps
        self.words = nn.Embedding(vocabulary, d)  # V
        self.register_buffer("named", torch.tensor(columns), persistent=False)
        self.question = _linear(2 * d, d, 1.35, bias=False)  # W_q
        self.history = _linear(3 * d, d)  # W_h
        self.choose_operation = _linear(2 * d, d)  # W_op
        self.choose_column = _linear(2 * d, d)  # W_col
        small = first_scores / (self.SHARPNESS * d**0.5)
        self.operations = nn.Parameter(small * torch.randn(n, d))  # U
        self.bias = nn.Parameter(torch.zeros(n))  # b
        self.done = nn.Parameter(torch.randn(n, d))  # E
        self.greater = nn.Parameter(torch.randn(d) / d**0.5)
        self.lesser = nn.Parameter(torch.randn(d) / d**0.5)

    def read(self, vectors: Tensor, is_word: Tensor) -> tuple[Tensor, Tensor]:
        """The question, from its last word to its first.

        Args:
            vectors: of the words, (B, L, d).
            is_word: where there is one, (B, L); elsewhere nothing happens.

        Returns:
            q, what is known in the end, (B, d); and at each word, (B, L, d).
        """
        z, states = torch.zeros_like(vectors[:, 0]), []
        for place in reversed(range(vectors.shape[1])):
            after = torch.tanh(self.question(torch.cat([z, vectors[:, place]], 1)))
            z = torch.where(is_word[:, place, None], after, z)
            states.append(z)
        return z, torch.stack(states[::-1], 1)

    def plan(
        self, q: Tensor, states: Tensor, places: Tensor, select: Select = soft
    ) -> Program:
        """The scores of all choices.

        Args:
            q: the question, (B, d).
            states: what is known at each word, (B, L, d).
            places: of the word at the left of each number, (B, M); -1: no number.
            select: what the history sees of a choice.
        """
        h, names = torch.zeros_like(q), self.words(self.named)  # P
        operations, columns = [], []
        for _ in range(self.steps):
            known = torch.cat([q, h], 1)
            scores = torch.tanh(self.choose_operation(known)) @ self.operations.T
            operations.append(self.SHARPNESS * scores + self.bias)
            columns.append(torch.tanh(self.choose_column(known)) @ names.T)
            chosen = select(operations[-1]) @ self.done, select(columns[-1]) @ names
            h = torch.tanh(self.history(torch.cat([*chosen, h], 1)))
        index = places.clamp_min(0).unsqueeze(2).expand(-1, -1, self.hidden_size)
        left, absent = states.gather(1, index), NEVER * (places < 0)
        return Program(
            torch.stack(operations, 1),
            torch.stack(columns, 1),
            left @ self.greater + absent,
            left @ self.lesser + absent,
        )

    def write(self, question: Question, select: Select = soft) -> Program:
        """The scores of a program for each question."""
        vectors = self.words(question.words.clamp_min(0))
        q, states = self.read(vectors, question.words >= 0)
        return self.plan(q, states, question.places, select)

    def forward(
        self,
        question: Question,
        table: Tensor,
        numbers: Tensor,
        select: Select = hard,
    ) -> Output:
        """Write, and run it: B questions, tables (B, R, C), numbers (B, M)."""
        program = self.write(question, select).selected(select)
        return execute(program, table, numbers)


def _linear(
    inputs: int, outputs: int, size: float = 1.0, bias: bool = True
) -> nn.Linear:
    """A linear map: normal first weights, of size / sqrt(inputs), and no bias."""
    layer = nn.Linear(inputs, outputs, bias)
    nn.init.normal_(layer.weight, std=size * inputs**-0.5)
    if bias:
        nn.init.zeros_(layer.bias)
    return layer
