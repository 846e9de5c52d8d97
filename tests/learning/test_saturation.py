"""The cost of values that a hard nonlinearity cuts."""

import pytest
import torch
from torch import nn

from mininet.models.neural_gpu import DiagonalNeuralGPU
from mininet.saturation import SaturationCost

torch.set_num_threads(1)


def layer(outputs):
    """A module whose outputs are its only weight, (B, M, n)."""

    class Same(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.tensor(outputs))

        def forward(self, x):
            return self.weight * x

    return Same()


def test_it_pulls_back_what_is_beyond_and_leaves_alone_what_is_not():
    one = layer([[[0.0, 0.8, 1.0], [-0.5, -3.0, -0.85]]])
    with SaturationCost([one]) as cost:
        one(torch.ones(()))
        cost(torch.tensor(2.0), 0.1).backward()
    pull = one.weight.grad[0]
    assert pull[0, 2] == -pull[1, 1] > 0  # both come nearer to 0, as fast
    assert pull.count_nonzero() == 2


@pytest.mark.parametrize("weight", [0.0, 1.0, 3.0])
def test_its_size_is_its_weight_times_the_rate_times_the_loss(weight):
    torch.manual_seed(0)
    model = DiagonalNeuralGPU(3, 3, maps=6)
    layers = [model.see, model.keep, model.content]
    with SaturationCost(layers, weight) as cost:
        model(torch.randn(5, 4, 3))
        size = cost(torch.tensor(2.5), 0.01)
    assert size.item() == pytest.approx(weight * 0.01 * 2.5)


def test_it_weighs_all_layers_steps_and_lengths_as_the_mean_over_cells_and_steps():
    torch.manual_seed(0)
    model = DiagonalNeuralGPU(3, 3, maps=6, dropout=0)
    layers = [model.see, model.keep, model.content]
    batches = [torch.randn(n, 4, 3) for n in (5, 3)]
    with SaturationCost(layers) as cost:
        for inputs in batches:
            model(inputs)
        cost(torch.tensor(1.0), 1.0).backward()
    found = [layer.weight.grad.clone() for layer in layers]
    model.zero_grad()
    excess = torch.zeros(())
    for inputs in batches:
        for state in model.trace(inputs)[1][:-1]:
            see, keep = model.see(state), model.keep(state)
            content = model.content((see / 2 + 0.5).clamp(0, 1) * state)
            for out in (see, keep, content):
                over = (out.abs() - 0.9).clamp(min=0)
                excess = excess + over.sum(1).mean() / len(inputs)
    (excess / excess.item()).backward()
    for gradient, layer in zip(found, layers, strict=True):
        torch.testing.assert_close(gradient, layer.weight.grad)


def test_each_call_begins_anew():
    one = layer([[[2.0]]])
    with SaturationCost([one]) as cost:
        one(torch.ones(()))
        assert cost(torch.tensor(1.0), 1.0).item() == 1
        assert cost(torch.tensor(1.0), 1.0).item() == 0


def test_where_nothing_is_beyond_there_is_no_cost_and_no_nan():
    one = layer([[[0.5, -0.9]]])
    with SaturationCost([one]) as cost:
        one(torch.ones(()))
        size = cost(torch.tensor(1.0), 1.0)
    assert size.item() == 0
    size.backward()
    assert torch.equal(one.weight.grad, torch.zeros(1, 1, 2))


def test_it_does_not_watch_scorings_nor_what_comes_after_its_end():
    one = layer([[[2.0]]])
    with SaturationCost([one]) as cost:
        with torch.no_grad():
            one(torch.ones(()))
        one.eval()
        one(torch.ones(()))
        one.train()
        assert cost(torch.tensor(1.0), 1.0).item() == 0
    one(torch.ones(()))
    assert cost(torch.tensor(1.0), 1.0).item() == 0


def test_what_was_watched_when_a_training_failed_is_forgotten():
    one = layer([[[2.0]]])
    cost = SaturationCost([one])
    with pytest.raises(RuntimeError, match="failed"), cost:
        one(torch.ones(()))
        raise RuntimeError("failed")
    assert cost(torch.tensor(1.0), 1.0).item() == 0


@pytest.mark.parametrize("weight", [-1.0, float("nan")])
def test_a_weight_that_makes_no_sense_is_refused(weight):
    with pytest.raises(ValueError, match=f"weight must be at least 0, got {weight}"):
        SaturationCost([], weight)
