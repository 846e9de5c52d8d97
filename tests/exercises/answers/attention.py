"""Answers to the exercises of chapter 13."""

from __future__ import annotations

import math

import numpy as np
import torch

from mininet.models.attention import additive_score
from mininet.models.attention import attend as package_attend


def attend_in_a_loop(scores, values, mask):
    there = [n for n in range(len(scores)) if mask[n] > 0]
    top = max(scores[n] for n in there)
    powers = {n: math.exp(scores[n] - top) for n in there}
    return [
        sum(powers[n] * values[n][k] for n in there) / sum(powers.values())
        for k in range(len(values[0]))
    ]


def attend_in_torch(e, h, there):
    e, h = torch.as_tensor(e), torch.as_tensor(h)
    e = e.masked_fill(torch.as_tensor(there) == 0, -torch.inf)
    return torch.softmax(e, 0) @ h


def attend_with_the_package(scores, values, mask):
    context, _ = package_attend(
        torch.as_tensor(scores)[None],
        torch.as_tensor(values)[None],
        torch.as_tensor(mask)[None] > 0,
    )
    return context[0]


def attend_to_what_is_left(scores, values, mask):
    left = np.flatnonzero(mask)
    weights = np.exp(scores[left] - np.logaddexp.reduce(scores[left]))
    return (weights[:, None] * values[left]).sum(0)


def additive_in_a_loop(query, keys, W, U, v):
    return [
        sum(
            v[a] * math.tanh(sum(W[a] * query) + sum(U[a] * key)) for a in range(len(v))
        )
        for key in keys
    ]


def additive_in_torch(query, keys, W, U, v):
    query, keys, W, U, v = map(torch.as_tensor, (query, keys, W, U, v))
    return torch.tanh(W @ query + keys @ U.T) @ v


def additive_side_by_side(s, hs, W, U, v):
    """One layer over both, as the paper's words have it."""
    both = np.hstack([np.tile(s, (len(hs), 1)), hs])
    return np.tanh(both @ np.hstack([W, U]).T) @ v


def additive_with_the_package(query, keys, W, U, v):
    query, keys, W, U, v = map(torch.as_tensor, (query, keys, W, U, v))
    return additive_score((W @ query)[None], (keys @ U.T)[None], v)[0]


def softmax(x):
    powers = np.exp(x - x.max())
    return powers / powers.sum()


def attention(scores, values, mask, weights):
    return weights(np.where(mask > 0, scores, -np.inf)) @ values


def plain(scores, values, mask):
    """Without taking the largest score away: too much for e to the thousand."""
    powers = np.exp(np.clip(scores, -700, 700)) * mask
    return powers / powers.sum() @ values


WRONG = {
    "attend": {
        "no mask": lambda s, h, m: softmax(s) @ h,
        "scores of what is missing are 0": lambda s, h, m: softmax(s * m) @ h,
        "cut after the softmax": lambda s, h, m: (softmax(s) * m) @ h,
        "the best alone": lambda s, h, m: h[np.argmax(np.where(m > 0, s, -np.inf))],
        "the weights": lambda s, h, m: attention(s, np.eye(3), m, softmax),
        "the mean of what is there": lambda s, h, m: m / m.sum() @ h,
        "the scores as shares": lambda s, h, m: (s * m) @ h,
        "the sum": lambda s, h, m: m @ h,
        "the mask the other way": lambda s, h, m: attention(
            s, h, 1 - m if (m == 0).any() else m, softmax
        ),
        "turned round": lambda s, h, m: attention(-s, h, m, softmax),
        "twice as sharp": lambda s, h, m: attention(2 * s, h, m, softmax),
        "a power of two": lambda s, h, m: attention(s * math.log(2), h, m, softmax),
        "clipped scores": lambda s, h, m: attention(
            np.clip(s, -1, 1) + np.where(m > 0, 0, -np.inf), h, m, softmax
        ),
        "overflows": plain,
        "values scaled": lambda s, h, m: attention(s, h / 2, m, softmax),
    },
    "additive": {
        "v inside": lambda q, k, W, U, v: np.tanh((W @ q + k @ U.T) @ v),
        "no tanh": lambda q, k, W, U, v: (W @ q + k @ U.T) @ v,
        "two tanhs": lambda q, k, W, U, v: (np.tanh(W @ q) + np.tanh(k @ U.T)) @ v,
        "a product": lambda q, k, W, U, v: np.tanh((W @ q) * (k @ U.T)) @ v,
        "weights": lambda q, k, W, U, v: softmax(np.tanh(W @ q + k @ U.T) @ v),
        "a sigmoid": lambda q, k, W, U, v: 1 / (1 + np.exp(-(W @ q + k @ U.T))) @ v,
        "no query": lambda q, k, W, U, v: np.tanh(k @ U.T) @ v,
        "the query alone": lambda q, k, W, U, v: np.full(len(k), np.tanh(W @ q) @ v),
        "a difference": lambda q, k, W, U, v: np.tanh(W @ q - k @ U.T) @ v,
        "U not turned": lambda q, k, W, U, v: np.tanh(W @ q + k @ U) @ v,
        "no v": lambda q, k, W, U, v: np.tanh(W @ q + k @ U.T).sum(1),
        "one number": lambda q, k, W, U, v: (np.tanh(W @ q + k @ U.T) @ v).sum(),
        "a dot product": lambda q, k, W, U, v: (k @ U.T) @ (W @ q),
        "the size of v": lambda q, k, W, U, v: np.tanh(W @ q + k @ U.T) @ np.abs(v),
    },
}
RIGHT = {
    "attend": {
        "in a loop": attend_in_a_loop,
        "in torch, other names": attend_in_torch,
        "with the package": attend_with_the_package,
        "of what is left": attend_to_what_is_left,
    },
    "additive": {
        "in a loop": additive_in_a_loop,
        "in torch": additive_in_torch,
        "side by side": additive_side_by_side,
        "with the package": additive_with_the_package,
    },
}
