"""Systems that ask something else of a step are trained by the same loop."""

from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mininet.learning import (
    Loss,
    Now,
    Objective,
    Optimiser,
    Scoring,
    Staged,
    Stages,
    Supervised,
    Training,
    train,
)
from mininet.learning.noise import RisingNoise
from mininet.tasks.copying import RepeatCopy

torch.set_num_threads(1)


class Questions(NamedTuple):
    """A batch of another kind than that of the sequences."""

    asked: Tensor
    answers: Tensor


class Halting(nn.Module):
    """Answers, and says how long it pondered."""

    def __init__(self) -> None:
        super().__init__()
        self.answer, self.ponder = nn.Linear(2, 1), nn.Linear(2, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.answer(x), F.softplus(self.ponder(x))


class Pondering(Objective[Halting, Questions]):
    """Right answers, and a price on how long the model says that it took."""

    def __init__(self, price: float) -> None:
        self.price = price

    def batch(self, size, length, generator):
        asked = torch.randn(size, 2, generator=generator)
        return Questions(asked, asked.sum(1, keepdim=True))

    def loss(self, model, batch, generator):
        said, steps = model(batch.asked)
        wrong, cost = F.mse_loss(said, batch.answers), self.price * steps.mean()
        return Loss(wrong + cost, {"wrong": wrong.item(), "steps": steps.mean().item()})

    def score(self, model, batch):
        said, steps = model(batch.asked)
        error = F.mse_loss(said, batch.answers).item()
        return {"mse": error, "steps": steps.mean().item()}


def trained(model: nn.Module, objective: Any, steps: int = 300, **more: Any) -> Any:
    training = Training(steps, lengths=1, scoring=Scoring(times=1), **more)
    return train(model, objective, training, progress=False)


def test_a_cost_of_the_models_own_outputs_can_be_minimised_beside_the_task():
    torch.manual_seed(0)
    cheap, dear = Halting(), Halting()
    history = trained(cheap, Pondering(0.0)), trained(dear, Pondering(0.3))
    (_, free), (_, paid) = (one.scores[-1] for one in history)
    assert free["mse"] < 0.01 and paid["mse"] < 0.05
    assert paid["steps"] < 0.5 * free["steps"]
    assert history[1].told[-1]["steps"] == pytest.approx(paid["steps"], rel=0.5)
    assert set(history[1].told[-1]) == {"wrong", "steps"}


class Gambler(nn.Module):
    """Bets on one of three, and expects a reward."""

    def __init__(self) -> None:
        super().__init__()
        self.bets = nn.Parameter(torch.zeros(3))
        self.baseline = nn.Linear(1, 1)


class Reinforce(Objective[Gambler, Questions]):
    """The rewards are 0, 1 and 3 and have no gradient; a baseline is learned beside."""

    rewards = torch.tensor([0.0, 1.0, 3.0])

    def batch(self, size, length, generator):
        return Questions(torch.ones(size, 1), self.rewards)

    def loss(self, model, batch, generator):
        chances = torch.softmax(model.bets, 0)
        drawn = torch.multinomial(
            chances.detach(), len(batch.asked), replacement=True, generator=generator
        )
        reward = batch.answers[drawn]
        expected = model.baseline(batch.asked)[:, 0]
        better = (reward - expected).detach()
        actor = -(better * chances[drawn].log()).mean()
        critic = F.mse_loss(expected, reward)
        return Loss(actor + critic, {"loss": -reward.mean().item()})

    def score(self, model, batch):
        chances = torch.softmax(model.bets, 0)
        return {
            "best": chances[2].item(),
            "baseline": model.baseline(batch.asked)[0, 0].item(),
        }


def test_a_loss_may_draw_from_chance_and_learn_a_baseline_apart():
    torch.manual_seed(0)
    runs = []
    for _ in range(2):
        torch.manual_seed(0)
        apart = {"baseline": Optimiser(0.1, clip_norm=None)}
        runs.append(
            trained(Gambler(), Reinforce(), optimiser=Optimiser(0.05), apart=apart)
        )
        torch.rand(())  # the draws are not torch's own
    score = runs[0].scores[-1][1]
    assert score["best"] > 0.9 and score["baseline"] == pytest.approx(3, abs=0.5)
    assert runs[0].losses == runs[1].losses  # and the loss that is told is the reward
    assert runs[0].losses[-1] == pytest.approx(-3, abs=0.5)


class Echoing(nn.Module):
    """Guesses the next number from the one before."""

    def __init__(self) -> None:
        super().__init__()
        self.next = nn.Linear(1, 1)


class TeacherForcing(Objective[Echoing, Questions]):
    """Learns from the true number before, and is scored on going on by itself."""

    def batch(self, size, length, generator):
        first = torch.rand(size, 1, generator=generator)
        return Questions(first, torch.stack([first * 0.5**k for k in range(length)]))

    def loss(self, model, batch, generator):
        return Loss(F.mse_loss(model.next(batch.answers[:-1]), batch.answers[1:]))

    def score(self, model, batch):
        said = [batch.asked]
        for _ in batch.answers[1:]:
            said.append(model.next(said[-1]))
        return {"free": F.mse_loss(torch.stack(said), batch.answers).item()}


def test_what_is_scored_may_be_read_in_another_way_than_what_is_learned():
    torch.manual_seed(0)
    model = Echoing()
    training = Training(400, lengths=6, scoring=Scoring(times=2))
    history = train(model, TeacherForcing(), training, progress=False)
    first, last = (score["free"] for _, score in history.scores)
    assert last < 1e-3 and last < first
    assert model.next.weight.item() == pytest.approx(0.5, abs=0.1)


def test_stages_are_learned_from_and_the_whole_is_scored():
    whole = RepeatCopy(repeats=(2, 10))
    easy, middle = (Supervised(RepeatCopy(repeats=(n, n))) for n in (1, 2))
    stages = Stages(((0.25, easy), (0.5, middle)), then=Supervised(whole))
    objective = Staged(Supervised(whole), stages=stages)
    at = [objective.at(Now(step, 8, 0.1)).task.repeats for step in (1, 2, 3, 4, 5, 8)]
    assert at == [(1, 1), (1, 1), (2, 2), (2, 2), (2, 10), (2, 10)]
    batch = objective.batch(1, 3, torch.Generator().manual_seed(0))
    same = whole.batch(1, 3, torch.Generator().manual_seed(0))
    assert torch.equal(batch.inputs, same.inputs)


def test_noise_rises_in_a_line_to_its_share_of_the_steps_and_stays():
    class Noisy(nn.Linear):
        noise = 9.0

    class Listening(Pondering):
        def loss(self, model, batch, generator):
            heard.append(model.noise)
            return Loss(model(batch.asked).square().mean())

        def score(self, model, batch):
            return {}

    heard: list[float] = []
    trained(Noisy(2, 1), RisingNoise(Listening(0), 0.5, 1.2), steps=10)
    wanted = [0.5 + 0.7 * min(1, step / 6) for step in range(1, 11)]
    assert heard == pytest.approx(wanted)
