"""The Neural Turing Machine's studies: what they train, test and tell."""

from dataclasses import replace

import pytest
import torch

from mininet import checkpoints
from mininet.experiments import ntm
from mininet.experiments.ntm import COPY, REPEAT, STABILITY, Case, NTMStudy
from mininet.learning import Now
from mininet.recurrent import count_parameters
from mininet.tasks.copying import Copy, RepeatCopy
from tests.experiments.cut import few

torch.set_num_threads(1)
COMPARED = [study for study in ntm.STUDIES if "lstm" in study.trials]
each = pytest.mark.parametrize("study", COMPARED, ids=lambda study: study.name)


@each
def test_the_lstm_has_as_many_weights_and_sees_as_many_sequences(study):
    counts = {s: count_parameters(study.build(s)) for s in ("ntm", "lstm")}
    steps = {s: study.trials[s].training.steps for s in ("ntm", "lstm")}
    assert counts["ntm"] <= counts["lstm"] and steps["ntm"] <= steps["lstm"]


def test_a_long_test_runs_in_the_rows_that_are_said_and_on_the_seeds_own_sequences(
    monkeypatch,
):
    asked = []

    def spy(model, objective, *, length, sequences, seed):
        asked.append((getattr(model, "locations", None), length, sequences, seed))
        return {"bits": 0.0, "right": 1.0}

    monkeypatch.setattr(ntm, "evaluate", spy)
    study = replace(few(COPY), locations=77, tests=ntm.at_lengths(Copy(), 8, 9))
    for seed in (0, 5):
        for system in study.systems:
            study.trained(seed, system)
    assert asked == [
        (rows, length, 2, seed)
        for seed in (0, 5)
        for rows in (77, None)
        for length in (8, 9)
    ]
    assert COPY.locations > COPY.trials["ntm"].machine.sizes["locations"]
    stability = replace(few(STABILITY), locations=78)
    asked.clear()
    stability.trained(6, "without noise")
    assert [(rows, seed) for rows, _, _, seed in asked] == [(78, 6)]


def test_a_case_asks_every_length_of_every_task():
    asked = []

    class Spy(RepeatCopy):
        def batch(self, batch_size, length, generator):
            asked.append((length, self.repeats))
            return super().batch(batch_size, length, generator)

    tasks = (Spy(repeats=(1, 1)), Spy(repeats=(2, 2)))
    study = replace(few(REPEAT), tests={"all": Case((2, 3), tasks)})
    scores = study.tested(study.build("ntm"), "all", 0)
    assert asked == [(2, (1, 1)), (2, (2, 2)), (3, (1, 1)), (3, (2, 2))]
    assert set(scores) == {"bits", "right"}


def test_noise_is_the_machines_alone_and_stages_are_of_both():
    noisy, plain = REPEAT.objective("ntm"), REPEAT.objective("lstm")
    assert (noisy.quiet, noisy.loud) == (0.5, 0.5)
    assert (COPY.objective("ntm").quiet, COPY.objective("ntm").loud) == (0.5, 1.2)
    for step, repeats in (
        (240, (1, 1)),
        (241, (1, 3)),
        (1000, (1, 3)),
        (1001, (1, 10)),
    ):
        now = Now(step, 4000, 0.1)
        assert plain.at(now).task.repeats == repeats
        assert noisy.at(now).objective.task.repeats == repeats
    machine = few(COPY).trained(0, "ntm")[0]
    assert machine.noise == pytest.approx(1.2)
    quiet = few(STABILITY).trained(0, "without noise")[0]
    assert quiet.noise == 0


@pytest.mark.parametrize("study", [s for s in ntm.STUDIES if s.earlier])
def test_lengths_and_tasks_change_together(study: NTMStudy):
    for trial in study.trials.values():
        ends = {end for end, _ in trial.training.lengths.until}
        assert max(end for end, _ in study.earlier) in {*ends, 0.17}


