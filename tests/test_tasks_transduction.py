"""Transduction: what is shown, what is asked, and how it is scored."""

import random
from itertools import product

import pytest
import torch

from mininet.tasks.transduction import (
    GENDER_CONJUGATION,
    SVO_SOV,
    BigramFlip,
    Copying,
    GenderConjugation,
    Grammar,
    Reversal,
    SvoSov,
)

SYMBOLS = (Copying, Reversal, BigramFlip)


def draw(task, batch_size=5, length=6, seed=0):
    return task.batch(batch_size, length, torch.Generator().manual_seed(seed))


def shown(batch, b):
    """The symbols that sequence b shows before its mark."""
    length = (len(batch.inputs) - 1) // 2
    return batch.inputs[:length, b].argmax(-1).tolist()


def asked(batch, b):
    """The symbols that count."""
    return batch.targets[batch.mask[:, b] == 1, b].tolist()


def saying(batch, symbols):
    """Logits that say these symbols (T, B), of a task with 9 of them."""
    return torch.nn.functional.one_hot(symbols, 9).float()


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (Copying, lambda s: s),
        (Reversal, lambda s: s[::-1]),
        (BigramFlip, lambda s: [s[k ^ 1] for k in range(len(s))]),
    ],
)
def test_what_is_asked_follows_from_what_is_shown(kind, answer):
    batch = draw(kind(9), 20, 6)
    for b in range(20):
        assert asked(batch, b) == answer(shown(batch, b))


def test_by_hand():
    abcd = torch.tensor([[0], [1], [2], [3]])
    assert Copying(4).answer(abcd).flatten().tolist() == [0, 1, 2, 3]
    assert Reversal(4).answer(abcd).flatten().tolist() == [3, 2, 1, 0]
    assert BigramFlip(4).answer(abcd).flatten().tolist() == [1, 0, 3, 2]


@pytest.mark.parametrize("kind", SYMBOLS)
def test_symbols_then_the_mark_then_blanks(kind):
    task = kind(9)
    batch = draw(task, 5, 4)
    symbols, mark, answer = batch.inputs[:4], batch.inputs[4], batch.inputs[5:]
    assert batch.inputs.shape == (9, 5, task.input_size) and task.output_size == 9
    assert (symbols.sum(-1) == 1).all() and (symbols[..., -2:] == 0).all()
    assert torch.equal(mark, torch.eye(11)[9].expand(5, 11))
    assert torch.equal(answer, torch.eye(11)[10].expand(4, 5, 11))
    assert batch.mask[:, 0].tolist() == [0] * 5 + [1] * 4


def test_symbols_are_drawn_evenly():
    counts = torch.bincount(draw(Copying(4), 4000, 10).targets[11:].flatten())
    assert (counts / counts.sum() - 0.25).abs().max() < 0.01


def test_a_flip_of_an_odd_length_has_one_symbol_less_and_a_pair_at_least():
    assert torch.equal(draw(BigramFlip(9), 5, 7).inputs, draw(BigramFlip(9)).inputs)
    with pytest.raises(ValueError, match="at least 2 symbols, got length 1"):
        draw(BigramFlip(9), 5, 1)


def test_coarse_counts_sequences_and_fine_counts_up_to_the_first_mistake():
    task = Copying(9)
    batch = draw(task, 4, 6)
    said = batch.targets.clone()
    right = 7  # the first step that counts
    said[right + 2, 1] = (said[right + 2, 1] + 1) % 9  # 2 right before it, 5 in all
    said[right, 2] = (said[right, 2] + 1) % 9  # none right before it, 5 in all
    said[right:, 3] = (said[right:, 3] + 1) % 9  # none
    said[:right] = 8  # where nothing is asked, nothing counts
    score = task.score(saying(batch, said), batch)
    assert score["coarse"] == pytest.approx(1 / 4)
    assert score["fine"] == pytest.approx((6 + 2 + 0 + 0) / 24)
    assert score["symbols"] == pytest.approx((6 + 5 + 5 + 0) / 24)


def test_the_loss_is_the_mean_surprise_where_it_counts():
    task = Copying(9)
    batch = draw(task)
    none = torch.zeros(13, 5, 9)
    assert task.loss(none, batch).item() == pytest.approx(torch.tensor(9.0).log())
    elsewhere = none.clone()
    elsewhere[:7] = torch.randn(7, 5, 9)
    assert task.loss(elsewhere, batch).item() == pytest.approx(
        task.loss(none, batch).item()
    )
    sure = 100 * saying(batch, batch.targets)
    assert task.loss(sure, batch).item() == pytest.approx(0)


@pytest.mark.parametrize("kind", SYMBOLS)
def test_no_symbols_are_refused(kind):
    with pytest.raises(ValueError, match="symbols must be a whole number"):
        kind(0)


# -- the two grammars ------------------------------------------------------------------


