"""Dynamic memory networks: read a story, ask it several times, answer.

An input module turns sentences into facts, a question module turns the question into a
vector. The episodic memory goes over the facts in several passes; each time a gate for
every fact says how much of it is taken up into the episode, from which the memory is
renewed. What one pass has found, the next one can ask for. An answer module speaks.

`DMN` is the network of Kumar et al. 2015, `DMNPlus` that of Xiong et al. 2016.

Shapes: B questions, stories of N sentences, sentences of J words, U different ones, V
words, H numbers in a vector, K passes.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from mininet.models.memory_network import position_weights
from mininet.recurrent import check_sizes
from mininet.tasks.babi.encoding import Batch


def gru_step(read: Tensor, hidden: Tensor, recur: Tensor, bias: Tensor) -> Tensor:
    """One step of a gated recurrent unit (Kumar et al. 2015, eq. 1 to 4).

        r  = sigmoid(W_r x + U_r h)              reset: what the candidate sees of h
        z  = sigmoid(W_z x + U_z h)              how much of h stays
        h~ = tanh(W x + r * (U h + b))           the candidate
        h' = z * h + (1 - z) * h~

    Args:
        read: what the input adds to r, z and the candidate, biases included, (B, 3H).
        hidden: h, (B, H).
        recur: U_r, U_z and U side by side, (H, 3H).
        bias: what is added to the product of both, (3H,).

    Returns:
        The next state, (B, H). An axis may stand before all of these.
    """
    parts = [2 * hidden.shape[-1], hidden.shape[-1]]
    gates, content = read.split(parts, -1)
    gates_too, kept = (hidden @ recur + bias).split(parts, -1)
    reset, keep = torch.sigmoid(gates + gates_too).chunk(2, -1)
    candidate = torch.tanh(content + reset * kept)
    return candidate + keep * (hidden - candidate)


def attention_gru_step(
    read: Tensor, hidden: Tensor, gate: Tensor, recur: Tensor, bias: Tensor
) -> Tensor:
    """One step of a GRU whose update gate comes from attention (Xiong et al. 2016).

        r  = sigmoid(W_r x + U_r h)
        h~ = tanh(W x + r * (U h + b))
        h' = g * h~ + (1 - g) * h

    Args:
        read: what the fact adds to r and the candidate, biases included, (B, 2H).
        hidden: h, (B, H).
        gate: g, how much attention the fact gets, (B, 1).
        recur: U_r and U side by side, (H, 2H).
        bias: what is added to the product of both, (2H,).

    Returns:
        The next state, (B, H); the old one where the gate is 0.
    """
    reset, content = read.chunk(2, -1)
    reset_too, kept = (hidden @ recur + bias).chunk(2, -1)
    reset = torch.sigmoid(reset + reset_too)
    candidate = torch.tanh(content + reset * kept)
    return hidden + gate * (candidate - hidden)


def softmax_gates(scores: Tensor, told: Tensor) -> Tensor:
    """Attention that is shared out among the facts told, (B, N) both ways.

    An empty story has no gate open: all are 0.
    """
    shares = torch.softmax(scores.masked_fill(~told, -1e9), -1)
    return shares * told


def sigmoid_gates(scores: Tensor, told: Tensor) -> Tensor:
    """Each fact's own gate, between 0 and 1, shut where nothing is told; (B, N)."""
    return torch.sigmoid(scores) * told


def softmax_gate_cost(scores: Tensor, told: Tensor, supports: Tensor) -> Tensor:
    """How surprised gates that share are at the fact each pass should look at.

    Pass k is to find the question's k-th supporting fact, not the first one in every
    pass. Where a question has fewer than k, or it is forgotten, nothing is asked.

    Args:
        scores: of the facts in every pass, (B, K, N).
        told: whether there is a sentence, (B, N).
        supports: 1 for the fact to be found first, 2, …; 0 for others, (B, N).

    Returns:
        Surprise in nats, summed over passes, the mean over questions.
    """
    wanted = wanted_gates(supports, scores.shape[1])
    shares = scores.masked_fill(~told.unsqueeze(1), -1e9).log_softmax(-1)
    return -(shares * wanted).sum() / len(scores)


