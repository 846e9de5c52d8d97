"""Tapes: what stands on them, what is asked for, and that there is time for it."""

import pytest
import torch

from mininet.tasks import tapes

KINDS = (
    tapes.Copy,
    tapes.DuplicatedInput,
    tapes.Reverse,
    tapes.ForwardReverse,
    tapes.RepeatCopy,
)


def drawn(kind, lengths, room=1, seed=0):
    return kind().tapes(
        torch.tensor(lengths), torch.Generator().manual_seed(seed), room
    )


def words(batch, k):
    """What is read and what is asked for, as lists of numbers."""
    shown = batch.inputs[k].argmax(1).tolist()
    return shown, batch.targets[k, : batch.asked[k]].tolist()


def wanted(kind, shown):
    """The same in plain Python, from what stands on the tape."""
    read = shown[: shown.index(10)]
    if kind is tapes.RepeatCopy:
        return read[1:] * (read[0] - 9)
    if kind is tapes.DuplicatedInput:
        assert read[::3] == read[1::3] == read[2::3]
        return read[::3]
    return read[::-1] if issubclass(kind, tapes.Reverse) else read


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_asked_for_follows_from_what_stands_on_the_tape(kind):
    lengths = [1, 2, 3, 7, 10] * 4
    batch = drawn(kind, lengths)
    for k in range(len(lengths)):
        shown, asked = words(batch, k)
        assert asked == wanted(kind, shown)
        assert set(shown[shown.index(10) :]) == {10}  # nothing but blanks behind
        assert not batch.targets[k, batch.asked[k] :].any()


@pytest.mark.parametrize("kind", KINDS)
def test_room_adds_blanks_and_changes_neither_length_nor_time(kind):
    tight, roomy = drawn(kind, [1, 4, 2]), drawn(kind, [1, 4, 2], room=9)
    assert torch.equal(tight.asked // 4, roomy.asked // 4)
    assert torch.equal(tight.ticks, roomy.ticks)
    assert roomy.inputs.shape[1] - tight.inputs.shape[1] == 5 * kind.stretch
    for k in range(3):
        shown, asked = words(roomy, k)
        assert asked == wanted(kind, shown)


def test_all_symbols_and_both_signs_come_up():
    batch = drawn(tapes.RepeatCopy, [10] * 50)
    assert batch.inputs.sum((0, 1)).gt(0).all()
    assert set(batch.inputs[:, 0].argmax(1).tolist()) == {11, 12}
    assert set(batch.asked.tolist()) == {20, 30}


def least(kind, n):
    """The fewest ticks, by trying all moves of a machine that knows the answer."""
    batch = drawn(kind, [n], seed=5)
    shown, asked = words(batch, 0)
    places, ticks = {(0, 0)}, 0  # of the input head, and how much is written
    while not any(done == len(asked) for _, done in places):
        ticks += 1
        after = {(at, done) for at, done in places}
        after |= {(at, done + 1) for at, done in places if shown[at] == asked[done]}
        places = {
            (min(max(at + by, 0), len(shown) - 1), done)
            for at, done in after
            for by in (-1, 0, 1)
        }
    return ticks


@pytest.mark.parametrize("kind", [tapes.Copy, tapes.DuplicatedInput, tapes.Reverse])
@pytest.mark.parametrize("n", [1, 2, 5])
def test_there_is_more_time_than_is_needed_by_one_who_knows_the_answer(kind, n):
    batch = drawn(kind, [n], seed=5)
    needed = kind().needed(torch.tensor(n))
    assert least(kind, n) <= needed < batch.ticks


def test_a_machine_without_symbols_is_refused():
    with pytest.raises(ValueError, match="symbols must be a whole number"):
        tapes.Copy(0)
