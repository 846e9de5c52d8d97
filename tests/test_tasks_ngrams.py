"""Dynamic N-grams: what the source does, and that nobody guesses better."""

import math

import pytest
import torch

from mininet.tasks.bits import bits
from mininet.tasks.ngrams import NGrams

task = NGrams()


def draw(batch_size, length, seed=0, context=5):
    source = torch.Generator().manual_seed(seed)
    return NGrams(context).batch(batch_size, length, source)


def sequences(batch):
    """All bits of each sequence, as lists: the inputs, and the last target."""
    ones = torch.cat([batch.inputs > 0, batch.targets[-1:] > 0.5])[..., 0]
    return ones.long().T.tolist()


def guesses(sequence, context, prior):
    """Slow counting: after each bit the chance of a 1, (ones + p) / (all + 2 p).

    Only bits that were drawn from the source are counted, from place 5 on.
    """
    told = []
    for t in range(1, len(sequence)):
        now = sequence[max(0, t - context) : t]
        counts = [0, 0]
        for s in range(5, t):
            if sequence[s - context : s] == now:
                counts[sequence[s]] += 1
        told.append((counts[1] + prior) / (sum(counts) + 2 * prior))
    return told


def cost(chances, sequence):
    """Bits of surprise at all that is asked: from place 5 on."""
    told = zip(chances[4:], sequence[5:], strict=True)
    return -sum(math.log2(chance if bit else 1 - chance) for chance, bit in told)


def test_what_is_asked_at_a_step_is_what_is_read_at_the_next():
    inputs, targets, mask = draw(20, 50)
    assert inputs.shape == targets.shape == (49, 20, 1)
    assert (inputs.abs() == 1).all()
    assert torch.equal(targets[:-1], (inputs[1:] + 1) / 2)
    assert mask[:, 0].tolist() == [0] * 4 + [1] * 45  # guesses at coins do not count
    assert (mask == mask[:, :1]).all()


def test_the_optimum_is_what_slow_counting_gives():
    batch = draw(10, 80)
    chances = torch.sigmoid(task.optimum(batch).double())[..., 0].T.tolist()
    for sequence, ours in zip(sequences(batch), chances, strict=True):
        slow = guesses(sequence, context=5, prior=0.5)
        assert ours[4:] == pytest.approx(slow[4:], abs=1e-6)


def test_the_first_time_in_a_context_the_optimum_is_a_coin():
    batch = draw(30, 6)  # only one bit is asked for, in a context never seen
    assert (task.optimum(batch)[-1] == 0).all()
    assert task.score(task.optimum(batch), batch)["bits"] == pytest.approx(1)


def test_the_optimum_looks_only_back():
    batch = draw(20, 60)
    changed = batch._replace(inputs=batch.inputs.clone())
    changed.inputs[30:] *= -1
    before, after = task.optimum(batch), task.optimum(changed)
    assert torch.equal(before[:30], after[:30]) and not torch.equal(before, after)
    without = batch._replace(targets=torch.zeros_like(batch.targets))
    assert torch.equal(task.optimum(without), before)


def test_on_average_no_other_way_of_counting_does_better():
    batch = draw(150, 200)
    told = sequences(batch)
    best = bits(task.optimum(batch), batch).tolist()
    others = {
        "add 1": (5, 1.0),
        "add 0.1": (5, 0.1),
        "too short a context": (4, 0.5),
        "no context": (0, 0.5),
    }
    for name, (context, prior) in others.items():
        lost = [
            cost(guesses(sequence, context, prior), sequence) - ours
            for sequence, ours in zip(told, best, strict=True)
        ]
        mean = sum(lost) / len(lost)
        spread = math.sqrt(sum((x - mean) ** 2 for x in lost)) / len(lost)
        assert mean > 4 * spread, name  # standard errors above the optimum's cost


def test_the_optimum_beats_guessing_without_counts():
    batch = draw(500, 200)
    unsure = task.score(torch.zeros_like(batch.targets), batch)
    best = task.score(task.optimum(batch), batch)
    assert unsure["bits"] == pytest.approx(195) and best["bits"] < 150
    assert best["above_optimum"] == 0 and best["bits"] == best["optimum"]
    assert unsure["above_optimum"] == pytest.approx(195 - best["bits"])


def test_the_chances_have_the_moments_of_beta_one_half_one_half():
    # After five equal coins, k more of the same mean k draws from one context:
    # the k-th moment of its chance, 1/2, 3/8, 5/16, 35/128.
    told = torch.tensor(sequences(draw(100_000, 9)))
    alike = told == told[:, :1]
    alike = alike[alike[:, :5].all(1)]
    assert 6000 < len(alike) < 6500  # 2 of 32 contexts
    for k, moment in enumerate([1 / 2, 3 / 8, 5 / 16, 35 / 128], start=1):
        share = alike[:, : 5 + k].all(1).double().mean().item()
        assert share == pytest.approx(moment, abs=0.02)


def test_the_first_bits_are_coins():
    told = torch.tensor(sequences(draw(20_000, 6)))
    codes = told[:, :5] @ torch.tensor([16, 8, 4, 2, 1])
    assert torch.bincount(codes, minlength=32).sub(20_000 / 32).abs().max() < 100


def surplus(sequences, context):
    """How far what follows a history depends on one bit more than `context`.

    For every history of each sequence, the squared standard score of the difference
    that the bit before it makes; their mean is about 1 if it makes none.
    """
    scores = []
    for sequence in sequences:
        table = {}
        for t in range(context + 1, len(sequence)):
            before, *history = sequence[t - context - 1 : t]
            counts = table.setdefault(tuple(history), [[0, 0], [0, 0]])
            counts[before][sequence[t]] += 1
        for (zeros, ones), (other_zeros, other_ones) in table.values():
            seen, other = zeros + ones, other_zeros + other_ones
            chance = (ones + other_ones) / (seen + other)
            if min(seen, other) >= 20 and 0.1 < chance < 0.9:
                spread = chance * (1 - chance) * (1 / seen + 1 / other)
                scores.append((ones / seen - other_ones / other) ** 2 / spread)
    return sum(scores) / len(scores)


def test_the_next_bit_depends_on_the_last_five_and_on_no_other():
    told = sequences(draw(60, 1500))
    assert 0.6 < surplus(told, 5) < 1.5
    assert surplus(told, 4) > 10


def test_each_sequence_has_a_source_of_its_own():
    told = torch.tensor(sequences(draw(200, 300, context=1))).double()
    shares = told.mean(1)
    assert shares.std() > 0.2  # one source for all would give about 0.03


def test_a_shorter_context_may_be_chosen():
    batch = draw(10, 40, context=2)
    assert batch.mask[:, 0].tolist() == [0] + [1] * 38
    assert NGrams(2).score(NGrams(2).optimum(batch), batch)["above_optimum"] == 0


def test_a_length_that_leaves_no_bit_to_guess_is_refused():
    with pytest.raises(ValueError, match="above the context, 5, got 5"):
        draw(3, 5)


@pytest.mark.parametrize("context", [0, -1, 2.5, True])
def test_a_context_that_is_no_positive_whole_number_is_refused(context):
    with pytest.raises(ValueError, match=f"context must be.*got {context}"):
        NGrams(context)
