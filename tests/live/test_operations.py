"""Every operation of the page against torch, at extremes too."""

from __future__ import annotations

import itertools
import os
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import gelu, one_hot

from mininet.live.bundle import STATIC
from mininet.live.trace import Program, named_outputs, trace
from tests.live import engine

INF, NAN = float("inf"), float("nan")
EXTREME = torch.tensor(
    [
        0.0,
        -0.0,
        1,
        -1,
        0.5,
        -0.5,
        1.5,
        2.5,
        -2.5,
        1e-08,
        -1e-08,
        1e-30,
        1e-42,
        -1e-42,
        3.0,
        -7.25,
        20,
        -20,
        88,
        -88,
        90,
        -90,
        105,
        -105,
        10000000000.0,
        -10000000000.0,
        3.4e38,
        -3.4e38,
        INF,
        -INF,
        NAN,
    ]
)
UNARY = (
    "neg exp log log1p expm1 log2 log10 sqrt rsqrt sin cos tan asin acos atan sinh "
    "cosh tanh sigmoid abs reciprocal relu sign floor ceil round trunc isnan isinf "
    "logical_not square"
).split()
BINARY = (
    "add sub mul div maximum minimum eq ne lt le gt ge fmod remainder pow atan2 "
    "logical_and logical_or logical_xor"
).split()
REDUCING = "sum mean amax amin prod".split()
SHAPES = [(), (1,), (5,), (3, 4), (2, 3, 4), (2, 1, 3, 2), (0,), (3, 0), (0, 2)]
BROADCAST = [
    ((), (3,)),
    ((3, 1), (4,)),
    ((2, 1, 3), (4, 1)),
    ((1,), (0,)),
    ((2, 3), ()),
]

Function = Callable[..., Any]
Cases = dict[str, tuple[Function, dict[str, Tensor]]]


