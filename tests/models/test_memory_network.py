"""Memory networks: what a question sees of a story, and what it does not."""

import pytest
import torch
from torch.nn import functional as F

from mininet.learning import Optimiser, Scoring, Supervised, Training, train
from mininet.learning.linear_start import LinearStart
from mininet.learning.ranking import Ranking, behind, facts
from mininet.live.engine import engine as page
from mininet.live.trace import trace as live_trace
from mininet.models.memory_network import (
    BagOfWords,
    EmptyPlaces,
    LayerWise,
    MemN2N,
    MemNN,
    NonlinearMemNN,
    Rectified,
    ages,
    attend,
    attend_in,
    bag_weights,
    position_weights,
    with_blanks,
)
from mininet.tasks.babi.asking import Asked, errors_by_task
from mininet.tasks.babi.encoding import Batch, Vocabulary, encode, some
from mininet.tasks.babi.stories import Question

WHOLE = (MemN2N, BagOfWords, Rectified, LayerWise)
SOFT = (*WHOLE, EmptyPlaces)
KINDS = (*SOFT, MemNN, NonlinearMemNN)

SHORT = Question(("Mary went to the garden.",), "Where is Mary?", "garden", (0,), 1)
LONG = Question(
    (
        "John went to the kitchen.",
        "John took the milk.",
        "Mary went to the garden.",
        "John went to the hall.",
    ),
    "Where is the milk?",
    "hall",
    (1, 3),
    2,
)
FIRST = Question((), "Where is Mary?", "kitchen", (), 1)
QUESTIONS = (SHORT, LONG, FIRST)
WORDS = Vocabulary.of(QUESTIONS)


def batch_of(*questions):
    return encode(questions, WORDS)


def made(kind, seed=0, **sizes):
    torch.manual_seed(seed)
    return kind(len(WORDS), **{"size": 6, "memory": 10, **sizes}).eval()


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_does_not_depend_on_the_other_questions_of_its_batch(kind):
    model = made(kind)
    together, seen = model.trace(batch_of(*QUESTIONS))
    for b, question in enumerate(QUESTIONS):
        alone, looked = model.trace(batch_of(question))
        told = len(question.story)
        torch.testing.assert_close(together[b], alone[0])
        torch.testing.assert_close(seen[b, :, :told], looked[0, :, :told])
        assert not seen[b, :, told:].any()


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_does_not_depend_on_padding(kind):
    model, batch = made(kind), batch_of(*QUESTIONS)
    padded = batch._replace(
        sentences=F.pad(batch.sentences, (0, 3)),
        stories=F.pad(batch.stories, (0, 4)),
        supports=F.pad(batch.supports, (0, 4)),
    )
    logits, seen = model.trace(batch)
    same, looked = model.trace(padded)
    torch.testing.assert_close(same, logits)
    torch.testing.assert_close(looked[..., :4], seen)
    assert not looked[..., 4:].any()


@pytest.mark.parametrize("kind", WHOLE)
def test_attention_sums_to_1_over_what_was_told_and_to_0_where_nothing_was(kind):
    _, seen = made(kind).trace(batch_of(*QUESTIONS))
    sums = seen.sum(-1)
    torch.testing.assert_close(sums[:2], torch.ones(2, 3))
    assert torch.equal(sums[2], torch.zeros(3))


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_finite_with_an_empty_story_in_the_batch_too(kind):
    model, batch = made(kind), batch_of(*QUESTIONS)
    F.cross_entropy(model(batch), batch.answers).backward()
    for name, weight in model.named_parameters():
        if weight.grad is not None:
            assert weight.grad.isfinite().all(), name


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_before_any_sentence_is_answered_from_itself_alone(kind):
    logits, seen = made(kind).trace(batch_of(FIRST))
    assert logits.isfinite().all()
    assert not seen.any()


@pytest.mark.parametrize("kind", KINDS)
def test_a_story_longer_than_the_memory_is_refused_in_words(kind):
    model = made(kind, memory=3)
    with pytest.raises(ValueError, match="holds 3 sentences, got a story of 4"):
        model(batch_of(LONG))
    model(encode([LONG], WORDS, memory=3))


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_of_an_empty_place_never_count(kind):
    model = made(kind)
    before = model(batch_of(*QUESTIONS))
    with torch.no_grad():
        (model.tables if hasattr(model, "tables") else model.facts)[0] = 100.0
    torch.testing.assert_close(
        model(batch_of(*QUESTIONS))[:, 1:], before[:, 1:]
    )  # only the "no word" among the answers is another


def test_position_weights_are_the_papers_formula():
    sentences = torch.tensor([[3, 1, 2, 4, 0], [5, 6, 0, 0, 0], [0, 0, 0, 0, 0]])
    size, weights = 4, position_weights(sentences, 4)
    for s, count in enumerate((4, 2, 0)):
        for j in range(1, 6):
            for k in range(1, size + 1):
                formula = 0.0
                if j <= count:
                    formula = (1 - j / count) - (k / size) * (1 - 2 * j / count)
                assert weights[s, j - 1, k - 1] == pytest.approx(formula)


