"""The Neural Turing Machine: a controller, a memory, and heads that find their place.

Graves, Wayne & Danihelka 2014 (arXiv 1410.5401); equation numbers are the paper's.

Shapes: B sequences in the batch, N locations, M numbers in each (the paper's N x M
memory), H heads. The functions take one head, (B, ...), or several, (B, H, ...).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mininet.models.lstm import LSTM
from mininet.recurrent import Recurrent, check_sizes

SHIFTS = 3  # a head can move by -1, 0 or +1
SOFTENING = 0.1  # length below which a row of memory has hardly a direction
FLOOR = 1e-12  # attention below this is none
Bias = float | Sequence[float]  # for all heads; or for write heads and for read heads


def read(memory: Tensor, weights: Tensor) -> Tensor:
    """Read where the attention lies: a weighted sum of the rows (eq. 2).

    Args:
        memory: (B, N, M).
        weights: attention over the locations, (B, N) or (B, H, N), rows sum to 1.

    Returns:
        What was read, (B, M) or (B, H, M).
    """
    return torch.einsum("b...n,bnm->b...m", weights, memory)


def write(memory: Tensor, weights: Tensor, erase: Tensor, add: Tensor) -> Tensor:
    """Write where the attention lies: first erase, then add (eqs. 3 and 4).

    Several heads first all erase and then all add, so their order does not matter.

    Args:
        memory: (B, N, M).
        weights: attention over the locations, (B, N) or (B, H, N), rows sum to 1.
        erase: how much of each number to take away, (B, M) or (B, H, M), in [0, 1].
        add: what to put there, (B, M) or (B, H, M).

    Returns:
        The new memory, (B, N, M).
    """
    if weights.ndim == 2:
        weights, erase, add = weights[:, None], erase[:, None], add[:, None]
    for at, gone in zip(weights.unbind(1), erase.unbind(1), strict=True):
        memory = memory * (1 - at.unsqueeze(2) @ gone.unsqueeze(1))
    return torch.baddbmm(memory, weights.transpose(1, 2), add)


def similarity(memory: Tensor, key: Tensor) -> Tensor:
    """The cosine of the angle between the key and each row (eq. 6), softened.

    A row of zeros has no direction, and the slope of the plain cosine grows without
    bound towards it. Here a length l counts as sqrt(l**2 + SOFTENING**2): an empty row
    is like nothing (0), and the slope stays below 1 / SOFTENING.

    Args:
        memory: (B, N, M).
        key: (B, M) or (B, H, M).

    Returns:
        Between -1 and 1, (B, N) or (B, H, N).
    """
    key = key * soft_inverse_length(key).unsqueeze(-1)
    product = torch.einsum("b...m,bnm->b...n", key, memory)
    if key.ndim == 3:
        return product * soft_inverse_length(memory).unsqueeze(1)
    return product * soft_inverse_length(memory)


def soft_inverse_length(vectors: Tensor) -> Tensor:
    """1 / sqrt(l**2 + SOFTENING**2) for vectors (..., M) of length l, (...)."""
    return torch.rsqrt(vectors.square().sum(-1) + SOFTENING**2)


def find(memory: Tensor, key: Tensor, strength: Tensor) -> Tensor:
    """Attend to the rows that look like the key (eq. 5).

    Args:
        memory: (B, N, M).
        key: what to look for, (B, M) or (B, H, M).
        strength: how decidedly, (B, 1) or (B, H, 1), at least 0; 0 is all alike.

    Returns:
        Attention by content, (B, N) or (B, H, N), rows sum to 1.
    """
    return torch.softmax(strength * similarity(memory, key), dim=-1)


def interpolate(content: Tensor, previous: Tensor, gate: Tensor) -> Tensor:
    """Choose between what was found and where the head was (eq. 7).

    Args:
        content, previous: attention, (..., N).
        gate: (..., 1), in [0, 1]; 1 takes the content, 0 stays with the previous.

    Returns:
        Attention, (..., N), rows sum to 1.
    """
    return gate * content + (1 - gate) * previous


def shift(weights: Tensor, kernel: Tensor) -> Tensor:
    """Move attention along the memory: circular convolution (eq. 8).

    Args:
        weights: attention, (..., N).
        kernel: how far to move, the chances of -1, 0, +1, (..., 3).

    Returns:
        Attention, (..., N), rows sum to 1.

    Raises:
        ValueError: if the kernel has not 3 columns.
    """
    if kernel.shape[-1] != SHIFTS:
        raise ValueError(
            f"kernel must have 3 columns (-1, 0, +1), got {kernel.shape[-1]}"
        )
    back, stay, ahead = kernel.split(1, dim=-1)  # (..., 1) each
    moved: Tensor = (
        back * weights.roll(-1, dims=-1)
        + stay * weights
        + ahead * weights.roll(+1, dims=-1)
    )
    return moved


def sharpen(weights: Tensor, sharpness: Tensor) -> Tensor:
    """Undo the blur of shifting: raise to a power, and normalise (eq. 9).

    Computed as softmax(sharpness * log(weights)), which is the same and does not
    underflow: 1/128 to the power 22 is 0 in float32, and 0/0 no number.

    Args:
        weights: attention, (..., N).
        sharpness: (..., 1), at least 1; 1 changes nothing above FLOOR.

    Returns:
        Attention, (..., N), rows sum to 1.
    """
    return torch.softmax(sharpness * weights.clamp_min(FLOOR).log(), dim=-1)


def address(
    memory: Tensor,
    previous: Tensor,
    key: Tensor,
    strength: Tensor,
    gate: Tensor,
    kernel: Tensor,
    sharpness: Tensor,
) -> Tensor:
    """Where a head looks: find, interpolate, shift, sharpen (section 3.3, figure 2).

    Args:
        memory: (B, N, M).
        previous: where the head was, (B, N) or (B, H, N).
        key: what to look for, (B, M) or (B, H, M).
        strength: how decidedly, (B, 1) or (B, H, 1), at least 0.
        gate: 1 goes by content, 0 by place, (B, 1) or (B, H, 1).
        kernel: chances of moving by -1, 0, +1, (B, 3) or (B, H, 3).
        sharpness: at least 1, (B, 1) or (B, H, 1).

    Returns:
        Attention over the locations, (B, N) or (B, H, N), rows sum to 1.

    Raises:
        ValueError: if the kernel has not 3 columns.
    """
    content = find(memory, key, strength)
    gated = interpolate(content, previous, gate)
    shifted = shift(gated, kernel)
    return sharpen(shifted, sharpness)


class Bounded(torch.autograd.Function):
    """Leaves a tensor as it is, and shortens the gradient that comes back through it.

    Graves' LSTMs bound each number of the gradient between steps (Graves 2013,
    arXiv 1308.0850); here it is the gradient of each sequence, by its length.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, limit: float) -> Tensor:  # noqa: D102
        ctx.limit = limit
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # noqa: D102
        length = gradient.flatten(1).norm(dim=1).clamp_min(FLOOR)
        share = (ctx.limit / length).clamp_max(1)
        return gradient * share.view(-1, *[1] * (gradient.ndim - 1)), None


