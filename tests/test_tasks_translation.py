"""The pair of languages, by its rules: what must hold for every sentence."""

import random

import pytest
import torch

from mininet.tasks import translation
from mininet.tasks.translation import (
    ADJECTIVES,
    END,
    ENGLISH,
    KNOWN_NOUNS,
    NUMBER_OF_ENGLISH,
    NUMBER_OF_ORLIC,
    ORLIC,
    SHORTEST,
    SOURCE_WORDS,
    TARGET_WORDS,
    VERBS,
    Translation,
    encode,
    sentence_of,
    translate,
)

DRAW = random.Random(0)
MANY = [sentence_of(n, DRAW) for n in range(SHORTEST, 25) for _ in range(20)]
STEMS = {
    **translation.ARTICLES,
    **ADJECTIVES,
    **{word: noun.orlic for word, noun in KNOWN_NOUNS.items()},
    **translation.PREPOSITIONS,
    **VERBS,
    **dict([translation.THAT, translation.AND, translation.ASKED]),
}


def test_examples_are_translated_as_the_rules_say():
    asked = translate("the old dog saw my small red cats ?")
    assert asked.words == "ka ne baro arvon mo mile rudan pikan videt".split()
    assert asked.alignment == [8, 0, 2, 1, 4, 7, 6, 5, 3]
    assert translate("the girls near my king sang").words == (
        "ne sene mo rogo apu kantun".split()
    )
    assert translate("the bird that saw the dogs fell").words == (
        "ne pira ki ne bari videt kadet".split()
    )


def test_the_verb_ends_as_its_own_subject_asks_and_not_as_its_neighbour():
    assert translate("the dogs near the cat fell").words[-1] == "kadun"
    assert translate("the dog near the cats fell").words[-1] == "kadet"


def test_vocabularies_have_no_word_twice_and_30_to_50_words():
    for words in (ENGLISH, ORLIC):
        assert len(set(words)) == len(words) and 30 <= len(words) <= 50
    assert (len(SOURCE_WORDS), len(TARGET_WORDS)) == (len(ENGLISH) + 1, len(ORLIC) + 2)


@pytest.mark.parametrize("length", range(SHORTEST, 25))
def test_a_sentence_has_the_length_that_was_asked_for_and_known_words(length):
    words = sentence_of(length, DRAW)
    said = translate(words)
    assert len(words) == length == len(said.words)
    assert set(words) <= set(ENGLISH) and set(said.words) <= set(ORLIC)


def test_every_english_word_is_said_once_by_its_own_stem():
    for words in MANY:
        said = translate(words)
        assert sorted(said.alignment) == list(range(len(words)))
        for orlic, place in zip(said.words, said.alignment, strict=True):
            assert orlic.startswith(STEMS[words[place]])


def test_order_is_that_of_the_rules_wherever_words_meet():
    for words in MANY:
        said = translate(words)
        place = {english: k for k, english in enumerate(said.alignment)}
        for k, word in enumerate(words):
            if word in ADJECTIVES:
                assert place[k] > place[k + 1]
            if word in translation.SEEING or word in translation.PREPOSITIONS:
                assert words[k + 1] in translation.ARTICLES
                assert place[k] > place[k + 1]
        if "?" in words:
            assert said.words[0] == "ka" and words[-1] == "?"


def test_an_adjective_ends_as_its_noun_asks():
    for words in MANY:
        for orlic, place in zip(*translate(words), strict=True):
            if words[place] in ADJECTIVES:
                noun = next(word for word in words[place:] if word in KNOWN_NOUNS)
                assert orlic[-2:] == ("on", "an")[KNOWN_NOUNS[noun].kind]


