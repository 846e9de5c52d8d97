"""Transduction: what is shown, what is asked, and how it is scored."""

import pytest
import torch

from mininet.tasks.transduction import BigramFlip, Copying, Reversal

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
def test_symbols_then_the_mark_then_nothing(kind):
    task = kind(9)
    batch = draw(task, 5, 4)
    symbols, mark, answer = batch.inputs[:4], batch.inputs[4], batch.inputs[5:]
    assert batch.inputs.shape == (9, 5, task.input_size) and task.output_size == 9
    assert (symbols.sum(-1) == 1).all() and (symbols[..., -1] == 0).all()
    assert torch.equal(mark, torch.eye(10)[9].expand(5, 10))
    assert (answer == 0).all()
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
