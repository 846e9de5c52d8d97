"""The studies of listening and looking: a run gives a row, and goals are held."""

import pytest

from mininet.experiments.listening_and_looking import LISTENING, LOOKING

RUN = {"right": 0.995, "whole": 0.97, "there": 0.93, "onward": 0.985, "seconds": 9.0}


@pytest.mark.parametrize("study", [LISTENING, LOOKING])
def test_a_goal_is_reached_when_every_seed_reaches_it(study):
    (name,) = study.trials
    for runs, reached in (([RUN, RUN], True), ([RUN, RUN | {"right": 0.98}], False)):
        (row,) = study.rows([{name: run} for run in runs])
        assert row["reached"] == reached and row["seeds"] == len(runs)


def test_listening_must_go_on_and_looking_must_be_there():
    assert not LISTENING.reached(RUN | {"onward": 0.97})
    assert LISTENING.reached(RUN | {"there": 0.5})
    assert not LOOKING.reached(RUN | {"there": 0.89})
    assert LOOKING.reached(RUN | {"onward": 0.1})
