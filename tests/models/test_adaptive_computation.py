"""Adaptive computation time against its equations, and against known mistakes."""

import math

import pytest
import torch

from mininet.models.adaptive_computation import (
    ACTState,
    AdaptiveComputation,
    halt,
    mean,
)
from mininet.models.lstm import LSTM
from mininet.models.ntm import NTM
from mininet.models.rnn import RNN, RNNState


def by_hand(chances, epsilon):
    """The paper's definitions, one sequence and one number at a time."""
    shares, total = [], 0.0
    for n, h in enumerate(chances):
        if total + h >= 1 - epsilon or n == len(chances) - 1:
            shares.append(1 - total)
            break
        shares.append(h)
        total += h
    return shares


def around(kind=RNN, **settings):
    torch.manual_seed(0)
    return AdaptiveComputation(kind(4, 6, 3), **settings).double()


@pytest.mark.parametrize("seed", range(20))
def test_shares_are_those_of_the_definition_and_sum_to_one(seed):
    source = torch.Generator().manual_seed(seed)
    N = int(torch.randint(1, 12, (), generator=source))
    chances = torch.rand(50, N, generator=source, dtype=torch.float64)
    chances = chances ** (1 + 3 * torch.rand(50, 1, generator=source))
    epsilon = float(torch.rand((), generator=source)) * 0.2 + 1e-3
    got = halt(chances, epsilon)
    assert torch.allclose(got.weights.sum(1), torch.ones(50, dtype=torch.float64))
    assert (got.weights >= 0).all()
    for row, times, left, hs in zip(
        got.weights.tolist(), got.times, got.remainder, chances.tolist(), strict=True
    ):
        shares = by_hand(hs, epsilon)
        assert times == len(shares)
        assert row == pytest.approx(shares + [0] * (N - len(shares)), abs=1e-12)
        assert left == pytest.approx(shares[-1], abs=1e-12)


def test_chances_of_three_tenths_take_four_times_and_not_three():
    got = halt(torch.full((1, 10), 0.3, dtype=torch.float64), epsilon=0.01)
    assert got.times.item() == 4
    assert got.weights[0, :4].tolist() == pytest.approx([0.3, 0.3, 0.3, 0.1])
    assert got.weights[0, 4:].tolist() == [0] * 6


def test_epsilon_lets_one_time_be_enough():
    assert halt(torch.tensor([[0.995, 0.9]]), epsilon=0.01).times.item() == 1
    assert halt(torch.tensor([[0.985, 0.9]]), epsilon=0.01).times.item() == 2


@pytest.mark.parametrize("value", [0.0, 1.0, 1e-30])
def test_chances_at_their_extremes_stay_finite(value):
    chances = torch.full((2, 5), value, requires_grad=True)
    got = halt(chances)
    assert got.weights.sum(1).tolist() == [1, 1]
    assert got.times.tolist() == ([1, 1] if value == 1 else [5, 5])
    (got.times + got.remainder).sum().backward()
    assert chances.grad.isfinite().all()


def test_the_state_is_weighted_by_the_chances_not_by_the_count():
    weights = torch.tensor([[0.7, 0.2, 0.1]])
    states = RNNState(torch.tensor([1.0, 2.0, 4.0]).reshape(3, 1, 1))
    assert mean(weights, states).hidden.item() == pytest.approx(1.5)  # count: 2.33


@pytest.mark.parametrize("kind", [RNN, LSTM])
def test_a_step_is_the_sum_of_the_papers_equations(kind):
    model = around(kind, epsilon=0.05, limit=7, halting_bias=-0.5)
    x = torch.randn(1, 3, dtype=torch.float64)
    start = model.initial_state(1)
    y, after = model.step(x, start)
    inner, said, states, chances = start.cell, [], [], []
    for n in range(7):
        flag = torch.tensor([[float(n == 0)]], dtype=torch.float64)
        out, inner = model.cell.step(torch.cat([x, flag], 1), inner)
        said.append(out[:, :-1])
        states.append(inner)
        chances.append(torch.sigmoid(out[0, -1] - 0.5).item())
    shares = by_hand(chances, 0.05)
    assert after.times.item() == len(shares)
    want = sum(p * v for p, v in zip(shares, said, strict=False))
    assert torch.allclose(y, want)
    for field in range(len(inner)):
        parts = zip(shares, states, strict=False)
        assert torch.allclose(after.cell[field], sum(p * s[field] for p, s in parts))


