"""Answers to the exercises of chapter 5."""

# ruff: noqa: E741 -- O is the text's letter

from __future__ import annotations

import numpy as np
import torch


def said(M, R, W, O):
    return (R + W) * (M + 6) + W * 2 * M + O


def said_by_counting(rows, reading, writing, outputs):
    head = len(["strength", "gate", "sharpness"] + ["shift"] * 3) + rows
    total = outputs
    for _ in range(reading):
        total += head
    for _ in range(writing):
        total += head + 2 * rows
    return total


def passed(norms, times, keep=0.95, raw=False, start=None):
    usual = norms[0] if start is None else start
    out = [norms[0]]
    for norm in norms[1:]:
        out.append(min(norm, times * usual))
        usual = keep * usual + (1 - keep) * (norm if raw else out[-1])
    return out


def passed_popping(norms, times):
    out = [norms.pop(0)]
    usual = out[0]
    while norms:
        out += [min(norms.pop(0), times * usual)]
        usual += 0.05 * (out[-1] - usual)
    return out


def passed_in_place(norms, times):
    usual = norms[0]
    for k in range(1, len(norms)):
        norms[k] = min(norms[k], times * usual)
        usual = 0.95 * usual + 0.05 * norms[k]
    return norms


def passed_in_numpy(gradients, factor):
    out = np.array(gradients, dtype=float)
    usual = out[0]
    for k, norm in enumerate(out):
        out[k] = np.minimum(norm, factor * usual) if k else norm
        usual = 0.95 * usual + 0.05 * out[k]
    return out


def updated_first(norms, times):
    usual, out = norms[0], [norms[0]]
    for norm in norms[1:]:
        usual = 0.95 * usual + 0.05 * min(norm, times * usual)
        out.append(min(norm, times * usual))
    return out


def mean_of_all(norms, times):
    out = [norms[0]]
    for norm in norms[1:]:
        out.append(min(norm, times * sum(out) / len(out)))
    return out


def only_larger(norms, times):
    usual, out = norms[0], [norms[0]]
    for norm in norms[1:]:
        out.append(min(norm, times * usual))
        usual = max(usual, 0.95 * usual + 0.05 * out[-1])
    return out


def dropped(norms, times):
    usual, out = norms[0], [norms[0]]
    for norm in norms[1:]:
        out.append(norm if norm <= times * usual else usual)
        usual = 0.95 * usual + 0.05 * out[-1]
    return out


def sharpened(weights, gamma):
    return weights**gamma / (weights**gamma).sum()


def slope(weights, gamma, i):
    p = sharpened(weights, gamma)
    return gamma * p[i] / weights[i] * (1 - p[i])


def slope_by_autograd(weights, gamma, i):
    weights.requires_grad_()
    sharpened(weights, gamma)[i].backward()
    return weights.grad[i]


def slope_by_jacobian(w, g, row):
    return torch.autograd.functional.jacobian(lambda x: sharpened(x, g), w)[row, row]


def slope_by_difference(weights, gamma, i):
    up, down = (weights.double().numpy() for _ in range(2))
    up[i] += 1e-6
    down[i] -= 1e-6
    return (sharpened(up, gamma)[i] - sharpened(down, gamma)[i]) / 2e-6


def slope_from_quotient(weights, gamma, i):
    top, whole = weights[i] ** gamma, (weights**gamma).sum()
    inner = gamma * weights[i] ** (gamma - 1)
    return (inner * whole - top * inner) / whole**2


