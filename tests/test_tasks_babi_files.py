"""bAbI's files: what is written is read again, and what is wrong is said."""

import random
import re

import pytest

from mininet.tasks.babi.files import NAMES, lines, load, name, official, parse, save
from mininet.tasks.babi.stories import Question
from mininet.tasks.babi.telling import tell

TASKS = sorted(NAMES)
STORY = """\
1 Mary moved to the bathroom.
2 John went to the hallway.
3 Where is Mary? \tbathroom\t1
4 Daniel went back to the hallway.
5 Where is Daniel? \tHallway\t4 2
1 Mary got the milk.
2 What is Mary carrying? \tmilk\t1
""".splitlines()


def test_questions_come_with_the_story_before_them_and_its_supports():
    first, second, third = parse(STORY, task=1)
    begun = ("Mary moved to the bathroom.", "John went to the hallway.")
    assert first == Question(begun, "Where is Mary?", "bathroom", (0,), 1)
    assert second.story == (*first.story, "Daniel went back to the hallway.")
    assert second.answer == "hallway" and second.supports == (2, 1)
    assert third.story == ("Mary got the milk.",)


@pytest.mark.parametrize("task", TASKS)
def test_what_is_written_is_read_again(tmp_path, task):
    questions = tell(task, 100, seed=3)
    file = save(tmp_path / "new" / "en", task, "train", questions)
    assert file.name == f"qa{task}_{NAMES[task]}_train.txt"
    assert load(file.parent, task, "train") == questions


@pytest.mark.parametrize("seed", range(10))
def test_any_questions_that_lines_can_hold_are_read_again(seed):
    chance = random.Random(seed)
    for _ in range(30):
        questions = any_questions(chance)
        assert parse(lines(questions), 7) == questions


def any_questions(chance):
    """Some questions, about stories that go on or begin anew."""
    questions, story = [], []
    for _ in range(chance.randrange(1, 9)):
        if chance.random() < 0.3:
            story = []
        for _ in range(chance.randrange(3)):
            story.append(sentence(chance))
        places = range(len(story))
        supports = chance.sample(places, chance.randint(0, len(story)))
        answer = sentence(chance).lower()
        told = tuple(story)
        questions.append(Question(told, sentence(chance), answer, tuple(supports), 7))
    return questions


def sentence(chance):
    """Words of letters, digits and marks, some of them odd."""
    letters = "abcXYZ019.?,'é€-"
    words = ["".join(chance.choices(letters, k=chance.randint(1, 5))) for _ in range(3)]
    return " ".join(words)


@pytest.mark.parametrize("seed", range(10))
def test_a_spoilt_file_is_read_or_refused_with_the_line_named(seed):
    chance = random.Random(seed)
    for _ in range(50):
        try:
            questions = parse(spoilt(STORY, chance), 1, name="spoilt.txt")
        except ValueError as error:
            assert re.match(r"spoilt\.txt, line [1-9]: ", str(error))
        else:
            for each in questions:
                assert each.text and each.answer
                assert all(0 <= place < len(each.story) for place in each.supports)


def spoilt(story, chance):
    """Lines of which some are cut, or have something in them that doesn't belong."""
    story = list(story)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(story))
        text = story[at]
        cut = chance.randrange(len(text) + 1)
        odd = text[:cut] + chance.choice("\t 1x²\x00\u2028") + text[cut:]
        ways = [text[:cut], text[cut:], odd, text.replace("\t", " "), ""]
        story[at] = chance.choice(ways)
    return story


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("Mary is here.", "expected a number and a sentence, got 'Mary is here.'"),
        ("", "expected a number and a sentence, got ''"),
        ("3", "expected a number and a sentence"),
        ("2 Mary is here.", "expected number 3 or 1, got 2"),
        ("4 Mary is here.", "expected number 3 or 1, got 4"),
        ("3 Where is Mary?\tgarden", "expected a question, an answer and numbers"),
        ("3 Where is Mary?\t\t1", "expected a question, an answer and numbers"),
        ("3 Where?\tgarden\t1\t2", "expected a question, an answer and numbers"),
        ("3 Where is Mary?\tgarden\t3", "no sentence before it has number 3"),
        ("3 Where is Mary?\tgarden\t1 x", "no sentence before it has number x"),
        ("3 Where is Mary?\tgarden\t-1", "no sentence before it has number -1"),
    ],
)
def test_a_malformed_line_is_refused_by_its_number(line, complaint):
    with pytest.raises(ValueError, match=f"story, line 3: {re.escape(complaint)}"):
        parse([*STORY[:2], line])


def test_a_question_may_come_first_and_need_no_support():
    (question,) = parse(["1 Where is Mary?\tgarden\t"])
    assert question.story == () and question.supports == ()


def test_windows_ends_of_lines_are_no_matter():
    assert parse(f"{line}\r\n" for line in STORY) == parse(STORY)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no folder .*nowhere"):
        load(tmp_path / "nowhere", 1, "train")


