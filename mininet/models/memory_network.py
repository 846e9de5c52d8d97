"""Memory networks: a memory of sentences, and questions that look for theirs in it.

Embeddings turn words into vectors, and a sentence into the sum of its words. A question
looks at the sentences of a story, takes what it found along, and looks again. A
sentence is kept once, however many stories tell it: what a story remembers is the
places of its sentences among all of them, and how long ago each was told.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

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
    place = ((torch.arange(sentences.shape[1]) + 1) / last).unsqueeze(-1)  # j/J
    number = (torch.arange(size) + 1) / size  # k/d, (d,)
    return words.unsqueeze(-1) * ((1 - place) - number * (1 - 2 * place))


def bag_weights(sentences: Tensor, size: int) -> Tensor:
    """The same for a bag of words: each word adds itself, wherever it stands."""
    words = (sentences > 0).float()
    return words.unsqueeze(-1).expand(*sentences.shape, size)


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


def match(u: Tensor, vectors: Tensor, which: Tensor) -> Tensor:
    """How well vectors fit what is asked: u . m_i (Sukhbaatar et al. 2015, eq. 1).

    Args:
        u: what is asked, (B, d).
        vectors: m, (U, d).
        which: the vectors of each story, (B, N).

    Returns:
        (B, N).
    """
    return (u @ vectors.T).gather(1, which)


def attend(scores: Tensor, told: Tensor) -> Tensor:
    """Attention over the sentences of a story: softmax (eq. 1).

    Args:
        scores: (B, N).
        told: where a sentence is, (B, N).

    Returns:
        (B, N), rows sum to 1 over what was told; to 0 where nothing was.
    """
    return scores.masked_fill(~told, NEVER).softmax(-1) * told


def attend_in(memory: int, scores: Tensor, told: Tensor) -> Tensor:
    """Attention over all places of a memory, where an empty one scores 0.

    An empty place holds zeros, so that its score is 0 and nothing is read from it: what
    fits no sentence may look where there is none.

    Args:
        memory: how many places there are, at least N.
        scores: (B, N).
        told: where a sentence is, (B, N).

    Returns:
        (B, N), rows sum to at most 1; the rest is on empty places.
    """
    empty = (memory - told.sum(1, keepdim=True)).float()  # so many times exp(0)
    places = torch.cat([scores.masked_fill(~told, NEVER), empty.log()], 1)
    return places.softmax(-1)[:, :-1]


def read(p: Tensor, vectors: Tensor, which: Tensor) -> Tensor:
    """What was found: o = sum_i p_i c_i (eq. 2).

    Args:
        p: attention, (B, N).
        vectors: c, (U, d).
        which: the vectors of each story, (B, N).

    Returns:
        (B, d).
    """
    each = p.new_zeros(len(p), len(vectors)).scatter_add(1, which, p)  # (B, U)
    return each @ vectors


class EndToEnd(nn.Module):
    """What end-to-end memory networks share (Sukhbaatar et al. 2015).

    A subclass says which embeddings are the same: it has `tables` and `times`, and
    defines `places`, `answer` and `onward`.

    Where nothing was told, there is nothing to attend to: the attention is 0, and the
    answer comes from the question alone.

    Attributes:
        linear: whether attention is the plain scores, without a softmax, as in a linear
            start (section 4.2).

    Raises:
        ValueError: if a size is below 1 or the noise below 0.
    """

    tables: nn.Parameter  # embeddings of words, (V, E, d)
    times: nn.Parameter  # embeddings of ages, (T, E, d)

    def __init__(self, size: int, hops: int, memory: int, noise: float) -> None:
        super().__init__()
        check_sizes(size=size, hops=hops, memory=memory)
        if not noise >= 0:
            raise ValueError(f"noise must be at least 0, got {noise}")
        self.size, self.hops, self.memory, self.noise = size, hops, memory, noise
        self.linear = False

    def embeddings(self, words: int, count: int) -> None:
        """Make this many tables, for words and for ages."""
        check_sizes(words=words)
        ages = self.memory + -(-self.memory // 10)  # with room for blanks
        self.tables = nn.Parameter(0.1 * torch.randn(words, count, self.size))
        self.times = nn.Parameter(0.1 * torch.randn(ages, count, self.size))

    def weights(self, sentences: Tensor) -> Tensor:
        """What each word of the sentences (U, J) counts, (U, J, d).

        Twice the position weights, whose mean is 1/2, so that a word counts 1 in the
        mean, as in a bag and in the authors' release.
        """
        return 2 * position_weights(sentences, self.size)

    def attention(self, scores: Tensor, told: Tensor) -> Tensor:
        """Where a hop looks, by how well the sentences fit (B, N): (B, N)."""
        return attend(scores, told)

    def places(self, hop: int) -> tuple[int, int]:
        """Which embeddings are a hop's input and output, A and C, counted from 0."""
        raise NotImplementedError

    def answer(self, u: Tensor) -> Tensor:
        """How likely each word is as the answer: logits, (B, V)."""
        raise NotImplementedError

    def onward(self, u: Tensor, o: Tensor) -> Tensor:
        """What the next hop asks, after what was asked and found."""
        raise NotImplementedError

    def forward(self, batch: Batch) -> Tensor:
        """How likely each word is as the answer: logits, (B, V)."""
        return self.trace(batch)[0]

    def trace(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Logits (B, V), and the attention of each hop, (B, K, N).

        Raises:
            ValueError: if a story is longer than the memory.
        """
        stories, told = batch.stories, batch.stories > 0
        check_memory(stories, self.memory)
        age = ages(told)
        if self.training and self.noise:
            age = with_blanks(age, told, self.noise).clamp_max(len(self.times) - 1)
        sentences, times = self.encoded(batch.sentences), self.times.unbind(1)
        u = sentences[0][batch.questions]
        looked = []
        for hop in range(self.hops):
            a, c = self.places(hop)
            scores = match(u, sentences[a], stories) + match(u, times[a], age)
            p = scores * told if self.linear else self.attention(scores, told)
            o = read(p, sentences[c], stories) + read(p, times[c], age)
            u = self.onward(u, o)
            looked.append(p)
        return self.answer(u), torch.stack(looked, 1)

    def encoded(self, sentences: Tensor) -> tuple[Tensor, ...]:
        """Sentences (U, J) by each embedding: sum_j l_j * A x_j, each (U, d)."""
        words = F.embedding(sentences, self.tables.flatten(1))
        words = words.view(*sentences.shape, -1, self.size)  # (U, J, E, d)
        return (self.weights(sentences).unsqueeze(2) * words).sum(1).unbind(1)


class MemN2N(EndToEnd):
    """An end-to-end memory network whose embeddings are tied adjacently (section 2.2).

    The output embedding of a hop is the input embedding of the next, C^k = A^(k+1); the
    first is the question's as well, B = A^1, and the last the answer's, W^T = C^K.

    Args:
        words: how many numbers of words there are, 0 included.
        size: of a sentence's vector, d.
        hops: how often the story is looked at, K.
        memory: the most sentences a story may have.
        noise: the most empty sentences put into a story while training, as a share of
            its length; 0 for none.
    """

    def __init__(
        self,
        words: int,
        size: int = 50,
        hops: int = 3,
        memory: int = 50,
        noise: float = 0.1,
    ) -> None:
        super().__init__(size, hops, memory, noise)
        self.embeddings(words, hops + 1)

    def places(self, hop: int) -> tuple[int, int]:
        """Each hop's output is the next one's input."""
        return hop, hop + 1

    def answer(self, u: Tensor) -> Tensor:
        """By the last embedding."""
        return u @ self.tables[:, -1].T

    def onward(self, u: Tensor, o: Tensor) -> Tensor:
        """u^(k+1) = u^k + o^k (eq. 4)."""
        return u + o


class BagOfWords(MemN2N):
    """The same without position encoding: a sentence is the bag of its words."""

    def weights(self, sentences: Tensor) -> Tensor:
        """Each word counts 1, wherever it stands."""
        return bag_weights(sentences, self.size)


class EmptyPlaces(MemN2N):
    """The same with a memory all of whose places are looked at, empty ones too.

    The paper fills what is not told with zeros (section 4.2), and its attention, as
    that of the authors' release, runs over all places of the memory. So a hop need not
    choose among sentences that do not fit, which "no" and "maybe" are learned from.
    """

    def attention(self, scores: Tensor, told: Tensor) -> Tensor:
        """Where a hop looks; what is missing to 1 is on empty places."""
        return attend_in(self.memory, scores, told)


class Rectified(MemN2N):
    """The same with a ReLU on half of the numbers after each hop.

    The paper does this where it learns to predict text (section 5); without it, a hop's
    question is a sum of what was asked and found, and nothing else.
    """

    def onward(self, u: Tensor, o: Tensor) -> Tensor:
        """u^(k+1) = u^k + o^k, the first half of it at least 0."""
        bent, straight = (u + o).split([self.size // 2, self.size - self.size // 2], 1)
        return torch.cat([bent.relu(), straight], 1)


class LayerWise(EndToEnd):
    """An end-to-end memory network with the same embeddings in all hops (section 2.2).

    A^1 = … = A^K and C^1 = … = C^K, as in an RNN; a matrix H maps what is asked from a
    hop to the next. The question's embedding is the input embedding, B = A, and the
    answer's, W, stands by itself.

    Args:
        words: how many numbers of words there are, 0 included.
        size: of a sentence's vector, d.
        hops: how often the story is looked at, K.
        memory: the most sentences a story may have.
        noise: the most empty sentences put into a story while training, as a share of
            its length; 0 for none.
    """

    def __init__(
        self,
        words: int,
        size: int = 50,
        hops: int = 3,
        memory: int = 50,
        noise: float = 0.1,
    ) -> None:
        super().__init__(size, hops, memory, noise)
        self.embeddings(words, 2)
        self.mapped = nn.Parameter(torch.eye(size))
        self.answers = nn.Parameter(0.1 * torch.randn(words, size))

    def places(self, hop: int) -> tuple[int, int]:
        """The same in every hop."""
        return 0, 1

    def answer(self, u: Tensor) -> Tensor:
        """By an embedding of its own."""
        return u @ self.answers.T

    def onward(self, u: Tensor, o: Tensor) -> Tensor:
        """u^(k+1) = H u^k + o^k (eq. 7)."""
        return u @ self.mapped.T + o


class MemNN(nn.Module):
    """A memory network that is taught which facts answer (Weston et al. 2014).

    In each hop it takes the one fact that fits best what it has so far: the question,
    then the question and the first fact, and so on. A learned vector stands for "that
    is enough" among the facts, so that questions may need different numbers of them
    (Weston et al. 2015). Then the word that fits best is the answer.

    Words count apart by where they stand: in the question, in each fact found, in a
    fact that may be taken, and in all but the last again for the answer. Three things
    differ from the papers: words are weighed by position encoding in place of n-grams;
    each fact found has an embedding of its own; and time is an embedding of a fact's
    age, in place of features of pairs of facts.

    Args:
        words: how many numbers of words there are, 0 included.
        size: of a vector.
        hops: the most facts that are taken, K.
        memory: the most sentences a story may have.

    Raises:
        ValueError: if a size is below 1.
    """

    def __init__(
        self, words: int, size: int = 50, hops: int = 2, memory: int = 50
    ) -> None:
        super().__init__()
        check_sizes(words=words, size=size, hops=hops, memory=memory)
        self.size, self.hops, self.memory = size, hops, memory
        context = 1 + hops  # the question, and each fact found
        self.facts = nn.Parameter(0.1 * torch.randn(words, size))
        self.answers = nn.Parameter(0.1 * torch.randn(words, size))
        self.tables = nn.Parameter(0.1 * torch.randn(words, 2 * context, size))
        self.times = nn.Parameter(0.1 * torch.randn(memory, 1 + 2 * context, size))
        self.enough = nn.Parameter(0.1 * torch.randn(size))

    def forward(self, batch: Batch) -> Tensor:
        """How well each word fits as the answer, (B, V)."""
        return self.trace(batch)[0]

    def trace(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """How well each word fits (B, V), and the fact taken in each hop, (B, K, N).

        A fact taken has a 1; a hop that took none is all 0.

        Raises:
            ValueError: if a story is longer than the memory.
        """
        scores, logits = self.search(batch, lambda _, scores: scores.argmax(-1))
        places = torch.arange(batch.stories.shape[1])
        taken = [(one.argmax(-1, keepdim=True) == places).float() for one in scores]
        return logits, torch.stack(taken, 1)

    def search(
        self, batch: Batch, choose: Callable[[int, Tensor], Tensor]
    ) -> tuple[list[Tensor], Tensor]:
        """Look for facts, and for the answer.

        Args:
            batch: questions.
            choose: which fact is taken, (B,): from the number of the hop, and how well
                each fits, (B, N + 1), "enough" as the last.

        Returns:
            How well each fact fits in each hop, (B, N + 1); and each word, (B, V).

        Raises:
            ValueError: if a story is longer than the memory.
        """
        stories, told = batch.stories, batch.stories > 0
        check_memory(stories, self.memory)
        age, weights = ages(told), position_weights(batch.sentences, self.size)
        facts = (weights * F.embedding(batch.sentences, self.facts)).sum(1)
        words = F.embedding(batch.sentences, self.tables.flatten(1))
        words = words.view(*batch.sentences.shape, -1, self.size)
        context = (weights.unsqueeze(2) * words).sum(1)  # (U, 2(1 + K), d)
        asks, says = context[batch.questions].chunk(2, 1)  # each (B, 1 + K, d)
        u, v = asks[:, 0], says[:, 0]
        found = []
        for hop in range(self.hops):
            fits = match(u, facts, stories) + match(u, self.times[:, 0], age)
            none = (u @ self.enough).unsqueeze(1)
            found.append(torch.cat([fits.masked_fill(~told, NEVER), none], 1))
            taken = choose(hop, found[-1]).unsqueeze(1)  # (B, 1)
            row = F.pad(stories, (0, 1)).gather(1, taken).squeeze(1)
            old = F.pad(age, (0, 1)).gather(1, taken).squeeze(1)
            there = (row > 0).float().view(-1, 1, 1)
            more = context[row] + there * self.times[old, 1:]
            asked, said = more.chunk(2, 1)
            u, v = u + asked[:, 1 + hop], v + said[:, 1 + hop]
        return found, self.answer(v)

    def answer(self, v: Tensor) -> Tensor:
        """How well each word fits the question and what was found (B, d): (B, V)."""
        return v @ self.answers.T


class NonlinearMemNN(MemNN):
    """The same with a ReLU before the answer.

    A sum of what the question and the facts add to each word cannot say whether they
    agree, as "yes" and "no" ask. Weston et al. (2015) add a layer with tanh to the
    embeddings for the same reason.
    """

    def answer(self, v: Tensor) -> Tensor:
        """How well each word fits the question and what was found (B, d): (B, V)."""
        return v.relu() @ self.answers.T


def check_memory(stories: Tensor, memory: int) -> None:
    """Refuse stories (B, N) that are longer than the memory.

    Raises:
        ValueError: if they are.
    """
    if stories.shape[1] > memory:
        raise ValueError(
            f"the memory holds {memory} sentences, got a story of "
            f"{stories.shape[1]}; encode(..., memory={memory}) keeps the last"
        )
