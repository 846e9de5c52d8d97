"""A network with stacks that it pushes to and pops from by chances.

The stack-augmented network of Joulin & Mikolov (2015): a hidden layer that sees only
the input and the tops of its stacks, so that all it remembers is on them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mininet.recurrent import Recurrent, check_sizes

EMPTY = -1.0  # what a cell holds that holds nothing; a pushed number is above 0


class StackRNNState(NamedTuple):
    """What the network carries from step to step."""

    hidden: Tensor  # h, (B, H), between 0 and 1
    stacks: Tensor  # s, (B, S, D), the top first


class Decisions(NamedTuple):
    """What the network does to its stacks at one step."""

    actions: Tensor  # a, (B, S, A): chances of push, pop and, if A is 3, no-op
    pushed: Tensor  # what is pushed to each, (B, S), in (0, 1)


def push_pop(stack: Tensor, pushed: Tensor, actions: Tensor) -> Tensor:
    """Push, pop and stay at once, each by its chance (Joulin & Mikolov 2015, eq. 3-5).

        s[0] = a_push pushed + a_pop s[1] + a_noop s[0]
        s[i] = a_push s[i-1] + a_pop s[i+1] + a_noop s[i]

    Below the last cell all is empty: a pop brings in -1 there, and a push drops what
    was in the last cell.

    Args:
        stack: cells from the top down, (..., D).
        pushed: a number for the top, (...).
        actions: chances of push, pop and, where there are three, no-op, (..., 2 or 3).

    Returns:
        The stack after the step, (..., D).

    Raises:
        ValueError: if `actions` has neither 2 nor 3 columns.
    """
    if actions.shape[-1] not in (2, 3):
        raise ValueError(
            f"actions must have 2 columns (push, pop) or 3 (and no-op), got "
            f"{actions.shape[-1]}"
        )
    empty = torch.full_like(stack[..., :1], EMPTY)
    cells = torch.cat([pushed.unsqueeze(-1), stack, empty], dim=-1)
    moved: Tensor = (
        actions[..., :1] * cells[..., :-2] + actions[..., 1:2] * cells[..., 2:]
    )
    return moved if actions.shape[-1] == 2 else moved + actions[..., 2:] * stack


class StackRNN(Recurrent[StackRNNState]):
    """A hidden layer beside S stacks (Joulin & Mikolov 2015, eqs. 2 to 6).

        h[t] = sigmoid(U x[t] + P s[t-1][0:reads])
        a[t] = softmax(A h[t])                 one softmax for each stack
        s[t] = push_pop(s[t-1], sigmoid(D h[t]), a[t])
        y[t] = V h[t]

    There is no matrix from h[t-1] to h[t], and no bias: the stacks are the only memory.

    Noise is not in the paper. While training, `noise` is added to what the softmax of
    the actions is of: a stack that is only nearly decided loses its place under it, so
    the network learns to be decided.

    Args:
        input_size: D, numbers read at each step.
        hidden_size: H.
        output_size: O, numbers written at each step.
        stacks: S.
        depth: cells of a stack; what is pushed over the bottom is lost. If not given,
            stacks are as deep as the inputs are long, and nothing can be lost.
        actions: 3 with a no-op, 2 without.
        reads: cells from the top that the hidden layer sees.
        noise: standard deviation of the noise on the actions' logits while training.
        first: how many times as large as torch's the first weights of U, P and A are.
            Where they are large, a stack does one thing at one symbol and another at
            the next before anything is learned.

    Raises:
        ValueError: if a size is not a whole number of at least 1, there are neither 2
            nor 3 actions, more reads than a given depth, the noise is below 0, or there
            are not three `first` above 0.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        output_size: int,
        stacks: int = 10,
        depth: int | None = None,
        actions: int = 3,
        reads: int = 2,
        noise: float = 0.0,
        first: tuple[float, float, float] = (2.0, 3.0, 3.0),
    ) -> None:
        super().__init__()
        check_sizes(
            input_size=input_size,
            hidden_size=hidden_size,
            output_size=output_size,
            stacks=stacks,
            reads=reads,
        )
        if actions not in (2, 3):
            raise ValueError(f"actions must be 2 or 3, got {actions}")
        if depth is not None:
            check_sizes(depth=depth)
            if depth < reads:
                raise ValueError(f"depth must be at least {reads} reads, got {depth}")
        if not noise >= 0:
            raise ValueError(f"noise must be at least 0, got {noise}")
        if len(first) != 3 or not all(times > 0 for times in first):
            raise ValueError(f"first must be three numbers above 0, got {first}")
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.output_size = output_size
        self.stacks = stacks
        self.depth = depth
        self.actions = actions
        self.reads = reads
        self.noise = noise
        self.see = nn.Linear(input_size, hidden_size, bias=False)  # U
        self.read = nn.Linear(stacks * reads, hidden_size, bias=False)  # P
        self.act = nn.Linear(hidden_size, stacks * actions, bias=False)  # A
        self.push = nn.Linear(hidden_size, stacks, bias=False)  # D
        self.write = nn.Linear(hidden_size, output_size, bias=False)  # V
        with torch.no_grad():
            for layer, times in zip(
                (self.see, self.read, self.act), first, strict=True
            ):
                layer.weight *= times

    def initial_state(self, batch_size: int, depth: int | None = None) -> StackRNNState:
        """Empty stacks, and a hidden layer that has seen nothing yet.

        Args:
            batch_size: B.
            depth: cells of a stack; the model's own if not given.

        Raises:
            ValueError: if neither says how deep the stacks are, or they are less deep
                than is read of them.
        """
        depth = self.depth if depth is None else depth
        if depth is None:
            raise ValueError(
                "this network's stacks are as deep as its inputs are long: give a "
                "depth, or call start(inputs)"
            )
        check_sizes(batch_size=batch_size, depth=depth)
        if depth < self.reads:
            raise ValueError(f"depth must be at least {self.reads} reads, got {depth}")
        like = self.see.weight
        return StackRNNState(
            like.new_zeros(batch_size, self.hidden_size),
            like.new_full((batch_size, self.stacks, depth), EMPTY),
        )

    def start(self, inputs: Tensor) -> StackRNNState:
        """Empty stacks that are deep enough for all that these inputs can push."""
        depth = max(len(inputs), self.reads) if self.depth is None else self.depth
        return self.initial_state(inputs.shape[1], depth)

    def decide(self, hidden: Tensor) -> Decisions:
        """What a hidden layer (..., H) does to the stacks: (..., S, A) and (..., S)."""
        logits = self.act(hidden).unflatten(-1, (self.stacks, self.actions))
        if self.training and self.noise:
            logits = logits + self.noise * torch.randn_like(logits)
        return Decisions(self.chances(logits), torch.sigmoid(self.push(hidden)))

    def chances(self, logits: Tensor) -> Tensor:
        """The actions of each stack, (..., S, A): above 0, they sum to 1."""
        return torch.softmax(logits, dim=-1)

    def step(self, x: Tensor, state: StackRNNState) -> tuple[Tensor, StackRNNState]:
        """See the input and the tops, push or pop, answer: (B, D) to (B, O)."""
        tops = state.stacks[..., : self.reads].flatten(1)  # (B, S * reads)
        hidden = torch.sigmoid(self.see(x) + self.read(tops))
        actions, pushed = self.decide(hidden)
        stacks = push_pop(state.stacks, pushed, actions)
        return self.write(hidden), StackRNNState(hidden, stacks)


class RoundedStackRNN(StackRNN):
    """The same, but of the actions it takes the likeliest, and wholly.

    The paper's "rounding", for a network that is trained already: no gradient passes a
    choice.
    """

    def chances(self, logits: Tensor) -> Tensor:
        """The actions of each stack, (..., S, A): a single 1."""
        return F.one_hot(logits.argmax(-1), self.actions).to(logits.dtype)


def rounded(model: StackRNN) -> RoundedStackRNN:
    """A network with a copy of the weights that rounds its actions, for testing."""
    sizes: Any = {
        name: getattr(model, name)
        for name in (
            "input_size hidden_size output_size stacks depth actions reads".split()
        )
    }
    like = model.see.weight
    copy = RoundedStackRNN(**sizes).to(device=like.device, dtype=like.dtype)
    copy.load_state_dict(model.state_dict())
    return copy.eval()
