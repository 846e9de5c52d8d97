"""Neural stack, queue and deque: pushed to and popped from by amounts.

Grefenstette, Hermann, Suleyman & Blunsom 2015 (arXiv 1506.02516); equation numbers are
the paper's.

Shapes: B sequences in the batch, D rows, W numbers in a row. A row is a value, and its
strength says how much of it is there. Row 0 is the top. The functions take (B, ...) or
one store without a batch. A stack is pushed to, popped from and read at its top; a
queue is pushed to at its top, popped from and read at its bottom; a deque has both
ends.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mininet.models.lstm import LSTM, LSTMState
from mininet.recurrent import Recurrent, check_sizes


def above(strengths: Tensor) -> Tensor:
    """How much lies over each row: the strengths nearer to the top, summed, (B, D)."""
    return strengths.cumsum(-1) - strengths


def pop(strengths: Tensor, amount: Tensor) -> Tensor:
    """Take an amount away from the top; where a row is used up, go on below (eq. 2).

    Args:
        strengths: (B, D), at least 0.
        amount: u, (B,), at least 0; of more than there is, the rest has no effect.

    Returns:
        What is left, (B, D).
    """
    return F.relu(strengths - F.relu(amount.unsqueeze(-1) - above(strengths)))


def push(
    values: Tensor, strengths: Tensor, value: Tensor, strength: Tensor
) -> tuple[Tensor, Tensor]:
    """Put a value on the top (eqs. 1 and 2); all others move down by one row.

    The row that was the lowest falls out: whoever wants to lose nothing makes the store
    as deep as there will be pushes.

    Args:
        values: (B, D, W).
        strengths: (B, D).
        value: v, (B, W).
        strength: d, (B,), at least 0.

    Returns:
        Values (B, D, W) and strengths (B, D).
    """
    return (
        torch.cat([value.unsqueeze(-2), values[..., :-1, :]], dim=-2),
        torch.cat([strength.unsqueeze(-1), strengths[..., :-1]], dim=-1),
    )


def read_weights(strengths: Tensor) -> Tensor:
    """How much of each row is in a total of 1, taken from the top, (B, D)."""
    return torch.minimum(strengths, F.relu(1 - above(strengths)))


def read(values: Tensor, strengths: Tensor) -> Tensor:
    """See the top: a total of 1, or all if there is less, and take nothing (eq. 3).

    Args:
        values: (B, D, W).
        strengths: (B, D), at least 0.

    Returns:
        The sum of the values, each as much as it is in that total, (B, W).
    """
    return (read_weights(strengths).unsqueeze(-2) @ values).squeeze(-2)


def pop_bottom(strengths: Tensor, amount: Tensor) -> Tensor:
    """`pop` at the other end (eq. 4): turn the store over, pop, turn it back."""
    return pop(strengths.flip(-1), amount).flip(-1)


def read_bottom(values: Tensor, strengths: Tensor) -> Tensor:
    """`read` at the other end (eq. 5)."""
    weights = read_weights(strengths.flip(-1)).flip(-1)
    return (weights.unsqueeze(-2) @ values).squeeze(-2)


def push_both(
    values: Tensor, strengths: Tensor, pushed: Tensor, amounts: Tensor
) -> tuple[Tensor, Tensor]:
    """Put a value on the top and one under the bottom: a deque (section 3.3).

    What was there moves towards the middle, each half by one row, and the two rows in
    the middle fall out. They are the oldest of their halves: a deque of 2 D rows loses
    nothing in D steps.

    Args:
        values: (B, 2 D, W).
        strengths: (B, 2 D).
        pushed: the values for top and bottom, (B, 2, W).
        amounts: their strengths, (B, 2), at least 0.

    Returns:
        Values (B, 2 D, W) and strengths (B, 2 D).
    """
    half = strengths.shape[-1] // 2
    parts = [half - 1, 2, half - 1]  # the two in the middle fall out
    (upper, _, lower), (top, bottom) = values.split(parts, -2), pushed.split(1, -2)
    values = torch.cat([top, upper, lower, bottom], dim=-2)
    (upper, _, lower), (top, bottom) = strengths.split(parts, -1), amounts.split(1, -1)
    return values, torch.cat([top, upper, lower, bottom], dim=-1)


class StoreState(NamedTuple):
    """What a network with a store carries from step to step."""

    controller: LSTMState  # the LSTM's own
    read: Tensor  # r, (B, E W): what was read at each of E ends
    values: Tensor  # V, (B, D, W)
    strengths: Tensor  # s, (B, D)


class Orders(NamedTuple):
    """What the controller asks of a store with E ends at one step."""

    push: Tensor  # d, (B, E), in (0, 1)
    pop: Tensor  # u, (B, E), in (0, 1)
    values: Tensor  # v, (B, E, W), in (-1, 1)


class Controlled(Recurrent[StoreState]):
    """An LSTM with a store that it pushes to and pops from; subclasses say which.

        h[t] = LSTM([x[t], r[t-1]], h[t-1])
        d, u = sigmoid(W_d h + b_d), sigmoid(W_u h + b_u)
        v    = tanh(W_v h + b_v)
        r[t] = what is read after popping u and pushing v with strength d
        y[t] = W_y tanh(W_o [h, r] + b_o)

    This is the paper's network (section 3.4). Three things are not in the paper, and
    make it learn within a few hundred steps:

    - The answer sees what is read at this step; the paper's, only at the next.
    - A symbol's first weights into the controller are large (`input_scale`), and so are
      those to the values and to the answer (`scale`). With the usual ones all symbols
      push nearly the same value, and it hardly matters which row is read.
    - While training, `noise` is added to the gates before the sigmoid: a gate that is
      only nearly decided loses what it holds, so the controller learns to be decided.

    Args:
        input_size: K, numbers read at each step.
        output_size: O, numbers written at each step, logits.
        hidden_size: H, cells of the LSTM.
        width: W, numbers in a row of the store.
        push_bias: b_d at the start, for each end from the top; `push_start` if not
            given. At 1 a symbol is mostly pushed before anything is learned. A deque
            whose two ends start alike learns to use neither.
        pop_bias: b_u at the start, for each end; `pop_start` if not given. Below 0
            little is popped before anything is learned (the paper starts with -1).
        depth: D, rows for each end; as many as there are inputs if not given, so that
            nothing falls out.
        input_scale: standard deviation of the first weights from the input.
        scale: how many times as large as usual the first weights to values and answer
            are.
        noise: standard deviation of the noise on the gates while training.

    Raises:
        ValueError: if a size is not a whole number of at least 1, there is not one bias
            for each end, or the noise is below 0.
    """

    ends = 1
    cell: type[LSTM] = LSTM  # the controller's kind
    push_start: tuple[float, ...] = (1.0,)
    pop_start: tuple[float, ...] = (-1.0,)

    def __init__(
        self,
        input_size: int,
        output_size: int,
        hidden_size: int = 64,
        width: int = 16,
        push_bias: tuple[float, ...] | None = None,
        pop_bias: tuple[float, ...] | None = None,
        depth: int | None = None,
        input_scale: float = 1.0,
        scale: float = 3.0,
        noise: float = 0.0,
    ) -> None:
        super().__init__()
        check_sizes(
            input_size=input_size,
            output_size=output_size,
            hidden_size=hidden_size,
            width=width,
        )
        if depth is not None:
            check_sizes(depth=depth)
        push_bias = self.push_start if push_bias is None else push_bias
        pop_bias = self.pop_start if pop_bias is None else pop_bias
        for name, bias in {"push_bias": push_bias, "pop_bias": pop_bias}.items():
            if len(bias) != self.ends:
                raise ValueError(f"{name} must have {self.ends} numbers, got {bias}")
        if not noise >= 0:
            raise ValueError(f"noise must be at least 0, got {noise}")
        self.input_size = input_size
        self.output_size = output_size
        self.hidden_size = hidden_size
        self.width = width
        self.depth = depth
        self.noise = noise
        seen = self.ends * width  # numbers that are read
        self.controller = self.cell(
            input_size + seen, hidden_size, 2 * self.ends + self.ends * width
        )
        self.mix = nn.Linear(hidden_size + seen, hidden_size)
        self.write = nn.Linear(hidden_size, output_size)
        with torch.no_grad():
            self.controller.read.weight[:, :input_size].normal_(std=input_scale)
            orders = self.controller.write  # rows: pushes, pops, values
            orders.bias.zero_()
            orders.bias[: 2 * self.ends] = torch.tensor([*push_bias, *pop_bias])
            orders.weight[2 * self.ends :] *= scale
            self.mix.weight *= scale

    def start(self, inputs: Tensor) -> StoreState:
        """An empty store; as deep as the inputs (T, B, K) are long if none is said."""
        return self._empty(inputs.shape[1], self.depth or len(inputs))

    def initial_state(self, batch_size: int) -> StoreState:
        """An empty store of the given depth.

        Raises:
            ValueError: if the machine was given none; `start` finds one.
        """
        if self.depth is None:
            raise ValueError("without a depth, the state comes from start(inputs)")
        return self._empty(batch_size, self.depth)

    def _empty(self, batch_size: int, depth: int) -> StoreState:
        check_sizes(batch_size=batch_size)
        zeros = self.write.weight.new_zeros
        rows = self.ends * depth
        return StoreState(
            controller=self.controller.initial_state(batch_size),
            read=zeros(batch_size, self.ends * self.width),
            values=zeros(batch_size, rows, self.width),
            strengths=zeros(batch_size, rows),
        )

    def orders(self, said: Tensor) -> Orders:
        """What the controller says (B, ...), cut into parts, each in its range."""
        ends = self.ends
        gates, values = said[:, : 2 * ends], said[:, 2 * ends :]
        if self.training and self.noise:
            gates = gates + self.noise * torch.randn_like(gates)
        push_gate, pop_gate = torch.sigmoid(gates).chunk(2, dim=1)
        values = torch.tanh(values).view(-1, ends, self.width)
        return Orders(push_gate, pop_gate, values)

    def store(
        self, values: Tensor, strengths: Tensor, orders: Orders
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Pop, push, read: values (B, D, W), strengths (B, D), and what is read."""
        raise NotImplementedError

    def step(self, x: Tensor, state: StoreState) -> tuple[Tensor, StoreState]:
        """Decide, pop, push, read, answer: (B, K) to (B, O)."""
        known = torch.cat([x, state.read], dim=1)
        said, controller = self.controller.step(known, state.controller)
        values, strengths, seen = self.store(
            state.values, state.strengths, self.orders(said)
        )
        mixed = torch.tanh(self.mix(torch.cat([controller.hidden, seen], dim=1)))
        return self.write(mixed), StoreState(controller, seen, values, strengths)


