"""Arithmetic tasks against Python's whole numbers; the hard cases are what they say."""

import math
import random
from itertools import product

import pytest
import torch

from mininet.tasks import Batch
from mininet.tasks.arithmetic import (
    Addition,
    Copying,
    Counting,
    Duplicating,
    LineAddition,
    Multiplication,
    Reversing,
    Symbols,
    add,
    carries_of,
    digits,
    hard_products,
    hard_sums,
    longest_carry,
    multiply,
    random_carries,
    random_runs,
    surprise,
    uneven_numbers,
    whole,
)

# A task, and how many positions and how many digits of the answer `length` makes.
TASKS = [
    (Addition(), lambda n: n + 1, lambda n: n + 1),
    (Addition(carries=0.5), lambda n: n + 1, lambda n: n + 1),
    (LineAddition(), lambda n: 2 * n + 1, lambda n: n + 1),
    (LineAddition(carries=1), lambda n: 2 * n + 1, lambda n: n + 1),
    (Multiplication(), lambda n: 2 * n + 1, lambda n: 2 * n),
    (Multiplication(uneven=0.5), lambda n: 2 * n + 1, lambda n: 2 * n),
    (Copying(), lambda n: n, lambda n: n),
    (Reversing(), lambda n: n, lambda n: n),
    (Duplicating(), lambda n: 2 * n, lambda n: 2 * n),
    (Counting(), lambda n: n, lambda n: n),
    (Counting(runs=0.5), lambda n: n, lambda n: n),
]
each = pytest.mark.parametrize(
    ("task", "positions", "answered"), TASKS, ids=[type(t).__name__ for t, *_ in TASKS]
)
LENGTHS = [1, 2, 7, 20, 64, 1000, 2000]
long_and_short = pytest.mark.parametrize("length", LENGTHS)


def source(seed=0):
    return torch.Generator().manual_seed(seed)


def draw(task, length, batch_size=6, seed=0):
    return task.batch(batch_size, length, source(seed))


def sure(targets):
    """Logits of 20 for the target and of 0 for the other two symbols."""
    return 20 * torch.nn.functional.one_hot(targets, 3).float()


def numbers_of(digits):
    """Python's whole numbers for digits (B, n), by adding up powers of two."""
    return [sum(d << i for i, d in enumerate(row)) for row in digits.tolist()]


def pairs(length, batch_size, seed=0):
    """Uniform numbers, and numbers with long carries: two tensors (2 B, n)."""
    plain = torch.randint(2, (2, batch_size, length), generator=source(seed))
    long = random_carries(batch_size, length, source(seed))
    return tuple(torch.cat([x, y]) for x, y in zip(plain, long, strict=True))


def all_pairs(length):
    """Every pair of numbers of `length` digits."""
    rows = list(product([0, 1], repeat=length))
    both = torch.tensor(list(product(rows, rows)))
    return both[:, 0], both[:, 1]


def shown(channels):
    """One-hot channels (n, B, 2) as digits (B, n)."""
    assert (channels.sum(-1) == 1).all() and set(channels.unique().tolist()) <= {0, 1}
    return channels[..., 1].T.long()


def said(batch):
    """The answers: the digits at the first positions, with blanks behind, (B, m)."""
    size = int((batch.targets[:, 0] > 0).sum())
    assert (batch.targets[:size] > 0).all() and (batch.targets[size:] == 0).all()
    return batch.targets[:size].T - 1


# The answers


