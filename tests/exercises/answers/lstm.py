"""Answers to the exercises of chapter 2."""

from __future__ import annotations

import math

import numpy as np
import torch


def step(c, f, i, g, o):
    kept = f * c + i * g
    return o * torch.tanh(kept), kept


def step_in_loops(c, f, i, g, o):
    shown, kept = [], []
    for k in range(len(c)):
        now = float(f[k]) * float(c[k]) + float(i[k]) * float(g[k])
        kept.append(now)
        shown.append(float(o[k]) * math.tanh(now))
    return shown, kept


def step_in_place(c, f, i, g, o):
    c *= f
    c += i * g
    return o * c.tanh(), c


def step_in_numpy(old, forget, into, offer, out):
    c, f, i, g, o = (x.numpy().astype(float) for x in (old, forget, into, offer, out))
    kept = f * c + i * g
    return o * np.tanh(kept), kept


def bias_by_halving(k):
    low, high = -50.0, 50.0
    for _ in range(200):
        middle = (low + high) / 2
        left = (1 / (1 + math.exp(-middle))) ** k
        low, high = (middle, high) if left < 0.5 else (low, middle)
    return middle


def after(forgets, last=1.0):
    return torch.cat([forgets[1:], torch.tensor([last])])


def along_in_a_loop(gates):
    slopes, product = [], 1.0
    for gate in reversed(gates.tolist()):
        slopes.insert(0, product)
        product *= gate
    return slopes


def along_popping(forgets):
    gates, slopes = list(forgets), []
    while gates:
        gates.pop(0)
        slopes.append(math.prod(gates))
    return slopes


def along_by_autograd(forgets):
    contents = [torch.tensor(0.0, requires_grad=True)]
    for gate in forgets[1:]:
        contents.append(gate * contents[-1])
        contents[-1].retain_grad()
    contents[-1].backward()
    return torch.stack([content.grad for content in contents])


def along_from_numpy(forgets):
    gates = np.append(forgets.numpy().astype(float)[1:], 1.0)
    return np.cumprod(gates[::-1])[::-1]