def test_a_cell_that_stops_at_once_is_the_cell_itself():
    model = around(halting_bias=50.0)
    xs = torch.randn(5, 4, 3, dtype=torch.float64)
    flagged = torch.cat([xs, torch.ones(5, 4, 1, dtype=torch.float64)], 2)
    ys, states = model.trace(xs)
    assert torch.allclose(ys, model.cell(flagged)[..., :-1])
    assert (states.times == 1).all()


def test_sequences_of_a_batch_do_not_know_of_each_other():
    model = around(halting_bias=-1.5)
    xs = 3 * torch.randn(4, 6, 3, dtype=torch.float64)
    ys, states = model.trace(xs)
    assert len(states.times.unique()) > 1  # some think longer than others
    for b in range(6):
        alone, one = model.trace(xs[:, b : b + 1])
        assert torch.allclose(alone[:, 0], ys[:, b])
        assert torch.allclose(one.remainder[:, 0], states.remainder[:, b])


@pytest.mark.parametrize("kind", [RNN, LSTM])
def test_the_gradient_is_that_of_finite_differences(kind):
    model = around(kind, halting_bias=-1.0)
    xs = torch.randn(2, 3, 3, dtype=torch.float64)
    weights = list(model.parameters())

    def cost():
        ys, states = model.trace(xs)
        return ys.square().sum() + 0.1 * (states.times + states.remainder).sum()

    given = torch.autograd.grad(cost(), weights)
    for weight, gradient in zip(weights, given, strict=True):
        towards = torch.randn_like(weight)
        with torch.no_grad():
            weight += 1e-6 * towards
            above = cost()
            weight -= 2e-6 * towards
            below = cost()
            weight += 1e-6 * towards
        slope = (above - below) / 2e-6
        assert torch.allclose(slope, (gradient * towards).sum(), rtol=1e-5, atol=1e-7)


def test_it_runs_around_a_machine_with_a_memory_of_its_own():
    torch.manual_seed(0)
    cell = NTM(4, 3, controller_size=6, locations=5, width=3)
    model = AdaptiveComputation(cell, halting_bias=-1.0)
    ys, last = model.unroll(torch.randn(3, 2, 3))
    assert ys.shape == (3, 2, 2) and ys.isfinite().all()
    assert isinstance(last, ACTState) and (last.times >= 2).all()


def test_no_step_thinks_longer_than_the_limit():
    model = around(limit=3, halting_bias=-50.0)
    _, last = model.unroll(torch.randn(2, 2, 3, dtype=torch.float64))
    assert last.times.tolist() == [3, 3]
    assert last.remainder.tolist() == pytest.approx([1, 1])


@torch.no_grad()
def test_noise_moves_the_halting_units_score_and_only_in_training():
    how = {"halting_bias": -1.0, "limit": 2}
    quiet, loud = around(**how), around(**how, halting_noise=2)
    x, cell = torch.randn(2000, 3, dtype=torch.float64), loud.cell.initial_state(2000)
    cell = RNNState(cell.hidden.double())
    still, _, chances = quiet.think(x, cell)
    said, _, moved = loud.think(x, cell)
    off = torch.logit(moved) - torch.logit(chances)
    assert torch.allclose(said[0], still[0])  # what it says is left alone
    assert off[:, 0].mean().abs() < 0.15
    assert off[:, 0].std().item() == pytest.approx(2, abs=0.15)
    assert torch.corrcoef(off.T)[0, 1].abs() < 0.1  # new at each time
    assert torch.equal(loud.eval().think(x, cell)[2], chances)


@pytest.mark.parametrize("noise", [-1, math.nan])
def test_noise_below_zero_is_refused(noise):
    with pytest.raises(ValueError, match="halting_noise must be at least 0, got"):
        around(halting_noise=noise)


@pytest.mark.parametrize("epsilon", [0, 1, -0.1, math.nan])
def test_an_epsilon_out_of_range_is_refused(epsilon):
    with pytest.raises(ValueError, match="epsilon must be between 0 and 1"):
        around(epsilon=epsilon)
    with pytest.raises(ValueError, match="epsilon must be between 0 and 1"):
        halt(torch.rand(2, 3), epsilon)


def test_a_cell_without_room_for_the_halting_is_refused():
    with pytest.raises(ValueError, match="output_size must be at least 2"):
        AdaptiveComputation(RNN(3, 4, 1))
    with pytest.raises(ValueError, match="input_size must be at least 2"):
        AdaptiveComputation(RNN(1, 4, 2))
    with pytest.raises(ValueError, match="chances must be"):
        halt(torch.rand(3))
