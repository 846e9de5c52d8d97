"""A small translator that a page can carry: its weights travel with the figure."""

from __future__ import annotations

from dataclasses import replace

from mininet.experiments.attention import DROPOUT
from mininet.experiments.attention import STUDIES as LARGER
from mininet.models.attention import AdditiveTranslator
from mininet.studies import Machine

(_larger,) = LARGER
_trial = _larger.trials["additive"]
WATCHED = replace(
    _larger,
    name="attention-watched",
    title="A small translator with additive attention, to be watched",
    trials={
        "additive": replace(
            _trial, machine=Machine(AdditiveTranslator, size=24, dropout=DROPOUT)
        )
    },
)
STUDIES = (WATCHED,)
