"""The translator that sees words beside notes: what is hidden, and when."""

import pytest
import torch

from mininet.models.attention_hiding import HidingTranslator

SOURCE = torch.tensor([[3, 5, 2, 8], [1, 4, 0, 0]])


def translator(**settings):
    torch.manual_seed(0)
    return HidingTranslator(9, 7, size=4, **settings)


def notes(model):
    """The encoder's own notes of the two sentences, and their words."""
    words = model.embed_source(SOURCE)
    return model.encoder(words, SOURCE > 0)[0], words


def test_a_word_and_its_note_are_seen_side_by_side():
    model = translator().eval()
    own, words = notes(model)
    assert torch.equal(model.read(SOURCE).notes, torch.cat([words, own], -1))


def test_in_training_notes_are_hidden_whole_and_words_never():
    model, hidden = translator(hiding=0.3).train(), []
    own, words = notes(model)
    for seed in range(200):
        torch.manual_seed(seed)
        seen = model.read(SOURCE).notes
        assert torch.equal(seen[..., :4], words)
        gone = (seen[..., 4:] == 0).all(-1)
        assert torch.equal(seen[..., 4:][~gone], own[~gone])
        hidden.append(gone.double().mean())
    assert torch.stack(hidden).mean() == pytest.approx(0.3, abs=0.05)


def test_places_are_found_by_their_notes_even_if_these_are_hidden():
    model = translator(hiding=1.0).train()
    own, _ = notes(model)
    read = model.read(SOURCE)
    assert (read.notes[..., 4:] == 0).all()
    assert torch.equal(read.shown, model.attention.show(own))
    query = torch.randn(2, 8)
    context, weights = model.look(query, read)
    scores = model.attention.score(query, model.attention.show(own))
    expected = torch.softmax(scores.masked_fill(SOURCE == 0, -1e9), -1)
    assert torch.allclose(weights, expected)
    assert torch.allclose(context, (weights.unsqueeze(1) @ read.notes).squeeze(1))


def test_the_same_seed_hides_the_same_notes():
    model = translator().train()
    torch.manual_seed(1)
    first = model.read(SOURCE).notes
    torch.manual_seed(1)
    assert torch.equal(model.read(SOURCE).notes, first)


@pytest.mark.parametrize("hiding", [-0.1, 1.1, float("nan")])
def test_a_share_that_is_none_is_refused(hiding):
    with pytest.raises(ValueError, match="hiding must be between 0 and 1"):
        translator(hiding=hiding)


def test_a_size_that_is_no_positive_whole_number_is_refused():
    with pytest.raises(ValueError, match="size must be a whole number"):
        HidingTranslator(9, 7, size=0)