WRONG = {
    "interface": {
        "all heads erase and add": lambda M, R, W, O: (R + W) * (3 * M + 6) + O,
        "no output": lambda M, R, W, O: said(M, R, W, 0),
        "a shift of one number": lambda M, R, W, O: said(M, R, W, O) - 2 * (R + W),
        "write heads without dials": lambda M, R, W, O: R * (M + 6) + 2 * M * W + O,
        "read heads without dials": lambda M, R, W, O: W * (3 * M + 6) + O,
        "erase alone": lambda M, R, W, O: said(M, R, W, O) - W * M,
        "one write head": lambda M, R, W, O: (R + W) * (M + 6) + 2 * M + O,
        "one head in all": lambda M, R, W, O: (M + 6) + 2 * M + O,
        "no sharpness": lambda M, R, W, O: said(M, R, W, O) - (R + W),
        "an erase of one number": lambda M, R, W, O: said(M, R, W, O) - W * (M - 1),
        "what is read, as well": lambda M, R, W, O: said(M, R, W, O) + R * M,
        "an output for each head": lambda M, R, W, O: said(M, R, W, O * (R + W)),
        "heads exchanged": lambda M, R, W, O: said(M, W, R, O),
        "no key": lambda M, R, W, O: said(M, R, W, O) - (R + W) * M,
        "read heads erase and add": lambda M, R, W, O: (
            said(M, R, W, O) + 2 * M * (R - W)
        ),
        "no bias": lambda M, R, W, O: said(M, R, W, O) - 1,
        "twenty numbers a row": lambda M, R, W, O: said(20, R, W, O),
        "read heads counted once": lambda M, R, W, O: said(M, min(R, 1), W, O),
    },
    "let_through": {
        "raw norms in the mean": lambda norms, times: passed(norms, times, raw=True),
        "the step before": lambda norms, times: passed(norms, times, keep=0.0),
        "the first norm for ever": lambda norms, times: passed(norms, times, keep=1.0),
        "0.9 of itself": lambda norms, times: passed(norms, times, keep=0.9),
        "0.05 of itself": lambda norms, times: passed(norms, times, keep=0.05),
        "cut to the usual": lambda norms, times: passed(norms, 1.0),
        "twice the usual": lambda norms, times: passed(norms, 2.0),
        "half as much again": lambda norms, times: passed(norms, 1.5),
        "usual norm from zero": lambda norms, times: passed(norms, times, start=0.0),
        "usual norm from one": lambda norms, times: passed(norms, times, start=1.0),
        "the usual norm is moved first": updated_first,
        "the mean of all": mean_of_all,
        "the usual norm never falls": only_larger,
        "a spike becomes the usual norm": dropped,
        "the first left out": lambda norms, times: passed(norms, times)[1:],
        "nothing is cut": lambda norms, times: norms,
        "factors in place of norms": lambda norms, times: [
            a / b for a, b in zip(passed(norms, times), norms, strict=True)
        ],
        "the last one alone": lambda norms, times: passed(norms, times)[-1],
        "spikes put to zero": lambda norms, times: [
            a if a == b else 0.0
            for a, b in zip(passed(norms, times), norms, strict=True)
        ],
        "smaller ones lifted to the usual": lambda norms, times: [
            max(norm, 0.9) for norm in passed(norms, times)
        ],
    },
    "stretch": {
        "sum held fixed": lambda weights, gamma, i: (
            gamma * sharpened(weights, gamma)[i] / weights[i]
        ),
        "no old share": lambda weights, gamma, i: (
            gamma * sharpened(weights, gamma)[i] * (1 - sharpened(weights, gamma)[i])
        ),
        "no sharpness": lambda weights, gamma, i: slope(weights, gamma, i) / gamma,
        "slope of the power": lambda weights, gamma, i: (
            gamma * weights[i] ** (gamma - 1)
        ),
        "sharpness less one": lambda weights, gamma, i: (
            slope(weights, gamma, i) * (gamma - 1) / gamma
        ),
        "the sharpened share": lambda weights, gamma, i: sharpened(weights, gamma)[i],
        "new over old": lambda weights, gamma, i: (
            sharpened(weights, gamma)[i] / weights[i]
        ),
        "1 - w": lambda weights, gamma, i: (
            gamma * sharpened(weights, gamma)[i] / weights[i] * (1 - weights[i])
        ),
        "1 + p": lambda weights, gamma, i: (
            gamma
            * sharpened(weights, gamma)[i]
            / weights[i]
            * (1 + sharpened(weights, gamma)[i])
        ),
        "the first row": lambda weights, gamma, i: slope(weights, gamma, 0),
        "the best row": lambda weights, gamma, i: slope(
            weights, gamma, int(weights.argmax())
        ),
        "another row's share": lambda weights, gamma, i: (
            -gamma
            * sharpened(weights, gamma)[i]
            * sharpened(weights, gamma)[i - 1]
            / weights[i - 1]
        ),
        "every row": lambda weights, gamma, i: (
            gamma
            * sharpened(weights, gamma)
            / weights
            * (1 - sharpened(weights, gamma))
        ),
        "sign turned": lambda weights, gamma, i: -slope(weights, gamma, i),
        "half of it": lambda weights, gamma, i: slope(weights, gamma, i) / 2,
        "in the logarithm of the share": lambda weights, gamma, i: (
            gamma * (1 - sharpened(weights, gamma)[i])
        ),
        "never below 1": lambda weights, gamma, i: max(
            slope(weights, gamma, i), torch.tensor(1.0)
        ),
        "sum over all rows": lambda weights, gamma, i: (
            torch.autograd.functional.jacobian(lambda w: sharpened(w, gamma), weights)[
                i
            ].sum()
        ),
    },
}

RIGHT = {
    "interface": {
        "counted": said_by_counting,
        "in one line": lambda M, R, W, O: R * (M + 6) + W * (3 * M + 6) + O,
        "a float": lambda M, R, W, O: float(said(M, R, W, O)),
        "a tensor": lambda *sizes: torch.tensor(said(*sizes)),
        "a vector product": lambda M, R, W, O: np.dot([M + 6, 3 * M + 6, 1], [R, W, O]),
    },
    "let_through": {
        "a list": passed,
        "with pop": passed_popping,
        "in place, and returned": passed_in_place,
        "in NumPy": passed_in_numpy,
        "a tensor in float64": lambda norms, times: torch.tensor(
            passed(norms, times), dtype=torch.float64
        ),
        "a tuple": lambda norms, times: tuple(passed(norms, times)),
    },
    "stretch": {
        "by autograd": slope_by_autograd,
        "by the jacobian": slope_by_jacobian,
        "by a difference, in float64": slope_by_difference,
        "from the quotient": slope_from_quotient,
        "a number": lambda weights, gamma, i: slope(weights, gamma, i).item(),
        "in float64": lambda w, g, k: slope(w.double(), g, k),
    },
}