class NTMState(NamedTuple):
    """What the machine carries from step to step."""

    memory: Tensor  # M, (B, N, M)
    write_weights: Tensor  # (B, W, N): where each write head is
    read_weights: Tensor  # (B, R, N): where each read head is
    reads: Tensor  # r, (B, R, M): what each read head read
    controller: Any  # the controller's own state


class Heads(NamedTuple):
    """What the controller asks of all heads at one step, write heads first."""

    key: Tensor  # k, (B, W + R, M), in (-1, 1)
    strength: Tensor  # beta, (B, W + R, 1), above 0
    gate: Tensor  # g, (B, W + R, 1), in (0, 1)
    kernel: Tensor  # s, (B, W + R, 3), rows sum to 1
    sharpness: Tensor  # gamma, (B, W + R, 1), above 1
    erase: Tensor  # e, (B, W, M), in (0, 1)
    add: Tensor  # a, (B, W, M)
    output: Tensor  # the controller's part of the output, (B, O)


class NTM(Recurrent[NTMState]):
    """A Neural Turing Machine.

    At each step the controller sees the input and what the heads read last. It says
    where the heads shall go; the write heads write, and the read heads read.

    The memory starts empty, and all heads start at location 0. No weight depends on the
    number of locations: `ntm.locations = 256` gives a trained machine more memory.

    Two things are not in the paper. The output is the controller's plus a linear map of
    what was read. And while training, `noise` is added to what the controller says of
    gates and shifts: a head that is only nearly decided loses its place under it, so
    the controller learns to be decided.

    Args:
        input_size: D, numbers read at each step.
        output_size: O, numbers written at each step.
        controller_size: units of the controller.
        locations: N, rows of the memory.
        width: M, numbers in a row.
        read_heads: R.
        write_heads: W.
        controller: `LSTM`, `FeedForward` or `RNN`.
        strength_bias: added to where the strengths start (before the softplus). Above
            0 the heads at first search decidedly. One number for all heads, or two: for
            the write and for the read heads.
        gate_bias: added to where the gates start, likewise (before the sigmoid). Below
            0 the heads go by place at first, above 0 by content.
        stay_bias: added to where the shifts start, likewise (before the softmax). Above
            0 the heads at first stay where they are; at 0 they blur to both sides.
        ahead_bias: the same for moving on by one.
        noise: standard deviation of the noise on gates and shifts while training.
        gradient_limit: how long the gradient of one sequence may be at each part of the
            state as it goes back from a step to the one before; longer ones are
            shortened. Nothing is by default.

    Raises:
        ValueError: if a size is not a whole number of at least 1, the noise is below 0,
            or the limit is not above 0.
    """

    def __init__(
        self,
        input_size: int,
        output_size: int,
        controller_size: int = 100,
        locations: int = 128,
        width: int = 20,
        read_heads: int = 1,
        write_heads: int = 1,
        controller: type[Recurrent[Any]] = LSTM,
        strength_bias: Bias = 0.0,
        gate_bias: Bias = 0.0,
        stay_bias: Bias = 0.0,
        ahead_bias: Bias = 0.0,
        noise: float = 0.0,
        gradient_limit: float = math.inf,
    ) -> None:
        super().__init__()
        check_sizes(
            input_size=input_size,
            output_size=output_size,
            locations=locations,
            width=width,
            read_heads=read_heads,
            write_heads=write_heads,
        )
        if not noise >= 0:
            raise ValueError(f"noise must be at least 0, got {noise}")
        if not gradient_limit > 0:
            raise ValueError(f"gradient_limit must be above 0, got {gradient_limit}")
        self.input_size = input_size
        self.output_size = output_size
        self.locations = locations
        self.width = width
        self.noise = noise
        self.gradient_limit = gradient_limit
        self.read_heads = read_heads
        self.write_heads = write_heads
        heads = read_heads + write_heads
        # How many numbers of the controller's output each part takes.
        self.parts = [
            heads * width,  # keys
            heads,  # strengths
            heads,  # gates
            heads * SHIFTS,  # kernels
            heads,  # sharpness
            write_heads * width,  # erase
            write_heads * width,  # add
            output_size,
        ]
        self.controller = controller(
            input_size + read_heads * width, controller_size, sum(self.parts)
        )
        self.readout = nn.Linear(read_heads * width, output_size, bias=False)
        nn.init.uniform_(self.readout.weight, -1, 1)  # what is read is heard at once
        with torch.no_grad():
            readout: Any = self.controller.write
            _, strengths, gates, kernels, *_ = readout.bias.split(self.parts)
            strengths += self._by_head(strength_bias)
            gates += self._by_head(gate_bias)
            kernels.view(heads, SHIFTS)[:, 1] += self._by_head(stay_bias)
            kernels.view(heads, SHIFTS)[:, 2] += self._by_head(ahead_bias)

    def _by_head(self, bias: Bias) -> Tensor:
        write, read = (bias, bias) if isinstance(bias, int | float) else bias
        return torch.tensor([write] * self.write_heads + [read] * self.read_heads)

    def initial_state(self, batch_size: int) -> NTMState:
        """An empty memory, and every head at location 0."""
        check_sizes(batch_size=batch_size, locations=self.locations)
        like = self.readout.weight
        at = torch.zeros(self.locations, dtype=like.dtype, device=like.device)
        at[0] = 1
        return NTMState(
            memory=like.new_zeros(batch_size, self.locations, self.width),
            write_weights=at.expand(batch_size, self.write_heads, -1),
            read_weights=at.expand(batch_size, self.read_heads, -1),
            reads=like.new_zeros(batch_size, self.read_heads, self.width),
            controller=self.controller.initial_state(batch_size),
        )

    def heads(self, said: Tensor) -> Heads:
        """The controller's output (B, ...), cut into parts, each in its range."""
        key, strength, gate, kernel, sharpness, erase, add, output = said.split(
            self.parts, dim=1
        )
        if self.training and self.noise:
            gate = gate + self.noise * torch.randn_like(gate)
            kernel = kernel + self.noise * torch.randn_like(kernel)
        B, H, W = len(said), self.read_heads + self.write_heads, self.write_heads
        return Heads(
            key=torch.tanh(key).view(B, H, self.width),
            strength=F.softplus(strength).view(B, H, 1),
            gate=torch.sigmoid(gate).view(B, H, 1),
            kernel=torch.softmax(kernel.view(B, H, SHIFTS), dim=-1),
            sharpness=1 + F.softplus(sharpness).view(B, H, 1),
            erase=torch.sigmoid(erase).view(B, W, self.width),
            add=torch.tanh(add).view(B, W, self.width),
            output=output,
        )

    def step(self, x: Tensor, state: NTMState) -> tuple[Tensor, NTMState]:
        """Decide, write, read: (B, D) to (B, O).

        All heads find their place in the memory as it was, the write heads write, and
        the read heads read what is there after that. So what is written at a step can
        be read at that step by place, but not yet be found by content.
        """
        if self.gradient_limit < math.inf:
            state = self._bounded(state)
        seen = torch.cat([x, state.reads.flatten(1)], dim=1)
        said, inner = self.controller.step(seen, state.controller)
        go = self.heads(said)
        previous = torch.cat([state.write_weights, state.read_weights], dim=1)
        weights = address(state.memory, previous, *go[:5])
        writing, reading = weights.split([self.write_heads, self.read_heads], dim=1)
        memory = write(state.memory, writing, go.erase, go.add)
        reads = read(memory, reading)
        y = go.output + self.readout(reads.flatten(1))
        return y, NTMState(memory, writing, reading, reads, inner)

    def _bounded(self, state: NTMState) -> NTMState:
        """The same state, through which only a bounded gradient goes back."""
        memory, write_weights, read_weights, reads = (
            Bounded.apply(part, self.gradient_limit) for part in state[:-1]
        )
        return NTMState(memory, write_weights, read_weights, reads, state.controller)
