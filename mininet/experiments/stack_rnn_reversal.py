"""The Stack-RNN gives bits back: the last one first, from rows longer than it learned.

Settings were chosen on seeds from 100 on; results are reported on seeds from 0.
"""

from __future__ import annotations

from mininet.experiments.neural_stack import Asked, TransductionStudy
from mininet.learning import Lengths, Optimiser, Scoring, Training
from mininet.models.stack_rnn import StackRNN
from mininet.studies import Claim, Machine
from mininet.tasks.transduction import Reversal

REVERSAL = TransductionStudy(
    name="stack-rnn-reversal",
    title="The Stack-RNN gives bits back in reverse",
    trials={
        "Stack-RNN, reverse": Asked(
            Machine(StackRNN, hidden_size=40, noise=1.0),
            Training(
                steps=1000,
                lengths=Lengths(3, 19, rising=0.5),
                batch_size=16,
                optimiser=Optimiser(1e-2, clip_norm=None, clip_to_mean=1.5),
                scoring=Scoring(size=16, lengths=(19,)),
            ),
            Claim(
                "Stack-RNN",
                "bits in reverse, trained on 3 to 19",
                "memorises sequences, trained below 20 and tested to 60",
                "joulin2015",
                "notebooks/08-stack-rnn",
            ),
            Reversal(2),
            paper=1.0,
        )
    },
    lengths=(20, 30, 40, 50, 60),
    sequences=50,
)
STUDIES = (REVERSAL,)
