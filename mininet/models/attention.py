"""Attention between two networks: one looks at what the other has read.

A network that speaks asks at every step: its state, the query, is compared with one key
for each place of what the other network has read. The scores become weights that sum to
one, and the mean of the values by these weights, the context, is what it gets to see.

Shapes: B sentences, N places that can be looked at, Q numbers in a query, K in a key, A
in the hidden layer of an additive score.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

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
        """One look: the context and the weights; arguments as of `AdditiveAttention`."""
        scores = self.score(query, self.shown(keys))
        return attend(scores, keys if values is None else values, mask)
