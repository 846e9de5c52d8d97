"""Neural stack, queue and deque: they are Python's when all strengths are 0 or 1."""

import random
from collections import deque

import pytest
import torch

from mininet.models.neural_stack import (
    NeuralDeque,
    NeuralQueue,
    NeuralStack,
    above,
    pop,
    pop_bottom,
    push,
    push_both,
    read,
    read_bottom,
    read_weights,
)

KINDS = (NeuralStack, NeuralQueue, NeuralDeque)
each_kind = pytest.mark.parametrize("kind", KINDS)
DEPTH, WIDTH = 12, 3


def empty(rows=DEPTH, width=WIDTH):
    return torch.zeros(rows, width), torch.zeros(rows)


def soft(rows=DEPTH, batch=(), seed=0, dtype=torch.float64):
    """Random values, and strengths from 0 to 1 of which some are 0 and some 1."""
    g = torch.Generator().manual_seed(seed)
    strengths = 2 * torch.rand(*batch, rows, generator=g, dtype=dtype) - 0.5
    values = torch.randn(*batch, rows, WIDTH, generator=g, dtype=dtype)
    return values, strengths.clamp(0, 1)


def number(x):
    return torch.tensor(float(x), dtype=torch.float64)


# -- hard operations: Python's own list and deque -------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_a_hard_stack_is_pythons_list(seed):
    chance = random.Random(seed)
    values, strengths = empty(30)
    there = []
    for step in range(30):
        takes, puts = chance.random() < 0.4, chance.random() < 0.6
        if takes and there:
            there.pop()
        strengths = pop(strengths, torch.tensor(float(takes)))
        value = torch.randn(WIDTH, generator=torch.Generator().manual_seed(step))
        if puts:
            there.append(value)
        values, strengths = push(values, strengths, value, torch.tensor(float(puts)))
        top = there[-1] if there else torch.zeros(WIDTH)
        assert torch.equal(read(values, strengths), top)
        held = values[strengths == 1].flip(0)
        assert held.tolist() == [v.tolist() for v in there]
        assert strengths.sum() == len(there)


@pytest.mark.parametrize("seed", range(20))
def test_a_hard_queue_is_pythons_deque_with_one_way_through(seed):
    chance = random.Random(seed)
    values, strengths = empty(30)
    there = deque()
    for step in range(30):
        takes, puts = chance.random() < 0.4, chance.random() < 0.6
        if takes and there:
            there.popleft()
        strengths = pop_bottom(strengths, torch.tensor(float(takes)))
        value = torch.randn(WIDTH, generator=torch.Generator().manual_seed(step))
        if puts:
            there.append(value)
        values, strengths = push(values, strengths, value, torch.tensor(float(puts)))
        front = there[0] if there else torch.zeros(WIDTH)
        assert torch.equal(read_bottom(values, strengths), front)
        assert values[strengths == 1].flip(0).tolist() == [v.tolist() for v in there]


@pytest.mark.parametrize("seed", range(20))
def test_a_hard_deque_is_pythons(seed):
    chance = random.Random(seed)
    values, strengths = empty(60)
    there = deque()  # the top is its right end
    for step in range(30):
        pops = [chance.random() < 0.3 for _ in range(2)]
        puts = [chance.random() < 0.5 for _ in range(2)]
        if pops[0] and there:
            there.pop()
        if pops[1] and there:
            there.popleft()
        strengths = pop(strengths, torch.tensor(float(pops[0])))
        strengths = pop_bottom(strengths, torch.tensor(float(pops[1])))
        new = torch.randn(2, WIDTH, generator=torch.Generator().manual_seed(step))
        if puts[0]:
            there.append(new[0])
        if puts[1]:
            there.appendleft(new[1])
        amounts = torch.tensor([float(p) for p in puts])
        values, strengths = push_both(values, strengths, new, amounts)
        none = torch.zeros(WIDTH)
        assert torch.equal(read(values, strengths), there[-1] if there else none)
        assert torch.equal(read_bottom(values, strengths), there[0] if there else none)
        assert values[strengths == 1].flip(0).tolist() == [v.tolist() for v in there]


# -- the paper's own example -----------------------------------------------------------