@long_and_short
def test_digits_and_whole_go_to_and_from_pythons_numbers(length):
    chance = random.Random(length)
    top = 2**length - 1
    for number in [0, 1, top, top // 2, *(chance.randint(0, top) for _ in range(20))]:
        row = digits(number, length)
        assert row.dtype == torch.int64 and row.shape == (length,)
        assert row.tolist() == [number >> i & 1 for i in range(length)]
        assert whole(row) == number


def test_the_least_significant_digit_comes_first():
    assert digits(6, 5).tolist() == [0, 1, 1, 0, 0]
    assert whole(torch.tensor([0, 1, 1, 0, 0])) == 6


@long_and_short
def test_add_says_what_python_says(length):
    a, b = pairs(length, 20 if length > 100 else 200)
    total = add(a, b)
    assert total.shape == (len(a), length + 1) and total.dtype == torch.int64
    sums = [x + y for x, y in zip(numbers_of(a), numbers_of(b), strict=True)]
    assert numbers_of(total) == sums
    assert set(total.unique().tolist()) <= {0, 1}


@long_and_short
def test_multiply_says_what_python_says(length):
    a, b = pairs(length, 4 if length > 100 else 200)
    a[0] = b[0] = 1  # the fullest columns there are
    result = multiply(a, b)
    assert result.shape == (len(a), 2 * length) and result.dtype == torch.int64
    products = [x * y for x, y in zip(numbers_of(a), numbers_of(b), strict=True)]
    assert numbers_of(result) == products
    assert set(result.unique().tolist()) <= {0, 1}


def test_every_pair_of_small_numbers_is_added_and_multiplied_right():
    for length in (1, 2, 3, 4):
        a, b = all_pairs(length)
        x, y = numbers_of(a), numbers_of(b)
        assert len(x) == 4**length
        assert numbers_of(add(a, b)) == [i + j for i, j in zip(x, y, strict=True)]
        assert numbers_of(multiply(a, b)) == [i * j for i, j in zip(x, y, strict=True)]


def at_school(a, b):
    """The carry into each column, and how far the furthest one travels, by hand."""
    carries, born, furthest = [0], None, 0
    for i, (x, y) in enumerate(zip(a, b, strict=True)):
        if x + y + carries[-1] < 2:
            born = None
        elif x + y == 2:
            born = i  # whatever comes in stays here as the digit 1
        carries.append(0 if born is None else 1)
        furthest = max(furthest, 0 if born is None else i + 1 - born)
    return carries, furthest


@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_carries_of_every_small_pair_are_those_made_at_school(length):
    a, b = all_pairs(length)
    by_hand = [at_school(x, y) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    assert carries_of(a, b).tolist() == [carries for carries, _ in by_hand]
    assert longest_carry(a, b).tolist() == [furthest for _, furthest in by_hand]


@long_and_short
def test_carries_of_long_numbers_are_those_made_at_school(length):
    a, b = pairs(length, 20)
    by_hand = [at_school(x, y) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    assert carries_of(a, b).tolist() == [carries for carries, _ in by_hand]
    assert longest_carry(a, b).tolist() == [furthest for _, furthest in by_hand]


@pytest.mark.parametrize("length", [1, 7, 20, 64])
def test_a_carry_comes_in_where_the_lower_digits_overflow(length):
    a, b = pairs(length, 30)
    carries = carries_of(a, b)
    for i in range(length + 1):
        x, y = numbers_of(a[:, :i]), numbers_of(b[:, :i])
        over = [int(p + q >= 2**i) for p, q in zip(x, y, strict=True)]
        assert carries[:, i].tolist() == over


def test_the_longest_carry_of_the_docstrings_examples():
    one, ones = [1, 0, 0, 0, 0], [1] * 5
    a = torch.tensor([one, ones, ones, [0] * 5, [1, 0, 1, 0, 1]])
    b = torch.tensor([one, ones, one, ones, [0, 1, 0, 1, 0]])
    assert longest_carry(a, b).tolist() == [1, 1, 5, 0, 0]


# The tasks


@long_and_short
@pytest.mark.parametrize("carries", [0, 0.5, 1])
def test_addition_shows_two_numbers_in_columns_and_asks_for_their_sum(length, carries):
    batch = draw(Addition(carries), length)
    assert batch.inputs.shape == (length + 1, 6, 4)
    a, b = (shown(batch.inputs[:length, :, at : at + 2]) for at in (0, 2))
    assert (batch.inputs[length] == 0).all()  # the place of the last carry
    sums = [x + y for x, y in zip(numbers_of(a), numbers_of(b), strict=True)]
    assert numbers_of(said(batch)) == sums and said(batch).shape == (6, length + 1)


@long_and_short
@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (LineAddition(), lambda x, y: x + y),
        (LineAddition(carries=1), lambda x, y: x + y),
        (Multiplication(), lambda x, y: x * y),
    ],
)
def test_in_line_a_sign_stands_between_two_numbers(task, answer, length):
    batch = draw(task, length)
    assert batch.inputs.shape == (2 * length + 1, 6, 3)
    first, sign, second = batch.inputs.split([length, 1, length])
    assert torch.equal(sign[0], torch.eye(3)[2].expand(6, 3))
    assert (first[..., 2] == 0).all() and (second[..., 2] == 0).all()
    x, y = (numbers_of(shown(part[..., :2])) for part in (first, second))
    wanted = [answer(p, q) for p, q in zip(x, y, strict=True)]
    assert numbers_of(said(batch)) == wanted


@long_and_short
@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (Copying(), lambda row: row),
        (Reversing(), lambda row: row[::-1]),
        (Duplicating(), lambda row: row + row),
        (Counting(), lambda row: sorted(row)),
    ],
)
def test_a_row_is_rewritten_as_python_rewrites_a_list(task, answer, length):
    batch = draw(task, length)
    assert batch.inputs.shape[1:] == (6, 2)
    rows = shown(batch.inputs[:length]).tolist()
    assert (batch.inputs[length:] == 0).all()  # blanks, where there are any
    assert said(batch).tolist() == [answer(row) for row in rows]


