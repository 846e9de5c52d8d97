"""Attention and translators against their equations, and against known mistakes."""

import math

import pytest
import torch
from torch.nn import functional as F

from mininet.models.attention import (
    END,
    AdditiveAttention,
    AdditiveTranslator,
    BothWays,
    FixedTranslator,
    MultiplicativeAttention,
    MultiplicativeTranslator,
    Translator,
    additive_score,
    attend,
    dot_score,
)

TRANSLATORS = (FixedTranslator, AdditiveTranslator, MultiplicativeTranslator)


def translator(kind=AdditiveTranslator, **settings):
    torch.manual_seed(0)
    return kind(9, 7, size=4, **settings).double().eval()


def sentences(*rows):
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows])


@pytest.mark.parametrize("seed", range(10))
def test_weights_are_a_softmax_of_what_is_there_and_0_elsewhere(seed):
    source = torch.Generator().manual_seed(seed)
    scores = 10 * torch.randn(6, 5, generator=source)
    values = torch.randn(6, 5, 3, generator=source)
    mask = torch.rand(6, 5, generator=source) < 0.6
    mask[:, 0] = True
    context, weights = attend(scores, values, mask)
    assert (weights[~mask] == 0).all()
    assert torch.allclose(weights.sum(1), torch.ones(6))
    for b in range(6):
        left = mask[b]
        assert torch.allclose(weights[b, left], torch.softmax(scores[b, left], 0))
        assert torch.allclose(context[b], weights[b] @ values[b], atol=1e-6)


def test_a_row_without_anything_sees_nothing_and_has_a_slope():
    scores = torch.randn(2, 3, requires_grad=True)
    mask = torch.tensor([[True, False, True], [False] * 3])
    context, weights = attend(scores, torch.randn(2, 3, 4), mask)
    assert weights[1].tolist() == [0, 0, 0] and context[1].abs().sum() == 0
    context.sum().backward()
    assert scores.grad.isfinite().all()


def test_scores_beyond_all_bounds_look_at_one_place():
    scores = torch.tensor([[1e30, -1e30, 0.0]])
    _, weights = attend(scores, torch.eye(3)[None])
    assert weights.tolist() == [[1, 0, 0]]


def test_the_additive_score_is_v_times_the_tanh_of_both():
    asked, shown, v = torch.randn(2, 5), torch.randn(2, 3, 5), torch.randn(5)
    scores = additive_score(asked, shown, v)
    for b in range(2):
        for n in range(3):
            by_hand = sum(
                float(v[a]) * math.tanh(float(asked[b, a] + shown[b, n, a]))
                for a in range(5)
            )
            assert float(scores[b, n]) == pytest.approx(by_hand, abs=1e-5)


def test_an_additive_score_is_never_larger_than_the_sum_of_v():
    v = torch.randn(5)
    scores = additive_score(100 * torch.randn(2, 5), 100 * torch.randn(2, 3, 5), v)
    assert (scores.abs() <= v.abs().sum() + 1e-5).all()


def test_the_dot_score_is_largest_for_the_key_that_points_the_same_way():
    keys = torch.eye(4)[None]
    assert dot_score(torch.tensor([[0.0, 0.0, 2.0, 0.0]]), keys).argmax() == 2


@pytest.mark.parametrize(
    "attention", [AdditiveAttention(3, 4, 5), MultiplicativeAttention(3, 4)]
)
def test_places_that_change_places_keep_their_weights(attention):
    query, keys, order = torch.randn(2, 3), torch.randn(2, 6, 4), torch.randperm(6)
    context, weights = attention(query, keys)
    again, moved = attention(query, keys[:, order])
    assert torch.allclose(moved, weights[:, order], atol=1e-6)
    assert torch.allclose(again, context, atol=1e-5)


def test_other_values_are_seen_at_the_same_weights():
    attention = MultiplicativeAttention(3, 4)
    query, keys, values = torch.randn(2, 3), torch.randn(2, 6, 4), torch.randn(2, 6, 2)
    context, weights = attention(query, keys, values=values)
    assert torch.allclose(weights, attention(query, keys)[1])
    assert torch.allclose(context, (weights.unsqueeze(1) @ values).squeeze(1))