def test_the_papers_stack_of_figure_1():
    """Push v1 with 0.8; pop 0.1 and push v2 with 0.5; pop 0.9 and push v3 with 0.9."""
    v1, v2, v3 = torch.eye(3, dtype=torch.float64)
    values, strengths = empty(3)
    values, strengths = values.double(), strengths.double()
    steps = [
        # popped, pushed, with; strengths after it from the top; read of v1, v2, v3
        (0.0, v1, 0.8, [0.8, 0.0, 0.0], [0.8, 0.0, 0.0]),
        (0.1, v2, 0.5, [0.5, 0.7, 0.0], [0.5, 0.5, 0.0]),
        (0.9, v3, 0.9, [0.9, 0.0, 0.3], [0.1, 0.0, 0.9]),
    ]
    for popped, value, amount, left, seen in steps:
        strengths = pop(strengths, number(popped))
        values, strengths = push(values, strengths, value, number(amount))
        assert strengths.tolist() == pytest.approx(left)
        assert read(values, strengths).tolist() == pytest.approx(seen)


def test_a_pop_takes_from_the_top_and_a_read_sees_the_top():
    """Where the sums run the wrong way, this stack is popped above and read below."""
    values = torch.eye(3, dtype=torch.float64)
    strengths = torch.ones(3, dtype=torch.float64)
    assert read(values, strengths).tolist() == [1, 0, 0]
    assert pop(strengths, number(1)).tolist() == [0, 1, 1]
    assert read(values, pop(strengths, number(1))).tolist() == [0, 1, 0]
    assert read_bottom(values, strengths).tolist() == [0, 0, 1]
    assert pop_bottom(strengths, number(1)).tolist() == [1, 1, 0]
    assert read_bottom(values, pop_bottom(strengths, number(1))).tolist() == [0, 1, 0]


# -- soft operations -------------------------------------------------------------------


@pytest.mark.parametrize("take", [pop, pop_bottom])
@pytest.mark.parametrize("amount", [0.0, 0.3, 1.0, 2.5, 1e6])
def test_a_pop_takes_the_amount_or_all_there_is(take, amount):
    _, strengths = soft(batch=(50,))
    left = take(strengths, number(amount).expand(50))
    total = strengths.sum(1)
    taken = torch.minimum(total, number(amount))
    assert torch.allclose(left.sum(1), total - taken)
    assert (left >= 0).all() and (left <= strengths).all()


def test_a_pop_uses_up_a_row_before_it_touches_the_one_below():
    _, strengths = soft(batch=(50,))
    left = pop(strengths, number(0.7).expand(50))
    touched = left < strengths
    for row in range(DEPTH - 1):  # whatever lies over a touched row is gone
        assert (left[touched[:, row + 1], : row + 1] < 1e-12).all()


@pytest.mark.parametrize("seed", range(10))
def test_what_is_there_is_what_was_pushed_without_what_was_popped(seed):
    g = torch.Generator().manual_seed(seed)
    values, strengths = empty(40)
    strengths = strengths.double()
    total = number(0)
    for _ in range(20):
        u1, u2, d1, d2 = torch.rand(4, generator=g, dtype=torch.float64)
        strengths = pop_bottom(pop(strengths, u1), u2)
        total = (total - u1 - u2).clamp_min(0)
        pushed = torch.randn(2, WIDTH, generator=g)
        values, strengths = push_both(values, strengths, pushed, torch.stack([d1, d2]))
        total = total + d1 + d2
        assert torch.allclose(strengths.sum(), total)


def test_a_read_sees_a_total_of_1_or_all_there_is():
    for seed in range(30):
        _, strengths = soft(batch=(20,), seed=seed)
        strengths = strengths * (seed / 30)  # from nearly nothing to much
        weights = read_weights(strengths)
        assert torch.allclose(weights.sum(1), strengths.sum(1).clamp_max(1))
        assert (weights >= 0).all() and (weights <= strengths).all()


def test_nothing_is_over_the_top_and_all_others_are_over_the_lowest():
    _, strengths = soft()
    over = above(strengths)
    assert over[0] == 0 and torch.allclose(over[-1], strengths[:-1].sum())


def test_the_bottom_is_the_top_of_the_store_turned_over():
    values, strengths = soft(batch=(9,))
    turned = values.flip(1), strengths.flip(1)
    assert torch.allclose(read_bottom(values, strengths), read(*turned))
    amount = torch.rand(9, dtype=torch.float64)
    there = pop(turned[1], amount).flip(1)
    assert torch.allclose(pop_bottom(strengths, amount), there)


def test_an_empty_store_reads_as_zeros_and_has_nothing_to_pop():
    values, strengths = soft()
    strengths = torch.zeros_like(strengths)
    for take, see in [(pop, read), (pop_bottom, read_bottom)]:
        assert (take(strengths, number(1)) == 0).all()
        assert (see(values, strengths) == 0).all()


