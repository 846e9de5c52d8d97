"""Attention between two networks: one looks at what the other has read.

A network that speaks asks at every step: its state, the query, is compared with one key
for each place of what the other network has read. The scores become weights that sum to
one, and the mean of the values by these weights, the context, is what it gets to see.

Shapes: B sentences, N places that can be looked at, Q numbers in a query, K in a key, A
in the hidden layer of an additive score.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from mininet.models.lstm import LSTM, LSTMState
from mininet.recurrent import check_sizes


def additive_score(asked: Tensor, shown: Tensor, direction: Tensor) -> Tensor:
    """How well each key fits, by a small network (Bahdanau et al. 2014, appendix A).

        e_j = v . tanh(W q + U k_j)

    Args:
        asked: W q, the query as the score's network sees it, (B, A).
        shown: U k_j, the keys as it sees them, (B, N, A).
        direction: v, (A,).

    Returns:
        Scores, (B, N).
    """
    return torch.tanh(asked.unsqueeze(1) + shown) @ direction


def dot_score(asked: Tensor, keys: Tensor) -> Tensor:
    """How well each key fits, by how far it points the query's way.

        e_j = q . k_j

    Args:
        asked: (B, K).
        keys: (B, N, K).

    Returns:
        Scores, (B, N).
    """
    return (keys @ asked.unsqueeze(-1)).squeeze(-1)


def attend(
    scores: Tensor, values: Tensor, mask: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Share out attention by scores, and look (Bahdanau et al. 2014, eq. 5 and 6).

    Args:
        scores: (B, N).
        values: what is seen at each place, (B, N, K).
        mask: whether there is something at a place, (B, N); everywhere if not given.

    Returns:
        The context, the mean of the values by the weights, (B, K), and the weights,
        (B, N). They sum to 1, and are exactly 0 where the mask is. Where there is
        nothing at all to look at, both are 0.
    """
    if mask is None:
        weights = torch.softmax(scores, -1)
    else:
        weights = torch.softmax(scores.masked_fill(~mask, -1e9), -1) * mask
    return (weights.unsqueeze(1) @ values).squeeze(1), weights