@each
@long_and_short
def test_every_position_is_asked_for_and_blanks_follow_the_answer(
    task, positions, answered, length
):
    inputs, targets, mask = draw(task, length)
    assert inputs.shape == (positions(length), 6, task.input_size)
    assert targets.shape == mask.shape == inputs.shape[:2]
    assert targets.dtype == torch.int64 and inputs.dtype == mask.dtype == torch.float32
    assert (mask == 1).all()
    answer, behind = targets[: answered(length)], targets[answered(length) :]
    assert set(answer.unique().tolist()) <= {1, 2} and (behind == 0).all()


@each
def test_a_problem_of_ones_own_is_asked_as_a_drawn_one_is(task, positions, answered):
    batch = draw(task, 5)
    if task.input_size == 4:
        given = [batch.inputs[:5, :, at : at + 2] for at in (0, 2)]
    elif task.input_size == 3:
        given = [batch.inputs[:5, :, :2], batch.inputs[6:, :, :2]]
    else:
        given = [batch.inputs[:5]]
    again = task.ask(*(shown(channels) for channels in given))
    assert all(torch.equal(x, y) for x, y in zip(again, batch, strict=True))


@each
def test_digits_are_fair_coins(task, positions, answered):
    inputs = draw(task, 50, batch_size=500).inputs[:50]
    if getattr(task, "carries", 0) == 0:  # else one column is given two ones
        assert inputs[..., 1].mean().item() == pytest.approx(0.5, abs=0.01)
    assert inputs[..., 1].mean().item() == pytest.approx(0.5, abs=0.02)


@each
def test_the_same_generator_state_draws_the_same_batch(task, positions, answered):
    a, b, c = (draw(task, 20, seed=seed) for seed in (7, 7, 8))
    assert all(torch.equal(x, y) for x, y in zip(a, b, strict=True))
    assert not torch.equal(a.inputs, c.inputs)


@each
def test_torchs_own_generator_is_left_alone(task, positions, answered):
    before = torch.get_rng_state()
    draw(task, 20)
    assert torch.equal(torch.get_rng_state(), before)


# Loss and score


@each
def test_a_perfect_answer_costs_nothing_and_is_right(task, positions, answered):
    batch = draw(task, 7)
    outputs = sure(batch.targets)
    assert task.loss(outputs, batch).item() == pytest.approx(0, abs=1e-7)
    score = task.score(outputs, batch)
    assert score["right"] == score["digits_right"] == 1
    assert score["nats"] == task.loss(outputs, batch).item()


@each
def test_always_unsure_costs_the_logarithm_of_three(task, positions, answered):
    batch = draw(task, 7)
    loss = task.loss(torch.zeros(*batch.targets.shape, 3), batch)
    assert loss.item() == pytest.approx(math.log(3), rel=1e-6)


@each
def test_all_digits_flipped_are_all_wrong(task, positions, answered):
    batch = draw(task, 7)
    flipped = torch.where(batch.targets > 0, 3 - batch.targets, 0)
    score = task.score(sure(flipped), batch)
    assert score["right"] == score["digits_right"] == 0
    assert score["nats"] == pytest.approx(20 * answered(7) / positions(7), rel=1e-6)


