"""Dynamic memory networks: gates, episodes, and that padding is nothing to them."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from mininet.live.engine import engine as page
from mininet.live.trace import trace as live_trace
from mininet.models.dynamic_memory import (
    DMN,
    GRU,
    AttentionGRU,
    DMNPlus,
    Fusion,
    attention_gru_step,
    gru_step,
    sigmoid_gate_cost,
    sigmoid_gates,
    softmax_gate_cost,
    softmax_gates,
    wanted_gates,
)
from mininet.models.memory_network import position_weights
from mininet.tasks.babi.encoding import Batch, Vocabulary, encode
from mininet.tasks.babi.stories import Question

KINDS = (DMN, DMNPlus)
each_kind = pytest.mark.parametrize("kind", KINDS)

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
    return kind(len(WORDS), **{"size": 6, "passes": 2, **sizes}).eval()


def randn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def like_torch(gru, cell):
    """Copy the weights of torch's cell: they stand in the same order."""
    gru.read.load_state_dict({"weight": cell.weight_ih, "bias": cell.bias_ih})
    gru.recur.load_state_dict({"weight": cell.weight_hh, "bias": cell.bias_hh})


# -- one step -------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_a_gru_step_is_that_of_torchs_cell(seed):
    torch.manual_seed(seed)
    cell, gru = nn.GRUCell(5, 4), GRU(5, 4)
    like_torch(gru, cell)
    x, hidden = 3 * randn(7, 5, seed=seed), randn(7, 4, seed=seed + 100)
    torch.testing.assert_close(gru.step(x, hidden), cell(x, hidden))


def test_states_are_those_of_torchs_gru_and_stay_where_nothing_is_there():
    torch.manual_seed(0)
    whole, gru = nn.GRU(5, 4, batch_first=True), GRU(5, 4)
    gru.read.load_state_dict({"weight": whole.weight_ih_l0, "bias": whole.bias_ih_l0})
    gru.recur.load_state_dict({"weight": whole.weight_hh_l0, "bias": whole.bias_hh_l0})
    xs = randn(3, 6, 5)
    there = torch.ones(3, 6, dtype=torch.bool)
    states = torch.stack(gru.states(xs, there), 1)
    torch.testing.assert_close(states, whole(xs)[0])
    there[1, 2] = there[2, 4:] = False
    held = torch.stack(gru.states(xs, there), 1)
    assert torch.equal(held[0], states[0])
    assert torch.equal(held[1, 2], held[1, 1]) and torch.equal(held[2, 5], states[2, 3])


def test_fusion_is_torchs_gru_in_both_directions_added_up():
    torch.manual_seed(0)
    whole, fusion = nn.GRU(4, 4, batch_first=True, bidirectional=True), Fusion(4)
    for gru, end in ((fusion.ahead, "l0"), (fusion.back, "l0_reverse")):
        for part, name in ((gru.read, "ih"), (gru.recur, "hh")):
            weights = {
                kind: getattr(whole, f"{kind}_{name}_{end}")
                for kind in ("weight", "bias")
            }
            part.load_state_dict(weights)
    xs = randn(3, 5, 4)
    ahead, back = whole(xs)[0].chunk(2, -1)
    told = torch.ones(3, 5, dtype=torch.bool)
    torch.testing.assert_close(fusion(xs, told), ahead + back)


def test_nothing_comes_into_the_fusion_from_empty_places():
    torch.manual_seed(0)
    fusion, xs = Fusion(4), randn(1, 3, 4)
    padded = torch.cat([xs, 9 * torch.ones(1, 2, 4)], 1)
    told = torch.tensor([[True, True, True, False, False]])
    torch.testing.assert_close(fusion(padded, told)[:, :3], fusion(xs, told[:, :3]))


def test_a_gate_of_zero_keeps_the_state_and_one_of_one_takes_the_candidate():
    read, hidden, recur, bias = randn(3, 8), randn(3, 4), randn(4, 8), randn(8)
    shut = attention_gru_step(read, hidden, torch.zeros(3, 1), recur, bias)
    assert torch.equal(shut, hidden)
    full = attention_gru_step(read, hidden, torch.ones(3, 1), recur, bias)
    reset = torch.sigmoid(read[:, :4] + hidden @ recur[:, :4] + bias[:4])
    candidate = torch.tanh(read[:, 4:] + reset * (hidden @ recur[:, 4:] + bias[4:]))
    torch.testing.assert_close(full, candidate)


