"""The Neural Programmer: its operations are plain Python's, its choices add up."""

from itertools import product

import pytest
import torch

from mininet.models.neural_programmer import (
    OPERATIONS,
    NeuralProgrammer,
    Program,
    execute,
    hard,
    smooth_or,
    soft,
)
from mininet.tasks.tables import ALL, SIMPLE, Question, Tables, answer, said

COLUMN = [0.5, -2.0, 1.2, 2.4, -0.6]


def made(*names, greater=0, lesser=1, columns=1, column=0):
    """A program of hard choices."""
    pick = torch.eye(2)
    return Program(
        torch.eye(9)[[OPERATIONS.index(name) for name in names]][None],
        torch.eye(columns)[[column] * len(names)][None],
        pick[greater][None],
        pick[lesser][None],
    )


def run(*names, low=-1.0, high=1.5, column=COLUMN):
    table = torch.tensor(column)[None, :, None]
    return execute(made(*names), table, torch.tensor([[low, high]]))


@pytest.mark.parametrize(
    ("names", "number"),
    [
        (("sum",), 1.5),
        (("count",), 5),
        (("greater", "sum"), 3.5),
        (("lesser", "count"), 4),
        (("lesser", "greater", "and", "sum"), 1.1),
        (("greater", "lesser", "or", "count"), 5),
        (("sum", "greater", "count", "difference"), 1.5 - 4),
        (("count", "reset", "sum", "difference"), 5 - 1.5),
        (("greater", "count", "count"), 0),
        (("greater", "reset", "count"), 5),
    ],
)
def test_a_program_of_hard_choices_is_plain_arithmetic(names, number):
    assert float(run(*names).scalars[0, -1]) == pytest.approx(number, abs=1e-5)


def test_a_smooth_or_is_the_larger_of_zeros_and_ones():
    one, other = torch.tensor([0.0, 0, 1, 1]), torch.tensor([0.0, 1, 0, 1])
    assert torch.equal(smooth_or(one, other), torch.maximum(one, other))


def test_a_smooth_or_has_a_slope_for_its_smaller_side_and_the_larger_has_none():
    for either, slope in ((torch.maximum, 0.0), (smooth_or, 0.7)):
        small = torch.tensor(0.1, requires_grad=True)
        either(torch.tensor(0.3), small).backward()
        assert float(small.grad) == pytest.approx(slope)


def test_a_program_is_run_with_the_or_that_is_given():
    program = Program(
        torch.full((1, 3, 9), 1 / 9),
        torch.ones(1, 3, 1),
        torch.full((1, 2), 0.5),
        torch.full((1, 2), 0.5),
    )
    table, numbers = torch.tensor(COLUMN)[None, :, None], torch.tensor([[-1.0, 1.5]])
    larger = execute(program, table, numbers).rows
    assert torch.equal(larger, execute(program, table, numbers, torch.maximum).rows)
    smooth = execute(program, table, numbers, smooth_or).rows
    assert (smooth[0, 2] > larger[0, 2]).all()
    least = execute(program, table, numbers, torch.minimum).rows
    assert (least[0, 2] < larger[0, 2]).all()


def test_assign_lists_the_selected_cells_and_no_other():
    listed = run("greater", "assign", low=1.0).lookups[0, -1, :, 0]
    assert listed.tolist() == [0, 0, 1, 1, 0]


def test_a_cell_equal_to_the_number_is_neither_greater_nor_lesser():
    rows = run("lesser", "greater", "or", low=0.5, high=0.5).rows[0, -1]
    assert rows.tolist() == [0, 1, 1, 1, 1]


def test_only_the_chosen_column_is_compared_and_added():
    table = torch.tensor([[[1.0, 5.0], [2.0, -5.0]]])
    numbers = torch.tensor([[0.0, 0.0]])
    said_ = execute(made("greater", "sum", columns=2, column=1), table, numbers)
    assert said_.scalars[0].tolist() == [0.0, 5.0]