@each
def test_one_wrong_digit_spoils_its_sequence_only(task, positions, answered):
    batch = draw(task, 7, batch_size=4)
    outputs = sure(batch.targets)
    outputs[2, 1] = outputs[2, 1].roll(1)
    score = task.score(outputs, batch)
    assert score["right"] == 3 / 4
    assert score["digits_right"] == pytest.approx(1 - 1 / (4 * answered(7)))
    assert score["nats"] == pytest.approx(20 / (4 * positions(7)), rel=1e-5)


@each
def test_a_blank_where_a_digit_belongs_is_wrong(task, positions, answered):
    batch = draw(task, 7)
    score = task.score(sure(torch.zeros_like(batch.targets)), batch)
    assert score["right"] == score["digits_right"] == 0
    assert score["nats"] == pytest.approx(20 * answered(7) / positions(7), rel=1e-6)


@pytest.mark.parametrize("task", [LineAddition(), Multiplication()])
@pytest.mark.parametrize("digit", [1, 2])
def test_a_digit_where_a_blank_belongs_spoils_the_sequence_but_no_digit(task, digit):
    batch = draw(task, 7, batch_size=4)
    assert (batch.targets[-1] == 0).all()
    stated = batch.targets.clone()
    stated[-1, 2] = digit
    score = task.score(sure(stated), batch)
    assert score["right"] == 3 / 4 and score["digits_right"] == 1
    assert score["nats"] == pytest.approx(20 / (4 * 15), rel=1e-5)
    stated[-1] = digit
    score = task.score(sure(stated), batch)
    assert score["right"] == 0 and score["digits_right"] == 1
    assert score["nats"] == pytest.approx(20 / 15, rel=1e-5)


