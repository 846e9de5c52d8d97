"""Memory networks: a memory of sentences, and questions that look for theirs in it.

Embeddings turn words into vectors, and a sentence into the sum of its words. A question
looks at the sentences of a story, takes what it found along, and looks again.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mininet.recurrent import check_sizes
from mininet.tasks.babi.encoding import Batch

NEVER = -1e9  # the score of a place where no sentence is


def position_weights(sentences: Tensor, size: int) -> Tensor:
    """How much a word adds to a vector's numbers, by its place in the sentence.

    Position encoding (Sukhbaatar et al. 2015, section 4.1):
    l_kj = (1 - j/J) - (k/d)(1 - 2j/J), of the j-th of J words for the k-th of d
    numbers, both counted from 1. The first numbers are mostly made of the first words,
    the last numbers of the last ones, so that the order of words is told.

    Args:
        sentences: their words, 0 after the end, (U, J).
        size: of a vector, d.

    Returns:
        (U, J, d); 0 where no word is.
    """
    words = (sentences > 0).float()
    last = words.sum(1, keepdim=True).clamp_min(1)  # J of each sentence
    place = (torch.arange(sentences.shape[1]) + 1) / last  # j/J, (U, J)
    number = (torch.arange(size) + 1) / size  # k/d, (d,)
    weights = (1 - place).unsqueeze(-1) - (1 - 2 * place).unsqueeze(-1) * number
    return words.unsqueeze(-1) * weights


def bag_weights(sentences: Tensor, size: int) -> Tensor:
    """The same for a bag of words: each word adds itself, wherever it stands."""
    words = (sentences > 0).float()
    return words.unsqueeze(-1).expand(*sentences.shape, size)


def attend(question: Tensor, sentences: Tensor, told: Tensor) -> Tensor:
    """Attention over a story's sentences: p_i = softmax(u . m_i) (eq. 1).

    Args:
        question: u, (B, d).
        sentences: m, (B, N, d).
        told: where a sentence is, (B, N).

    Returns:
        (B, N), rows sum to 1; to 0 where nothing was told.
    """
    scores = match(question, sentences)
    return scores.masked_fill(~told, NEVER).softmax(-1) * told


def match(question: Tensor, sentences: Tensor) -> Tensor:
    """How well each sentence (B, N, d) fits the question (B, d): u . m_i, (B, N)."""
    return (sentences @ question.unsqueeze(-1)).squeeze(-1)


def read(attention: Tensor, sentences: Tensor) -> Tensor:
    """What was found: o = sum_i p_i c_i (eq. 2).

    Args:
        attention: p, (B, N).
        sentences: c, (B, N, d).

    Returns:
        (B, d).
    """
    return (attention.unsqueeze(1) @ sentences).squeeze(1)


def ages(told: Tensor) -> Tensor:
    """How many sentences were told after each: 0 for the newest.

    Args:
        told: where a sentence is, (B, N).

    Returns:
        (B, N); 0 where no sentence is.
    """
    place = torch.arange(told.shape[1])
    return (told.sum(1, keepdim=True) - 1 - place).clamp_min(0)


def with_blanks(age: Tensor, told: Tensor, share: float) -> Tensor:
    """Ages as they would be with some empty sentences in between (section 4.1).

    Random noise: of each story a number of empty sentences is drawn, evenly from 0 to
    `share` of its length, rounded up. Each stands anywhere in it.

    Args:
        age: (B, N).
        told: where a sentence is, (B, N).
        share: the most empty sentences, as a share of a story's length.

    Returns:
        (B, N).
    """
    length = told.sum(1, keepdim=True)  # (B, 1)
    most = (share * length).ceil()
    blanks = (torch.rand(most.shape) * (most + 1)).floor()
    there = torch.arange(int(most.max())) < blanks  # (B, M)
    after = (torch.rand(there.shape) * (length + 1)).floor()  # sentences newer than it
    newer = (after.unsqueeze(1) <= age.unsqueeze(2)) & there.unsqueeze(1)  # (B, N, M)
    return age + newer.sum(2)


class MemN2N(nn.Module):
    """An end-to-end memory network (Sukhbaatar et al. 2015), embeddings tied adjacently.

    The output embedding of a hop is the input embedding of the next one; the first is
    the question's as well, and the last the answer's (section 2.2).

    Where nothing was told, there is nothing to attend to: the attention is 0, and the
    answer comes from the question alone.

    Args:
        words: how many numbers of words there are, 0 included.
        size: of a sentence's vector, d.
        hops: how often the story is looked at, K.
        memory: the most sentences a story may have.
        noise: the most empty sentences put into a story while training, as a share of
            its length; 0 for none.

    Raises:
        ValueError: if a size is below 1 or the noise below 0.
    """

    def __init__(
        self,
        words: int,
        size: int = 50,
        hops: int = 3,
        memory: int = 50,
        noise: float = 0.1,
    ) -> None:
        super().__init__()
        check_sizes(words=words, size=size, hops=hops, memory=memory)
        if not noise >= 0:
            raise ValueError(f"noise must be at least 0, got {noise}")
        self.hops, self.size, self.memory, self.noise = hops, size, memory, noise
        self.linear = False  # whether attention is the plain scores: the linear start
        places = memory + -(-memory // 10)
        self.tables = nn.Parameter(0.1 * torch.randn(hops + 1, words, size))
        self.times = nn.Parameter(0.1 * torch.randn(hops + 1, places, size))

    def forward(self, batch: Batch) -> Tensor:
        """How likely each word is as the answer: logits, (B, V)."""
        return self.trace(batch)[0]

    def trace(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Logits (B, V), and the attention of each hop, (B, K, N).

        Raises:
            ValueError: if a story is longer than the memory.
        """
        told = batch.stories > 0
        if told.shape[1] > self.memory:
            raise ValueError(
                f"the memory holds {self.memory} sentences, got a story of "
                f"{told.shape[1]}; encode(..., memory={self.memory}) keeps the last"
            )
        age = ages(told)
        if self.training and self.noise:
            age = with_blanks(age, told, self.noise).clamp_max(self.times.shape[1] - 1)
        weights = position_weights(batch.sentences, self.size)
        memories = []
        for table, time in zip(self.tables, self.times, strict=True):
            sentences = (weights * table[batch.sentences]).sum(1)  # (U, d)
            memories.append(sentences[batch.stories] + time[age])
        words = self.tables[0][batch.sentences]
        u = (weights * words).sum(1)[batch.questions]
        looked = []
        for k in range(self.hops):
            if self.linear:
                p = match(u, memories[k]) * told
            else:
                p = attend(u, memories[k], told)
            u = u + read(p, memories[k + 1])
            looked.append(p)
        return u @ self.tables[-1].T, torch.stack(looked, 1)
