"""Learning from questions that are there already; how well each task is answered."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mininet.recurrent import check_sizes
from mininet.tasks.babi.encoding import Batch, some

AT_ONCE = 500  # questions in a batch that is only scored


class Asked:
    """Draw from a fixed set of questions, and ask for the word that answers each.

    A task as others, so that `Supervised` learns from it. The questions of a batch are
    drawn with replacement, each with the same chance.

    Args:
        questions: all there are.
    """

    def __init__(self, questions: Batch) -> None:
        self.questions = questions

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Any:
        """Draw some of the questions; stories are as long as they are.

        Args:
            batch_size: how many.
            length: has no meaning here.
            generator: of the draw.
        """
        check_sizes(batch_size=batch_size)
        there = len(self.questions.answers)
        return some(
            self.questions, torch.randint(there, (batch_size,), generator=generator)
        )

    def loss(self, outputs: Tensor, batch: Any) -> Tensor:
        """Mean surprise at the answer, in nats, of logits over words (B, V)."""
        return F.cross_entropy(outputs, batch.answers)

    def score(self, outputs: Tensor, batch: Any) -> dict[str, float]:
        """The share of questions whose most likely word is not the answer."""
        wrong = outputs.argmax(-1) != batch.answers
        return {"error": float(wrong.double().mean())}


def answered(model: nn.Module, batch: Batch) -> Tensor:
    """The word that a model finds most likely for each question, (B,).

    The model does not train meanwhile, nor keep gradients.
    """
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            places = torch.arange(len(batch.answers)).split(AT_ONCE)
            return torch.cat(
                [model(some(batch, chosen)).argmax(-1) for chosen in places]
            )
    finally:
        model.train(was_training)


def errors_by_task(model: nn.Module, batch: Batch) -> dict[int, float]:
    """The share of questions of each task that a model gets wrong, in their order."""
    wrong = (answered(model, batch) != batch.answers).double()
    return {
        task: float(wrong[batch.tasks == task].mean())
        for task in sorted(set(batch.tasks.tolist()))
    }