def test_a_bag_forgets_the_order_of_words_and_position_encoding_does_not():
    one, other = torch.tensor([[1, 2, 3]]), torch.tensor([[3, 2, 1]])
    table = torch.randn(4, 5, generator=torch.Generator().manual_seed(0))

    def sentence(weights, words):
        return (weights(words, 5) * table[words]).sum(1)

    torch.testing.assert_close(sentence(bag_weights, one), sentence(bag_weights, other))
    apart = sentence(position_weights, one) - sentence(position_weights, other)
    assert apart.abs().max() > 0.1


def test_one_hop_is_what_a_hand_computes():
    model, batch = made(MemN2N, hops=1), batch_of(LONG)
    table_a, table_c = model.tables[:, 0], model.tables[:, 1]

    def vector(text, table):
        words = WORDS.numbers(text)
        total = torch.zeros(6)
        for j, word in enumerate(words, 1):
            for k in range(1, 7):
                share = j / len(words)
                weight = (1 - share) - (k / 6) * (1 - 2 * share)
                total[k - 1] += 2 * weight * table[word, k - 1]
        return total

    u = vector(LONG.text, table_a)
    scores, outputs = [], []
    for i, text in enumerate(LONG.story):
        age = len(LONG.story) - 1 - i
        scores.append(u @ (vector(text, table_a) + model.times[age, 0]))
        outputs.append(vector(text, table_c) + model.times[age, 1])
    p = torch.stack(scores).softmax(0)
    answer = table_c @ (u + p @ torch.stack(outputs))
    logits, seen = model.trace(batch)
    torch.testing.assert_close(seen[0, 0], p)
    torch.testing.assert_close(logits[0], answer)


def test_a_linear_start_attends_with_the_plain_scores():
    model, batch = made(MemN2N, hops=1), batch_of(SHORT, LONG)
    model.linear = True
    _, seen = model.trace(batch)
    scores = torch.where(batch.stories > 0, seen[:, 0], 0)
    model.linear = False
    _, soft = model.trace(batch)
    torch.testing.assert_close(soft[:, 0], attend(scores, batch.stories > 0))


def test_layer_wise_hops_share_their_embeddings_and_are_mapped_by_a_matrix():
    model, batch = made(LayerWise, hops=2), batch_of(LONG)
    with torch.no_grad():
        model.mapped.zero_()
    adjacent = made(MemN2N, hops=1)
    with torch.no_grad():
        adjacent.tables.copy_(model.tables)
        adjacent.times.copy_(model.times)
    once = adjacent.trace(batch)[1]
    torch.testing.assert_close(model.trace(batch)[1][:, :1], once)
    assert sum(p.numel() for p in model.parameters()) == (
        2 * (len(WORDS) + 11) * 6 + 36 + len(WORDS) * 6
    )


def test_empty_places_share_the_attention_with_a_score_of_0():
    model, plain = made(EmptyPlaces), made(MemN2N)
    batch = batch_of(*QUESTIONS)
    seen, among_told = model.trace(batch)[1][:, 0], plain.trace(batch)[1][:, 0]
    share = seen.sum(1)
    assert (share[:2] < 1).all()
    assert share[2] == 0
    torch.testing.assert_close(seen[:2] / share[:2, None], among_told[:2])
    scores, told = torch.zeros(1, 4), torch.tensor([[True, True, True, False]])
    torch.testing.assert_close(attend_in(10, scores, told).sum(), torch.tensor(0.3))
    full = attend_in(3, torch.randn(1, 3), told[:, :3])
    torch.testing.assert_close(full.sum(), torch.tensor(1.0))


def test_a_rectified_hop_keeps_half_of_what_it_asks_from_falling_below_0():
    u, o = torch.tensor([[-1.0, 1, -1, 1, 2, -2]]), torch.zeros(1, 6)
    asked = made(Rectified).onward(u, o)
    assert asked.tolist() == [[0, 1, 0, 1, 2, -2]]