def run_with(bits, scores=(5.0, 0.05, 0.04, 0.03, 0.02)):
    test = {"bits": bits, "right": 0.5}
    return {
        "seconds": 7.0,
        "scores": list(scores),
        "tests": dict.fromkeys(COPY.tests, test),
    }


def test_a_row_counts_the_seeds_that_reach_the_goal():
    runs = [{"ntm": run_with(b), "lstm": run_with(50.0)} for b in (0.1, 0.1, 0.3)]
    machine, lstm = COPY.rows(runs)
    assert machine["ours"].startswith("2 of 3 seeds at 0.1 bits or less")
    assert "at 120: 0.1, worst 0.3, 50% right" in machine["ours"]
    assert not machine["reached"] and lstm["reached"]
    assert COPY.rows(runs[:2])[0]["reached"]
    assert (machine["seeds"], machine["seconds"]) == (3, 7.0)
    both = [{"ntm": run_with(0.1), "lstm": run_with(0.1)}]
    assert [row["reached"] for row in COPY.rows(both)] == [True, False]


def test_a_spike_in_the_last_fifth_of_the_training_is_no_success():
    calm = [0.05] * 20
    assert COPY.meets(run_with(0.01, [9.0] * 16 + calm[:4]))
    for spike in range(16, 20):
        scores = list(calm)
        scores[spike] = 0.11
        assert not COPY.meets(run_with(0.01, scores))


def test_each_variant_changes_only_what_its_name_says():
    differs = {}
    for name, trial in STABILITY.trials.items():
        sizes = {
            k for k, v in ntm.COPY_NTM.sizes.items() if trial.machine.sizes[k] != v
        }
        how = {"noise"} if trial.noise != COPY.trials["ntm"].noise else set()
        clipped = trial.training.optimiser.clip_to_mean is None
        differs[name] = sizes | how | ({"clip"} if clipped else set())
        fixed = trial.training.optimiser.clip_norm
        assert fixed == (10.0 if clipped else None)
        of_copy = COPY.trials["ntm"].training
        assert trial.training.lengths == of_copy.lengths
        assert trial.training.optimiser.rate == of_copy.optimiser.rate
    lean = {"gate_bias", "stay_bias", "ahead_bias"}
    assert differs == {
        "with all three": set(),
        "without a lean": lean,
        "without noise": {"noise"},
        "with a fixed limit": {"clip"},
        "without any of the three": {"noise", "clip"} | lean,
    }


def test_a_row_tells_what_was_found_what_was_held_and_what_goes_far():
    def run(scores, far):
        one = {"seconds": 1.0, "scores": scores, "far": far}
        return dict.fromkeys(STABILITY.systems, one)

    held, lost, never = [9.0, 0.05, 0.1], [0.05, 0.1, 0.11], [9.0, 9.0, 0.11]
    runs = [run(held, 0.95), run(lost, 1.0), run(never, 0.94)]
    row = STABILITY.rows(runs)[0]
    assert row["ours"] == (
        "2 of 3 seeds came to 0.1 bits, 1 held it to the end; "
        "2 copy 95% of the sequences of length 120"
    )
    assert not row["reached"] and STABILITY.rows(runs[:1])[0]["reached"]


@pytest.mark.parametrize(
    ("study", "case", "measure"),
    [
        (ntm.COPY_SMALL, "50", "right"),
        (ntm.REPEAT, "10 rounds of 10", "right"),
        (ntm.NGRAMS, "100", "bits"),
        (ntm.SORT, "20", "bits"),
    ],
)
def test_a_stored_checkpoint_does_what_it_says_it_was_measured_to_do(
    study, case, measure
):
    machine = study.build("ntm")
    about = checkpoints.load(machine, study.name)
    machine.locations = study.locations
    again = study.tested(machine, case, about["seed"])
    assert again[measure] == pytest.approx(about["tests"][case][measure], rel=0.03)