def sigmoid_gate_cost(scores: Tensor, told: Tensor, supports: Tensor) -> Tensor:
    """The same for gates that are open or shut on their own; arguments as above."""
    wanted = wanted_gates(supports, scores.shape[1])
    asked = told.unsqueeze(1) & wanted.any(-1, keepdim=True)
    surprise = binary_cross_entropy_with_logits(
        scores, wanted.to(scores.dtype), reduction="none"
    )
    return (surprise * asked).sum() / len(scores)


def wanted_gates(supports: Tensor, passes: int) -> Tensor:
    """Whether pass k, from 1 on, is to find a fact: from (B, N) to (B, K, N)."""
    rank = torch.arange(1, passes + 1, device=supports.device).view(1, -1, 1)
    return supports.unsqueeze(1) == rank


class Heard(NamedTuple):
    """What the episodic memory goes over."""

    facts: Tensor  # one vector a sentence, (B, N, H)
    told: Tensor  # whether there is a sentence, (B, N)
    question: Tensor  # (B, H)


class GRU(nn.Module):
    """A gated recurrent unit; its weights in the order of torch's: r, z, candidate.

    Args:
        input_size: D.
        hidden_size: H.
    """

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.read = block_linear(input_size, hidden_size, 3)
        self.recur = block_linear(hidden_size, hidden_size, 3)

    def step(self, x: Tensor, hidden: Tensor) -> Tensor:
        """From input (B, D) and state (B, H) to the next state."""
        return gru_step(self.read(x), hidden, self.recur.weight.T, self.recur.bias)

    def states(self, xs: Tensor, there: Tensor) -> list[Tensor]:
        """The state after each step of sequences, which stays where nothing is there.

        Args:
            xs: (B, T, D).
            there: whether there is an input, (B, T).

        Returns:
            T states, (B, H) each.
        """
        recur, bias = self.recur.weight.T, self.recur.bias
        hidden, states = xs.new_zeros(len(xs), recur.shape[0]), []
        steps = zip(self.read(xs).unbind(1), there.unsqueeze(-1).unbind(1), strict=True)
        for read, here in steps:
            hidden = torch.where(here, gru_step(read, hidden, recur, bias), hidden)
            states.append(hidden)
        return states


class Fusion(nn.Module):
    """Facts that know their neighbours: a GRU forwards and one backwards, added up.

    Both run in one loop. Backwards, a story's empty places come first; the state stays
    zero there, so that nothing comes in from them (Xiong et al. 2016, sec. 3.1).

    Args:
        size: H.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.ahead, self.back = GRU(size, size), GRU(size, size)

    def forward(self, sentences: Tensor, told: Tensor) -> Tensor:
        """From sentences (B, N, H), and whether they are there, to facts (B, N, H)."""
        reads = torch.stack(
            [self.ahead.read(sentences), self.back.read(sentences.flip(1))]
        )
        there = torch.stack([told, told.flip(1)]).unsqueeze(-1)
        recur = torch.stack([self.ahead.recur.weight.T, self.back.recur.weight.T])
        bias = torch.stack([self.ahead.recur.bias, self.back.recur.bias]).unsqueeze(1)
        hidden, states = sentences.new_zeros(2, len(sentences), recur.shape[1]), []
        for read, here in zip(reads.unbind(2), there.unbind(2), strict=True):
            hidden = torch.where(here, gru_step(read, hidden, recur, bias), hidden)
            states.append(hidden)
        ahead, back = torch.stack(states, 2).unbind(0)
        return ahead + back.flip(1)


class AttentionGRU(nn.Module):
    """Reads the facts in their order, each as far as its gate is open.

    Args:
        size: H.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.read = block_linear(size, size, 2)
        self.recur = block_linear(size, size, 2)

    def forward(self, reads: Tensor, gates: Tensor) -> Tensor:
        """The episode, (B, H).

        Args:
            reads: `read` of the facts, the same in every pass, (B, N, 2H).
            gates: (B, N).
        """
        recur, bias = self.recur.weight.T, self.recur.bias
        hidden = reads.new_zeros(len(reads), recur.shape[0])
        steps = zip(reads.unbind(1), gates.unsqueeze(-1).unbind(1), strict=True)
        for read, gate in steps:
            hidden = attention_gru_step(read, hidden, gate, recur, bias)
        return hidden


