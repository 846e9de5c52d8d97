"""The translator with additive attention, trained for twice as long.

In the study beside it, three translators have the same number of steps; the one with
additive attention is still learning when they end. Settings were chosen on seeds from
100 on; results are reported on seeds from 0.
"""

from __future__ import annotations

from dataclasses import replace

from mininet.experiments.attention import (
    CLAIM,
    DROPOUT,
    TRAINING,
    TranslationStudy,
)
from mininet.models.attention import AdditiveTranslator
from mininet.studies import Machine, Trial

STUDIES = (
    TranslationStudy(
        name="attention-longer",
        title="Translation with attention, trained for twice as long",
        trials={
            "additive": Trial(
                Machine(AdditiveTranslator, dropout=DROPOUT),
                replace(TRAINING, steps=2 * TRAINING.steps),
                replace(CLAIM, system="The same as above, trained twice as long"),
            ),
        },
    ),
)
