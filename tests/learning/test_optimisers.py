"""The optimiser that cuts each entry of a gradient."""

import pytest
import torch
from torch import nn

from mininet.learning.optimisers import START, ClippedAdamax


def weights(*values):
    return nn.Parameter(torch.tensor(values, dtype=torch.float64))


def follow(optimiser, weight, gradients):
    """Take a step for each gradient; what the optimiser was left with of it."""
    kept = []
    for gradient in gradients:
        weight.grad = torch.tensor(gradient, dtype=torch.float64)
        optimiser.step()
        kept.append(weight.grad.tolist())
    return kept


def test_an_entry_goes_no_further_than_beyond_its_largest_so_far():
    weight = weights(0.0, 0.0, 0.0)
    optimiser = ClippedAdamax([weight], lr=0.1, betas=(0.9, 1 - 1e-12), beyond=1.5)
    kept = follow(optimiser, weight, [[1, -2, 0], [100, 100, 100], [-100, 1, -1]])
    assert kept[0] == [1, -2, 0]  # the first is taken as it is
    assert kept[1] == pytest.approx([1.5 + START, 3 + START, START], abs=1e-6)
    largest = [1.5 + START, 3 + START, START]
    expected = [-(1.5 * largest[0] + START), 1, -(1.5 * largest[2] + START)]
    assert kept[2] == pytest.approx(expected, abs=1e-6)


def test_the_largest_is_forgotten_slowly():
    weight = weights(0.0)
    optimiser = ClippedAdamax([weight], betas=(0.9, 0.5), beyond=2)
    kept = follow(optimiser, weight, [[8.0], [0.0], [0.0], [100.0]])
    assert kept[3] == pytest.approx([2 * 8 * 0.5**2 + START], abs=1e-5)


def test_without_jumps_it_is_adamax():
    torch.manual_seed(0)
    mine, other = weights(1.0, -2.0), weights(1.0, -2.0)
    a = ClippedAdamax([mine], lr=0.05, betas=(0.8, 0.95), beyond=1e9)
    b = torch.optim.Adamax([other], lr=0.05, betas=(0.8, 0.95))
    gradients = torch.randn(20, 2, dtype=torch.float64).tolist()
    follow(a, mine, gradients), follow(b, other, gradients)
    assert torch.equal(mine, other)


def test_a_weight_without_a_gradient_stays_and_a_closure_is_called():
    used, unused = weights(1.0), weights(5.0)
    optimiser = ClippedAdamax([used, unused], lr=0.1)

    def closure():
        optimiser.zero_grad()
        loss = (used**2).sum()
        loss.backward()
        return loss.item()

    losses = [optimiser.step(closure) for _ in range(50)]
    assert losses[0] == 1 and losses[-1] < 0.05 and unused.item() == 5


def test_what_a_closure_computes_is_cut_too():
    weight = weights(0.0)
    optimiser = ClippedAdamax([weight], betas=(0.9, 0.99))
    follow(optimiser, weight, [[1.0]])

    def jump():
        weight.grad = torch.tensor([1000.0], dtype=torch.float64)
        return 7.0

    assert optimiser.step(jump) == 7
    assert weight.grad.item() == pytest.approx(1.2 * 1 + START, rel=1e-6)


@pytest.mark.parametrize("beyond", [0.99, 0, -1, float("nan")])
def test_a_limit_below_what_has_been_is_refused(beyond):
    with pytest.raises(ValueError, match=f"beyond must be at least 1, got {beyond}"):
        ClippedAdamax([weights(1.0)], beyond=beyond)