def test_two_sentences_that_differ_in_a_noun_differ_in_orlic():
    for words in MANY[:100]:
        for k, word in enumerate(words):
            if word in KNOWN_NOUNS:
                other = [*words]
                other[k] = DRAW.choice([n for n in KNOWN_NOUNS if n != word])
                assert translate(other).words != translate(words).words


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("", "after 'the beginning' comes an article, not 'the end'"),
        ("dog slept", "after 'the beginning' comes an article, not 'dog'"),
        ("the slept", "after 'the' comes an adjective or a noun, not 'slept'"),
        ("the old slept", "after 'the old' comes an adjective or a noun, not 'slept'"),
        ("the dog", "after 'the dog' comes a verb, not 'the end'"),
        ("the dog slept cat", "comes 'and', '?' or nothing, not 'cat'"),
        ("the dog slept ? and", "comes nothing, not 'and'"),
        ("the dog saw", "after 'the dog saw' comes an article, not 'the end'"),
        ("the zebra slept", "not 'zebra'"),
    ],
)
def test_what_is_no_sentence_is_refused_where_it_goes_wrong(sentence, says):
    with pytest.raises(ValueError) as refused:
        translate(sentence)
    assert says in str(refused.value)


def test_phrases_within_phrases_are_translated_though_none_is_drawn():
    deep = "the dog near the cat behind the bird that saw the king fell"
    assert translate(deep).words == (
        "ne baro ne mila ne pira ki ne rogo videt tra apu kadet".split()
    )


@pytest.mark.parametrize("length", [0, 2])
def test_no_sentence_is_shorter_than_three_words(length):
    with pytest.raises(ValueError, match="at least"):
        sentence_of(length, DRAW)


def test_all_verbs_of_sentences_of_three_words_are_drawn_about_evenly():
    source = random.Random(1)
    verbs = [sentence_of(3, source)[2] for _ in range(3000)]
    for verb in translation.SLEEPING:
        assert 900 < verbs.count(verb) < 1100


def test_numbers_stand_for_words_and_nothing_stands_behind_the_end():
    pairs = encode(["the dog slept", "my cats saw the bird"])
    assert pairs.source.shape == (2, 5) and pairs.target.shape == (2, 6)
    there = [NUMBER_OF_ENGLISH[word] for word in ("the", "dog", "slept")]
    assert pairs.source[0].tolist() == [*there, 0, 0]
    said = [TARGET_WORDS[k] for k in pairs.target[0]]
    assert said == ["ne", "baro", "dormet", END, "", ""]
    assert pairs.alignment[0].tolist() == [0, 1, 2, -1, -1, -1]
    with pytest.raises(ValueError, match="at least one sentence"):
        encode([])


def test_the_end_is_number_1_as_translators_take_it():
    assert NUMBER_OF_ORLIC[END] == 1 and NUMBER_OF_ORLIC[""] == 0


def test_the_same_generator_draws_the_same_sentences():
    one, other = (
        Translation().batch(5, 9, torch.Generator().manual_seed(3)).source
        for _ in range(2)
    )
    assert torch.equal(one, other) and one.shape == (5, 9) and (one > 0).all()


def test_the_score_counts_sentences_words_and_looks():
    task, pairs = Translation(), encode(["the dog slept", "the cat slept"])
    looks = torch.nn.functional.one_hot(pairs.alignment.clamp(min=0), 3).float()
    right = task.score(pairs.target, pairs, looks)
    assert right == {"sentences": 1, "words": 1, "aligned": 1}
    said = pairs.target.clone()
    said[0, 1] = pairs.target[1, 1]
    wrong = task.score(said, pairs, looks.roll(1, -1))
    assert wrong == {"sentences": 0.5, "words": 7 / 8, "aligned": 0}


def test_who_goes_on_after_the_end_is_wrong_and_who_stops_early_too():
    task, pairs = Translation(), encode(["the dog slept"])
    more = torch.nn.functional.pad(pairs.target, (0, 2), value=5)
    assert task.score(more, pairs)["sentences"] == 0
    silent = torch.nn.functional.pad(pairs.target, (0, 2))
    assert task.score(silent, pairs)["sentences"] == 1
    assert task.score(pairs.target[:, :2], pairs)["sentences"] == 0