def test_scaled_multiplicative_attention_is_that_of_torch():
    attention = MultiplicativeAttention(4, 4)
    with torch.no_grad():
        attention.ask.weight.copy_(torch.eye(4) / 2)  # 1 / sqrt(4)
    query, keys, values = torch.randn(2, 4), torch.randn(2, 6, 4), torch.randn(2, 6, 3)
    theirs = F.scaled_dot_product_attention(query.unsqueeze(1), keys, values)
    ours, _ = attention(query, keys, values=values)
    assert torch.allclose(ours, theirs.squeeze(1), atol=1e-6)


def test_a_note_knows_the_words_on_both_sides():
    torch.manual_seed(0)
    encoder, words = BothWays(3, 4), torch.randn(1, 5, 3)
    there = torch.ones(1, 5, dtype=torch.bool)
    notes, _ = encoder(words, there)
    for changed in (0, 4):
        other = words.clone()
        other[0, changed] += 1
        differs = (encoder(other, there)[0] != notes).any(-1)[0]
        assert differs.all()


def test_a_note_has_what_comes_before_in_its_first_half():
    torch.manual_seed(0)
    encoder, words = BothWays(3, 4), torch.randn(1, 5, 3)
    there = torch.ones(1, 5, dtype=torch.bool)
    notes, whole = encoder(words, there)
    assert torch.equal(whole, torch.cat([notes[:, -1, :4], notes[:, 0, 4:]], 1))
    other = words.clone()
    other[0, 2] += 1
    changed, _ = encoder(other, there)
    assert torch.equal(changed[0, :2, :4], notes[0, :2, :4])
    assert torch.equal(changed[0, 3:, 4:], notes[0, 3:, 4:])


@pytest.mark.parametrize("kind", TRANSLATORS)
def test_what_stands_behind_a_sentence_does_not_matter(kind):
    model = translator(kind)
    short, long = sentences([3, 5, 2]), sentences([3, 5, 2], [1, 2, 3, 4, 5, 6])
    target = torch.tensor([[2, 3, 4, END]])
    alone, looks = model.trace(short, target)
    beside, others = model.trace(long, target.expand(2, -1))
    assert torch.allclose(alone[0], beside[0])
    assert torch.allclose(looks[0], others[0, :, :3])
    assert (others[0, :, 3:] == 0).all()


@pytest.mark.parametrize("kind", TRANSLATORS)
def test_it_is_taught_with_the_words_before_and_not_with_the_word_itself(kind):
    model, source = translator(kind), sentences([3, 5, 2])
    one, other = torch.tensor([[2, 3, 4, END]]), torch.tensor([[2, 3, 5, END]])
    first, second = model(source, one), model(source, other)
    assert torch.equal(first[:, :3], second[:, :3])
    assert not torch.allclose(first[:, 3], second[:, 3])


@pytest.mark.parametrize("kind", TRANSLATORS)
def test_speaking_freely_is_being_taught_with_what_one_says(kind):
    model, source = translator(kind), sentences([3, 5, 2, 8], [1, 4])
    said, looks = model.translate(source, 6)
    logits, taught = model.trace(source, said)
    going = torch.cat([torch.ones(2, 1), (said != END).cumprod(1)[:, :-1]], 1).bool()
    assert torch.equal(logits.argmax(-1)[going], said[going])
    assert torch.allclose(looks[going], taught[going])


def test_after_the_end_nothing_is_said():
    model = translator()
    with torch.no_grad():
        model.decoder.write.weight.zero_()
        model.decoder.write.bias.copy_(F.one_hot(torch.tensor(END), 7))
    said, _ = model.translate(sentences([3, 5, 2]), 4)
    assert said.tolist() == [[END, 0, 0, 0]]


def test_the_fixed_vector_looks_nowhere_and_sees_the_same_at_every_step():
    model = translator(FixedTranslator)
    read = model.read(sentences([3, 5, 2], [4, 1, 0]))
    for query in torch.randn(3, 2, 8).double():
        seen, weights = model.look(query, read)
        assert torch.equal(seen, read.whole) and weights.abs().sum() == 0


def test_a_translator_that_does_not_say_how_it_looks_cannot():
    with pytest.raises(NotImplementedError):
        Translator(9, 7, size=4)(sentences([3]), torch.tensor([[END]]))


@pytest.mark.parametrize("size", [0, 2.0])
def test_a_size_that_is_no_positive_whole_number_is_refused(size):
    with pytest.raises(ValueError, match="attention_size must be a whole number"):
        AdditiveAttention(2, 3, size)
    with pytest.raises(ValueError, match="key_size must be a whole number"):
        MultiplicativeAttention(2, size)
    with pytest.raises(ValueError, match="size must be a whole number"):
        AdditiveTranslator(2, 3, size)
