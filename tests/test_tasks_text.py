"""Text and latch: batches, losses and scores on values, and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from mininet.models.rnn import RNN
from mininet.tasks import text
from mininet.tasks.latch import Latch
from mininet.tasks.text import Text


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_encoding_and_one_hot_vectors_name_the_characters() -> None:
    task = Text("abcab")
    assert task.alphabet == "abc"
    assert task.encode("cab").tolist() == [2, 0, 1]
    assert task.one_hot(task.encode("b")).tolist() == [[0, 1, 0]]


def test_the_targets_are_the_inputs_one_character_later() -> None:
    task = Text("abcdefgh" * 5)
    batch = task.batch(6, 7, generator())
    assert batch.inputs.shape == (7, 6, 8)
    assert torch.equal(batch.inputs.argmax(-1)[1:], batch.targets[:-1])


def test_equal_scores_cost_the_logarithm_of_the_alphabet() -> None:
    task = Text("abcd")
    batch = task.batch(2, 3, generator())
    outputs = torch.zeros(3, 2, 4)
    assert task.loss(outputs, batch).item() == pytest.approx(math.log(4))
    assert task.score(outputs, batch)["bits"] == pytest.approx(2)


def test_a_perfect_guess_is_scored_as_right() -> None:
    task = Text("abcdabcd")
    batch = task.batch(3, 4, generator())
    score = task.score(100 * task.one_hot(batch.targets), batch)
    assert score["right"] == 1
    assert score["bits"] == pytest.approx(0, abs=1e-6)


def test_surprise_is_one_number_for_each_character_but_the_first() -> None:
    task = Text("abracadabra")
    torch.manual_seed(0)
    model = RNN(5, 4, 5)
    bits = text.surprise(model, task)
    batch_loss = task.loss(
        model(task.one_hot(task.codes[:-1]).unsqueeze(1)),
        text.Batch(torch.empty(0), task.codes[1:].unsqueeze(1), torch.empty(0)),
    )
    assert bits.shape == (10,)
    assert bits.mean() == pytest.approx(batch_loss.item() / math.log(2), rel=1e-5)


def test_counting_pairs_beats_counting_letters_where_pairs_matter() -> None:
    train, test = Text("ab" * 200, "ab"), Text("ab" * 20, "ab")
    assert text.letter_bits(train, test) == pytest.approx(1, abs=0.01)
    assert text.pair_bits(train, test) < 0.01


def test_every_tenth_paragraph_is_held_out_and_no_other() -> None:
    lines = [f"line {k}\n" for k in range(25)]
    train, held_out = text.split("".join(lines))
    assert held_out.text == "line 9\nline 19\n"
    assert train.text == "".join(lines[:9] + lines[10:19] + lines[20:])
    assert train.alphabet == held_out.alphabet


def test_the_snapshot_of_the_book_is_plain_and_large_enough() -> None:
    pages = text.book_pages()
    assert len(pages) > 20_000
    assert pages.isascii()
    assert pages == pages.lower()
    assert len(pages.splitlines()) > 100


def test_writing_starts_with_the_start_and_has_the_length_asked_for() -> None:
    task = Text("abcdef")
    torch.manual_seed(0)
    model = RNN(6, 4, 6)
    written = text.write(model, task, "fab", 10)
    assert written.startswith("fab")
    assert len(written) == 13
    assert written == text.write(model, task, "fab", 10)
    assert written != text.write(model, task, "fab", 10, seed=1)


def test_a_low_temperature_takes_the_likeliest_character() -> None:
    task = Text("abcdef")
    model = RNN(6, 4, 6)
    with torch.no_grad():
        model.write.weight.zero_()
        model.write.bias.copy_(torch.tensor([0.0, 0, 3, 0, 0, 0]))
    assert text.write(model, task, "a", 8, temperature=0.05) == "a" + "c" * 8


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: Text("x"), "at least 2"),
        (lambda: Text("xyz", "xy"), "'z'"),
        (lambda: Text("xyz").encode("q"), "'q'"),
        (lambda: Text("xyz").batch(2, 3, generator()), "from 1 to 2"),
        (lambda: Text("xyz").batch(2, 0, generator()), "from 1 to 2"),
        (lambda: text.split("one line"), "at least 10"),
        (lambda: text.write(RNN(3, 2, 3), Text("xyz"), "", 5), "at least one"),
        (lambda: text.write(RNN(3, 2, 3), Text("xyz"), "x", 5, 0.0), "above 0"),
        (lambda: Latch(noise=-1), "at least 0"),
        (lambda: Latch().batch(2, 0, generator()), "at least 1"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(call, says) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=says):
        call()


def test_the_latch_shows_its_bit_first_and_asks_for_it_last() -> None:
    batch = Latch().batch(100, 9, generator())
    assert batch.inputs.shape == (9, 100, 1)
    assert set(batch.inputs[0].flatten().tolist()) == {-1.0, 1.0}
    assert torch.equal(batch.inputs[0] > 0, batch.targets[-1] > 0.5)
    assert batch.inputs[1:].std() == pytest.approx(0.2, abs=0.02)
    assert batch.mask.sum(0).tolist() == [1.0] * 100


def test_the_latch_scores_the_last_step_only() -> None:
    task = Latch()
    batch = task.batch(50, 4, generator())
    outputs = torch.zeros(4, 50, 1)
    outputs[-1] = 2 * batch.targets[-1] - 1
    assert task.score(outputs, batch) == {"right": 1.0}
    assert task.score(-outputs, batch) == {"right": 0.0}
    outputs[-1] *= 50
    assert task.loss(outputs, batch).item() == pytest.approx(0, abs=1e-6)
    assert np.isfinite(task.loss(-outputs, batch).item())