def test_what_is_pushed_with_strength_0_is_not_seen():
    values, strengths = empty()
    values, strengths = push(values, strengths, torch.ones(WIDTH), torch.tensor(1.0))
    there = push(values, strengths, torch.full((WIDTH,), 9.0), torch.tensor(0.0))
    assert torch.equal(read(*there), torch.ones(WIDTH))
    assert torch.equal(read_bottom(*there), torch.ones(WIDTH))


def test_a_full_stack_loses_its_lowest_row():
    values, strengths = empty(2, 1)
    for k in (1.0, 2.0, 3.0):
        values, strengths = push(
            values, strengths, torch.tensor([k]), torch.tensor(1.0)
        )
    assert values.tolist() == [[3], [2]] and strengths.tolist() == [1, 1]


def test_a_full_deque_loses_the_two_rows_in_its_middle():
    values, strengths = empty(4, 1)
    for k in (1.0, 2.0, 3.0):
        new = torch.tensor([[k], [-k]])
        values, strengths = push_both(values, strengths, new, torch.ones(2))
    assert values.flatten().tolist() == [3, 2, -2, -3]


def test_the_gradient_is_that_of_finite_differences():
    values, _ = soft(4, batch=(2,), seed=3)
    # Numbers such that no sum meets a limit: away from the kinks.
    strengths = torch.tensor([[0.43, 0.61, 0.27, 0.55], [0.31, 0.17, 0.72, 0.46]])
    strengths, amount = strengths.double(), torch.tensor([0.36, 0.9]).double()
    gate = torch.tensor([0.45, 0.15], dtype=torch.float64)
    value = torch.randn(2, WIDTH, dtype=torch.float64)

    def at_the_top(values, strengths, amount, value, gate):
        return read(*push(values, pop(strengths, amount), value, gate))

    def at_the_bottom(values, strengths, amount, value, gate):
        there = push(values, pop_bottom(strengths, amount), value, gate)
        return read_bottom(*there)

    inputs = [x.requires_grad_() for x in (values, strengths, amount, value, gate)]
    assert torch.autograd.gradcheck(at_the_top, inputs)
    assert torch.autograd.gradcheck(at_the_bottom, inputs)


def test_a_batch_is_computed_as_its_stores_one_by_one():
    values, strengths = soft(batch=(4,))
    g = torch.Generator().manual_seed(1)
    amount, gate = torch.rand(2, 4, generator=g, dtype=torch.float64)
    new = torch.randn(4, WIDTH, generator=g, dtype=torch.float64)
    together = push(values, pop(strengths, amount), new, gate)
    for b in range(4):
        alone = push(values[b], pop(strengths[b], amount[b]), new[b], gate[b])
        assert torch.equal(together[0][b], alone[0])
        assert torch.allclose(read(*together)[b], read(*alone))


# -- the networks ----------------------------------------------------------------------


def build(kind, seed=0, **settings):
    torch.manual_seed(seed)
    return kind(4, 3, hidden_size=5, width=2, **settings)


def inputs(steps=6, batch=2, seed=0):
    return torch.randn(steps, batch, 4, generator=torch.Generator().manual_seed(seed))


@each_kind
def test_a_step_pops_then_pushes_then_reads(kind):
    model, xs = build(kind), inputs()
    _, states = model.trace(xs)
    ends = model.ends
    for t in range(1, len(xs)):
        values, strengths = states.values[t - 1], states.strengths[t - 1]
        said = model.controller.write(states.controller.hidden[t])
        push_gate, pop_gate, new = model.orders(said)
        takes = {NeuralStack: [pop], NeuralQueue: [pop_bottom]}
        for end, take in enumerate(takes.get(kind, [pop, pop_bottom])):
            strengths = take(strengths, pop_gate[:, end])
        if ends == 2:
            values, strengths = push_both(values, strengths, new, push_gate)
        else:
            values, strengths = push(values, strengths, new[:, 0], push_gate[:, 0])
        sees = {NeuralStack: [read], NeuralQueue: [read_bottom]}
        seen = [see(values, strengths) for see in sees.get(kind, [read, read_bottom])]
        assert torch.allclose(states.strengths[t], strengths)
        assert torch.allclose(states.values[t], values)
        assert torch.allclose(states.read[t], torch.cat(seen, 1))


