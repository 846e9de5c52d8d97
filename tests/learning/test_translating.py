"""Translating: the loss is of right words after right words, the score is alone."""

import torch
from torch.nn import functional as F

from mininet.learning.objectives import Loss
from mininet.learning.translating import Translating
from mininet.models.attention import AdditiveTranslator
from mininet.tasks.translation import SOURCE_WORDS, TARGET_WORDS, Translation, encode


class Sure(torch.nn.Module):
    """Knows the sentences that it is given by heart."""

    def __init__(self, pairs, wrong=0):
        super().__init__()
        self.pairs, self.wrong = pairs, wrong

    def forward(self, source, target):
        return 50.0 * F.one_hot(self.pairs.target, len(TARGET_WORDS)).float()

    def trace(self, source, target):
        looks = F.one_hot(self.pairs.alignment.clamp(min=0), source.shape[1])
        return self(source, target), looks.float()

    def translate(self, source, steps):
        said = F.pad(self.pairs.target, (0, steps - self.pairs.target.shape[1]))
        said[: self.wrong, 0] = 0
        return said, self.trace(source, self.pairs.target)[1]


def test_who_is_sure_of_the_right_words_costs_nothing_and_scores_all():
    pairs = encode(["the dog slept", "my old cats saw the bird ?"])
    objective = Translating(Translation())
    loss = objective.loss(Sure(pairs), pairs, torch.Generator())
    assert isinstance(loss, Loss) and float(loss.total) < 1e-6
    assert objective.score(Sure(pairs), pairs) == {
        "sentences": 1,
        "words": 1,
        "aligned": 1,
    }


def test_the_score_is_of_what_is_said_alone():
    pairs = encode(["the dog slept", "my old cats saw the bird ?"])
    score = Translating(Translation()).score(Sure(pairs, wrong=1), pairs)
    assert score["sentences"] == 0.5 and score["aligned"] == 1


def test_what_stands_behind_the_end_costs_nothing():
    torch.manual_seed(0)
    model = AdditiveTranslator(len(SOURCE_WORDS), len(TARGET_WORDS), size=4)
    objective, source = Translating(Translation()), torch.Generator()
    alone = encode(["the dog slept"])
    beside = encode(["the dog slept", "my old cats saw the bird ?"])
    other = encode(["my old cats saw the bird ?"])
    one, two, both = (
        objective.loss(model, pairs, source).total.item()
        for pairs in (alone, other, beside)
    )
    words = alone.target.numel(), other.target.numel()
    mean = (words[0] * one + words[1] * two) / sum(words)
    assert abs(both - mean) < 1e-5