WRONG = {
    "update": {
        "forget and input changed": lambda c, f, i, g, o: step(c, i, f, g, o),
        "content not squeezed": lambda c, f, i, g, o: (
            o * (f * c + i * g),
            f * c + i * g,
        ),
        "results changed": lambda c, f, i, g, o: step(c, f, i, g, o)[::-1],
        "old content shown": lambda c, f, i, g, o: (o * torch.tanh(c), f * c + i * g),
        "squeezed content kept": lambda c, f, i, g, o: (
            o * torch.tanh(f * c + i * g),
            torch.tanh(f * c + i * g),
        ),
        "sigmoid for tanh": lambda c, f, i, g, o: (
            o * torch.sigmoid(f * c + i * g),
            f * c + i * g,
        ),
        "offer squeezed once more": lambda c, f, i, g, o: step(c, f, i, g.tanh(), o),
        "forget gate turned": lambda c, f, i, g, o: step(c, 1 - f, i, g, o),
        "input gate tied to the forget gate": lambda c, f, i, g, o: step(
            c, f, 1 - f, g, o
        ),
        "output gate kept too": lambda c, f, i, g, o: (
            o * torch.tanh(f * c + i * g),
            o * (f * c + i * g),
        ),
        "output gate inside tanh": lambda c, f, i, g, o: (
            torch.tanh(o * (f * c + i * g)),
            f * c + i * g,
        ),
        "no output gate": lambda c, f, i, g, o: (
            torch.tanh(f * c + i * g),
            f * c + i * g,
        ),
        "no input gate": lambda c, f, i, g, o: step(c, f, torch.ones_like(i), g, o),
        "no forget gate": lambda c, f, i, g, o: step(c, torch.ones_like(f), i, g, o),
        "one result": lambda c, f, i, g, o: o * torch.tanh(f * c + i * g),
        "three results": lambda c, f, i, g, o: (*step(c, f, i, g, o), o),
        "contents cut to one": lambda c, f, i, g, o: (
            o * torch.tanh(f * c + i * g),
            (f * c + i * g).clamp(-1, 1),
        ),
        "only the first cell": lambda c, f, i, g, o: tuple(
            x[:1] for x in step(c, f, i, g, o)
        ),
        "what is shown is kept": lambda c, f, i, g, o: (
            step(c, f, i, g, o)[0],
            step(c, f, i, g, o)[0],
        ),
    },
    "bias_for": {
        "the gate": lambda k: 0.5 ** (1 / k),
        "1 - 1/k": lambda k: torch.logit(torch.tensor(1 - 1 / k)),
        "sign turned": lambda k: -bias_by_halving(k),
        "power in place of the root": lambda k: (
            -math.log(2**k - 1) if k < 999 else -693
        ),
        "1/e in place of a half": lambda k: -math.log(math.exp(1 / k) - 1),
        "the rule for large k": lambda k: math.log(k / math.log(2)),
        "logarithm of k": lambda k: math.log(k),
        "logarithm to base 2": lambda k: bias_by_halving(k) / math.log(2),
        "tanh for sigmoid": lambda k: math.atanh(0.5 ** (1 / k)),
        "a step too many": lambda k: bias_by_halving(k + 1),
        "half of a half": lambda k: bias_by_halving(k / 2),
        "1 - 1/2k": lambda k: math.log((1 - 0.5 / k) / (0.5 / k)),
        "always 5": lambda k: 5.0,
        "odds without their logarithm": lambda k: 0.5 ** (1 / k) / (1 - 0.5 ** (1 / k)),
        "logarithm of the gate": lambda k: math.log(0.5) / k,
        "at most 6": lambda k: min(6.0, bias_by_halving(k)),
        "nan for one step": lambda k: bias_by_halving(k) if k > 1 else math.nan,
    },
    "along_cell": {
        "from the start": lambda forgets: forgets.cumprod(0),
        "own gate as well": lambda forgets: forgets.flip(0).cumprod(0).flip(0),
        "sums": lambda forgets: after(forgets, 0.0).flip(0).cumsum(0).flip(0),
        "product divided by what was": lambda forgets: (
            forgets.prod() / forgets.cumprod(0)
        ),
        "the next gate alone": lambda forgets: after(forgets),
        "last content without slope": lambda forgets: (
            after(forgets).flip(0).cumprod(0).flip(0) * (after(forgets, 0.0) != 0)
        ),
        "in the other order": lambda forgets: after(forgets).flip(0).cumprod(0),
        "one too few": lambda forgets: after(forgets).flip(0).cumprod(0).flip(0)[:-1],
        "one too many": lambda forgets: (
            torch.cat([forgets, torch.ones(1)]).flip(0).cumprod(0).flip(0)
        ),
        "the whole product everywhere": lambda forgets: forgets.prod().expand(
            len(forgets)
        ),
        "only the slope of the first": lambda forgets: forgets[1:].prod(),
        "a gate at 0 counts as 1": lambda forgets: (
            after(forgets + (forgets == 0)).flip(0).cumprod(0).flip(0)
        ),
        "gates through a sigmoid": lambda forgets: (
            after(torch.sigmoid(forgets)).flip(0).cumprod(0).flip(0)
        ),
        "no fading": lambda forgets: torch.ones_like(forgets),
        "at most four steps back": lambda forgets: torch.tensor(
            [forgets[t + 1 : t + 4].prod() for t in range(len(forgets))]
        ),
        "powers of the last gate": lambda forgets: (
            forgets[-1] ** torch.arange(len(forgets) - 1, -1, -1)
        ),
        "nan behind a gate at 0": lambda forgets: (
            after(forgets).flip(0).cumprod(0).flip(0)
            * torch.where(forgets == 0, torch.nan, 1.0)
        ),
        "the first gate in place of the last": lambda forgets: (
            torch.cat([forgets[:-1], torch.ones(1)]).flip(0).cumprod(0).flip(0)
        ),
    },
}

RIGHT = {
    "update": {
        "in loops": step_in_loops,
        "in place": step_in_place,
        "in NumPy, other names": step_in_numpy,
        "one stacked tensor": lambda *gates: torch.stack(step(*gates)),
        "a list of two": lambda c, f, i, g, o: list(step(c, f, i, g, o)),
        "in float64": lambda c, f, i, g, o: step(
            c.double(), f.double(), i.double(), g.double(), o.double()
        ),
    },
    "bias_for": {
        "by halving": bias_by_halving,
        "in one logarithm": lambda steps: -math.log(2 ** (1 / steps) - 1),
        "in NumPy": lambda k: -np.log(np.expm1(np.log(2) / k)),
        "a tensor of one number": lambda k: torch.logit(
            torch.tensor([0.5], dtype=torch.float64) ** (1 / k)
        ),
        "float32": lambda k: torch.logit(torch.tensor(0.5) ** (1 / k)),
    },
    "along_cell": {
        "in a loop, a list": along_in_a_loop,
        "with pop": along_popping,
        "in NumPy": along_from_numpy,
        "by autograd": along_by_autograd,
        "by logarithms": lambda f: after(f).log().flip(0).cumsum(0).exp().flip(0),
        "a product for each": lambda f: torch.stack(
            [f[t + 1 :].prod() for t in range(len(f))]
        ),
    },
}
