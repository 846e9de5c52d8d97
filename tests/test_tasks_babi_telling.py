"""Stories of the twenty tasks: their answers are right, and they are as the files'."""

import hashlib
from statistics import mean

import pytest

from mininet.tasks.babi.files import NAMES
from mininet.tasks.babi.stories import words
from mininet.tasks.babi.telling import tell
from tests.babi_readers import READERS

TASKS = sorted(NAMES)
# All words of the official stories and questions, of both splits and all tasks.
WORDS = """
a above afraid after afternoon afterwards and antoine apple are back bathroom bedroom
before below bernhard bigger bill blue bored box brian carrying cat cats chest chocolate
chocolates cinema color container daniel did discarded do does down dropped east either
emily evening fit fits following football fred frog from garden gave gertrude get give
go got grabbed gray green greg hallway handed he how hungry in inside is jason jeff
jessica john journeyed julie julius kitchen left lily lion longer many mary mice milk
morning mouse moved no north not objects of office or pajamas park passed picked pink
put received rectangle red rhino right sandra school she sheep south sphere square
suitcase sumit swan than that the then there they thirsty this tired to took travelled
triangle up was went west what where white who why will winona wolf wolves yann yellow
yesterday you
"""
# Answers that are no words of a sentence.
ANSWERS = """
yes maybe none one two three nothing e,e e,n e,s n,e n,n n,w s,e s,s s,w w,n w,s w,w
"""
# Of the official training and test files of a thousand questions: sentences before a
# question on average, and what share of the questions has the most frequent answer.
OFFICIAL = {
    1: (6.00, 0.18),
    2: (15.42, 0.20),
    3: (50.50, 0.19),
    4: (2.00, 0.18),
    5: (19.45, 0.18),
    6: (6.27, 0.50),
    7: (8.52, 0.49),
    8: (8.79, 0.34),
    9: (6.00, 0.64),
    10: (6.00, 0.45),
    11: (6.00, 0.19),
    12: (6.00, 0.17),
    13: (6.00, 0.18),
    14: (7.81, 0.17),
    15: (8.00, 0.28),
    16: (9.00, 0.26),
    17: (2.00, 0.51),
    18: (6.17, 0.51),
    19: (5.00, 0.09),
    20: (5.87, 0.18),
}


@pytest.fixture(scope="module")
def told():
    return {task: tell(task, 1000, seed=5) for task in TASKS}


@pytest.mark.parametrize("task", TASKS)
def test_a_reader_that_knows_no_generator_answers_every_question(told, task):
    wrong = [each for each in told[task] if READERS[task](each) != each.answer]
    assert wrong == []


# The fact that a thing was dropped, and where, doesn't say who took it (3).
@pytest.mark.parametrize("task", [task for task in TASKS if task != 3])
def test_the_supporting_facts_alone_tell_the_answer(told, task):
    for each in told[task]:
        story = tuple(each.story[place] for place in sorted(each.supports))
        assert READERS[task](each._replace(story=story)) == each.answer, each


def test_the_facts_of_task_3_are_the_thing_and_two_moves_of_its_carrier(told):
    for each in told[3]:
        hand, after, before = (each.story[place] for place in each.supports)
        assert set(words(hand)) & {"apple", "football", "milk"} < set(words(each.text))
        assert {hand.split()[0]} == {after.split()[0]} == {before.split()[0]}
        assert words(after)[-1] == words(each.text)[-1]
        assert words(before)[-1] == each.answer


@pytest.mark.parametrize("task", [1, 2, 3, 5, 6, 9, 10])
def test_a_question_is_about_one_of_the_last_five_sentences(told, task):
    assert all(len(each.story) - each.supports[0] <= 5 for each in told[task])


def test_all_words_are_those_of_the_official_files_and_no_other(told):
    said = {
        word
        for questions in told.values()
        for each in questions
        for text in (*each.story, each.text)
        for word in words(text)
    }
    assert sorted(said) == WORDS.split()
    answers = {each.answer for task in TASKS if task != 8 for each in told[task]}
    assert answers <= {*WORDS.split(), *ANSWERS.split()}


@pytest.mark.parametrize("task", TASKS)
def test_stories_are_as_long_and_answers_as_spread_as_the_official_ones(task):
    questions = tell(task, 4000, seed=6)
    length, share = OFFICIAL[task]
    answers = [each.answer for each in questions]
    assert mean(len(each.story) for each in questions) == pytest.approx(length, rel=0.1)
    most = max(map(answers.count, sorted(set(answers)))) / len(answers)
    assert most == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("task", TASKS)
def test_a_longer_list_begins_with_the_shorter_one_of_its_seed(task):
    longer = tell(task, 60, seed=1)
    assert [tell(task, n, seed=1) for n in (1, 7)] == [longer[:1], longer[:7]]
    assert len(longer) == 60 and {each.task for each in longer} == {task}
    assert longer != tell(task, 60, seed=2)


# Results were measured on these stories, so they must stay; and they must not hang on
# the order of a set, which differs between processes.
def test_the_stories_of_a_seed_stay_the_same():
    text = repr([tell(task, 50, seed=0) for task in TASKS])
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "d22d2d59e9ab9d22"


def test_in_task_10_somebody_is_in_either_of_two_different_places(told):
    for each in told[10]:
        for sentence in each.story:
            if "either" in sentence:
                said = words(sentence)
                assert said[5] != said[8]


def test_in_task_19_no_two_places_lie_on_one_spot(told):
    step = {"north": 1j, "south": -1j, "east": 1, "west": -1}
    for each in told[19]:
        spots = {words(each.story[0])[1]: 0}
        for _ in each.story:
            for sentence in each.story:
                _, one, _, side, _, _, other = words(sentence)
                if other in spots:
                    spots[one] = spots[other] + step[side]
                elif one in spots:
                    spots[other] = spots[one] - step[side]
        assert len(set(spots.values())) == len(spots) == 6


@pytest.mark.parametrize("task", [0, 21, -1, "1", 1.5, None])
def test_a_task_that_is_not_one_of_the_twenty_is_refused(task):
    with pytest.raises(ValueError, match=f"task must be from 1 to 20, got {task}"):
        tell(task, 1, 0)


@pytest.mark.parametrize("questions", [0, -3])
def test_no_question_is_refused(questions):
    with pytest.raises(ValueError, match=f"at least one question, got {questions}"):
        tell(1, questions, 0)
