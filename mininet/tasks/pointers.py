"""Tasks for a machine with a memory of integers (Kurach et al. 2015, appendix B).

A memory has M cells, and each holds an integer from 0 to M - 1; 0 is also what an empty
cell holds. The task is laid into the memory, and the answer stands there in the end.
Each task says it twice: for a batch of tensors, and for one memory as a plain list.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from mininet.recurrent import check_sizes


class Asked(NamedTuple):
    """B memories, what shall stand in them, and after how many steps."""

    memory: Tensor  # (B, M)
    target: Tensor  # (B, M)
    steps: Tensor  # (B,)


class Pointers:
    """What the tasks share: an array of n numbers, none of them 0, somewhere in memory.

    Subclasses say how many cells and steps an array of n takes, lay out a memory, and
    answer.
    """

    largest = 1  # numbers of the array are below M + 1 - largest

    def cells(self, n: int) -> int:
        """How many cells it takes."""
        raise NotImplementedError

    def steps(self, n: Tensor) -> Tensor:
        """How many steps the machine is given."""
        raise NotImplementedError

    def laid(self, array: Tensor, n: Tensor, source: torch.Generator) -> Tensor:
        """Memories (B, M): numbers (B, M) of which the first n (B, 1) are the array."""
        raise NotImplementedError

    def answered(self, memory: Tensor, n: Tensor) -> Tensor:
        """What shall stand there, (B, M)."""
        raise NotImplementedError

    def answer(self, memory: list[int]) -> list[int]:
        """The same for one memory, as a program in Python would do it."""
        raise NotImplementedError

    def batch(
        self,
        size: int,
        shortest: int,
        longest: int,
        cells: int,
        source: torch.Generator,
    ) -> Asked:
        """Arrays of random lengths in memories of so many cells.

        Raises:
            ValueError: if the longest does not fit.
        """
        check_sizes(size=size, shortest=shortest, longest=longest)
        if cells < self.cells(longest):
            raise ValueError(
                f"an array of {longest} takes {self.cells(longest)} cells, got {cells}"
            )
        n = torch.randint(shortest, longest + 1, (size, 1), generator=source)
        top = cells + 1 - self.largest
        array = torch.randint(1, top, (size, cells), generator=source)
        memory = self.laid(array, n, source)
        return Asked(memory, self.answered(memory, n), self.steps(n.squeeze(1)))


def _at(first: Tensor | int, array: Tensor, n: Tensor) -> Tensor:
    """A memory with the first n numbers of an array from a cell on, and 0 elsewhere."""
    places = torch.arange(array.shape[1]) - first
    inside = (places >= 0) & (places < n)
    return torch.where(inside, array.gather(1, places.clamp_min(0).expand_as(array)), 0)


def _pick(n: Tensor, source: torch.Generator) -> Tensor:
    """A place in each array, (B, 1)."""
    return (torch.rand(n.shape, generator=source) * n).long()


class Access(Pointers):
    """Given k and an array, put A[k] into the first cell: `k, A[0], A[1], …`."""

    def cells(self, n: int) -> int:
        """The array, k, and an empty cell."""
        return n + 2

    def steps(self, n: Tensor) -> Tensor:
        """Two, whatever the length."""
        return torch.full_like(n, 2)

    def laid(self, array: Tensor, n: Tensor, source: torch.Generator) -> Tensor:
        """Cell 0 holds k, the array starts in cell 1."""
        memory = _at(1, array, n)
        memory[:, :1] = _pick(n, source)
        return memory

    def answered(self, memory: Tensor, n: Tensor) -> Tensor:
        """A[k] stands k + 1 cells in."""
        target = memory.clone()
        target[:, :1] = memory.gather(1, memory[:, :1] + 1)
        return target

    def answer(self, memory: list[int]) -> list[int]:
        """As Python indexes."""
        k, *array = memory
        return [array[k], *array]


class Increment(Pointers):
    """Add 1 to each number of an array that ends with a 0: `A[0], A[1], …, 0`."""

    largest = 2  # so that one more is still a number

    def cells(self, n: int) -> int:
        """The array, and the 0."""
        return n + 1

    def steps(self, n: Tensor) -> Tensor:
        """One a number."""
        return n

    def laid(self, array: Tensor, n: Tensor, source: torch.Generator) -> Tensor:
        """The array from cell 0 on."""
        return _at(0, array, n)

    def answered(self, memory: Tensor, n: Tensor) -> Tensor:
        """One more, where there is something."""
        return memory + (memory > 0)

    def answer(self, memory: list[int]) -> list[int]:
        """Up to the first 0."""
        n = memory.index(0)
        return [a + 1 for a in memory[:n]] + memory[n:]


class Copy(Pointers):
    """Copy an array to where a pointer points, right behind it: `p, A[0], A[1], …`."""

    def cells(self, n: int) -> int:
        """The pointer, the array, its copy."""
        return 2 * n + 1

    def steps(self, n: Tensor) -> Tensor:
        """One a number, and one more."""
        return n + 1

    def laid(self, array: Tensor, n: Tensor, source: torch.Generator) -> Tensor:
        """Cell 0 holds p = n + 1, the array starts in cell 1."""
        memory = _at(1, array, n)
        memory[:, :1] = n + 1
        return memory

    def answered(self, memory: Tensor, n: Tensor) -> Tensor:
        """The same again from cell p on."""
        return memory + _at(n + 1, memory.roll(-1, 1), n)

    def answer(self, memory: list[int]) -> list[int]:
        """By slices."""
        p = memory[0]
        return memory[:p] + memory[1:p] + memory[2 * p - 1 :]


class Reverse(Copy):
    """As `Copy`, but the copy is in reversed order."""

    def answered(self, memory: Tensor, n: Tensor) -> Tensor:
        """Cell p + i gets A[n - 1 - i], which stands in cell n - i."""
        places = torch.arange(memory.shape[1])
        backwards = (2 * n + 1 - places).clamp(0, memory.shape[1] - 1)
        inside = (places > n) & (places <= 2 * n)
        return torch.where(inside, memory.gather(1, backwards), memory)

    def answer(self, memory: list[int]) -> list[int]:
        """By slices."""
        p = memory[0]
        return memory[:p] + memory[1:p][::-1] + memory[2 * p - 1 :]


class Swap(Pointers):
    """Exchange what two pointers point to: `p, q, A[0], A[1], …`.

    The pointers are addresses of cells. An array has at least two numbers.
    """

    def cells(self, n: int) -> int:
        """Two pointers, the array, and a 0."""
        return n + 3

    def steps(self, n: Tensor) -> Tensor:
        """Five, whatever the length: four reads, and a write after the last."""
        return torch.full_like(n, 5)

    def laid(self, array: Tensor, n: Tensor, source: torch.Generator) -> Tensor:
        """Cells 0 and 1 hold p and q, never the same; the array starts in cell 2."""
        memory, p = _at(2, array, n), _pick(n, source)
        q = (p + 1 + _pick(n - 1, source)) % n
        memory[:, :2] = 2 + torch.cat([p, q], 1)
        return memory

    def answered(self, memory: Tensor, n: Tensor) -> Tensor:
        """Each gets what the other had."""
        pointers = memory[:, :2]
        return memory.scatter(1, pointers, memory.gather(1, pointers.flip(1)))

    def answer(self, memory: list[int]) -> list[int]:
        """As Python exchanges."""
        p, q = memory[:2]
        after = list(memory)
        after[p], after[q] = memory[q], memory[p]
        return after