class AdditiveAttention(nn.Module):
    """Attention with a score of one hidden layer (Bahdanau et al. 2014).

    Args:
        query_size: Q.
        key_size: K.
        attention_size: A.

    Raises:
        ValueError: if a size is not a whole number of at least 1.
    """

    def __init__(self, query_size: int, key_size: int, attention_size: int) -> None:
        super().__init__()
        check_sizes(
            query_size=query_size, key_size=key_size, attention_size=attention_size
        )
        self.ask = nn.Linear(query_size, attention_size)  # W
        self.show = nn.Linear(key_size, attention_size, bias=False)  # U
        self.direction = nn.Parameter(torch.empty(attention_size))  # v
        nn.init.uniform_(self.direction, -1, 1)

    def shown(self, keys: Tensor) -> Tensor:
        """U k_j, which is the same at every step: (B, N, K) to (B, N, A)."""
        shown: Tensor = self.show(keys)
        return shown

    def score(self, query: Tensor, shown: Tensor) -> Tensor:
        """From a query (B, Q) and keys as shown, (B, N, A), to scores, (B, N)."""
        return additive_score(self.ask(query), shown, self.direction)

    def forward(
        self,
        query: Tensor,
        keys: Tensor,
        mask: Tensor | None = None,
        values: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """One look: the context and the weights, see `attend`.

        Args:
            query: (B, Q).
            keys: (B, N, K).
            mask: whether there is something, (B, N).
            values: what is seen; the keys if not given.
        """
        scores = self.score(query, self.shown(keys))
        return attend(scores, keys if values is None else values, mask)


class MultiplicativeAttention(nn.Module):
    """Attention with a product as its score, `e_j = k_j . W q` (Luong et al. 2015).

    Args:
        query_size: Q.
        key_size: K.

    Raises:
        ValueError: if a size is not a whole number of at least 1.
    """

    def __init__(self, query_size: int, key_size: int) -> None:
        super().__init__()
        check_sizes(query_size=query_size, key_size=key_size)
        self.ask = nn.Linear(query_size, key_size, bias=False)  # W

    def shown(self, keys: Tensor) -> Tensor:
        """The keys as they are, (B, N, K)."""
        return keys

    def score(self, query: Tensor, shown: Tensor) -> Tensor:
        """From a query (B, Q) and keys, (B, N, K), to scores, (B, N)."""
        return dot_score(self.ask(query), shown)

    def forward(
        self,
        query: Tensor,
        keys: Tensor,
        mask: Tensor | None = None,
        values: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """The context and the weights of a look; arguments of `AdditiveAttention`."""
        scores = self.score(query, self.shown(keys))
        return attend(scores, keys if values is None else values, mask)


class Read(NamedTuple):
    """What the encoder leaves to be looked at."""

    notes: Tensor  # h_j, one for each word, (B, N, K)
    shown: Tensor  # the notes as the score sees them, (B, N, ...)
    there: Tensor  # whether there is a word, (B, N)
    whole: Tensor  # what both directions end with, (B, K)


class BothWays(nn.Module):
    """An encoder: one LSTM reads forwards, one backwards; a note has both outputs.

    So the note of a word knows the words before it and those after it.

    Args:
        input_size: E, numbers of a word's vector.
        hidden_size: H, cells of each LSTM; a note has K = 2H numbers.
    """

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.ahead = LSTM(input_size, hidden_size, hidden_size)
        self.back = LSTM(input_size, hidden_size, hidden_size)

    def forward(self, words: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
        """From words (B, N, E), and whether they are there, to notes and the whole.

        Returns:
            The notes, (B, N, K), and the two ends: what the forward LSTM says at the
            last word and the backward one at the first, (B, K).
        """
        ahead = outputs(self.ahead, words, there)
        back = outputs(self.back, words.flip(1), there.flip(1))
        whole = torch.cat([ahead[-1], back[-1]], -1)
        return torch.cat([torch.stack(ahead, 1), torch.stack(back[::-1], 1)], -1), whole


def outputs(lstm: LSTM, xs: Tensor, there: Tensor) -> list[Tensor]:
    """An LSTM's output after each step; it stands still where nothing is there.

    Args:
        lstm: with outputs of O numbers.
        xs: (B, T, D).
        there: (B, T).

    Returns:
        T outputs, (B, O) each.
    """
    state, y, found = lstm.initial_state(len(xs)), None, []
    for x, here in zip(xs.unbind(1), there.unsqueeze(-1).unbind(1), strict=True):
        new, (hidden, cell) = lstm.step(x, state)
        state = LSTMState(
            torch.where(here, hidden, state.hidden), torch.where(here, cell, state.cell)
        )
        y = new * here if y is None else torch.where(here, new, y)
        found.append(y)
    return found


class Translator(nn.Module):
    """Reads a sentence with one network, and says it in other words with another.

        h_1 .. h_N = both ways over x_1 .. x_N
        s_0        = 0
        c_i        = what `look` sees with s_(i-1)
        s_i        = LSTM of [word i - 1, c_i] and s_(i-1); its output: logits of word i

    After Bahdanau et al. 2014, with LSTMs for its GRUs, and with a first state that
    knows nothing: what is known of a sentence has been seen by `look`, which subclasses
    define.

    Args:
        input_size: how many words can be read, with the 0 of no word.
        output_size: V, how many can be said, with the 0 of no word; 1 is the end.
        size: H, cells of each of the encoder's LSTMs; words have vectors as large, and
            the decoder has 2H cells.
        dropout: the share of the notes' and word vectors' numbers that is dropped in
            training.

    Raises:
        ValueError: if a size is not a whole number of at least 1.
    """

    def __init__(
        self,
        input_size: int,
        output_size: int,
        size: int = 32,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        check_sizes(input_size=input_size, output_size=output_size, size=size)
        self.embed_source = nn.Embedding(input_size, size)
        self.embed_target = nn.Embedding(output_size, size)
        self.encoder = BothWays(size, size)
        self.decoder = LSTM(3 * size, 2 * size, output_size)
        self.drop = nn.Dropout(dropout)

    def shown(self, notes: Tensor) -> Tensor:
        """What a score needs of the notes, once for a sentence."""
        return notes

    def look(self, query: Tensor, read: Read) -> tuple[Tensor, Tensor]:
        """With a state (B, 2H), the context (B, K) and the weights (B, N)."""
        raise NotImplementedError

    def read(self, source: Tensor) -> Read:
        """Read sentences, numbers of words (B, N) with 0 after the last."""
        there = source > 0
        words = self.drop(self.embed_source(source))
        notes, whole = self.encoder(words, there)
        notes = self.drop(notes)
        return Read(notes, self.shown(notes), there, whole)

    def start(self, read: Read) -> LSTMState:
        """The decoder's state before the first word, (B, 2H) each: nothing."""
        return self.decoder.initial_state(len(read.notes))

    def say(
        self, word: Tensor, state: LSTMState, read: Read
    ) -> tuple[Tensor, LSTMState, Tensor]:
        """One step of the decoder.

        Args:
            word: the one said before, (B,); 0 at the beginning.
            state: from `start` or the step before.
            read: what can be looked at.

        Returns:
            Logits of the next word (B, V), the state, and where it looked, (B, N).
        """
        context, weights = self.look(state.hidden, read)
        x = torch.cat([self.drop(self.embed_target(word)), context], -1)
        logits, state = self.decoder.step(x, state)
        return logits, state, weights

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Logits of each word, when all before it are the right ones: (B, T, V)."""
        return self.trace(source, target)[0]

    def trace(self, source: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """As `forward`, and where each step looked, (B, T, N)."""
        read = self.read(source)
        state, found = self.start(read), []
        before = torch.cat([torch.zeros_like(target[:, :1]), target[:, :-1]], 1)
        for word in before.unbind(1):
            logits, state, weights = self.say(word, state, read)
            found.append((logits, weights))
        said, looks = zip(*found, strict=True)
        return torch.stack(said, 1), torch.stack(looks, 1)

    def translate(self, source: Tensor, steps: int) -> tuple[Tensor, Tensor]:
        """Speak freely: each step is given the likeliest word of the one before.

        Args:
            source: (B, N).
            steps: T, the most words, with the end.

        Returns:
            Numbers of words, 0 after the end, (B, T), and where each step looked,
            (B, T, N).
        """
        read = self.read(source)
        state, word, found = self.start(read), torch.zeros_like(source[:, 0]), []
        going = torch.ones_like(word)
        for _ in range(steps):
            logits, state, weights = self.say(word, state, read)
            word = logits.argmax(-1) * going
            going = going * (word != END)
            found.append((word, weights))
        said, looks = zip(*found, strict=True)
        return torch.stack(said, 1), torch.stack(looks, 1)


END = 1  # the number of the word that ends a sentence


class FixedTranslator(Translator):
    """Sees the same at every step: one vector for the sentence (Cho et al. 2014)."""

    def look(self, query: Tensor, read: Read) -> tuple[Tensor, Tensor]:
        """The ends of both directions; nothing is looked at."""
        return read.whole, torch.zeros_like(read.there, dtype=query.dtype)


class AdditiveTranslator(Translator):
    """Looks with an additive score (Bahdanau et al. 2014); sizes as of `Translator`."""

    def __init__(
        self,
        input_size: int,
        output_size: int,
        size: int = 32,
        dropout: float = 0.0,
    ) -> None:
        super().__init__(input_size, output_size, size, dropout)
        self.attention = AdditiveAttention(2 * size, 2 * size, size)

    def shown(self, notes: Tensor) -> Tensor:
        """U h_j, (B, N, A)."""
        return self.attention.shown(notes)

    def look(self, query: Tensor, read: Read) -> tuple[Tensor, Tensor]:
        """The mean of the notes, by how well they fit the state."""
        return attend(self.attention.score(query, read.shown), read.notes, read.there)


class MultiplicativeTranslator(Translator):
    """Steps first, then looks with a product (Luong et al. 2015).

        s_i  = LSTM of word i - 1 and s_(i-1)
        c_i  = the mean of the notes, by how well they fit s_i
        s~_i = tanh(W [c_i, s_i]); the LSTM's readout of it: logits of word i

    Arguments are those of `Translator`.
    """

    def __init__(
        self, input_size: int, output_size: int, size: int = 32, dropout: float = 0.0
    ) -> None:
        super().__init__(input_size, output_size, size, dropout)
        self.decoder = LSTM(size, 2 * size, output_size)
        self.attention = MultiplicativeAttention(2 * size, 2 * size)
        self.combine = nn.Linear(4 * size, 2 * size)

    def look(self, query: Tensor, read: Read) -> tuple[Tensor, Tensor]:
        """The mean of the notes, by how well they fit the state."""
        return attend(self.attention.score(query, read.shown), read.notes, read.there)

    def say(
        self, word: Tensor, state: LSTMState, read: Read
    ) -> tuple[Tensor, LSTMState, Tensor]:
        """One step of the decoder, which looks after it; see `Translator.say`."""
        _, state = self.decoder.step(self.drop(self.embed_target(word)), state)
        context, weights = self.look(state.hidden, read)
        seen = torch.tanh(self.combine(torch.cat([context, state.hidden], -1)))
        return self.decoder.write(seen), state, weights
