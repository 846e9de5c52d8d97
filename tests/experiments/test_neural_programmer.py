"""The Neural Programmer's studies: seeds side by side, and what counts as right."""

import math

import pytest
import torch

from mininet.experiments import neural_programmer as study
from mininet.experiments.neural_programmer_lstm import Answers, Reading
from mininet.learning import Training
from mininet.models.neural_programmer import Output
from mininet.tasks.tables import DIFFERENCES, SIMPLE, Tables

torch.set_num_threads(1)
SHORT = Training(steps=3, lengths=4, batch_size=2)


def trained(seeds, **tricks):
    return study.learn(
        Tables(), seeds, SHORT, study.Tricks(**tricks), progress=False
    ).models


@pytest.mark.parametrize("tricks", [{}, {"gradient_noise": 0.1}])
def test_a_seed_learns_the_same_alone_and_beside_others(tricks):
    alone, beside = trained([4], **tricks)[0], trained([3, 4], **tricks)[1]
    for one, other in zip(alone.parameters(), beside.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


@pytest.mark.parametrize(
    "tricks",
    [
        {"noise": 0.0},
        {"first_scores": 4.0},
        {"long_kinds": 1.0},
        {"gradient_noise": 0.1},
        {"from_the_end": False},
        {"dropout": 0.5, "everywhere": True},
        {"smooth": True},
        {"variety": 0.1},
    ],
)
def test_each_trick_changes_what_is_learned(tricks):
    one, other = trained([0])[0], trained([0], **tricks)[0]
    assert not torch.allclose(one.operations, other.operations)


@pytest.mark.parametrize("everywhere", [False, True])
def test_operations_are_left_out_where_a_difference_is_asked_for_or_everywhere(
    everywhere,
):
    task = Tables(kinds=(*SIMPLE[:2], DIFFERENCES[0]))
    tricks = study.Tricks(dropout=0.5, everywhere=everywhere)
    source = torch.Generator().manual_seed(0)
    _, (noise, _) = study._drawn(task, SHORT, tricks, [source], 4, 0.0, 1, 4)
    share = (noise < -study.OUT / 2).view(3, -1).double().mean(1)
    assert share[2] == pytest.approx(0.5, abs=0.2)
    assert (share[:2] > 0.3).tolist() == [everywhere] * 2
    assert everywhere or not share[:2].any()


def test_a_program_of_one_operation_has_no_variety_and_one_of_many_has_more():
    task, model = Tables(), study.Machine().build(Tables(), study.Tricks(), 0)
    practice = study.Practice(model, study.weights(task.kinds, study.Tricks(), 1))
    asked = task.batch(2, 4, torch.Generator().manual_seed(0))
    silent = torch.zeros(42, 4, 9), torch.zeros(42, 4, 1)
    with torch.no_grad():
        model.operations.zero_()
        assert float(practice(asked, silent)[1]) == pytest.approx(math.log(9), abs=1e-4)
        model.bias[0] = 100.0  # always sum
        assert float(practice(asked, silent)[1]) == pytest.approx(0, abs=1e-4)


def test_kinds_of_four_operations_count_three_times_and_all_sum_to_one():
    weights = study.weights(Tables().kinds, study.Tricks(), copies=2)
    assert weights.sum() == pytest.approx(1)
    assert float(weights[9] / weights[0]) == pytest.approx(3)
    assert torch.equal(weights[:21], weights[21:])


def test_an_answer_is_right_if_the_number_or_every_cell_is():
    asked = Tables().batch(1, 5, torch.Generator().manual_seed(0))
    said = Output(
        asked.scalar[:, None], torch.zeros(21, 1, 5), asked.lookup[:, None].clone()
    )
    assert study.right(said, asked).all()
    off = said._replace(scalars=said.scalars + 0.1)
    assert torch.equal(study.right(off, asked), asked.listed)
    flipped = said.lookups.clone()
    flipped[:, 0, 2] = 1 - flipped[:, 0, 2]
    wrong = study.right(said._replace(lookups=flipped), asked)
    assert torch.equal(wrong, ~asked.listed)


def test_the_lstm_reads_words_then_numbers_then_cells():
    task = Tables()
    asked = task.batch(1, 4, torch.Generator().manual_seed(0))
    read = Reading(task).inputs(asked)
    V = len(task.words)
    assert read.shape == (task.most + 2 + 4, 21, V + 3)
    assert torch.equal(read[-4:, :, V + 1].T, asked.table[..., 0])
    assert torch.equal(read[task.most : task.most + 2, :, V].T, asked.numbers)
    assert read[: task.most, :, :V].sum(2).T.tolist() == (
        (asked.question.words >= 0).float().tolist()
    )


def test_an_answer_off_by_less_than_a_half_is_near_enough():
    class Knows(torch.nn.Module):
        def forward(self, xs):
            ys = torch.zeros(len(xs), xs.shape[1], 2)
            ys[-1, :, 0] = asked.scalar + 0.4
            ys[-4:, :, 1] = 2 * asked.lookup[..., 0].T - 1
            return ys

    asked = Tables().batch(2, 4, torch.Generator().manual_seed(0))
    assert Answers().score(Knows(), asked)["right"] == 1.0
