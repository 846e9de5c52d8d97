"""The one protocol that every recurrent model of the book follows.

A cell is a pure step: input and state in, output and new state out. Nothing about the
sequence is kept on the module, so a reader can call `step` by hand, look at the state,
change it and go on. The loop over time is written once, here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from numbers import Integral
from typing import Any, Generic, NamedTuple, TypeVar

import torch
from torch import Tensor, nn

State = TypeVar("State", bound=NamedTuple)


class Recurrent(nn.Module, Generic[State]):
    """A model that reads a sequence one step at a time.

    Subclasses set `input_size` and `output_size` and define `initial_state` and `step`.

    Shapes: T time steps, B sequences in the batch, D inputs and O outputs per step.
    """

    input_size: int
    output_size: int

    def initial_state(self, batch_size: int) -> State:
        """The state before the first step: a NamedTuple of tensors, each (B, ...).

        A part of it may itself be such a state, of a model inside the model.
        """
        raise NotImplementedError

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """One step: input (B, D) and state to output (B, O) and the next state."""
        raise NotImplementedError

    def start(self, inputs: Tensor) -> State:
        """The state before the first step, for these inputs (T, B, D).

        That of `initial_state`, unless a model looks at its inputs as a whole first.
        """
        return self.initial_state(inputs.shape[1])

    def forward(self, xs: Tensor) -> Tensor:
        """Read a whole sequence from the start.

        Args:
            xs: inputs, (T, B, D).

        Returns:
            The output of every step, (T, B, O).

        Raises:
            ValueError: if `xs` is not a floating (T, B, input_size) with T and B >= 1.
        """
        return self.unroll(xs)[0]

    def unroll(self, xs: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """As `forward`, from any state, and with the last one, to go on from there.

        Returns:
            The outputs (T, B, O), and the state after the last step.
        """
        ys = []
        for y, after in self._steps(xs, state):
            ys.append(y)
            state = after
        assert state is not None  # there is at least one step
        return torch.stack(ys), state

    def trace(self, xs: Tensor) -> tuple[Tensor, State]:
        """As `forward`, but keep the state after every step, to look at it.

        Returns:
            The outputs (T, B, O), and one state whose tensors have time in front:
            field `f` of shape (B, ...) becomes (T, B, ...).
        """
        ys, states = zip(*self._steps(xs), strict=True)
        return torch.stack(ys), stack_states(states)

    def _steps(
        self, xs: Tensor, state: State | None = None
    ) -> Iterator[tuple[Tensor, State]]:
        """The loop over time: what is said at each step, and the state after it."""
        check_sequence(xs, self.input_size)
        state = self.start(xs) if state is None else state
        for x in xs:
            y, state = self.step(x, state)
            yield y, state


def stack_states(states: Sequence[State]) -> State:
    """Stack T states of tensors (B, ...) into one state of tensors (T, B, ...).

    A state inside a state, such as a controller's, is stacked in the same way.
    """
    if not states:
        raise ValueError("stack_states needs at least one state, got none")
    fields = [
        torch.stack(field) if isinstance(field[0], Tensor) else stack_states(field)
        for field in zip(*states, strict=True)
    ]
    return type(states[0])._make(fields)


def count_parameters(model: nn.Module) -> int:
    """How many numbers the model learns."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def check_sequence(xs: Any, input_size: int) -> None:
    """Refuse anything but a floating (T, B, input_size) with T and B at least 1."""
    if not isinstance(xs, Tensor):
        raise ValueError(f"inputs must be a torch tensor (T, B, D), got {type(xs)}")
    if xs.ndim != 3:
        raise ValueError(
            f"inputs must have 3 axes (time, batch, features), got shape "
            f"{tuple(xs.shape)}"
        )
    if xs.shape[2] != input_size:
        raise ValueError(
            f"inputs must have {input_size} features in the last axis, got shape "
            f"{tuple(xs.shape)}"
        )
    if xs.shape[0] == 0 or xs.shape[1] == 0:
        raise ValueError(
            f"inputs need at least one step and one sequence, got shape "
            f"{tuple(xs.shape)}"
        )
    if not xs.is_floating_point():
        raise ValueError(f"inputs must be floating point, got {xs.dtype}")


def check_sizes(**sizes: Any) -> None:
    """Refuse a size that is not a positive whole number, by its name.

    A whole number of NumPy is as good as Python's.
    """
    for name, size in sizes.items():
        if not isinstance(size, Integral) or isinstance(size, bool) or size < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, got {size}")