def verb_last(words):
    """What an SVO sentence becomes: its own verb, no clause's, goes to the end."""
    main = next(
        k
        for k, word in enumerate(words)
        if word[0] == "v" and words[k - 2 : k - 1] != ["who"]
    )
    return words[:main] + words[main + 1 :] + [words[main]]


def german(words):
    """English words with the articles of the nouns after them."""
    the, a = {"m": "der", "f": "die", "n": "das"}, {"m": "ein", "f": "eine", "n": "ein"}
    said = []
    for word, after in zip(words, [*words[1:], "-"], strict=True):
        article = {"the": the, "a": a}.get(word)
        said.append(article[after[0]] if article else {"and": "und"}.get(word, word))
    return said


BOTH = [
    (SvoSov, verb_last, 3, "s1 v2 o0 o1 who s0 v1 o2", "s1 o0 o1 who s0 v1 o2 v2"),
    (SvoSov, verb_last, 3, "s1 who s0 v1 o2 v2 o0", "s1 who s0 v1 o2 o0 v2"),
    (
        GenderConjugation,
        german,
        1,
        "w1 the n2 and a f0 a m0 w2",
        "w1 das n2 und eine f0 ein m0 w2",
    ),
]
each_grammar = pytest.mark.parametrize(
    ("kind", "rewrite", "least"), list(dict.fromkeys(b[:3] for b in BOTH))
)


@pytest.mark.parametrize(("kind", "rewrite", "least", "source", "target"), BOTH)
def test_sentences_by_hand(kind, rewrite, least, source, target):
    assert rewrite(source.split()) == target.split()
    grammar, chance = kind(3).grammar, random.Random(0)
    names = {word.rstrip("012") for word in source.split()}
    assert names <= {word.rstrip("012") for word in grammar.source}
    drawn = (grammar.draw(len(source.split()), chance) for _ in range(20_000))
    shape = [word.rstrip("012") for word in source.split()]
    found = next(d for d in drawn if [word.rstrip("012") for word in d[0]] == shape)
    there = [word.rstrip("012") for word in target.split()]
    assert [word.rstrip("012") for word in found[1]] == there


@each_grammar
def test_translations_follow_from_the_sentences(kind, rewrite, least):
    grammar, chance = kind(10).grammar, random.Random(0)
    for length in [least, least + 1, 9, 16, 64]:
        for _ in range(30):
            source, target = grammar.draw(length, chance)
            assert len(source) == length and rewrite(source) == target
            assert set(source) <= set(grammar.source)
            assert set(target) <= set(grammar.target)


@each_grammar
def test_a_batch_shows_sentences_and_asks_for_their_translations(kind, rewrite, least):
    task = kind(5)
    batch = draw(task, 6, 12)
    assert batch.inputs.shape == (25, 6, task.input_size)
    for b in range(6):
        words = [task.grammar.source[k] for k in shown(batch, b)]
        said = [task.grammar.target[k] for k in asked(batch, b)]
        assert rewrite(words) == said


@each_grammar
def test_the_same_generator_draws_the_same_sentences(kind, rewrite, least):
    one, same, other = (draw(kind(5), 6, 12, seed).inputs for seed in (0, 0, 1))
    assert torch.equal(one, same) and not torch.equal(one, other)


def test_a_length_without_a_sentence_is_refused():
    with pytest.raises(ValueError, match="no sentence of length 2"):
        draw(SvoSov(), 3, 2)


def derived(rules, name, most):
    """All sentences of at most so many words that a name derives, without variants."""
    if name not in rules:
        return [(name,)]
    found = []
    for text in rules[name]:
        names = text.partition("=>")[0].split()
        room = most - len(names) + 1
        parts = [derived(rules, part, room) if room > 0 else [] for part in names]
        found += [sum(those, ()) for those in product(*parts)]
    return [words for words in found if len(words) <= most]


@pytest.mark.parametrize("rules", [SVO_SOV, GENDER_CONJUGATION])
def test_derivations_are_counted_as_they_can_be_listed(rules):
    lengths = [len(words) for words in derived(rules, "sentence", 7)]
    grammar = Grammar(rules, {})
    for length in range(8):
        assert grammar.ways(("sentence",), length) == lengths.count(length)


def test_all_derivations_of_a_length_are_drawn_alike():
    grammar, chance = Grammar(SVO_SOV, {}), random.Random(0)
    drawn = [" ".join(grammar.draw(9, chance)[0]) for _ in range(6000)]
    listed = [" ".join(w) for w in derived(SVO_SOV, "sentence", 9) if len(w) == 9]
    assert set(drawn) == set(listed)
    for sentence in set(listed):
        share = drawn.count(sentence) / len(drawn)
        assert abs(share - listed.count(sentence) / len(listed)) < 0.03


def test_a_rule_that_repeats_a_name_or_loses_one_is_refused():
    for text in ("x x", "x y => x", "x => x y", "x y => x x"):
        with pytest.raises(ValueError, match="as many names, each once"):
            Grammar({"sentence": (text,)}, {})