def test_the_answer_of_a_mixture_is_the_mixture_of_the_answers_at_the_last_step():
    one, other = made("greater", "sum"), made("greater", "count")
    mixed = one._replace(operations=0.25 * one.operations + 0.75 * other.operations)
    table, numbers = torch.tensor(COLUMN)[None, :, None], torch.tensor([[0.0, 0.0]])
    a, b, c = (execute(p, table, numbers).scalars[0, -1] for p in (one, other, mixed))
    assert torch.isclose(c, 0.25 * a + 0.75 * b)


def test_and_and_or_of_ones_and_zeros_are_those_of_logic():
    for a, b in product((0.0, 1.0), repeat=2):
        one, other = torch.tensor(a), torch.tensor(b)
        assert torch.minimum(one, other) == float(bool(a) and bool(b))
        assert torch.maximum(one, other) == float(bool(a) or bool(b))


def test_a_table_without_rows_is_refused():
    with pytest.raises(ValueError, match="at least one row"):
        execute(made("sum"), torch.zeros(1, 0, 1), torch.zeros(1, 2))


def test_choices_sum_to_one_and_a_hard_one_is_the_likeliest():
    scores = torch.randn(50, 9, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(soft(scores).sum(1), torch.ones(50))
    assert torch.equal(hard(scores).argmax(1), scores.argmax(1))
    assert torch.equal(hard(torch.zeros(9)), torch.eye(9)[0])  # one of equals


@pytest.mark.parametrize("columns", ["A", "ABC"])
def test_words_after_the_last_change_nothing(columns):
    torch.manual_seed(0)
    task = Tables(columns, SIMPLE)
    model = NeuralProgrammer(len(task.words), task.column_words, 8)
    question = task.batch(1, 3, torch.Generator().manual_seed(0)).question
    longer = Question(
        torch.cat([question.words, torch.full((21, 3), -1)], 1), question.places
    )
    for one, other in zip(model.write(question), model.write(longer), strict=True):
        assert torch.allclose(one, other)


def test_a_number_that_is_not_in_the_question_is_never_compared_with():
    torch.manual_seed(0)
    task = Tables()
    model = NeuralProgrammer(len(task.words), task.column_words, 8)
    question = task.batch(1, 3, torch.Generator()).question
    weights = model.write(question).selected(soft).greater
    one_number = (question.places >= 0).sum(1) == 1
    assert torch.equal(weights[one_number][:, 0], torch.ones(6))


def test_the_program_does_not_depend_on_the_table():
    torch.manual_seed(0)
    task = Tables()
    model = NeuralProgrammer(len(task.words), task.column_words, 8)
    one, other = (task.batch(1, r, torch.Generator().manual_seed(r)) for r in (3, 9))
    for a, b in zip(
        model.write(one.question), model.write(other.question), strict=True
    ):
        assert torch.equal(a, b)


@pytest.mark.parametrize("kind", ALL)
def test_the_batch_and_the_plain_interpreter_give_the_same_answers(kind):
    task = Tables("AB", [kind])
    asked = task.batch(1, 6, torch.Generator().manual_seed(1), copies=5)
    for k in range(5):
        names = [task.words[w] for w in asked.question.words[k].tolist() if w >= 0]
        for place, number in reversed(
            list(zip(asked.question.places[k].tolist(), asked.numbers[k], strict=True))
        ):
            if place >= 0:
                names.insert(place + 1, str(float(number)))
        table = {c: asked.table[k, :, n].tolist() for n, c in enumerate("AB")}
        right = answer(" ".join(names), table)
        if isinstance(right, list):
            cells = asked.table[k][asked.lookup[k] > 0]
            assert cells.tolist() == pytest.approx(right)
        else:
            assert float(asked.scalar[k]) == pytest.approx(right, abs=1e-4)


def test_a_kind_is_said_with_letters_for_its_numbers():
    assert said(SIMPLE[9]) == "sum of A where A greater x and A lesser y"


@pytest.mark.parametrize("size", [0, 2.0])
def test_a_size_that_is_no_positive_whole_number_is_refused(size):
    with pytest.raises(ValueError, match="hidden_size must be a whole number"):
        NeuralProgrammer(3, [2], size)
