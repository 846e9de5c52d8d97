"""Taught word by word, and scored on what is written without help."""

import torch

from mininet.learning import Scoring, Training, train
from mininet.learning.telling import Teaching
from mininet.models.listening_and_looking import Told
from mininet.tasks.speech import END, Speech


class Parrot(torch.nn.Module):
    """Says what it is taught; without help, the end sign at once."""

    def __init__(self):
        super().__init__()
        self.loud = torch.nn.Parameter(torch.tensor(1.0))

    def taught(self, inputs, symbols):
        said = torch.nn.functional.one_hot(symbols, END + 1).float()
        return Told(self.loud * said, torch.ones(*symbols.shape, 2))

    def alone(self, inputs, length):
        scores = torch.zeros(length, inputs.shape[1], END + 1)
        scores[..., END] = 1
        return Told(scores, torch.ones(length, inputs.shape[1], 2))


def test_it_learns_with_the_true_symbols_and_is_scored_without_them():
    parrot, few = Parrot(), Scoring(times=1, size=20)
    how = Training(steps=30, lengths=4, scoring=few)
    history = train(parrot, Teaching(Speech()), how, progress=False)
    assert history.losses[-1] < history.losses[0]
    assert history.scores[-1][1]["right"] == 0
