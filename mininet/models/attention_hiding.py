"""Attention that is led home: words are seen beside notes, and notes are often hidden.

What is looked at here has two parts, a word's own vector and its note. In training the
notes are hidden at some of the places; the words never are. A word that is not looked
at itself can then not be counted on. Shapes are those of `mininet.models.attention`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mininet.models import attention
from mininet.models.lstm import LSTM


class HidingTranslator(attention.AdditiveTranslator):
    """Finds a place by its note, and sees its word and, if it is not hidden, the note.

        e_ij = v . tanh(W s_(i-1) + U h_j)
        c_i  = the mean of [x_j, m_j h_j], where m_j is 0 as often as `hiding` says

    Outside of training all m_j are 1.

    Args:
        input_size: how many words can be read, with the 0 of no word.
        output_size: V, how many can be said, with the 0 of no word; 1 is the end.
        size: H, of the word vectors and of the encoder's LSTMs; a context has 3H.
        dropout: the share of the notes' and word vectors' numbers that is dropped in
            training.
        hiding: the share of the notes that nobody sees in training.

    Raises:
        ValueError: if a size is not a whole number of at least 1, or the share is not
            between 0 and 1.
    """

    def __init__(
        self,
        input_size: int,
        output_size: int,
        size: int = 32,
        dropout: float = 0.0,
        hiding: float = 0.5,
    ) -> None:
        super().__init__(input_size, output_size, size, dropout)
        if not 0 <= hiding <= 1:
            raise ValueError(f"hiding must be between 0 and 1, got {hiding}")
        self.decoder = LSTM(4 * size, 2 * size, output_size)
        self.hiding = hiding

    def read(self, source: Tensor) -> attention.Read:
        """Read sentences; what is to be seen stands in `notes`, (B, N, 3H)."""
        there = source > 0
        words = self.drop(self.embed_source(source))
        notes, whole = self.encoder(words, there)
        notes = self.drop(notes)
        shown = self.shown(notes)
        if self.training:
            notes = notes * (torch.rand_like(notes[..., :1]) >= self.hiding)
        return attention.Read(torch.cat([words, notes], -1), shown, there, whole)