class NeuralStack(Controlled):
    """A network with a stack: what was pushed last is seen and popped first."""

    def store(
        self, values: Tensor, strengths: Tensor, orders: Orders
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Pop, push and read at the top."""
        strengths = pop(strengths, orders.pop[:, 0])
        values, strengths = push(
            values, strengths, orders.values[:, 0], orders.push[:, 0]
        )
        return values, strengths, read(values, strengths)


class NeuralQueue(Controlled):
    """A network with a queue: what was pushed first is seen and popped first."""

    def store(
        self, values: Tensor, strengths: Tensor, orders: Orders
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Pop at the bottom, push at the top, read at the bottom."""
        strengths = pop_bottom(strengths, orders.pop[:, 0])
        values, strengths = push(
            values, strengths, orders.values[:, 0], orders.push[:, 0]
        )
        return values, strengths, read_bottom(values, strengths)


class NeuralDeque(Controlled):
    """A network with a deque: a stack and a queue that share what they hold.

    Before anything is learned it pushes at the top rather than at the bottom.
    """

    ends = 2
    push_start = (1.0, -2.0)
    pop_start = (-1.0, -1.0)

    def store(
        self, values: Tensor, strengths: Tensor, orders: Orders
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Pop at the top and then at the bottom, push at both, read at both."""
        strengths = pop(strengths, orders.pop[:, 0])
        strengths = pop_bottom(strengths, orders.pop[:, 1])
        values, strengths = push_both(values, strengths, orders.values, orders.push)
        seen = [read(values, strengths), read_bottom(values, strengths)]
        return values, strengths, torch.cat(seen, dim=-1)
