"""Questions about tables: the plain interpreter, and what it refuses."""

import pytest
import torch

from mininet.tasks.tables import ALL, SIMPLE, Tables, answer, encode, places, read

COLUMN = {"A": [0.5, -2.0, 1.2, 2.4, -0.6]}


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("sum of A", 1.5),
        ("count of A", 5),
        ("list of A where A greater 1", [1.2, 2.4]),
        ("sum of A where A greater -1 and A lesser 1.5", 1.1),
        ("count of A where A greater 1.5 or A lesser -1", 2),
        ("sum of A minus count of A where A greater 1", -0.5),
        ("count of A where A greater 9", 0),
        ("list of A where A greater 9", []),
    ],
)
def test_a_question_is_answered_as_a_person_would(question, right):
    assert answer(question, COLUMN) == pytest.approx(right)


@pytest.mark.parametrize(
    ("question", "table", "told"),
    [
        ("sum of A", {"A": []}, "no rows"),
        ("sum of A", {}, "no rows"),
        ("sum of A", {"A": [1.0, None]}, "row 2 of column A is empty"),
        ("sum of A", {"A": [float("nan")]}, "row 1 of column A is empty"),
        ("sum of A", {"A": [1.0], "B": [1.0, 2.0]}, "equally long"),
        ("sum of B", {"A": [1.0]}, "no column 'B'"),
        ("mean of A", {"A": [1.0]}, "expected 'sum of', 'count of' or 'list of'"),
        ("", {"A": [1.0]}, "the question is empty"),
        ("sum of A where A above 1", {"A": [1.0]}, "'greater' or 'lesser'"),
        ("sum of A where A greater", {"A": [1.0]}, "'greater' or 'lesser'"),
        ("sum of A where C greater 1", {"A": [1.0]}, "no column 'C'"),
        ("list of A minus sum of A", {"A": [1.0]}, "a difference is of two numbers"),
        ("sum of A 1 2 3", {"A": [1.0]}, "two finite numbers at most"),
    ],
)
def test_what_has_no_answer_gets_a_sentence(question, table, told):
    with pytest.raises(ValueError, match=told):
        answer(question, table)


def test_a_typed_question_is_read_as_those_of_a_batch():
    task = Tables()
    question = task.batch(1, 3, torch.Generator()).question
    typed, numbers = encode("sum of A where A greater -1 and A lesser 1.5")
    assert torch.equal(typed.words[0], question.words[9])
    assert torch.equal(typed.places[0], question.places[9])
    assert numbers.tolist() == [[-1.0, 1.5]]


def test_a_word_that_is_not_known_is_named():
    with pytest.raises(ValueError, match="'mean' is not one of: sum count"):
        encode("mean of A")
    with pytest.raises(ValueError, match="needs a word before it"):
        encode("1 of A")


def test_there_are_21_kinds_and_ten_with_a_difference():
    assert len(SIMPLE) == 21 and len(ALL) == 31 and len(set(ALL)) == 31


def test_two_numbers_are_in_the_order_in_which_the_words_mean_something():
    asked = Tables().batch(50, 3, torch.Generator().manual_seed(0))
    numbers = asked.numbers.view(21, 50, 2)
    rises = (numbers[..., 0] <= numbers[..., 1]).all(1)
    falls = (numbers[..., 0] >= numbers[..., 1]).all(1)
    greater_first = [
        kind.index("greater") < kind.index("lesser") for kind in SIMPLE[9:]
    ]
    joined_by_and = ["and" in kind for kind in SIMPLE[9:]]
    for n, (first, both) in enumerate(
        zip(greater_first, joined_by_and, strict=True), 9
    ):
        assert rises[n] if first == both else falls[n]


def test_tables_of_the_same_generator_are_the_same_and_within_their_size():
    one, other = (
        Tables("AB", size=2.0).batch(3, 4, torch.Generator().manual_seed(5))
        for _ in range(2)
    )
    assert torch.equal(one.table, other.table)
    assert one.table.abs().max() <= 2 and one.table.shape == (63, 4, 2)
    assert one.numbers.abs().max() <= 1.6


@pytest.mark.parametrize("wrong", [{"size": 0}, {"rows": 0}, {"copies": 0}])
def test_a_batch_of_nothing_is_refused(wrong):
    given = {"size": 1, "rows": 1, "copies": 1} | wrong
    with pytest.raises(ValueError, match="must be a whole number"):
        Tables().batch(generator=torch.Generator(), **given)


def test_numbers_are_found_at_the_word_left_of_them():
    assert places(read("sum of A where A greater 1 and A lesser 2").kind) == [5, 8]
    assert places(("sum", "of", "A")) == [-1, -1]
