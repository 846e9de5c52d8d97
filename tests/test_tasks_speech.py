"""Words as noisy frames: what is heard when, and what is asked."""

import pytest
import torch

from mininet.tasks.speech import BANDS, END, LETTERS, SOUNDS, Speech, speak

A, B = torch.eye(len(LETTERS))[:2]


def drawn(size=200, length=8, seed=0, **settings):
    source = torch.Generator().manual_seed(seed)
    return Speech(**settings).batch(size, length, source)


def test_a_letter_sounds_for_as_long_as_it_lasts():
    letters = torch.stack([A, B]).unsqueeze(1)
    frames, heard = speak(letters, torch.tensor([[3.0], [2.0]]), 8)
    assert heard[:, 0].tolist() == [[1, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0, 0, 0]]
    assert torch.allclose(frames[1, 0], SOUNDS[0])
    assert torch.allclose(frames[2, 0], 0.75 * SOUNDS[0] + 0.25 * SOUNDS[1])
    assert torch.allclose(frames[5, 0], 0.25 * SOUNDS[1])
    assert (frames[6:] == 0).all()


def test_a_place_without_a_letter_takes_no_time():
    letters = torch.stack([A, 0 * A]).unsqueeze(1)
    frames, heard = speak(letters, torch.tensor([[2.0], [4.0]]), 6)
    assert heard.sum() == 2 and (frames[3:] == 0).all()


def test_two_equal_letters_sound_like_a_longer_one():
    twice = torch.stack([A, A]).unsqueeze(1)
    two, _ = speak(twice, torch.tensor([[3.0], [3.0]]), 8)
    one, _ = speak(A.view(1, 1, -1), torch.tensor([[6.0]]), 8)
    assert torch.equal(two, one)


def test_words_have_every_length_and_end_with_signs():
    batch = drawn()
    long = (batch.targets != END).sum(0)
    assert set(long.tolist()) == set(range(2, 9))
    assert torch.equal(batch.mask.sum(0).long(), long + 1)
    for word, n in zip(batch.targets.T, long, strict=True):
        assert (word[:n] != END).all() and (word[n:] == END).all()


def test_no_letter_stands_twice_in_a_row_and_all_are_said():
    words = drawn().targets
    assert ((words[1:] != words[:-1]) | (words[1:] == END)).all()
    assert set(words.flatten().tolist()) == set(range(END + 1))


def test_each_letter_is_heard_for_four_to_six_frames_one_after_the_other():
    batch = drawn()
    there = batch.targets != END
    lasts = batch.where.sum(2)
    assert (lasts[~there] == 0).all()
    assert set(lasts[there].tolist()) == {4, 5, 6}
    assert batch.where.sum(0).max() == 1  # never two letters in a frame


def test_without_noise_the_frames_are_what_is_said():
    batch = drawn(5, noise=0)
    assert batch.inputs.shape == (48, 5, BANDS)
    assert batch.inputs.min() == 0 and batch.inputs.max() <= 1


def test_the_same_generator_says_the_same_words():
    assert all(map(torch.equal, drawn(4), drawn(4)))


@pytest.mark.parametrize(
    ("settings", "length", "says"),
    [
        ({"noise": -1}, 4, "noise must be at least 0"),
        ({"shortest": 0}, 4, "shortest must be a whole number"),
        ({"shortest": 5}, 4, "length must be at least 5, got 4"),
    ],
)
def test_what_makes_no_sense_is_refused(settings, length, says):
    with pytest.raises(ValueError, match=says):
        drawn(2, length, **settings)