def test_an_attention_gru_is_a_gru_whose_update_gate_is_the_attention():
    read, hidden, recur, bias = randn(3, 8), randn(3, 4), randn(4, 8), randn(8)
    gate = torch.rand(3, 1, generator=torch.Generator().manual_seed(0))
    keep = torch.logit(1 - gate).expand(
        3, 4
    )  # a GRU keeps what attention does not take
    wide = torch.cat([read[:, :4], keep, read[:, 4:]], 1)
    blank = torch.zeros(4, 4)
    as_gru = gru_step(
        wide,
        hidden,
        torch.cat([recur[:, :4], blank, recur[:, 4:]], 1),
        torch.cat([bias[:4], blank[0], bias[4:]]),
    )
    ours = attention_gru_step(read, hidden, gate, recur, bias)
    torch.testing.assert_close(ours, as_gru)


def test_facts_with_shut_gates_are_no_part_of_an_episode():
    torch.manual_seed(0)
    attention, facts = AttentionGRU(4), randn(2, 5, 4)
    gates = torch.tensor([[0, 0.5, 0, 1.0, 0], [0, 0, 0, 0, 0]])
    episode = attention(attention.read(facts), gates)
    some = attention(attention.read(facts[:1, [1, 3]]), gates[:1, [1, 3]])
    torch.testing.assert_close(episode[:1], some)
    assert not episode[1].any()


# -- words and gates ------------------------------------------------------------------


def test_the_order_of_words_is_heard():
    words = Vocabulary("the box fits inside chest".split())
    asked = ("The box fits inside the chest.", "The chest fits inside the box.")
    sentences = torch.tensor([words.numbers(text) for text in asked])
    embed = randn(len(words), 6)
    one, other = (embed[sentences] * position_weights(sentences, 6)).sum(1)
    assert (one - other).abs().max() > 0.1


def test_softmax_gates_share_one_among_the_facts_that_are_told():
    scores = torch.tensor([[1.0, 2.0, 50.0], [0.0, 0.0, 0.0]])
    told = torch.tensor([[True, True, False], [False, False, False]])
    gates = softmax_gates(scores, told)
    torch.testing.assert_close(gates[0, :2], torch.softmax(scores[0, :2], 0))
    assert gates[0, 2] == 0 and not gates[1].any()


def test_sigmoid_gates_open_on_their_own_and_never_where_nothing_is_told():
    scores = torch.tensor([[1.0, 2.0, 50.0]])
    gates = sigmoid_gates(scores, torch.tensor([[True, True, False]]))
    torch.testing.assert_close(gates[0, :2], torch.sigmoid(scores[0, :2]))
    assert gates[0, 2] == 0


def test_each_pass_is_to_find_a_fact_of_its_own():
    supports = torch.tensor([[0, 2, 0, 1], [1, 0, 0, 0], [0, 0, 0, 0]])
    wanted = wanted_gates(supports, 3)
    assert wanted[0].tolist() == [
        [False, False, False, True],
        [False, True, False, False],
        [False, False, False, False],
    ]
    assert wanted[1, 0, 0] and not wanted[1, 1:].any() and not wanted[2].any()


def test_the_cost_of_gates_that_share_is_the_surprise_at_the_wanted_facts():
    scores, told = randn(2, 2, 3), torch.tensor([[True] * 3, [True, True, False]])
    supports = torch.tensor([[2, 0, 1], [0, 1, 0]])
    ours = softmax_gate_cost(scores, told, supports)
    wanted = (
        F.cross_entropy(scores[0], torch.tensor([2, 0]), reduction="sum")
        + F.cross_entropy(scores[1, 0, :2], torch.tensor(1))
    ) / 2
    torch.testing.assert_close(ours, wanted)


def test_the_cost_of_sigmoid_gates_asks_the_others_to_be_shut():
    scores, told = randn(1, 2, 3), torch.tensor([[True, True, False]])
    supports = torch.tensor([[0, 1, 0]])
    g = torch.sigmoid(scores[0, 0])
    wanted = -torch.log(1 - g[0]) - torch.log(g[1])
    torch.testing.assert_close(sigmoid_gate_cost(scores, told, supports), wanted)


@each_kind
def test_gates_without_a_fact_to_find_cost_nothing(kind):
    model, batch = made(kind), batch_of(FIRST)
    assert model.gate_cost(model.scored(batch)[1], batch) == 0


# -- whole networks -------------------------------------------------------------------


@each_kind
def test_an_answer_does_not_depend_on_the_other_questions_of_its_batch(kind):
    model = made(kind)
    together, seen = model.trace(batch_of(*QUESTIONS))
    for b, question in enumerate(QUESTIONS):
        alone, looked = model.trace(batch_of(question))
        told = len(question.story)
        torch.testing.assert_close(together[b], alone[0])
        torch.testing.assert_close(seen[b, :, :told], looked[0, :, :told])
        assert not seen[b, :, told:].any()


