"""The Neural Programmer: three more tricks, all together and one left away.

Settings were chosen on seeds from 100; results are reported on seeds from 0.
"""

from __future__ import annotations

from dataclasses import replace

from mininet.experiments.neural_programmer import (
    ALONE,
    CLAIM,
    MACHINE,
    TRAINING,
    ProgrammerStudy,
    Tricks,
)
from mininet.studies import Trial

SEVEN = Tricks(dropout=0.2, everywhere=True, smooth=True, variety=0.1)
TRICKS = {
    "seven": SEVEN,
    "nothing left out": replace(SEVEN, dropout=0.0),
    "larger side": replace(SEVEN, smooth=False),
    "no variety": replace(SEVEN, variety=0.0),
}
NAMES = {
    "seven": "Neural Programmer, all seven tricks",
    "nothing left out": "without leaving operations out",
    "larger side": "with a slope for the larger side of or",
    "no variety": "without a gain for variety",
}
STUDIES = (
    ProgrammerStudy(
        name="neural-programmer-more",
        title="The Neural Programmer on one column: three more tricks",
        trials={
            name: Trial(
                MACHINE,
                TRAINING,
                replace(CLAIM if name == "seven" else ALONE, system=NAMES[name]),
            )
            for name in TRICKS
        },
        tricks=TRICKS,
    ),
)
