"""The Stack-RNN adds: binary numbers with more digits than it learned from.

Settings were chosen on seeds from 100 on; results are reported on seeds from 0.
"""

from __future__ import annotations

from mininet.experiments.neural_stack import Asked, TransductionStudy
from mininet.learning import Lengths, Optimiser, Scoring, Training
from mininet.models.stack_rnn import StackRNN
from mininet.studies import Claim, Machine
from mininet.tasks.line_sums import LineSums

ADDITION = TransductionStudy(
    name="stack-rnn-addition",
    title="The Stack-RNN adds binary numbers",
    trials={
        "Stack-RNN, sums": Asked(
            Machine(StackRNN, hidden_size=40, noise=1.0),
            Training(
                steps=2000,
                lengths=Lengths(2, 19, rising=0.7),
                batch_size=64,
                optimiser=Optimiser(1e-2, clip_norm=None, clip_to_mean=1.5),
                scoring=Scoring(size=32, lengths=(19,)),
            ),
            Claim(
                "Stack-RNN",
                "sums of binary numbers, trained on 2 to 19 digits",
                "adds, trained below 20 digits and tested to 60",
                "joulin2015",
                "notebooks/08-stack-rnn",
            ),
            LineSums(),
            paper=1.0,
        )
    },
    lengths=(20, 30, 40, 50, 60),
    sequences=100,
)
STUDIES = (ADDITION,)
