"""Coloured shapes on a grid, and what is to be said of them, in reading order.

A stand-in for the photographs and captions of Xu et al. 2015. Which cell each word is
about is known, so that attention can be held against it.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from mininet.recurrent import check_sizes
from mininet.tasks.telling import Telling

GRID, PIXELS = 5, 8  # cells a side, pixels a side of a cell
CELLS = GRID * GRID
COLOURS = {
    "red": (0.9, 0.2, 0.2),
    "blue": (0.25, 0.45, 0.95),
    "yellow": (0.95, 0.8, 0.2),
    "white": (0.95, 0.95, 0.95),
}
SHAPES = ("circle", "square", "triangle", "cross")
WORDS = (*COLOURS, *SHAPES, ",", ".")
COMMA, STOP = len(WORDS) - 2, len(WORDS) - 1


class Shown(NamedTuple):
    """B pictures, and what is to be said of them."""

    inputs: Tensor  # red, green and blue, (B, 3, 40, 40)
    targets: Tensor  # words' numbers, then STOP to the last place, (L, B)
    mask: Tensor  # 1 at the words and the first STOP, else 0, (L, B)
    where: Tensor  # 1 at the cell that a colour or shape is about, (L, B, CELLS)


def stamps() -> Tensor:
    """A circle, a square, a triangle and a cross, 0 or 1, (4, PIXELS, PIXELS)."""
    side = torch.arange(PIXELS) - (PIXELS - 1) / 2
    y, x = torch.meshgrid(side, side, indexing="ij")
    circle = x**2 + y**2 < 9.6
    square = (x.abs() < 3) & (y.abs() < 3)
    triangle = (y.abs() < 3.1) & (x.abs() <= (y + 3.5) / 2)
    cross = square & ((x.abs() < 1) | (y.abs() < 1))
    return torch.stack([circle, square, triangle, cross]).float()


def paint(colours: Tensor, shapes: Tensor, cells: Tensor) -> Tensor:
    """Things as a picture, on black.

    Args:
        colours, shapes: one-hot, (K, B, 4); a thing without a colour is not there.
        cells: where each is, one-hot, (K, B, CELLS).

    Returns:
        Red, green and blue, (B, 3, 40, 40).
    """
    tints = colours @ torch.tensor(list(COLOURS.values()))
    forms = (shapes @ stamps().flatten(1)).unflatten(2, (PIXELS, PIXELS))
    cut = torch.einsum("kbn,kbc,kbij->bcnij", cells, tints, forms)
    picture: Tensor = cut.unflatten(2, (GRID, GRID)).transpose(3, 4)
    return picture.flatten(4, 5).flatten(2, 3)


class Shapes(Telling):
    """Look at a picture, and say what is there.

    Args:
        noise: its standard deviation in each pixel, whose numbers are from 0 to 1.
        fewest: things in a picture, at least.
    """

    input_size = 3
    output_size = len(WORDS)
    end = STOP

    def __init__(self, noise: float = 0.1, fewest: int = 1) -> None:
        check_sizes(fewest=fewest)
        if not noise >= 0:
            raise ValueError(f"noise must be at least 0, got {noise}")
        self.noise = noise
        self.fewest = fewest

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Shown:
        """Pictures of up to `length` things, each number as likely, no two in a cell.

        Raises:
            ValueError: if `length` is not between `fewest` and CELLS.
        """
        if not self.fewest <= length <= CELLS:
            raise ValueError(
                f"length must be between {self.fewest} and {CELLS}, got {length}"
            )
        B, K = batch_size, length
        many = torch.randint(self.fewest, K + 1, (B,), generator=generator)
        drawn = torch.rand(B, CELLS, generator=generator).argsort(1)[:, :K].T
        there = torch.arange(K).unsqueeze(1) < many
        cells = torch.where(there, drawn, CELLS).sort(0).values
        colours = torch.randint(len(COLOURS), (K, B), generator=generator)
        shapes = torch.randint(len(SHAPES), (K, B), generator=generator)
        return self.described(colours, shapes, cells, generator)

    def described(
        self,
        colours: Tensor,
        shapes: Tensor,
        cells: Tensor,
        generator: torch.Generator,
    ) -> Shown:
        """These things, painted, with new noise.

        Args:
            colours, shapes: their numbers, (K, B).
            cells: where they are, rising from thing to thing, CELLS for none, (K, B).
            generator: of the noise.
        """
        (K, B), there = cells.shape, cells < CELLS
        places = F.one_hot(cells, CELLS + 1)[..., :CELLS].float()
        clean = paint(
            F.one_hot(colours, 4).float(), F.one_hot(shapes, 4).float(), places
        )
        noise = self.noise * torch.randn(clean.shape, generator=generator)
        stop = torch.full_like(colours, STOP)
        goes_on = torch.cat([there[1:], there[:1] & False])
        words = torch.stack(
            [
                torch.where(there, colours, stop),
                torch.where(there, shapes + len(COLOURS), stop),
                torch.where(goes_on, COMMA, stop),
            ],
            1,
        ).view(3 * K, B)
        where = torch.stack([places, places, torch.zeros_like(places)], 1)
        mask = there.repeat_interleave(3, 0).float()
        return Shown(clean + noise, words, mask, where.view(3 * K, B, CELLS))