def draw(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def plain(name: str) -> Function:
    """The function of torch with that name, called with its arguments in order."""
    return lambda *given: getattr(torch, name)(*given)


def _elementwise() -> Cases:
    cases: Cases = {}
    left, right = (
        torch.tensor(column)
        for column in zip(*itertools.product(EXTREME, EXTREME), strict=True)
    )
    for name in UNARY:
        f = plain(name)
        # An argument of 1e10 says more about range reduction than about a figure.
        small = name in ("sin", "cos", "tan")
        x = EXTREME[EXTREME.abs().nan_to_num(0) < 1e6] if small else EXTREME
        cases[f"{name} extreme"] = (f, {"input": x})
        for shape in SHAPES:
            cases[f"{name} {shape}"] = (f, {"input": draw(*shape)})
    for name in BINARY:
        f = plain(name)
        # torch's own remainder is rough where the quotient is huge or denormal.
        kept = torch.ones(len(left), dtype=torch.bool)
        if name in ("fmod", "remainder"):
            kept = (left / right).abs().nan_to_num(0) < 1e4
            kept &= (right.abs() > 1e-30) | (right == 0)
        cases[f"{name} extreme"] = (f, {"input": left[kept], "other": right[kept]})
        for shape in SHAPES:
            pair = {"input": draw(*shape), "other": draw(*shape, seed=1)}
            cases[f"{name} {shape}"] = (f, pair)
        for a, b in BROADCAST:
            pair = {"input": draw(*a), "other": draw(*b, seed=1)}
            cases[f"{name} {a} {b}"] = (f, pair)
            swapped = {"input": draw(*b), "other": draw(*a, seed=1)}
            cases[f"{name} {b} {a}"] = (f, swapped)
    for name, f in {
        "add scalar": lambda x: x + 1e-16,
        "sub from scalar": lambda x: 1 - x,
        "sub alpha": lambda x: torch.sub(x, x * x, alpha=3),
        "rsub alpha": lambda x: torch.rsub(x, 2.0, alpha=3),
        "div scalar": lambda x: 3 / x,
        "pow scalar": lambda x: x**2.5,
        "scalar pow": lambda x: 2.0**x,
        "pow zero": lambda x: x**0,
        "compare scalar": lambda x: (x > 0.3) & ~(x > 0.9) | (x < -1),
        "cast": lambda x: (x > 0).float() + x.bool().float() + x.clamp(-9, 9).int(),
        "clamp": lambda x: x.clamp(-0.5, 0.25),
        "clamp low": lambda x: x.clamp(min=-0.5),
        "clamp high": lambda x: x.clamp(max=0.5),
        "clamp tensor": lambda x: x.clamp(min=torch.tensor(0.1), max=torch.tensor(2.0)),
        "where": lambda x: torch.where(x > 0, x, 2 * x),
        "where scalar": lambda x: torch.where(x > 0, 1.0, x),
        "masked_fill": lambda x: x.masked_fill(x < 0, -INF),
        "hardtanh": torch.nn.functional.hardtanh,
        "hardtanh narrow": lambda x: torch.nn.functional.hardtanh(x, -0.1, 0.3),
        "hardsigmoid": torch.nn.functional.hardsigmoid,
        "leaky_relu": torch.nn.functional.leaky_relu,
        "silu": torch.nn.functional.silu,
        "nan_to_num": lambda x: torch.where(torch.isnan(x), 0.0, x),
    }.items():
        # Which whole number NaN becomes is not defined, in torch either.
        x = EXTREME[:-1] if name == "cast" else EXTREME
        cases[f"{name} extreme"] = (f, {"x": x})
        cases[f"{name} 2x3"] = (f, {"x": draw(2, 3)})
        cases[f"{name} scalar"] = (f, {"x": draw()})
    for name in ("softplus", "logsigmoid"):
        f = getattr(torch.nn.functional, name)
        cases[f"{name} extreme"] = (f, {"input": EXTREME})
    for shapes in [((3, 1), (4,), (2, 1, 1)), ((), (2,), ())]:
        a, b, c = (draw(*shape, seed=i) for i, shape in enumerate(shapes))
        cases[f"where {shapes}"] = (
            lambda a, b, c: torch.where(a > 0, b, c),
            {"a": a, "b": b, "c": c},
        )
    return cases


def _reductions() -> Cases:
    cases: Cases = {}
    extremes = [
        torch.tensor(row)
        for row in ([INF, 1.0], [-INF, INF], [NAN, 1.0], [3e38, 3e38], [1e-42, 1e-42])
    ]
    for name in REDUCING:
        f = getattr(torch, name)
        for i, row in enumerate(extremes):
            cases[f"{name} extreme {i}"] = (lambda x, f=f: f(x, dim=-1), {"x": row})
        for shape in SHAPES:
            x = draw(*shape)
            for dim in range(-len(shape), len(shape)):
                if shape[dim] == 0 and name in ("amax", "amin"):
                    continue  # torch has no extreme of nothing
                for keep in (False, True):
                    cases[f"{name} {shape} {dim} {keep}"] = (
                        lambda x, f=f, d=dim, k=keep: f(x, dim=d, keepdim=k),
                        {"x": x},
                    )
            if x.numel() or name not in ("amax", "amin"):
                cases[f"{name} {shape} all"] = (lambda x, f=f: f(x), {"x": x})
    for shape in [(5,), (3, 4), (2, 3, 4)]:
        x = draw(*shape)
        for dim in range(-len(shape), len(shape)):
            for name, f in {
                "softmax": torch.softmax,
                "log_softmax": torch.log_softmax,
                "cumsum": torch.cumsum,
                "argmax": torch.argmax,
                "argmin": torch.argmin,
                "logsumexp": torch.logsumexp,
                "norm": lambda x, dim: torch.linalg.vector_norm(x, dim=dim),
                "normalize": lambda x, dim: torch.nn.functional.normalize(x, dim=dim),
                "std": lambda x, dim: x.std(dim=dim),
                "var": lambda x, dim: x.var(dim=dim, unbiased=False),
                "any": lambda x, dim: (x > 1).any(dim=dim),
                "all": lambda x, dim: (x > -1).all(dim=dim),
                "flip": lambda x, dim: x.flip(dim),
                "roll": lambda x, dim: x.roll(2, dim),
            }.items():
                cases[f"{name} {shape} {dim}"] = (
                    lambda x, f=f, d=dim: f(x, dim=d),
                    {"x": x},
                )
        cases[f"argmax {shape} all"] = (torch.argmax, {"input": x})
        cases[f"norm {shape} all"] = (torch.linalg.vector_norm, {"x": x})
    for name, row in {
        "large": [90.0, 100.0, -100.0],
        "inf": [INF, 0.0, 1.0],
        "-inf": [-INF, 0.0, 1.0],
        "nothing": [-INF, -INF],
        "nan": [NAN, 1.0],
        "tiny": [1e-42, 0.0],
        "far": [0.0, -104.0, -200.0],
    }.items():
        x = torch.tensor(row)
        cases[f"softmax {name}"] = (lambda x: torch.softmax(x, 0), {"x": x})
        cases[f"log_softmax {name}"] = (lambda x: torch.log_softmax(x, 0), {"x": x})
        cases[f"argmax {name}"] = (lambda x: torch.argmax(x, 0), {"x": x})
        cases[f"argmin {name}"] = (lambda x: torch.argmin(x, 0), {"x": x})
        cases[f"amax {name}"] = (lambda x: torch.amax(x, 0), {"x": x})
        cases[f"cumsum {name}"] = (lambda x: torch.cumsum(x, 0), {"x": x})
        cases[f"norm {name}"] = (torch.linalg.vector_norm, {"x": x})
        cases[f"any {name}"] = (lambda x: x.bool().any(), {"x": x})
    cases["softmax scalar"] = (lambda x: torch.softmax(x, 0), {"x": draw()})
    cases["softmax empty"] = (lambda x: torch.softmax(x, 1), {"x": draw(0, 3)})
    cases["softmax of nothing"] = (lambda x: torch.softmax(x, 1), {"x": draw(3, 0)})
    cases["cumsum scalar"] = (lambda x: torch.cumsum(x, 0), {"x": draw()})
    cases["argmax scalar"] = (torch.argmax, {"input": draw()})
    return cases


def _matrices() -> Cases:
    a, b, v = draw(3, 4), draw(4, 2, seed=1), draw(4, seed=2)
    big = torch.tensor([[INF, 0.0], [1.0, NAN]])
    return {
        "mm": (lambda a, b: a @ b, {"a": a, "b": b}),
        "mm extreme": (lambda a, b: a @ b, {"a": big, "b": big}),
        "mm empty": (lambda a, b: a @ b, {"a": draw(3, 0), "b": draw(0, 2)}),
        "mm no rows": (lambda a, b: a @ b, {"a": draw(0, 4), "b": b}),
        "mv": (lambda a, v: a @ v, {"a": a, "v": v}),
        "vm": (lambda v, b: v @ b, {"v": v, "b": b}),
        "dot": (lambda v: v @ v, {"v": v}),
        "outer": (lambda a, v: torch.outer(v, a[0]), {"a": a, "v": v}),
        "bmm": (torch.bmm, {"input": draw(2, 3, 4), "mat2": draw(2, 4, 5, seed=1)}),
        "matmul rank 4": (
            torch.matmul,
            {"input": draw(2, 1, 3, 4), "other": draw(2, 4, 2)},
        ),
        "linear": (
            torch.nn.functional.linear,
            {"input": a, "weight": b.T, "bias": draw(2)},
        ),
        "addmm": (
            lambda a, b: torch.addmm(torch.ones(2), a, b, beta=0.5, alpha=2),
            {"a": a, "b": b},
        ),
        "addmm without": (
            lambda a, b: torch.addmm(torch.full((2,), NAN), a, b, beta=0),
            {"a": a, "b": b},
        ),
        "baddbmm": (
            torch.baddbmm,
            {"input": draw(2, 3, 5), "batch1": draw(2, 3, 4), "batch2": draw(2, 4, 5)},
        ),
        "einsum": (lambda a, b: torch.einsum("ij,jk->ki", a, b), {"a": a, "b": b}),
        "cosine": (
            lambda a, v: torch.cosine_similarity(a, v[None], dim=1, eps=1e-8),
            {"a": a, "v": v},
        ),
        "cosine of zeros": (
            lambda a, v: torch.cosine_similarity(a, v[None], dim=1, eps=1e-30),
            {"a": torch.zeros(3, 4), "v": v},
        ),
        "attention": (
            torch.nn.functional.scaled_dot_product_attention,
            {"query": draw(1, 3, 4), "key": draw(1, 5, 4), "value": draw(1, 5, 4)},
        ),
    }


def _convolutions() -> Cases:
    conv1d, conv2d = torch.nn.functional.conv1d, torch.nn.functional.conv2d
    pad = torch.nn.functional.pad
    x, kernel, bias = draw(2, 4, 7), draw(6, 4, 3, seed=1), draw(6, seed=2)
    plane, square = draw(2, 4, 5, 6), draw(6, 4, 3, 2, seed=1)
    whole = {"input": x, "weight": kernel, "bias": bias}
    torch.manual_seed(0)  # of the modules
    cases: Cases = {
        f"conv1d {name}": (lambda x, f=f: f(x), {"x": x})
        for name, f in {
            "plain": lambda x: conv1d(x, kernel),
            "bias": lambda x: conv1d(x, kernel, bias),
            "one item": lambda x: conv1d(x[:1], kernel, bias, padding=1),
            "no batch": lambda x: conv1d(x[0], kernel, bias, padding=1),
            "no items": lambda x: conv1d(x[:0], kernel, bias),
            "padded": lambda x: conv1d(x, kernel, bias, padding=2),
            "far apart": lambda x: conv1d(x, kernel, padding=3, dilation=3),
            "same": lambda x: conv1d(x, kernel, padding="same"),
            "strides": lambda x: conv1d(x, kernel, bias, stride=2, padding=1),
            "one tap": lambda x: conv1d(x, kernel[:, :, :1], bias),
            "one place": lambda x: conv1d(x[:, :, :3], kernel, bias),
            "depthwise": lambda x: conv1d(x, kernel[:4, :1], bias[:4], groups=4),
            "depthwise twice": lambda x: conv1d(
                x, kernel.repeat(2, 1, 1)[:8, :1], padding=1, groups=4
            ),
            "groups": lambda x: conv1d(x, kernel[:, :2], bias, padding=1, groups=2),
            "all ones": lambda x: conv1d(x, torch.ones(6, 4, 3), torch.ones(6)),
        }.items()
    }
    cases |= {
        "conv1d of inputs": (conv1d, whole),
        "conv1d of inputs padded": (lambda *given: conv1d(*given, padding=1), whole),
        "conv1d large": (conv1d, {"input": 1e30 * x, "weight": kernel}),
        "conv1d tiny": (conv1d, {"input": 1e-30 * x, "weight": 1e-12 * kernel}),
        "conv1d extreme": (
            lambda x: conv1d(x.expand(1, 4, -1), kernel, bias, padding=1),
            # Near float32's end, torch overflows on the way to a sum that fits.
            {"x": EXTREME[(EXTREME.abs() < 1e30) | ~EXTREME.isfinite()]},
        ),
        "conv2d": (conv2d, {"input": plane, "weight": square, "bias": bias}),
        "conv2d one item": (
            lambda x: conv2d(x[:1], square, bias, padding=1),
            {"x": plane},
        ),
        "conv2d all at once": (
            lambda x: conv2d(x, square[:, :2], bias, (1, 2), (2, 0), (2, 1), 2),
            {"x": plane},
        ),
        "Conv1d": (torch.nn.Conv1d(4, 6, 3, padding=1), {"x": x}),
        "Conv1d in a circle": (
            torch.nn.Conv1d(4, 6, 3, padding=1, padding_mode="circular"),
            {"x": x},
        ),
        "Conv2d": (torch.nn.Conv2d(4, 6, 3, padding="same"), {"x": plane}),
    }
    for mode in ("circular", "reflect", "replicate"):
        cases[f"pad {mode}"] = (lambda x, m=mode: pad(x, (2, 1), mode=m), {"x": x})
    cases["pad before"] = (lambda x: pad(x, (0, 0, 3, 0)), {"x": x})
    return cases


def _writes(x: Tensor) -> Tensor:
    x = x.clone()
    x[0] = 2.0
    x[:, 1] = x[:, 2]
    x[1:3] += 1
    return x


def _shapes() -> Cases:
    x = draw(2, 3, 4)
    cases: Cases = {
        "reshape": (lambda x: x.reshape(4, -1), {"x": x}),
        "flatten": (lambda x: x.flatten(1), {"x": x}),
        "permute": (lambda x: x.permute(2, 0, 1), {"x": x}),
        "permute back": (lambda x: x.permute(-1, -3, -2), {"x": x}),
        "transpose": (lambda x: x.transpose(-1, 0), {"x": x}),
        "t": (lambda x: x[0].t(), {"x": x}),
        "squeeze": (lambda x: x[:1].squeeze(), {"x": x}),
        "unsqueeze": (lambda x: x.unsqueeze(-1).unsqueeze(0), {"x": x}),
        "expand": (lambda x: x[:, :1].expand(2, 5, 4), {"x": x}),
        "expand scalar": (lambda x: x.expand(2, 3), {"x": draw()}),
        "repeat": (lambda x: x.repeat(2, 1, 3), {"x": x}),
        "select": (lambda x: x[:, -1], {"x": x}),
        "slice": (lambda x: x[:, 1:, ::2], {"x": x}),
        "slice nothing": (lambda x: x[:, 2:1], {"x": x}),
        "slice far": (lambda x: x[-9:9, -2:], {"x": x}),
        "cat": (lambda x: torch.cat([x, x[:, :1], x[:, :0]], dim=-2), {"x": x}),
        "cat empty": (lambda x: torch.cat([torch.zeros(0), x]), {"x": draw(3)}),
        "stack": (lambda x: torch.stack([x, 2 * x], dim=-1), {"x": x}),
        "chunk": (lambda x: x.chunk(2, dim=2)[1], {"x": x}),
        "split": (lambda x: torch.cat(x.split([1, 3], dim=-1)[::-1], -1), {"x": x}),
        "unbind": (lambda x: x.unbind(1)[2], {"x": x}),
        "flip two": (lambda x: x.flip(0, -1), {"x": x}),
        "flip empty": (lambda x: x.flip(0), {"x": draw(0, 2)}),
        "roll two": (lambda x: x.roll((1, -1), (0, 2)), {"x": x}),
        "roll flat": (lambda x: x.roll(5), {"x": x}),
        "pad": (
            lambda x: torch.nn.functional.pad(x, (1, 2, 0, 1), value=3.0),
            {"x": x},
        ),
        "pad cut": (lambda x: torch.nn.functional.pad(x, (-1, 1)), {"x": x}),
        "tril": (lambda x: x.tril(), {"x": x}),
        "index list": (lambda x: x[:, [2, 0, -1, 0]], {"x": x}),
        "index_select": (lambda x: x.index_select(1, torch.tensor([2, 0])), {"x": x}),
        "index by input": (
            lambda x, i: x[i.long()],
            {"x": x, "i": torch.tensor([1.0])},
        ),
        "index argmax": (lambda x: x[:, x[:, :, 0].argmax(1)], {"x": x}),
        "gather": (
            lambda x: x.gather(2, x.argmax(2, keepdim=True).expand(2, 3, 2)),
            {"x": x},
        ),
        "take_along_dim": (
            lambda x: torch.take_along_dim(x, x.argmin(1, keepdim=True), 1),
            {"x": x},
        ),
        "embedding": (
            lambda x, i: torch.nn.functional.embedding(i.long(), x),
            {"x": draw(4, 3), "i": torch.tensor([[0.0, 3], [1, 1]])},
        ),
        "one_hot by comparison": (
            lambda i: (torch.arange(4) == i[:, None]).float(),
            {"i": torch.tensor([0.0, 3.0])},
        ),
        "writes": (_writes, {"x": draw(3, 4)}),
        "full_like": (
            lambda x: torch.full_like(x, 2.0) + torch.zeros_like(x),
            {"x": x},
        ),
        "constant output": (lambda x: {"a": torch.ones(30), "b": x}, {"x": x}),
        "input output": (lambda x: x, {"x": x}),
        "whole numbers": (
            lambda x: torch.arange(2, 9) * x.argmax() - 3,
            {"x": draw(9)},
        ),
    }
    return cases


TIES = torch.tensor(
    [[2.0, 1, 2, 1, 2], [0.0, -0.0, NAN, INF, NAN], [-INF, 3, 3, -INF, 0]]
)


def _orders() -> Cases:
    """What is sorted, picked and put in places that are computed."""
    cases: Cases = {}
    shapes = [(5,), (3, 4), (2, 3, 4), (0, 3), (3, 0)]
    for name, x in {
        **{str(shape): draw(*shape) for shape in shapes},
        "ties": TIES,
        "ties across": TIES.T,
        "extreme": EXTREME,
    }.items():
        for dim in range(-x.ndim, x.ndim):
            for name_, f in {
                "sort": lambda x, dim: x.sort(dim=dim, stable=True),
                "sort down": lambda x, dim: x.sort(
                    dim=dim, descending=True, stable=True
                ),
                "argsort": lambda x, dim: x.argsort(dim=dim, stable=True),
                "cumprod": lambda x, dim: x.cumprod(dim),
            }.items():
                cases[f"{name_} {name} {dim}"] = (
                    lambda x, f=f, d=dim: _pair(f(x, d)),
                    {"x": x},
                )
            if x.shape[dim]:
                for name_ in ("max", "min"):
                    cases[f"{name_} {name} {dim}"] = (
                        lambda x, f=name_, d=dim: _pair(getattr(x, f)(d)),
                        {"x": x},
                    )
                    cases[f"{name_} {name} {dim} kept"] = (
                        lambda x, f=name_, d=dim: _pair(getattr(x, f)(d, keepdim=True)),
                        {"x": x},
                    )
    x = draw(3, 5)
    for largest in (True, False):
        cases[f"topk {largest}"] = (
            lambda x, up=largest: _pair(x.topk(2, dim=1, largest=up)),
            {"x": x},
        )
        # Which of equal numbers comes first, torch does not say; here, the first.
        cases[f"topk ties {largest}"] = (
            lambda x, up=largest: x.topk(4, dim=1, largest=up).values,
            {"x": TIES},
        )
    cases |= {
        "topk all": (lambda x: _pair(x.topk(3, dim=0)), {"x": x}),
        "topk none": (lambda x: _pair(x.topk(0)), {"x": x}),
        "kthvalue": (lambda x: _pair(x.kthvalue(2, dim=1)), {"x": x}),
        "sort scalar": (lambda x: _pair(x.sort()), {"x": draw()}),
        "max scalar": (lambda x: _pair(x.max(0)), {"x": draw()}),
        "topk scalar": (lambda x: _pair(x.topk(1)), {"x": draw()}),
        "cumprod scalar": (lambda x: x.cumprod(0), {"x": draw()}),
        "cumprod there and back": (
            lambda x: x.cumprod(0),
            {"x": torch.tensor([1e30, 1e30, 1e-30, 0, 5])},
        ),
    }
    first = torch.tensor([2.0, 0.0, -1.0])
    for name, f in {
        "scatter": lambda x, i: x.scatter(1, i.relu().long()[:, None], 7.0),
        "scatter -inf": lambda x, i: x.scatter(0, i.relu().long()[None], -INF),
        "scatter pieces": lambda x, i: x.scatter(1, (x[:, :2] > 0).long() * 2, 2 * x),
        "scatter_add": lambda x, i: x.scatter_add(1, (x > 0).long(), x),
        "scatter_add down": lambda x, i: x.scatter_add(0, (x > 0).long(), x / 3),
        "scatter_ in place": lambda x, i: x.clone().scatter_(1, x.argsort(1), x),
        "one_hot": lambda x, i: one_hot(x.argmax(1), 5),
        "one_hot far": lambda x, i: one_hot(x.argmax(), 20).float() * i[0],
        "one_hot given": lambda x, i: one_hot(torch.tensor([1, 0]), 2) * i[0],
        "index_add": lambda x, i: x.index_add(0, i.relu().long(), x, alpha=2),
        "index_copy": lambda x, i: x.index_copy(1, i.relu().long()[:1], x[:, :1] * 2),
        "index two": lambda x, i: x[torch.arange(3), x.argmax(1)],
        "index two apart": lambda x, i: x[:, None][i.long(), :, x.argmax(1)],
        "index grid": lambda x, i: x[i.long()[:, None], x.argmax(1)],
        "index two in the middle": lambda x, i: x.expand(2, 3, 5)[
            :, i.long(), [1, -1, 0]
        ],
        "index place": lambda x, i: x[i[0].long()],
        "index from the end": lambda x, i: x[i[2].long(), -2:],
        "index column": lambda x, i: x[:, x[0].argmin()],
        "index one number": lambda x, i: x[i[0].long(), x[0].argmin()],
        "index new axis": lambda x, i: x[None, 1, x[0].argmin()],
        "index last axis": lambda x, i: x[..., x[0].argmin()],
        "roll computed": lambda x, i: x.roll(x[:, 0].argmax(), 1),
        "roll computed back": lambda x, i: torch.roll(x, -i[0].long(), dims=[0]),
        "roll computed flat": lambda x, i: x.roll(-x.argmax()),
        "clamp to a number and an input": lambda x, i: x.clamp(-0.5, i[1]),
        "clamp to an input": lambda x, i: torch.clamp(x, min=i[1] - 0.1, max=0.4),
        "put place": lambda x, i: _put(x, i[2].long(), 5.0),
        "put row": lambda x, i: _put(x, i[0].long(), x[1] * 2),
        "put column": lambda x, i: _put(x, (slice(None), x[0].argmin()), i),
        "put part": lambda x, i: _put(x, (i[0].long(), slice(1, 3)), -INF),
        "put rows": lambda x, i: _put(x, i.long()[:2], x[:2] * 2),
        "put pairs": lambda x, i: _put(x, (torch.arange(3), x.argmax(1)), i),
        "put columns": lambda x, i: _put(x, (slice(None), i.long()), x[:, :3]),
        "put mask": lambda x, i: _put(x, x > 0, 0.0),
        "put rows by mask": lambda x, i: _put(x, i > 0, -1.0),
        "put every other": lambda x, i: _put(x, (slice(None), slice(1, None, 2)), 3.0),
        "put and add": lambda x, i: _put_and_add(x, i[0].long()),
        "put accumulated": lambda x, i: x.index_put(
            (i.long() * 0,), x / 3, accumulate=True
        ),
        "diagonal": lambda x, i: x.diagonal(),
        "diagonal below": lambda x, i: x.expand(2, 3, 5).diagonal(-1, 1, 2),
        "diagonal above": lambda x, i: x.diagonal(4),
        "diagonal of nothing": lambda x, i: x.diagonal(5),
        "trace": lambda x, i: x[:, :3].trace(),
    }.items():
        cases[name] = (f, {"x": x, "i": first})
    return cases


def _pair(found: Any) -> Any:
    """A sort's or an extreme's values and indices by name."""
    if isinstance(found, Tensor):
        return found
    return {"values": found.values, "indices": found.indices}


def _put(x: Tensor, where: Any, value: Any) -> Tensor:
    x = x.clone()
    x[where] = value
    return x


def _put_and_add(x: Tensor, i: Tensor) -> Tensor:
    x = x.clone()
    x[i] += 1
    x[i, 1] *= 2
    return x


def _layers() -> Cases:
    torch.manual_seed(0)
    x = draw(4, 3, 6)
    steep = torch.tensor([[1e4, 1e4, 1e4 + 1, 0], [0, 0, 0, 0], [1, NAN, 2, 3]])
    whole = torch.tensor([7.0, -7, 6, -6, 0, 1])
    layers = {
        "LayerNorm": torch.nn.LayerNorm(6),
        "LayerNorm two": torch.nn.LayerNorm((3, 6)),
        "RMSNorm": torch.nn.RMSNorm(6),
        "BatchNorm1d": torch.nn.BatchNorm1d(3).eval(),
        "LSTM": torch.nn.LSTM(6, 4),
        "GRU": torch.nn.GRU(6, 4),
        "Dropout": torch.nn.Dropout().eval(),
        "TransformerEncoderLayer": torch.nn.TransformerEncoderLayer(
            6, 2, 8, batch_first=True
        ).eval(),
    }
    cases: Cases = {
        name: (lambda x, f=layer: _first(f(x)), {"x": x})
        for name, layer in layers.items()
    }
    for name, f in {
        "layer_norm": lambda x: torch.nn.functional.layer_norm(x, (4,)),
        "var_mean": lambda x: dict(zip("vm", torch.var_mean(x, 1), strict=True)),
        "std_mean": lambda x: dict(zip("vm", torch.std_mean(x, 0), strict=True)),
        "norm of order 1": lambda x: x.norm(p=1, dim=1),
        "norm of order inf": lambda x: torch.linalg.vector_norm(x, INF, dim=1),
    }.items():
        cases[f"{name} steep"] = (f, {"x": steep})
    cases |= {
        "gelu": (lambda x: gelu(x, approximate="tanh"), {"x": EXTREME}),
        "floor_divide": (lambda x: x // 0.1, {"x": whole}),
        "floor_divide whole": (lambda x: x.long() // 4, {"x": whole}),
        "floor_divide extreme": (
            lambda x: torch.tensor([0.0, 1, -1, 2.5, INF, NAN, 0.0]) // x,
            {"x": torch.tensor([2.0, 0, 0, -0.7, 2, 1, 0])},
        ),
        "div to zero": (lambda x: x.div(4, rounding_mode="trunc"), {"x": whole}),
        "addmv": (lambda x: torch.addmv(x[0, :, 0], x[1], x[2, 0]), {"x": x}),
        "einsum": (lambda x: torch.einsum("bij,bkj->bik", x, x), {"x": x}),
        "einsum outer": (lambda x: torch.einsum("i,j->ij", x[0, 0], x[0, 1]), {"x": x}),
        "attention": (
            lambda x: torch.nn.functional.scaled_dot_product_attention(x, x, x),
            {"x": x},
        ),
        "clamp between": (lambda x: x.clamp(x.mean(0), x[0] + 1), {"x": x}),
    }
    return cases


def _first(result: Any) -> Tensor:
    return result[0] if isinstance(result, tuple) else result


ALL = {
    **_elementwise(),
    **_reductions(),
    **_matrices(),
    **_convolutions(),
    **_shapes(),
    **_orders(),
    **_layers(),
}


def kind(name: str) -> str:
    return name.split()[0]


KINDS = sorted({kind(name) for name in ALL})


def together(cases: Cases) -> tuple[Program, dict[str, Tensor]]:
    """Many cases as one program, since tracing one by one is slow."""
    inputs = {
        f"{i} {key}": value
        for i, (_, given) in enumerate(cases.values())
        for key, value in given.items()
    }

    def call(**given: Tensor) -> dict[str, Tensor]:
        outputs = {}
        for i, (name, (f, _)) in enumerate(cases.items()):
            mine = [v for key, v in given.items() if key.split()[0] == str(i)]
            outputs |= {f"{name}: {k}": v for k, v in named_outputs(f(*mine)).items()}
        return outputs

    return trace(call, inputs), inputs


Traced = Callable[[str], tuple[Program, dict[str, Tensor]]]


@pytest.fixture(scope="module")
def traced(shared: Path) -> Traced:
    """The program of a kind's cases, traced by the first process that asks for it."""
    folder = shared / "operations"
    folder.mkdir(exist_ok=True)

    def program(each: str) -> tuple[Program, dict[str, Tensor]]:
        place = folder / each
        if not place.exists():
            mine = {name: case for name, case in ALL.items() if kind(name) == each}
            beside = place.with_suffix(f".{os.getpid()}")
            beside.write_bytes(pickle.dumps(together(mine)))
            beside.replace(place)
        found: tuple[Program, dict[str, Tensor]] = pickle.loads(place.read_bytes())
        return found

    return program


@pytest.mark.parametrize("each", KINDS)
def test_the_page_computes_what_torch_computes(each: str, traced: Traced) -> None:
    (found,) = engine.run([traced(each)])
    assert not isinstance(found, str), found
    for name, (f, inputs) in ALL.items():
        if kind(name) != each:
            continue
        for key, value in named_outputs(f(*inputs.values())).items():
            torch.testing.assert_close(
                found[f"{name}: {key}"],
                value.float(),
                rtol=1e-5,
                atol=1e-6,
                equal_nan=True,
                msg=lambda text, name=name: f"{name}: {text}",
            )


def test_every_operation_of_the_page_is_used_by_a_case(traced: Traced) -> None:
    text = (STATIC / "interpreter.mjs").read_text(encoding="utf8")
    body = text[text.index("const operations = {") : text.index("export const compile")]
    names = set(re.findall(r"^  (\w+)(?=[:,])", body, re.M))
    assert len(names) > 50
    used = {node[0] for each in KINDS for node in traced(each)[0].graph["nodes"]}
    assert names == used