def test_only_where_the_mask_is_one_does_an_answer_count():
    # Two sequences of three positions: of the first only the first digit is asked for.
    targets = torch.tensor([[1, 2], [2, 1], [0, 0]])
    mask = torch.tensor([[1.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    batch = Batch(torch.zeros(3, 2, 4), targets, mask)
    stated = torch.tensor([[1, 2], [1, 1], [2, 0]])  # wrong where none is asked for
    score = Symbols().score(sure(stated), batch)
    assert score["right"] == score["digits_right"] == 1
    assert score["nats"] == pytest.approx(0, abs=1e-7)
    stated[1, 1] = 2  # one of the three digits asked for, of four positions
    score = Symbols().score(sure(stated), batch)
    assert score["right"] == 1 / 2
    assert score["digits_right"] == pytest.approx(2 / 3)
    assert score["nats"] == pytest.approx(20 / 4, rel=1e-6)


@each
def test_what_is_said_where_nothing_is_asked_does_not_matter(task, positions, answered):
    batch = draw(task, 7)
    silent = torch.rand(batch.mask.shape, generator=source(1)) < 0.4
    batch = batch._replace(mask=(~silent).float())
    assert (silent & (batch.targets > 0)).any() and not silent.all()
    torch.manual_seed(0)
    outputs = torch.randn(*batch.targets.shape, 3)
    babble = outputs.clone()
    babble[silent] = torch.tensor([-7.0, 7.0, 1.0])
    assert task.score(babble, batch) == task.score(outputs, batch)
    assert torch.equal(surprise(babble, batch), surprise(outputs, batch))
    outputs.requires_grad_()
    (slope,) = torch.autograd.grad(task.loss(outputs, batch), outputs)
    assert (slope[silent] == 0).all() and (slope[~silent] != 0).all()


@each
def test_each_position_costs_what_plain_python_says(task, positions, answered):
    batch = draw(task, 5, batch_size=3)
    torch.manual_seed(0)
    outputs = 3 * torch.randn(*batch.targets.shape, 3)
    told = surprise(outputs, batch)
    costs = []
    for t, b in product(range(positions(5)), range(3)):
        weights = [math.exp(logit) for logit in outputs[t, b].tolist()]
        chance = weights[batch.targets[t, b]] / sum(weights)
        costs.append(-math.log(chance))
    assert told.flatten().tolist() == pytest.approx(costs, rel=1e-4, abs=1e-6)
    mean = sum(costs) / (3 * positions(5))
    assert task.loss(outputs, batch).item() == pytest.approx(mean, rel=1e-5)


def test_a_digit_said_with_chance_one_half_costs_what_it_should():
    # Logits 0, 0, log 2: chances 1/4, 1/4, 1/2. Told 1, 0, blank, then not asked.
    targets = torch.tensor([[2], [1], [0], [2]])
    mask = torch.tensor([[1.0], [1.0], [1.0], [0.0]])
    outputs = torch.tensor([0, 0, math.log(2)]).expand(4, 1, 3)
    batch = Batch(torch.zeros(4, 1, 2), targets, mask)
    told = surprise(outputs, batch).flatten().tolist()
    assert told == pytest.approx([math.log(2), math.log(4), math.log(4), 0])
    score = Symbols().score(outputs, batch)
    assert score["right"] == 0 and score["digits_right"] == 0.5
    assert score["nats"] == pytest.approx(math.log(32) / 3)


def test_an_answer_that_is_no_number_is_not_right():
    task = Copying()
    batch = draw(task, 3)
    score = task.score(torch.full((3, 6, 3), math.nan), batch)
    assert math.isnan(score["nats"]) and score["right"] == score["digits_right"] == 0
    at_target = torch.nn.functional.one_hot(batch.targets, 3) * 1.0
    at_target[at_target == 1] = math.nan  # which is where argmax finds the largest
    score = task.score(at_target, batch)
    assert score["right"] == score["digits_right"] == 0


# Carries


def test_carries_come_in_the_share_of_the_sequences_that_is_asked_for():
    # Uniform numbers of 200 digits carry further than 40 columns once in 10^9 times.
    for share in (0, 0.25, 1):
        inputs = draw(Addition(carries=share), 200, batch_size=2000).inputs[:200]
        far = longest_carry(shown(inputs[..., :2]), shown(inputs[..., 2:])) > 40
        all_far = longest_carry(*random_carries(2000, 200, source(1))) > 40
        wanted = share * all_far.double().mean().item()
        assert far.double().mean().item() == pytest.approx(wanted, abs=0.03)


def test_both_layouts_draw_the_same_numbers():
    columns = draw(Addition(carries=0.5), 20).inputs
    line = draw(LineAddition(carries=0.5), 20).inputs
    assert torch.equal(columns[:20, :, :2], line[:20, :, :2])
    assert torch.equal(columns[:20, :, 2:], line[21:, :, :2])


@long_and_short
def test_in_random_carries_a_carry_always_arises(length):
    a, b = random_carries(300, length, source())
    assert a.shape == b.shape == (300, length) and a.dtype == b.dtype == torch.int64
    assert (longest_carry(a, b) >= 1).all() and ((a & b).sum(1) >= 1).all()
    assert set(torch.cat([a, b]).unique().tolist()) <= {0, 1}


def test_random_carries_settle_as_often_as_their_docstring_says():
    n = 200
    a, b = random_carries(20000, n, source())
    settles = (a == b).double().mean(1)
    # Log-uniform from 1/2 to 1/(2 n) has this mean; one column in n settles for sure.
    mean = (1 / 2 - 1 / (2 * n)) / math.log(n)
    assert settles.mean().item() == pytest.approx(mean + (1 - mean) / n, abs=0.003)
    # Its median is 1 / (2 sqrt n), and rows are spread over the whole range.
    assert settles.median().item() == pytest.approx(1 / (2 * n**0.5), abs=0.01)
    assert settles.min() == 1 / n and settles.max() > 0.5
    unlike = a != b
    assert a[unlike].double().mean().item() == pytest.approx(0.5, abs=0.01)
    # A column drawn for the carry counts among the equal ones: take it out.
    equal, forced = settles.sum().item() * n, 20000
    coins = (a & b).sum().item() - forced
    assert coins / (equal - forced) == pytest.approx(0.5, abs=0.01)


def test_random_carries_have_long_stretches_of_each_way():
    a, b = random_carries(4000, 60, source())
    passing = (a != b).sum(1) == 59  # all columns but the one that starts the carry
    above = a[passing]
    flat = above.sum(1)
    zeros, ones = (flat == 1), (flat == 60)
    in_turn = ((above[:, 1:] != above[:, :-1]).sum(1) >= 57) & ~zeros & ~ones
    for way in (zeros, ones, in_turn):
        assert way.double().mean().item() == pytest.approx(0.25, abs=0.06)


def test_random_carries_start_anywhere():
    a, b = random_carries(20000, 10, source())
    often = (a & b).double().mean(0)
    assert often.tolist() == pytest.approx([often.mean().item()] * 10, abs=0.015)


def test_random_carries_are_of_all_lengths_and_those_of_coins_are_short():
    n = 1000
    far = longest_carry(*random_carries(4000, n, source()))
    assert far.median().item() == pytest.approx(104, abs=10)
    edges = {(1, 40): 0.30, (40, 120): 0.23, (120, 300): 0.24, (300, 1001): 0.23}
    for (low, high), expected in edges.items():
        share = ((low <= far) & (far < high)).double().mean().item()
        assert share == pytest.approx(expected, abs=0.03)
    coins = longest_carry(*torch.randint(2, (2, 4000, n), generator=source()))
    assert coins.median() == 9 and coins.max() < 40 and far.max() > 990


def test_uneven_numbers_have_from_no_to_all_ones_each_by_its_own_share():
    n, size = 200, 20000
    first, second = (row.double().mean(1) for row in uneven_numbers(size, n, source()))
    for ones in (first, second):
        for share in (0.1, 0.25, 0.5, 0.75, 0.9):
            under = (ones < share).double().mean().item()
            assert under == pytest.approx(share, abs=0.03)
        assert (ones.min(), ones.max()) == (0, 1)
    assert abs(torch.corrcoef(torch.stack([first, second]))[0, 1].item()) < 0.03


def test_uneven_numbers_come_in_the_share_of_the_products_that_is_asked_for():
    for share in (0, 0.25, 1):
        inputs = draw(Multiplication(uneven=share), 200, batch_size=2000).inputs
        both = (shown(part) for part in (inputs[:200, :, :2], inputs[201:, :, :2]))
        ones = torch.stack([number.double().mean(1) for number in both])
        far = ((ones - 0.5).abs().amax(0) > 0.2).double().mean().item()
        # Of coins never; of uneven numbers, both are nearer with a chance of 0.4².
        assert far == pytest.approx(0.84 * share, abs=0.04)


def test_in_random_runs_symbols_change_as_seldom_as_the_docstring_says():
    n = 200
    rows = random_runs(20000, n, source())
    assert rows.shape == (20000, n) and set(rows.unique().tolist()) == {0, 1}
    changes = (rows[:, 1:] != rows[:, :-1]).double().mean(1)
    # Half of the new coins change the symbol; log-uniform from 1/2 to 1/(2 n).
    mean = (1 / 2 - 1 / (2 * n)) / math.log(n)
    assert changes.mean().item() == pytest.approx(mean / 2, abs=0.003)
    assert changes.median().item() == pytest.approx(1 / (4 * n**0.5), abs=0.005)
    one_run = (changes == 0).double().mean().item()
    assert 0.1 < one_run < 0.3 and changes.max() > 0.3
    assert rows.double().mean().item() == pytest.approx(0.5, abs=0.01)


def test_runs_come_in_the_share_of_the_rows_that_is_asked_for():
    few = []
    for share in (0, 0.5, 1):
        rows = shown(draw(Copying(runs=share), 200, batch_size=2000).inputs)
        changes = (rows[:, 1:] != rows[:, :-1]).double().mean(1)
        few.append((changes < 0.3).double().mean().item())  # of coins: never
    assert few[0] == 0 and few[2] == pytest.approx(1, abs=0.01)
    assert few[1] == pytest.approx(0.5, abs=0.03)


# Hard cases


@long_and_short
def test_hard_sums_are_what_their_names_say(length):
    n, ones = length, 2**length - 1
    even = sum(1 << i for i in range(0, n, 2))
    cases = hard_sums(n)
    numbers = {
        name: list(zip(numbers_of(a), numbers_of(b), strict=True))
        for name, (a, b) in cases.items()
    }
    far = {name: longest_carry(a, b) for name, (a, b) in cases.items()}
    assert numbers["a carry through all"] == [(ones, 1), (1, ones)]
    assert far["a carry through all"].tolist() == [n, n]
    assert numbers["all ones"] == [(ones, ones)] and far["all ones"].tolist() == [1]
    assert numbers["zero and zero"] == [(0, 0)]
    some = [1, ones, 1 << n - 1, ones - even, even]
    zeros = [(x, 0) for x in some] + [(0, x) for x in some]
    assert numbers["one number zero"] == zeros and far["one number zero"].sum() == 0
    near = [(even, ones - even), (ones - even, even)]
    assert numbers["nearly a carry"] == near and far["nearly a carry"].sum() == 0
    more = [(even, ones - even + 1), (ones - even + 1, even)]
    assert numbers["nearly a carry, and one more"] == more
    assert far["nearly a carry, and one more"].tolist() == [n, n]
    assert len(numbers) == 7


def test_one_carry_has_every_start_and_every_end():
    for n in (1, 2, 7, 31):
        a, b = hard_sums(n)["one carry, any start, any end"]
        spans = [(i, j) for j in range(n + 1) for i in range(j)]
        wanted = [(2**j - 2**i, 2**i) for i, j in spans]
        wanted += [(y, x) for x, y in wanted]
        found = list(zip(numbers_of(a), numbers_of(b), strict=True))
        assert sorted(found) == sorted(wanted)
        lengths = sorted(j - i for i, j in spans * 2)
        assert sorted(longest_carry(a, b).tolist()) == lengths


@pytest.mark.parametrize("length", [32, 200, 1000, 2000])
def test_of_longer_numbers_carries_are_thinned_out_evenly(length):
    a, b = hard_sums(length)["one carry, any start, any end"]
    assert a.shape == b.shape == (1000, length)
    assert torch.equal(a[:500], b[500:]) and torch.equal(b[:500], a[500:])
    assert len(torch.cat([a, b], dim=1)[:500].unique(dim=0)) == 500  # none twice
    carries = carries_of(a, b)[:500]
    assert torch.equal(carries.sum(1), longest_carry(a, b)[:500])  # a single carry
    start = b[:500].argmax(1)
    end = start + carries.sum(1)
    lowest = torch.arange(length + 1).unsqueeze(0)
    inside = (start.unsqueeze(1) < lowest) & (lowest <= end.unsqueeze(1))
    assert torch.equal(carries == 1, inside)
    # Of all pairs start < end the share with a start below x n is 1 - (1 - x)²; so is
    # that of lengths below x n, and ends below x n have the share x².
    for x in (0.1, 0.3, 0.5, 0.7, 0.9):
        below = 1 - (1 - x) ** 2
        for value, share in ((start, below), (end - start, below), (end, x**2)):
            found = (value < x * length).double().mean().item()
            assert found == pytest.approx(share, abs=0.06)


@pytest.mark.parametrize("length", LENGTHS[1:])
def test_hard_products_are_what_their_names_say(length):
    n, ones = length, 2**length - 1
    even = sum(1 << i for i in range(0, n, 2))
    cases = hard_products(n)
    numbers = {
        name: list(zip(numbers_of(a), numbers_of(b), strict=True))
        for name, (a, b) in cases.items()
    }
    some = [1, ones, 1 << n - 1, ones - even, even]
    zeros = [(x, 0) for x in some] + [(0, x) for x in some]
    assert numbers.pop("0 × 0") == [(0, 0)]
    assert numbers.pop("0 × something") == zeros
    assert numbers.pop("1 × 1") == [(1, 1)] and numbers.pop("2 × 2") == [(2, 2)]
    assert numbers.pop("all ones") == [(ones, ones)]
    powers = numbers.pop("powers of two")
    if n <= 31:
        assert set(powers) == {(2**i, 2**j) for i in range(n) for j in range(n)}
    assert all(x.bit_count() == y.bit_count() == 1 for x, y in powers)
    assert len(powers) == min(n * (n + 1), 1000) and not numbers


@long_and_short
def test_hard_cases_are_the_same_every_time_and_have_the_length(length):
    for family in (hard_sums, hard_products)[: 1 if length == 1 else 2]:
        for (a, b), (c, d) in zip(
            family(length).values(), family(length).values(), strict=True
        ):
            assert torch.equal(a, c) and torch.equal(b, d)
            assert a.shape == b.shape and a.shape[1] == length


@pytest.mark.parametrize("length", [2, 7, 64])
def test_hard_cases_can_be_asked_and_their_answers_are_pythons(length):
    for a, b in hard_sums(length).values():
        sums = [x + y for x, y in zip(numbers_of(a), numbers_of(b), strict=True)]
        assert numbers_of(said(Addition().ask(a, b))) == sums
        assert numbers_of(said(LineAddition().ask(a, b))) == sums
    for a, b in hard_products(length).values():
        products = [x * y for x, y in zip(numbers_of(a), numbers_of(b), strict=True)]
        assert numbers_of(said(Multiplication().ask(a, b))) == products


# What is refused


@each
@pytest.mark.parametrize("wrong", [0, -3, 2.0, True])
def test_a_length_that_is_no_positive_whole_number_is_refused(
    task, positions, answered, wrong
):
    with pytest.raises(ValueError, match=f"length must be.*got {wrong}"):
        draw(task, wrong)


@pytest.mark.parametrize("wrong", [0, -3, 2.0, True])
def test_no_hard_cases_and_no_carries_without_a_length(wrong):
    for make in (hard_sums, hard_products, lambda n: random_carries(1, n, source())):
        with pytest.raises(ValueError, match=f"length must be.*got {wrong}"):
            make(wrong)


@each
def test_an_empty_batch_is_refused(task, positions, answered):
    with pytest.raises(ValueError, match=r"batch_size must be.*got 0"):
        draw(task, 5, batch_size=0)


@each
def test_outputs_of_another_shape_are_refused_and_not_broadcast(
    task, positions, answered
):
    batch = draw(task, 5)
    expected = rf"\({positions(5)}, 6, 3\) \(positions, batch, symbols\)"
    for measure in (task.loss, task.score):
        with pytest.raises(ValueError, match=expected + r", got \(1, 6, 3\)"):
            measure(torch.zeros(1, 6, 3), batch)


@pytest.mark.parametrize("share", [-0.1, 1.01, float("nan")])
@pytest.mark.parametrize("build", [Addition, LineAddition])
def test_a_share_of_carries_that_is_none_is_refused(build, share):
    with pytest.raises(ValueError, match=f"carries is a share.*0 to 1, got {share}"):
        build(carries=share)


@pytest.mark.parametrize("share", [-0.1, 1.01, float("nan")])
def test_a_share_of_uneven_products_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match=f"uneven is a share.*0 to 1, got {share}"):
        Multiplication(uneven=share)


@pytest.mark.parametrize("share", [-0.1, 1.01, float("nan")])
@pytest.mark.parametrize("build", [Copying, Counting])
def test_a_share_of_runs_that_is_none_is_refused(build, share):
    with pytest.raises(ValueError, match=f"runs is a share.*0 to 1, got {share}"):
        build(runs=share)


def test_a_product_of_twos_needs_two_digits():
    with pytest.raises(ValueError, match=r"length must be at least 2 for 2 × 2, got 1"):
        hard_products(1)


def test_a_number_that_is_negative_or_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="number must fit into 3 binary.*one of 4"):
        digits(8, 3)
    with pytest.raises(ValueError, match="fit into 5 binary digits, got one of 20001"):
        digits(2**20000, 5)
    for number in (-1, -(2**20000)):
        with pytest.raises(ValueError, match="number must be at least 0, got a neg"):
            digits(number, 8)
    for number in (1.0, "1", True):
        with pytest.raises(ValueError, match=f"number must be a whole.*got {number!r}"):
            digits(number, 8)
    with pytest.raises(ValueError, match="length must be.*got 0"):
        digits(0, 0)


@pytest.mark.parametrize("work", [add, multiply, carries_of, longest_carry])
def test_what_is_not_binary_digits_is_refused_by_name(work):
    good = torch.tensor([[0, 1, 1]])
    with pytest.raises(ValueError, match="b must hold binary digits, 0 and 1, got 2"):
        work(good, good + 1)
    with pytest.raises(ValueError, match=r"a must hold at least one.*shape \(3,\)"):
        work(good[0], good)
    with pytest.raises(ValueError, match=r"b must hold at least one.*shape \(1, 0\)"):
        work(good, good[:, :0])
    with pytest.raises(ValueError, match=r"b must be digits of int64.*float32"):
        work(good, good.float())
    with pytest.raises(ValueError, match=r"same shape.*a \(1, 3\), b \(1, 2\)"):
        work(good, good[:, :2])


def test_whole_and_rewriting_refuse_what_is_not_binary_digits():
    with pytest.raises(ValueError, match=r"one number, \(n,\), got shape \(1, 2\)"):
        whole(torch.tensor([[0, 1]]))
    with pytest.raises(ValueError, match="number must hold binary digits.*got 3"):
        whole(torch.tensor([0, 3]))
    with pytest.raises(ValueError, match="symbols must hold binary digits.*got -1"):
        Copying().ask(torch.tensor([[0, -1]]))
