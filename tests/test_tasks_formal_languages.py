"""The five languages: their strings by hand, what is determined, how it is scored."""

import re

import pytest
import torch
from torch.nn import functional as F

from mininet.models.stack_rnn import StackRNN
from mininet.recurrent import Recurrent
from mininet.tasks.formal_languages import (
    ANB2N,
    ANBMCNM,
    ANBN,
    ANBNCN,
    ANBNCNDN,
    LANGUAGES,
    NextSymbol,
    right_totals,
)

each = pytest.mark.parametrize("name", LANGUAGES)


def draw(language, batch_size, length, strings=2, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return NextSymbol(language, strings).batch(batch_size, length, generator)


def read(batch, language, b):
    """The symbols of a stream with the one after it, and what is determined of them."""
    long, alphabet = int(batch.mask[:, b].sum()), language.alphabet
    scored = NextSymbol(language).determined(batch)
    codes = [*batch.inputs[:long, b].argmax(-1).tolist(), batch.targets[long - 1, b]]
    assert batch.targets[: long - 1, b].tolist() == codes[1:-1]
    text = "".join(alphabet[code] for code in codes)
    known = "".join(
        s if k else "." for s, k in zip(text[1:], scored[:long, b], strict=True)
    )
    return text, "." + known


@pytest.mark.parametrize(
    ("language", "numbers", "text", "determined"),
    [
        (ANBN, [[3], [1]], "aaabbb" + "ab" + "a", "....bb" + "a." + "a"),
        (ANBNCN, [[2]], "aabbcc" + "a", "...bcc" + "a"),
        (ANBNCNDN, [[2], [1]], "aabbccdd" + "abcd" + "a", "...bccdd" + "a.cd" + "a"),
        (ANB2N, [[1], [2]], "abb" + "aabbbb" + "a", "..b" + "a..bbb" + "a"),
        (ANBMCNM, [[2, 1], [1, 1]], "aabccc" + "abcc" + "a", "....cc" + "a..c" + "a"),
    ],
)
def test_streams_and_what_is_determined_of_them(language, numbers, text, determined):
    batch = NextSymbol(language).streams(torch.tensor([numbers]))
    assert read(batch, language, 0) == (text, determined)
    assert "".join(language.string(*one) for one in numbers) + "a" == text


PATTERNS = {
    "anbn": r"(a+)(b+)",
    "anbncn": r"(a+)(b+)(c+)",
    "anbncndn": r"(a+)(b+)(c+)(d+)",
    "anb2n": r"(a+)(b+)",
    "anbmcn+m": r"(a+)(b+)(c+)",
}


@each
def test_drawn_streams_are_strings_of_the_language(name):
    language = LANGUAGES[name]
    batch, totals = draw(language, 200, 7, strings=3), set()
    for b in range(200):
        text, determined = read(batch, language, b)
        assert text.endswith("a")
        strings = [m.group() for m in re.finditer(PATTERNS[name], text[:-1])]
        assert "".join(strings) == text[:-1] and len(strings) == 3
        for string in strings:
            counts = [string.count(s) for s in language.alphabet]
            numbers = counts[: language.free]
            assert language.string(*numbers) == string
            totals.add(sum(numbers))
        assert "".join(d for d in determined if d != ".").count("a") == 3
    assert totals == set(range(language.free, 8))


def test_streams_of_a_batch_are_as_long_as_their_strings_and_then_masked():
    batch = NextSymbol(ANBN).streams(torch.tensor([[[1], [1]], [[3], [2]]]))
    assert batch.inputs.shape == (10, 2, 2)
    assert batch.mask.sum(0).tolist() == [4, 10]
    assert (batch.inputs[4:, 0] == 0).all() and not NextSymbol(ANBN).determined(batch)[
        4:, 0
    ].any()


def test_a_number_is_split_in_two_in_all_ways():
    assert ANBN.of_total(4) == [(4,)]
    assert ANBMCNM.of_total(4) == [(1, 3), (2, 2), (3, 1)]
    splits = draw(ANBMCNM, 300, 4, strings=1)
    seen = {read(splits, ANBMCNM, b)[0] for b in range(300)}
    assert len(seen) == 6  # one of 2, two of 3, three of 4


def test_the_same_state_of_the_generator_draws_the_same_streams():
    one, same, other = (draw(ANBMCNM, 5, 9, seed=s) for s in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(one, same, strict=True))
    assert one.inputs.shape != other.inputs.shape or not torch.equal(one[0], other[0])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: draw(ANBMCNM, 4, 1), "length must be at least 2"),
        (lambda: draw(ANBN, 0, 5), "batch_size must be a whole number"),
        (lambda: draw(ANBN, 4, 0), "length must be a whole number"),
        (lambda: NextSymbol(ANBN, 0), "strings must be a whole number"),
        (lambda: ANBN.string(1, 2), "aⁿbⁿ has 1 numbers, got 2"),
        (lambda: ANBMCNM.string(0, 2), "number 1 must be a whole number"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


class Counter(Recurrent):
    """Says what comes next, from what it has read, as long as n is at most `most`.

    Beyond it forgets one, as who has learned the strings up to there by heart.
    """

    def __init__(self, language, most):
        super().__init__()
        self.language, self.most = language, most
        self.input_size = self.output_size = len(language.alphabet)

    def unroll(self, xs, state=None):
        answers = [
            [self.after(one[: t + 1]) for t in range(len(one))] for one in self.read(xs)
        ]
        return F.one_hot(torch.tensor(answers).T, self.output_size).float(), None

    def read(self, xs):
        return xs.argmax(-1).T.tolist()

    def after(self, codes):
        language = self.language
        starts = [0] + [t + 1 for t in range(len(codes) - 1) if codes[t] > codes[t + 1]]
        now = codes[starts[-1] :]
        if now[-1] < language.free:
            return now[-1]
        numbers = [now.count(k) for k in range(language.free)]
        whole = [language.alphabet.index(s) for s in language.string(*numbers)]
        whole = whole if sum(numbers) <= self.most else whole[:-1]
        return [*whole, 0, 0][min(len(now), len(whole) + 1)]


@each
def test_who_counts_is_right_for_every_n_and_who_has_memorised_for_a_third(name):
    language = LANGUAGES[name]
    totals = range(language.free, 61 if language.free == 1 else 25)
    assert right_totals(Counter(language, 10**6), language, totals) == list(totals)
    by_heart = right_totals(Counter(language, 20), language, totals)
    assert by_heart == [n for n in totals if n <= 20]
    if language.free == 1:
        assert len(by_heart) / len(totals) == pytest.approx(1 / 3)


def test_the_score_is_of_what_is_determined_alone():
    task = NextSymbol(ANBN)
    batch = task.streams(torch.tensor([[[2], [1]], [[1], [1]]]))
    right = F.one_hot(batch.targets, 2).float()
    unknown = ~task.determined(batch).unsqueeze(-1)
    noise = 100 * torch.randn_like(right) * unknown
    assert task.score(right + noise, batch) == {"right": 1.0, "symbols": 1.0}
    wrong = right.clone()
    wrong[5, 0] = right[5, 0].flip(0)  # the end of the first stream's second string
    assert task.wrong(wrong, batch).any(0).tolist() == [True, False]
    assert task.wrong(wrong, batch).nonzero().tolist() == [[5, 0]]
    score = task.score(wrong, batch)
    assert score == {"right": 0.5, "symbols": pytest.approx(4 / 5)}


def test_the_loss_is_the_mean_surprise_at_every_symbol_of_the_streams():
    batch = draw(ANBNCN, 3, 4)
    outputs = torch.randn(*batch.inputs.shape)
    surprises = [
        -outputs[t, b].log_softmax(0)[batch.targets[t, b]].item()
        for b in range(3)
        for t in range(int(batch.mask[:, b].sum()))
    ]
    loss = NextSymbol(ANBNCN).loss(outputs, batch)
    assert loss.item() == pytest.approx(sum(surprises) / len(surprises), abs=1e-5)


def test_a_network_is_measured_without_noise_and_trains_on_as_before():
    torch.manual_seed(0)
    model = StackRNN(2, 4, 2, stacks=1, noise=5.0).train()
    found = [right_totals(model, ANBN, range(1, 12)) for _ in range(3)]
    assert found[0] == found[1] == found[2] and model.training
    assert right_totals(model.eval(), ANBN, range(1, 12)) == found[0]
    assert not model.training
    assert right_totals(model, ANBN, []) == []