@each_kind
def test_an_answer_does_not_depend_on_padding(kind):
    model, batch = made(kind), batch_of(*QUESTIONS)
    padded = batch._replace(
        sentences=F.pad(batch.sentences, (0, 3)),
        stories=F.pad(batch.stories, (0, 4)),
        supports=F.pad(batch.supports, (0, 4)),
    )
    logits, gates = model.trace(batch)
    same, looked = model.trace(padded)
    torch.testing.assert_close(same, logits)
    torch.testing.assert_close(looked[..., :4], gates)
    assert not looked[..., 4:].any()


@each_kind
def test_padding_gets_no_gradient_and_nothing_is_nan(kind):
    model, batch = made(kind), batch_of(*QUESTIONS)
    logits, scores = model.scored(batch)
    loss = F.cross_entropy(logits, batch.answers) + model.gate_cost(scores, batch)
    loss.backward()
    for name, weight in model.named_parameters():
        assert weight.grad is not None and weight.grad.isfinite().all(), name
    assert not model.embed.grad[0].any()  # no word


@each_kind
def test_a_fact_that_equals_the_question_gives_a_finite_gradient(kind):
    # |c - q| has no slope where both are equal; a square root would give NaN there
    model = made(kind)
    same = randn(1, 6)
    facts = same.unsqueeze(1).clone().requires_grad_()
    model.wanted(facts, same, same).sum().backward()
    assert facts.grad.isfinite().all()


@each_kind
def test_it_goes_over_the_story_as_often_as_said(kind):
    for passes in (1, 3):
        model, batch = made(kind, passes=passes), batch_of(*QUESTIONS)
        logits, gates = model.trace(batch)
        assert torch.equal(logits, model(batch))
        assert gates.shape == (3, passes, 4) and logits.shape == (3, len(WORDS))


@each_kind
def test_the_order_of_the_facts_is_heard(kind):
    model = made(kind)
    turned = LONG._replace(story=LONG.story[::-1])
    assert not torch.allclose(model(batch_of(LONG)), model(batch_of(turned)))


@each_kind
def test_sizes_that_make_no_sense_are_refused(kind):
    for name in ("words", "size", "passes"):
        with pytest.raises(ValueError, match=f"{name} must be a whole number"):
            kind(**{"words": 5, name: 0})


@each_kind
def test_its_first_weights_are_xaviers(kind):
    torch.manual_seed(0)
    model = kind(50, size=40)
    for name, weight in model.named_parameters():
        if weight.ndim == 1:
            assert not weight.any(), name
    block = model.ask.read.weight[:40]
    assert 0.9 < block.abs().max() / math.sqrt(6 / 80) <= 1
    assert 1.6 < model.embed.abs().max() <= math.sqrt(3)


# -- in a page ------------------------------------------------------------------------


def one(story, question):
    """A batch of one question, from words' numbers (N, J) and (J,)."""
    there = (story > 0).any(1)
    places = torch.arange(2, len(story) + 2)
    nothing = torch.zeros(1, dtype=torch.long)
    return Batch(
        sentences=torch.cat([torch.zeros_like(story[:1]), question[None], story]),
        stories=torch.where(there, places, 0)[None],
        questions=torch.ones(1, dtype=torch.long),
        answers=nothing,
        supports=nothing,
        tasks=nothing,
    )


@each_kind
def test_a_page_computes_what_torch_does(kind):
    model = made(kind)

    def answer(story, question):
        logits, gates = model.trace(one(story.long(), question.long()))
        return {"gates": gates[0], "answer": torch.softmax(logits[0], 0)}

    story, question = torch.zeros(5, 6), torch.zeros(6)
    for place, text in enumerate(LONG.story):
        numbers = WORDS.numbers(text)
        story[place, : len(numbers)] = torch.tensor(numbers)
    numbers = WORDS.numbers(LONG.text)
    question[: len(numbers)] = torch.tensor(numbers)
    program = live_trace(answer, {"story": story, "question": question})
    found = page().run(program, {"story": story.numpy(), "question": question.numpy()})
    wanted = answer(story, question)
    for name in ("gates", "answer"):
        torch.testing.assert_close(
            torch.from_numpy(found[name]), wanted[name], atol=1e-5, rtol=1e-4
        )
    logits, gates = model.trace(batch_of(LONG))
    torch.testing.assert_close(wanted["answer"], torch.softmax(logits[0], 0))
    torch.testing.assert_close(wanted["gates"][:, :4], gates[0])
