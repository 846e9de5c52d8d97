"""The cost of values that a hard nonlinearity cuts."""

from typing import Any

import pytest
import torch
from torch import nn

from mininet.learning import Loss, Now, Objective, Supervised
from mininet.learning.saturation import SaturationCost, excesses
from mininet.models.neural_gpu import DiagonalNeuralGPU
from mininet.tasks.arithmetic import Copying

torch.set_num_threads(1)
CHANCE = torch.Generator()


class Cut(nn.Module):
    """A model with one layer, whose outputs are its only weight, (B, M, n)."""

    def __init__(self, outputs: Any) -> None:
        super().__init__()
        self.layer = nn.Identity()
        self.weight = nn.Parameter(torch.tensor(outputs))

    def forward(self) -> torch.Tensor:
        return self.layer(self.weight)


class Same(Objective):
    """A loss of 2 that has no gradient of its own."""

    def loss(self, model, batch, generator):
        return Loss(2.0 + 0 * model().sum(), {"beside": 7.0})


def cost(model, weight=1.0, rate=0.1, objective=None):
    one = SaturationCost(objective or Same(), ("layer",), weight)
    return one.at(Now(1, 1, rate)).step_loss(model, [None], CHANCE)


def test_it_pulls_back_what_is_beyond_and_leaves_alone_what_is_not():
    model = Cut([[[0.0, 0.8, 1.0], [-0.5, -3.0, -0.85]]])
    cost(model).total.backward()
    pull = model.weight.grad[0]
    assert pull[0, 2] == -pull[1, 1] > 0  # both come nearer to 0, as fast
    assert pull.count_nonzero() == 2


@pytest.mark.parametrize("weight", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("rate", [0.01, 0.2])
def test_its_size_is_its_weight_times_the_rate_times_the_loss(weight, rate):
    loss = cost(Cut([[[2.0, -5.0]]]), weight, rate)
    assert loss.total.item() == pytest.approx(2 + weight * rate * 2)


def test_the_loss_that_is_told_is_the_one_without_it():
    assert cost(Cut([[[2.0]]])).told == {"loss": 2.0, "beside": 7.0}


def test_it_weighs_all_layers_steps_and_lengths_as_the_mean_over_cells_and_steps():
    torch.manual_seed(0)
    model = DiagonalNeuralGPU(2, 3, maps=6, dropout=0)
    task = Copying()
    batches = [task.batch(4, n, torch.Generator().manual_seed(0)) for n in (5, 3)]
    layers = [model.see, model.keep, model.content]
    plain = Supervised(task).step_loss(model, batches, CHANCE).total
    whole = SaturationCost(Supervised(task), rate=0.1).step_loss(model, batches, CHANCE)
    (whole.total - plain).backward()
    found = [layer.weight.grad.clone() for layer in layers]
    model.zero_grad()
    excess = torch.zeros(())
    for batch in batches:
        states = model.trace(batch.inputs)[1]
        for state in states[:-1]:
            see, keep = model.see(state), model.keep(state)
            content = model.content((see / 2 + 0.5).clamp(0, 1) * state)
            for out in (see, keep, content):
                over = (out.abs() - 0.9).clamp(min=0)
                excess = excess + over.sum(1).mean() / len(states[:-1])
    (excess * 0.1 * plain.item() / excess.item()).backward()
    for gradient, layer in zip(found, layers, strict=True):
        torch.testing.assert_close(gradient, layer.weight.grad, atol=1e-6, rtol=1e-3)


def test_where_nothing_is_beyond_there_is_no_cost_and_no_nan():
    model = Cut([[[0.5, -0.9]]])
    loss = cost(model)
    assert loss.total.item() == 2
    loss.total.backward()
    assert torch.equal(model.weight.grad, torch.zeros(1, 1, 2))


def test_layers_are_as_they_were_after_each_step_and_after_a_failure():
    class Fails(Same):
        def loss(self, model, batch, generator):
            model()
            raise RuntimeError("failed")

    model = Cut([[[2.0]]])
    cost(model)
    with pytest.raises(RuntimeError, match="failed"):
        cost(model, objective=Fails())
    with excesses([model.layer]) as found:
        model()
    model()
    assert len(found) == 1 and not model.layer._forward_hooks


@pytest.mark.parametrize("weight", [-1.0, float("nan")])
def test_a_weight_that_makes_no_sense_is_refused(weight):
    with pytest.raises(ValueError, match=f"weight must be at least 0, got {weight}"):
        SaturationCost(Same(), weight=weight)
