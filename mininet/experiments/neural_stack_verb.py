"""The verb to the end: a queue and a deque whose controller keeps what it must.

Settings were chosen on seeds from 100 on; results are reported on seeds from 0.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from mininet.experiments.neural_stack import TRAINING, TransductionStudy, crossed
from mininet.learning import Lengths, Scoring
from mininet.models.lstm import LSTM, Gates
from mininet.models.neural_gpu import cut_sigmoid
from mininet.models.neural_stack import Controlled, NeuralDeque, NeuralQueue
from mininet.studies import Machine
from mininet.tasks.transduction import SvoSov

CELLS = 128


class Latch(LSTM):
    """An LSTM whose forget and input gates can be entirely open and entirely shut.

    A sigmoid never says 1, so what waits fades from step to step; and never 0, so some
    of each new candidate is mixed in. Here both gates have the Neural GPU's cut-off
    (Kaiser & Sutskever 2016): 1.2 sigmoid(x) - 0.1, cut to between 0 and 1.
    """

    def gates(self, x: Tensor, hidden: Tensor) -> Gates:
        """What the network decides, from input (B, D) and what it last showed."""
        i, f, g, o = (self.read(x) + self.recur(hidden)).chunk(4, dim=1)
        return Gates(cut_sigmoid(f), cut_sigmoid(i), g.tanh(), o.sigmoid())


class Keeping(Controlled):
    """A network with a store whose controller can keep what waits, for any time.

    The verb waits in the controller while all other words pass through the store.

    Args:
        input_size: K, numbers read at each step.
        output_size: O, numbers written at each step, logits.
        hidden_size: H, cells of the LSTM.
        width: W, numbers in a row of the store.
        noise: standard deviation of the noise on the store's gates while training.
        forget_bias: of the LSTM's forget gate at the start.
    """

    cell = Latch

    def __init__(
        self,
        input_size: int,
        output_size: int,
        hidden_size: int = CELLS,
        width: int = 32,
        noise: float = 0.5,
        forget_bias: float = 3.0,
    ) -> None:
        super().__init__(input_size, output_size, hidden_size, width, noise=noise)
        with torch.no_grad():  # torch.nn.LSTM's order of gates: i, f, g, o
            self.controller.read.bias[hidden_size : 2 * hidden_size] = forget_bias


class KeepingQueue(Keeping, NeuralQueue):
    """A queue with such a controller."""


class KeepingDeque(Keeping, NeuralDeque):
    """A deque with such a controller."""


SIZES = {"hidden_size": CELLS, "width": 32, "noise": 0.5, "forget_bias": 3.0}
ALL = crossed(
    {"SVO-SOV": SvoSov(10)},
    replace(
        TRAINING,
        steps=2400,
        lengths=Lengths(8, 32),
        batch_size=32,
        scoring=Scoring(times=10, size=16, lengths=(64,)),  # to the last step
    ),
    {
        "queue": Machine(KeepingQueue, **SIZES),
        "deque": Machine(KeepingDeque, **SIZES),
    },
)
VERB = TransductionStudy(
    name="neural-stack-verb",
    title="Verb last: a larger queue and deque that keep more",
    trials={
        name: replace(
            one,
            claim=replace(one.claim, system=f"{one.claim.system}, {CELLS} cells"),
        )
        for name, one in ALL.items()
    },
    lengths=(33, 40, 48, 56, 64),
    sequences=200,
)
STUDIES = (VERB,)