def test_age_counts_from_the_newest_sentence():
    told = torch.tensor([[True, True, True], [True, False, False], [False] * 3])
    assert ages(told).tolist() == [[2, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_blanks_make_sentences_older_and_keep_their_order():
    told = torch.arange(20).expand(500, 20) < torch.arange(500).unsqueeze(1) % 21
    age = ages(told)
    torch.manual_seed(0)
    older = with_blanks(age, told, 0.1)
    more = (older - age)[told]
    assert more.min() == 0
    assert more.max() == 2
    apart = (older[:, :-1] - older[:, 1:])[told[:, 1:]]
    assert apart.min() >= 1
    assert torch.equal(with_blanks(age, told, 0.0), age)


def test_noise_is_for_training_only():
    model, batch = made(MemN2N, noise=1.0), batch_of(LONG)
    assert torch.equal(model(batch), model(batch))
    model.train()
    drawn = torch.stack([model(batch) for _ in range(20)])
    assert drawn.std(0).max() > 0


@pytest.mark.parametrize("kind", KINDS)
def test_sizes_that_make_no_sense_are_refused(kind):
    for wrong in ({"size": 0}, {"hops": 0}, {"memory": 0}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            kind(5, **wrong)
    with pytest.raises(ValueError, match="words"):
        kind(0)


@pytest.mark.parametrize("kind", SOFT)
def test_noise_below_0_is_refused(kind):
    with pytest.raises(ValueError, match="noise must be at least 0"):
        kind(5, noise=-0.1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_computes_what_it_looks_at(kind):
    model = made(kind)

    def ask(story, question):
        sentences = torch.cat([torch.zeros(1, 6), question.unsqueeze(0), story])
        told = (story > 0).any(1)
        place = torch.where(told, torch.arange(len(story)) + 2, 0).unsqueeze(0)
        nothing = torch.zeros(1, dtype=torch.long)
        batch = Batch(sentences.long(), place, nothing + 1, nothing, place * 0, nothing)
        logits, looked = model.trace(batch)
        return {"answer": logits[0].softmax(0), "attention": looked[0].T}

    given = {"story": torch.zeros(5, 6), "question": torch.zeros(6)}
    for i, text in enumerate(LONG.story):
        numbers = WORDS.numbers(text)
        given["story"][i, : len(numbers)] = torch.tensor(numbers)
    numbers = WORDS.numbers(LONG.text)
    given["question"][: len(numbers)] = torch.tensor(numbers)
    shown = page().run(live_trace(ask, given), {k: v.numpy() for k, v in given.items()})
    logits, seen = model.trace(batch_of(LONG))
    attention = torch.as_tensor(shown["attention"])
    torch.testing.assert_close(attention[:4], seen[0].T)
    assert not attention[4].any()
    torch.testing.assert_close(torch.as_tensor(shown["answer"]), logits[0].softmax(0))


def test_hard_attention_takes_one_fact_or_none_a_hop():
    _, taken = made(MemNN, hops=3).trace(batch_of(*QUESTIONS))
    assert set(taken.sum(-1).flatten().tolist()) <= {0.0, 1.0}


def test_without_a_relu_question_and_facts_add_to_each_word_apart():
    v, w = torch.randn(1, 6), torch.randn(1, 6)
    plain, bent = made(MemNN), made(NonlinearMemNN)
    torch.testing.assert_close(plain.answer(v + w), plain.answer(v) + plain.answer(w))
    assert not torch.allclose(bent.answer(v + w), bent.answer(v) + bent.answer(w))


def test_what_a_hop_looks_for_depends_on_the_fact_before():
    model, batch = made(MemNN), batch_of(LONG)
    scores = []
    for first in (0, 1, 4):
        found, _ = model.search(batch, lambda _, __, one=first: torch.tensor([one]))
        scores.append(found[1])
    assert not torch.allclose(scores[0], scores[1])
    assert not torch.allclose(scores[1], scores[2])


def test_the_right_facts_come_in_their_order_and_then_enough():
    supports = torch.tensor([[0, 2, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]])
    assert facts(supports, 3).tolist() == [[2, 1, 4], [3, 4, 4], [4, 4, 4]]


def test_nothing_is_behind_once_the_right_one_leads_by_the_margin():
    scores = torch.tensor([[1.0, 0.9, 0.0], [1.0, 0.95, 0.0], [0.0, 1.0, 0.0]])
    lacks = behind(scores, torch.tensor([0, 0, 0]), 0.1)
    torch.testing.assert_close(lacks, torch.tensor([0.0, 0.05, 1.1 + 0.1]))


def told_in_order(count):
    """Stories of one place after the other; the last one answers."""
    places = ("garden", "kitchen", "hall")
    for k in range(count):
        order = [places[(k + i * (1 + k % 2)) % 3] for i in range(2 + k % 2)]
        story = tuple(f"Mary went to the {place}." for place in order)
        yield Question(story, "Where is Mary?", order[-1], (len(story) - 1,), 1)


@pytest.mark.parametrize("kind", KINDS)
def test_it_learns_that_the_newest_place_answers(kind):
    batch = encode(list(told_in_order(12)), WORDS)
    model = made(kind, size=10).train()
    asked = Asked(batch)
    objective = (
        Ranking(asked) if issubclass(kind, MemNN) else LinearStart(Supervised(asked))
    )
    training = Training(
        steps=150, lengths=1, optimiser=Optimiser(2e-2), scoring=Scoring(times=1)
    )
    train(model, objective, training, progress=False)
    assert errors_by_task(model, batch) == {1: 0.0}
    assert not getattr(model, "linear", False)


def test_errors_by_task_are_counted_task_by_task():
    batch = batch_of(*QUESTIONS)

    class Kitchen(torch.nn.Module):
        def forward(self, batch):
            number = torch.tensor(WORDS.number["kitchen"])
            return F.one_hot(number, len(WORDS)).expand(len(batch.answers), -1)

    assert errors_by_task(Kitchen(), batch) == {1: 0.5, 2: 1.0}
    assert errors_by_task(Kitchen(), some(batch, torch.tensor([2]))) == {1: 0.0}