def test_a_file_in_place_of_the_folder_is_named(tmp_path):
    archive = tmp_path / "tasks_1-20_v1-2.tar.gz"
    archive.write_bytes(b"\x1f\x8b")
    with pytest.raises(FileNotFoundError, match="is a file; unpack the archive"):
        load(archive, 1, "train")


def test_from_a_folder_too_high_the_english_one_inside_is_named(tmp_path):
    for language in ("shuffled", "hn", "en-10k", "en"):
        save(tmp_path / "tasks_1-20_v1-2" / language, 1, "train", tell(1, 5, 0))
    for high in (tmp_path, tmp_path / "tasks_1-20_v1-2"):
        with pytest.raises(FileNotFoundError, match=r"but .*-2/en may: give that"):
            load(high, 1, "train")


def test_a_folder_without_the_task_says_what_file_is_missing(tmp_path):
    save(tmp_path, 1, "train", tell(1, 5, 0))
    with pytest.raises(
        FileNotFoundError, match=r"no qa1_single-.*_test\.txt; give the"
    ):
        load(tmp_path, 1, "test")
    with pytest.raises(FileNotFoundError, match="no qa10_indefinite-knowledge_train"):
        load(tmp_path, 10, "train")


@pytest.mark.parametrize(
    "question", ["Mohan kahan hai?", "Aekap kl Xzls?", "Yah is kamre mein hai?"]
)
def test_the_archives_other_languages_are_refused(tmp_path, question):
    file = tmp_path / name(1, "train")
    file.write_text(f"1 Sita gayi.\n2 {question} \tx\t1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no question is in English.* folder en or"):
        load(tmp_path, 1, "train")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b"", "holds no question"),
        (b"1 Mary moved to the garden.\n", "holds no question"),
        (
            b"1 hi\thello what can i help you with today\n",
            "line 1: expected a question",
        ),
        (b"label,text\n1,Mary\n", "line 1: expected a number and a sentence"),
        (b"\x89PNG\r\n\x1a\n", "is no text"),
        (b"\x1f\x8b\x08\x00", "is no text"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path, text, complaint):
    (tmp_path / name(1, "train")).write_bytes(text)
    with pytest.raises(ValueError, match=rf"qa1_.*_train\.txt.*{complaint}"):
        load(tmp_path, 1, "train")


def test_two_files_of_one_task_are_refused(tmp_path):
    for file in ("qa1_one_train.txt", "qa1_two_train.txt"):
        (tmp_path / file).write_text("\n".join(STORY), encoding="utf-8")
    with pytest.raises(ValueError, match="qa1_one_train.txt and qa1_two_train.txt"):
        load(tmp_path, 1, "train")


@pytest.mark.parametrize("task", [0, 21, "1"])
def test_a_task_that_is_not_one_of_the_twenty_is_refused(tmp_path, task):
    for using in (load, lambda *given: save(*given, tell(1, 1, 0))):
        with pytest.raises(ValueError, match=f"task must be from 1 to 20, got {task}"):
            using(tmp_path, task, "train")


def test_a_split_that_is_neither_train_nor_test_is_refused(tmp_path):
    with pytest.raises(ValueError, match="split must be train or test, got 'valid'"):
        load(tmp_path, 1, "valid")


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"text": "Where\tis Mary?"}, "cannot hold the text"),
        ({"text": ""}, "cannot hold the text ''"),
        ({"answer": " "}, "cannot hold the text ' '"),
        ({"answer": "Fred"}, "answers are in small letters, got 'Fred'"),
        ({"story": ("Mary is\nhere.",)}, "cannot hold the text"),
        ({"story": ("Mary is here. ",)}, "cannot hold the text"),
        ({"supports": (1,)}, "places in a story of 1 sentences, got 1"),
        ({"supports": (-1,)}, "places in a story of 1 sentences, got -1"),
    ],
)
def test_what_lines_cannot_hold_is_refused(tmp_path, wrong, complaint):
    fine = Question(("Mary is here.",), "Where is Mary?", "here", (0,), 1)
    with pytest.raises(ValueError, match=complaint):
        save(tmp_path, 1, "train", [fine._replace(**wrong)])
    assert list(tmp_path.iterdir()) == []


def test_the_official_folder_is_what_the_variable_names(tmp_path, monkeypatch):
    save(tmp_path, 1, "train", tell(1, 5, 0))
    monkeypatch.setenv("BABI", str(tmp_path))
    assert official("BABI") == tmp_path


@pytest.mark.parametrize("value", ["", None])
def test_an_unset_variable_says_what_to_do(monkeypatch, value):
    monkeypatch.delenv("BABI_10K", raising=False)
    if value is not None:
        monkeypatch.setenv("BABI_10K", value)
    with pytest.raises(FileNotFoundError, match="BABI_10K is not set: unpack .* set"):
        official("BABI_10K")


def test_a_variable_that_names_the_wrong_folder_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("BABI", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="BABI: .* holds no qa1_"):
        official("BABI")
    monkeypatch.setenv("BABI", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match="BABI: there is no folder"):
        official("BABI")