@each_kind
def test_the_answer_sees_what_is_read_at_the_same_step(kind):
    model = build(kind)
    ys, states = model.trace(inputs())
    both = torch.cat([states.controller.hidden, states.read], dim=-1)
    assert torch.allclose(ys, model.write(torch.tanh(model.mix(both))), atol=1e-6)


@each_kind
def test_a_store_is_as_deep_as_its_inputs_are_long_or_as_it_is_told(kind):
    model, xs = build(kind), inputs(7, 3)
    assert model.start(xs).strengths.shape == (3, 7 * model.ends)
    told = build(kind, depth=4)
    assert told.start(xs).values.shape == (3, 4 * model.ends, 2)
    assert told.initial_state(3).strengths.shape == (3, 4 * model.ends)
    with pytest.raises(ValueError, match="the state comes from start"):
        model.initial_state(3)


@each_kind
def test_no_depth_beyond_the_length_changes_anything(kind):
    xs = inputs()
    shallow, deep = build(kind), build(kind, depth=20)
    assert torch.allclose(shallow(xs), deep(xs), atol=1e-6)


@each_kind
def test_a_depth_below_the_length_is_defined_and_finite(kind):
    ys, states = build(kind, depth=1).trace(inputs(9))
    assert torch.isfinite(ys).all() and torch.isfinite(states.read).all()


@each_kind
def test_every_weight_has_a_finite_gradient(kind):
    model = build(kind)
    model(inputs()).square().sum().backward()
    for name, weight in model.named_parameters():
        assert weight.grad is not None and torch.isfinite(weight.grad).all(), name
        assert weight.grad.abs().sum() > 0, name


@each_kind
def test_one_can_stop_and_go_on(kind):
    model, xs = build(kind, depth=8), inputs(8)
    whole, _ = model.unroll(xs)
    first, state = model.unroll(xs[:3])
    rest, _ = model.unroll(xs[3:], state)
    assert torch.allclose(whole, torch.cat([first, rest]), atol=1e-6)


@each_kind
def test_sequences_of_a_batch_do_not_touch_each_other(kind):
    model, xs = build(kind), inputs(5, 4)
    changed = xs.clone()
    changed[:, 1] += 1
    others = [0, 2, 3]
    assert torch.allclose(model(xs)[:, others], model(changed)[:, others], atol=1e-6)


@each_kind
def test_gates_start_where_their_biases_say(kind):
    ends = kind.ends
    push_bias, pop_bias = (2.0, -3.0)[:ends], (-1.0, 0.5)[:ends]
    model = build(kind, push_bias=push_bias, pop_bias=pop_bias)
    orders = model.orders(model.controller.write(torch.zeros(1, 5)))
    assert torch.allclose(orders.push[0], torch.sigmoid(torch.tensor(push_bias)))
    assert torch.allclose(orders.pop[0], torch.sigmoid(torch.tensor(pop_bias)))
    assert (orders.values == 0).all()


@each_kind
def test_there_is_noise_only_while_training(kind):
    model, xs = build(kind, noise=1.0), inputs()
    model.eval()
    assert torch.equal(model(xs), model(xs))
    model.train()
    assert not torch.equal(model(xs), model(xs))
    model.noise = 0.0
    assert torch.equal(model(xs), model(xs))


@each_kind
def test_the_first_weights_are_as_large_as_they_are_said_to_be(kind):
    torch.manual_seed(0)
    model = kind(50, 3, hidden_size=40, width=10, input_scale=2.0, scale=5.0)
    from_input = model.controller.read.weight[:, :50]
    assert from_input.std().item() == pytest.approx(2.0, rel=0.05)
    bound = 5 / 40**0.5
    to_values = model.controller.write.weight[2 * model.ends :].abs().max().item()
    assert 0.9 * bound < to_values <= bound
    bound = 5 / (40 + 10 * model.ends) ** 0.5
    assert 0.9 * bound < model.mix.weight.abs().max().item() <= bound


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"hidden_size": 0}, "hidden_size must be a whole number"),
        ({"width": 2.0}, "width must be a whole number"),
        ({"depth": 0}, "depth must be a whole number"),
        ({"push_bias": (1.0, 2.0, 3.0)}, "push_bias must have"),
        ({"pop_bias": ()}, "pop_bias must have"),
        ({"noise": -1.0}, "noise must be at least 0"),
    ],
)
@each_kind
def test_what_makes_no_sense_is_refused(kind, given, complaint):
    with pytest.raises(ValueError, match=complaint):
        kind(4, 3, **given)
