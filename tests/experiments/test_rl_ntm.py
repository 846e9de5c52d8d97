"""The studies of the RL-NTM: seeds side by side, and what is told of them."""

from dataclasses import replace

import pytest
import torch

from mininet.experiments import rl_ntm as study
from mininet.learning import Training, train
from mininet.learning.reinforce import Curriculum, Reinforce
from mininet.tasks.tapes import Copy, ForwardReverse, RepeatCopy, Reverse

torch.set_num_threads(1)
SHORT = Training(steps=4, lengths=4, batch_size=6)


def learned(task, seeds, training=SHORT, **how):
    objective = Reinforce(task, curriculum=Curriculum(longest=4), **how)
    return study.learn(objective, seeds, training, progress=False)


def same(one, other):
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all(torch.allclose(a, b, atol=1e-5) for a, b in pairs)


@pytest.mark.parametrize("task", [Reverse(), ForwardReverse(), RepeatCopy()])
def test_a_seed_learns_the_same_alone_and_beside_others(task):
    (alone,), (_, beside) = learned(task, [4]).models, learned(task, [3, 4]).models
    assert same(alone, beside)


def test_side_by_side_a_seed_learns_what_the_one_loop_teaches():
    (beside,) = learned(Copy(), [2]).models
    alone = study.Machine().build(Copy(), 2)
    objective = Reinforce(Copy(), curriculum=Curriculum(longest=4))
    history = train(alone, objective, SHORT, seed=2, progress=False)
    assert same(alone, beside)
    assert learned(Copy(), [2]).errors[:, 0].tolist() == pytest.approx(
        history.losses, abs=1e-5
    )


@pytest.mark.parametrize(
    "how",
    [{"baseline": False}, {"curiosity": 0.0}, {"forgets": 0.0}],
    ids=lambda how: next(iter(how)),
)
def test_each_choice_of_how_to_learn_changes_what_is_learned(how):
    assert not same(
        learned(Copy(), [0]).models[0], learned(Copy(), [0], **how).models[0]
    )


def test_a_study_leaves_its_own_curriculum_as_it_is():
    objective = Reinforce(Copy(), curriculum=Curriculum(longest=4, enough=2.0))
    found = study.learn(objective, [0, 1], SHORT, progress=False)
    assert found.lengths.tolist() == [[1, 1], [2, 2], [3, 3], [4, 4]]
    assert objective.curriculum.level == 1


def test_a_seed_is_trained_and_told_in_a_row_a_system():
    whole = study.STUDIES[2]
    short = replace(
        whole,
        together=2,
        test_sequences=5,
        trials={
            name: replace(trial, training=SHORT) for name, trial in whole.trials.items()
        },
    )
    runs = [
        short.gathered({name: short.trained(seed, name)[1] for name in short.systems})
        for seed in (0, 1)
    ]
    for run, row in zip(short.systems, short.rows(runs), strict=True):
        assert row["seeds"] == 2 and "of 2 seeds" in row["ours"]
        assert not row["reached"] and len(runs[0][run]["errors"]) == 4
    assert runs[0]["direct"] != runs[0]["lstm"] != runs[1]["lstm"]
