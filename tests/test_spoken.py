"""The figure of a translation shows what the translator says and looks at."""

import torch

from mininet.models.attention import AdditiveTranslator
from mininet.spoken import A_ROW, Spoken
from mininet.tasks.translation import SOURCE_WORDS, TARGET_WORDS, encode


def spoken():
    torch.manual_seed(0)
    model = AdditiveTranslator(len(SOURCE_WORDS), len(TARGET_WORDS), size=4).eval()
    return Spoken(model, longest=7)


def given(sentence):
    words = encode([sentence]).source[0]
    return torch.nn.functional.pad(words, (0, 7 - len(words))).float()


@torch.no_grad()
def test_the_words_are_those_of_the_translator_speaking_freely():
    told, sentence = spoken(), "my cats saw the bird"
    shown = told.speak(given(sentence), torch.tensor(1.0))
    said, looks = told.model.translate(encode([sentence]).source, 8)
    rows = torch.cat([shown["row1"], shown["row2"]])
    assert shown["row1"].shape[0] == A_ROW and len(rows) == 8
    words = torch.where(rows.sum(1) > 0, rows.argmax(1) + 1, 0)
    assert words.tolist() == said[0].tolist()
    for word in range(1, 9):
        shown = told.speak(given(sentence), torch.tensor(float(word)))
        there = min(word, int((said > 0).sum())) - 1
        assert torch.allclose(shown["looks"][:5, 0], looks[0, there], atol=1e-6)
        assert shown["looks"][5:].abs().sum() == 0
        here = torch.cat([shown["here1"], shown["here2"]])
        assert here.sum() == 1 and here.argmax() == there
        assert 0.9 <= float(shown["says"].sum()) <= 1


@torch.no_grad()
def test_beyond_the_end_the_last_word_is_shown():
    told = spoken()
    with torch.no_grad():
        told.model.decoder.write.weight.zero_()
        told.model.decoder.write.bias[1] = 9.0  # the end, at once
    shown, last = (
        told.speak(given("the dog slept"), torch.tensor(word)) for word in (7.0, 1.0)
    )
    assert torch.equal(shown["looks"], last["looks"]) and shown["looks"].sum() > 0.99
    assert torch.equal(shown["says"], last["says"]) and shown["says"].argmax() == 0
    assert shown["row1"][1:].sum() == 0 and shown["row1"][0, 0] == 1


def test_the_figure_takes_known_words_alone():
    told = Spoken(spoken().model, longest=3)
    figure = told.figure("the dog slept", word=2, alt="A translation.")
    assert figure.values == {"sentence": "the dog slept", "word": 2}
    assert "row1" in figure.outputs
