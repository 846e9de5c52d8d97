"""A translator that sees words beside notes, and in training half of the notes only.

It has as many steps as the machine of the study `attention-longer`. Settings were
chosen on seeds from 100 on; results are reported on seeds from 0.
"""

from __future__ import annotations

from dataclasses import replace

from mininet.experiments.attention import (
    CLAIM,
    DROPOUT,
    TRAINING,
    TranslationStudy,
)
from mininet.models.attention_hiding import HidingTranslator
from mininet.studies import Machine, Trial

STUDIES = (
    TranslationStudy(
        name="attention-hiding",
        title="Translation with attention, half of the notes hidden in training",
        trials={
            "hiding": Trial(
                Machine(HidingTranslator, dropout=DROPOUT, hiding=0.5),
                replace(TRAINING, steps=2 * TRAINING.steps),
                replace(CLAIM, system="Words seen beside notes, often without these"),
            ),
        },
    ),
)