class DMNPlus(nn.Module):
    """DMN+ (Xiong et al. 2016): positions, fusion, an attention GRU, untied memory.

        f_i  = sum over words j of l_j * w_j                    `position_weights`
        f    = GRU ahead + GRU back                             `Fusion`
        z    = [f*q, f*m, |f - q|, |f - m|]
        g    = softmax over facts of W_2 tanh(W_1 z + b_1)      gates of a pass
        c    = attention GRU over f with g                      the episode
        m^k  = ReLU(W^k [m^(k-1), c, q] + b^k)                  weights of each pass
        y    = W_a [m^K, q]

    Args:
        words: V, how many numbers of words there are, with the 0 of no word.
        size: H.
        passes: K.
        dropout: the share of the sentences' and the memory's numbers that is dropped
            in training.
    """

    def __init__(
        self, words: int, size: int = 80, passes: int = 3, dropout: float = 0.1
    ) -> None:
        super().__init__()
        check_sizes(words=words, size=size, passes=passes)
        self.size, self.passes = size, passes
        self.embed = nn.Parameter(torch.empty(words, size).uniform_(-(3**0.5), 3**0.5))
        self.ask = GRU(size, size)
        self.fuse = Fusion(size)
        self.compare = linear(4 * size, size)
        self.score = linear(size, 1)
        self.attend = AttentionGRU(size)
        self.renew = nn.ModuleList(linear(3 * size, size) for _ in range(passes))
        self.answer = linear(2 * size, words)
        self.drop = nn.Dropout(dropout)

    def forward(self, batch: Batch) -> Tensor:
        """What each word is worth as an answer, (B, V)."""
        return self.scored(batch)[0]

    def trace(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """As `forward`, and the gates of every pass, (B, K, N)."""
        logits, scores = self.scored(batch)
        told = (batch.stories > 0).unsqueeze(1).expand_as(scores)
        return logits, softmax_gates(scores, told)

    def gate_cost(self, scores: Tensor, batch: Batch) -> Tensor:
        """What the gates lack to find the supporting facts, one in each pass."""
        return softmax_gate_cost(scores, batch.stories > 0, batch.supports)

    def scored(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """As `trace`, but with the scores from which the gates come, (B, K, N)."""
        facts, told, question = self.heard(batch)
        reads, memory, scores = self.attend.read(facts), question, []
        for renew in self.renew:
            scores.append(self.wanted(facts, question, memory))
            episode = self.attend(reads, softmax_gates(scores[-1], told))
            memory = torch.relu(renew(torch.cat([memory, episode, question], -1)))
        said = self.answer(self.drop(torch.cat([memory, question], -1)))
        return said, torch.stack(scores, 1)

    def heard(self, batch: Batch) -> Heard:
        """The facts and the question as vectors."""
        weights = position_weights(batch.sentences, self.size)
        sentences = (self.embed[batch.sentences] * weights).sum(1)
        told = batch.stories > 0
        facts = self.fuse(self.drop(sentences)[batch.stories], told)
        asked = batch.sentences[batch.questions]
        question = self.ask.states(self.embed[asked], asked > 0)[-1]
        return Heard(facts, told, question)

    def wanted(self, facts: Tensor, question: Tensor, memory: Tensor) -> Tensor:
        """The score of each fact, (B, N), by question and memory, (B, H)."""
        q, m = question.unsqueeze(1), memory.unsqueeze(1)
        z = torch.cat([facts * q, facts * m, (facts - q).abs(), (facts - m).abs()], -1)
        scores: Tensor = self.score(torch.tanh(self.compare(z)))
        return scores.squeeze(-1)


class DMN(nn.Module):
    """The dynamic memory network (Kumar et al. 2015), for answers of one word.

        c    = states of a GRU over the story's words, at each sentence's end
        q    = the last state of a GRU over the question's words
        z    = [c, m, q, c*q, c*m, |c - q|, |c - m|, c W q, c W m]
        g    = sigmoid(W_2 tanh(W_1 z + b_1) + b_2)
        h_i  = g_i GRU(c_i, h_(i-1)) + (1 - g_i) h_(i-1)        its end is the episode e
        m^k  = GRU(e, m^(k-1)), from m^0 = q
        y    = W_a GRU([nothing said yet, q], m^K)

    Args:
        words: V, how many numbers of words there are, with the 0 of no word.
        size: H, also of a word's vector.
        passes: K.
    """

    def __init__(self, words: int, size: int = 80, passes: int = 3) -> None:
        super().__init__()
        check_sizes(words=words, size=size, passes=passes)
        self.size, self.passes = size, passes
        self.embed = nn.Parameter(torch.empty(words, size).uniform_(-(3**0.5), 3**0.5))
        self.listen, self.ask = GRU(size, size), GRU(size, size)
        self.match = nn.Parameter(torch.empty(size, size))
        nn.init.xavier_uniform_(self.match)
        self.compare = linear(7 * size + 2, size)
        self.score = linear(size, 1)
        self.take = GRU(size, size)
        self.renew = GRU(size, size)
        self.speak = GRU(words + size, size)
        self.answer = linear(size, words)

    def forward(self, batch: Batch) -> Tensor:
        """What each word is worth as an answer, (B, V)."""
        return self.scored(batch)[0]

    def trace(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """As `forward`, and the gates of every pass, (B, K, N)."""
        logits, scores = self.scored(batch)
        told = (batch.stories > 0).unsqueeze(1).expand_as(scores)
        return logits, sigmoid_gates(scores, told)

    def gate_cost(self, scores: Tensor, batch: Batch) -> Tensor:
        """What the gates lack to find the supporting facts, one in each pass."""
        return sigmoid_gate_cost(scores, batch.stories > 0, batch.supports)

    def scored(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """As `trace`, but with the scores from which the gates come, (B, K, N)."""
        facts, told, question = self.heard(batch)
        reads, memory, scores = self.take.read(facts), question, []
        for _ in range(self.passes):
            scores.append(self.wanted(facts, question, memory))
            episode = self.episode(reads, sigmoid_gates(scores[-1], told))
            memory = self.renew.step(episode, memory)
        silence = memory.new_zeros(len(memory), len(self.embed))
        spoken = self.speak.step(torch.cat([silence, question], -1), memory)
        return self.answer(spoken), torch.stack(scores, 1)

    def heard(self, batch: Batch) -> Heard:
        """The facts and the question as vectors."""
        words = batch.sentences[batch.stories]  # (B, N, J)
        across = words.flatten(1)
        states = self.listen.states(self.embed[across], across > 0)
        facts = torch.stack(states[words.shape[2] - 1 :: words.shape[2]], 1)
        asked = batch.sentences[batch.questions]
        question = self.ask.states(self.embed[asked], asked > 0)[-1]
        return Heard(facts, batch.stories > 0, question)

    def wanted(self, facts: Tensor, question: Tensor, memory: Tensor) -> Tensor:
        """The score of each fact, (B, N), by question and memory, (B, H)."""
        q, m = (x.unsqueeze(1).expand_as(facts) for x in (question, memory))
        matched = facts @ self.match
        z = [facts, m, q, facts * q, facts * m, (facts - q).abs(), (facts - m).abs()]
        z += [(matched * x).sum(-1, keepdim=True) for x in (q, m)]
        scores: Tensor = self.score(torch.tanh(self.compare(torch.cat(z, -1))))
        return scores.squeeze(-1)

    def episode(self, reads: Tensor, gates: Tensor) -> Tensor:
        """What a pass takes up, (B, H), of facts read, (B, N, 3H), by gates (B, N)."""
        recur, bias = self.take.recur.weight.T, self.take.recur.bias
        hidden = reads.new_zeros(len(reads), self.size)
        steps = zip(reads.unbind(1), gates.unsqueeze(-1).unbind(1), strict=True)
        for read, gate in steps:
            hidden = hidden + gate * (gru_step(read, hidden, recur, bias) - hidden)
        return hidden


def linear(inputs: int, outputs: int) -> nn.Linear:
    """A linear map with Xavier's first weights and no bias at first."""
    return block_linear(inputs, outputs, 1)


def block_linear(inputs: int, outputs: int, blocks: int) -> nn.Linear:
    """Several such maps of the same inputs, one under the other."""
    layer = nn.Linear(inputs, blocks * outputs)
    for block in layer.weight.data.chunk(blocks):
        nn.init.xavier_uniform_(block)
    nn.init.zeros_(layer.bias)
    return layer
