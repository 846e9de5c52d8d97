"""The Neural GPU against its formulas, written out cell by cell."""

import math

import pytest
import torch

from mininet.models.neural_gpu import (
    DiagonalNeuralGPU,
    NeuralGPU,
    cut_sigmoid,
    hard_sigmoid,
    moved,
)
from mininet.recurrent import count_parameters
from mininet.tasks.arithmetic import Addition, digits, hard_sums

SURE = 200.0  # gates and tanh of this are 0, 1 and -1 to the last bit
KINDS = [DiagonalNeuralGPU, NeuralGPU]
kinds = pytest.mark.parametrize("kind", KINDS)
D, OUT = 4, 3
CELLS_A_STEP = {DiagonalNeuralGPU: 2, NeuralGPU: 4}  # how far news travels in a step


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


def machine(kind, maps=7, dropout=0.0, **sizes):
    """A small machine in double precision, its weights far from their start."""
    model = kind(D, OUT, maps=maps, dropout=dropout, **sizes).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    return model


def shown(n, B=5):
    return torch.randn(n, B, D, dtype=torch.float64)


def resting(kind, n, B=5, maps=7, width=4):
    """A random state of the shape that a machine of this kind has."""
    shape = (B, maps, n) if kind is DiagonalNeuralGPU else (B, maps, width, n)
    return 2 * torch.rand(shape, dtype=torch.float64) - 1


# The formulas for one problem, cell by cell. A row of cells is a list of vectors (M,);
# the original's state is a list of such rows.


def slow_hard_sigmoid(x):
    return [0.0 if v <= -1 else 1.0 if v >= 1 else (v + 1) / 2 for v in x.tolist()]


def slow_cut_sigmoid(x):
    return [max(0.0, min(1.0, 1.2 / (1 + math.exp(-v)) - 0.1)) for v in x.tolist()]


def neighbours(row, i):
    """The cells on the left, here and on the right, with nothing behind the ends."""
    nothing = torch.zeros_like(row[0])
    return [row[j] if 0 <= j < len(row) else nothing for j in (i - 1, i, i + 1)]


def slow_row(layer, row):
    """A convolution over 3 neighbours: three matrices, one a neighbour."""
    return [
        layer.bias
        + sum(layer.weight[:, :, x] @ s for x, s in enumerate(neighbours(row, i)))
        for i in range(len(row))
    ]


def slow_plane(layer, rows):
    """A convolution over 3 x 3 neighbours: nine matrices."""
    nothing = [torch.zeros_like(rows[0][0])] * len(rows[0])
    padded = [nothing, *rows, nothing]
    return [
        [
            layer.bias
            + sum(
                layer.weight[:, :, y, x] @ s
                for y in range(3)
                for x, s in enumerate(neighbours(padded[w + y], i))
            )
            for i in range(len(rows[0]))
        ]
        for w in range(len(rows))
    ]


def slow_moved(row):
    """Map by map: the first third comes from the left, the second from the right."""
    n, M = len(row), len(row[0])
    third = M // 3
    result = []
    for i in range(n):
        cell = []
        for m in range(M):
            source = i - 1 if m < third else i + 1 if m < 2 * third else i
            cell.append(row[source][m].item() if 0 <= source < n else 0.0)
        result.append(torch.tensor(cell, dtype=torch.float64))
    return result


def squash(kind, x):
    """What keeps new content between -1 and 1."""
    return x.clamp(-1, 1) if kind is DiagonalNeuralGPU else torch.tanh(x)


def vector(numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def slow_diagonal_step(model, row):
    see = [vector(slow_hard_sigmoid(x)) for x in slow_row(model.see, row)]
    keep = [vector(slow_hard_sigmoid(x)) for x in slow_row(model.keep, row)]
    seen = [r * s for r, s in zip(see, row, strict=True)]
    new = [x.clamp(-1, 1) for x in slow_row(model.content, seen)]
    return [
        g * s + (1 - g) * c for g, s, c in zip(keep, slow_moved(row), new, strict=True)
    ]


def slow_unit(gates, content, rows):
    """One convolutional gated recurrent unit of the original."""
    M = len(rows[0][0])
    both = [
        [vector(slow_cut_sigmoid(x)) for x in row] for row in slow_plane(gates, rows)
    ]
    seen = [
        [g[M:] * s for g, s in zip(row_of_gates, row, strict=True)]
        for row_of_gates, row in zip(both, rows, strict=True)
    ]
    new = slow_plane(content, seen)
    return [
        [
            g[:M] * s + (1 - g[:M]) * torch.tanh(c)
            for g, s, c in zip(row_of_gates, row, row_of_content, strict=True)
        ]
        for row_of_gates, row, row_of_content in zip(both, rows, new, strict=True)
    ]


def slow_original_step(model, rows):
    rows = slow_unit(model.gates[0], model.content[0], rows)
    return slow_unit(model.gates[1], model.content[1], rows)


def slow_step(model, state):
    """One step of a batch, problem by problem."""
    if isinstance(model, DiagonalNeuralGPU):
        after = [
            torch.stack(slow_diagonal_step(model, list(one.unbind(1))), dim=1)
            for one in state
        ]
    else:
        after = []
        for one in state:  # (M, W, n)
            rows = [list(row.unbind(1)) for row in one.unbind(1)]
            new = [torch.stack(row, 1) for row in slow_original_step(model, rows)]
            after.append(torch.stack(new, 1))
    return torch.stack(after)


# The pieces


@pytest.mark.parametrize("M", [3, 4, 7])
@pytest.mark.parametrize("n", [1, 2, 9])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_each_third_of_the_maps_comes_from_its_own_neighbour(M, n, dtype):
    state = torch.randn(5, M, n, dtype=dtype)
    before, got, third = state.clone(), moved(state), M // 3
    want = torch.zeros_like(state)
    for i in range(n):
        if i > 0:
            want[:, :third, i] = state[:, :third, i - 1]
        if i < n - 1:
            want[:, third : 2 * third, i] = state[:, third : 2 * third, i + 1]
        want[:, 2 * third :, i] = state[:, 2 * third :, i]
    assert torch.equal(got, want) and got.dtype == dtype
    assert torch.equal(state, before)


@pytest.mark.parametrize("M", [3, 4, 7])
@pytest.mark.parametrize("n", [1, 2, 9])
def test_what_leaves_the_row_is_lost_and_the_rest_stays_for_good(M, n):
    first = state = torch.rand(5, M, n) + 1  # nothing is 0
    third = M // 3
    for steps in range(1, n + 1):
        state = moved(state)
        assert (state[:, :third] == 0).sum() == 5 * third * steps
        assert torch.equal(state[:, :third, steps:], first[:, :third, : n - steps])
        down = slice(third, 2 * third)
        assert torch.equal(state[:, down, : n - steps], first[:, down, steps:])
    assert not state[:, : 2 * third].any()
    assert torch.equal(state[:, 2 * third :], first[:, 2 * third :])


def test_a_hard_sigmoid_is_a_line_between_its_corners():
    x = vector([-1e30, -3, -1, -0.5, 0, 0.25, 1, 1.5, 1e30])
    assert hard_sigmoid(x).tolist() == [0, 0, 0, 0.25, 0.5, 0.625, 1, 1, 1]
    many = 2 * torch.randn(1000, dtype=torch.float64)
    assert torch.allclose(hard_sigmoid(many), vector(slow_hard_sigmoid(many)))
    assert torch.allclose(hard_sigmoid(many) + hard_sigmoid(-many), vector([1.0]))


def test_a_cut_sigmoid_shuts_and_opens_wholly_from_log_11_on():
    corner = math.log(11)  # 1.2 sigmoid - 0.1 meets 0 and 1 here
    shut = torch.linspace(-1e30, -corner - 1e-9, 50, dtype=torch.float64)
    assert torch.equal(cut_sigmoid(shut), torch.zeros_like(shut))
    assert torch.equal(cut_sigmoid(-shut), torch.ones_like(shut))
    between = torch.linspace(-corner + 1e-3, corner - 1e-3, 99, dtype=torch.float64)
    got = cut_sigmoid(between)
    assert (got > 0).all() and (got < 1).all() and (got.diff() > 0).all()
    assert torch.allclose(got, vector(slow_cut_sigmoid(between)), atol=1e-14)
    assert cut_sigmoid(vector([0.0])).item() == pytest.approx(0.5, abs=1e-15)


@pytest.mark.parametrize(
    ("gate", "corner", "steepest"),
    [(hard_sigmoid, 1.0, 0.5), (cut_sigmoid, math.log(11), 0.3)],
)
def test_a_gate_has_a_finite_slope_everywhere_and_none_where_it_is_shut(
    gate, corner, steepest
):
    far = [1e30, 1e4, corner + 1e-3]
    x = vector([-v for v in far] + far + [-corner, 0.0, corner]).requires_grad_()
    gate(x).sum().backward()
    assert x.grad.isfinite().all()
    assert not x.grad[:6].any()
    assert x.grad.min() == 0 and x.grad[7].item() == pytest.approx(steepest)
    assert x.grad.max().item() == pytest.approx(steepest)


# The machines against their formulas


@kinds
@pytest.mark.parametrize("n", [1, 2, 9])
@pytest.mark.parametrize("maps", [3, 4, 7])
def test_a_step_is_the_formula_cell_by_cell(kind, n, maps):
    model = machine(kind, maps)
    state = resting(kind, n, B=3, maps=maps)
    before = state.clone()
    with torch.no_grad():
        assert torch.allclose(model.step(state), slow_step(model, state), atol=1e-12)
    assert torch.equal(state, before)


@pytest.mark.parametrize("width", [1, 2, 4, 5])
def test_the_original_of_any_width_is_its_formula(width):
    model = machine(NeuralGPU, 3, width=width)
    state = resting(NeuralGPU, 4, B=2, maps=3, width=width)
    with torch.no_grad():
        assert torch.allclose(model.step(state), slow_step(model, state), atol=1e-12)


@kinds
@pytest.mark.parametrize("scale", [0.1, 1, 30])
def test_whole_answers_are_those_of_the_formulas(kind, scale):
    model, inputs = machine(kind, 3), scale * shown(4, B=2)
    with torch.no_grad():
        first = squash(kind, inputs @ model.show.weight.T + model.show.bias)
        first = first.permute(1, 2, 0)  # (B, M, n)
        if kind is NeuralGPU:
            below = torch.zeros(2, 3, 3, 4, dtype=torch.float64)
            first = torch.cat([first.unsqueeze(2), below], dim=2)
        assert torch.allclose(model.initial_state(inputs), first, atol=1e-14)
        state = first
        for _ in range(4):
            state = slow_step(model, state)
        row = state[:, :, 0] if kind is NeuralGPU else state
        for b in range(2):
            for i in range(4):
                want = model.answer.weight @ row[b, :, i] + model.answer.bias
                assert torch.allclose(model(inputs)[i, b], want, atol=1e-12)


def test_the_original_starts_in_its_first_row_and_answers_from_it_alone():
    model = machine(NeuralGPU)
    state = model.initial_state(shown(6))
    assert state.shape == (5, 7, 4, 6)
    assert (state[:, :, 0] != 0).all() and not state[:, :, 1:].any()
    other = state.clone()
    other[:, :, 1:] = torch.randn(5, 7, 3, 6)
    assert torch.equal(model.read(other), model.read(state))


# The loop


@kinds
@pytest.mark.parametrize("n", [1, 2, 9])
def test_a_whole_answer_is_a_step_for_each_position(kind, n):
    model, inputs = machine(kind), shown(n)
    state = model.initial_state(inputs)
    for _ in range(n):
        after = model.step(state)
        assert after.shape == state.shape
        state = after
    assert torch.equal(model(inputs), model.read(state))
    assert torch.equal(model(inputs), model(inputs, steps=n))
    assert model(inputs).shape == (n, 5, OUT)


@kinds
@pytest.mark.parametrize("steps", [None, 0, 1, 13])
def test_a_trace_has_what_was_there_before_the_first_step_and_after_each(kind, steps):
    model, inputs = machine(kind), shown(6)
    answers, states = model.trace(inputs, steps)
    taken = 6 if steps is None else steps
    assert answers.shape == (taken + 1, 6, 5, OUT)
    assert states.shape == (taken + 1, *model.initial_state(inputs).shape)
    assert torch.equal(answers[-1], model(inputs, steps))
    assert torch.equal(states[0], model.initial_state(inputs))
    for k, (answer, state) in enumerate(zip(answers, states, strict=True)):
        assert torch.equal(answer, model(inputs, steps=k))
        assert torch.equal(answer, model.read(state))
        if k < taken:
            assert torch.equal(model.step(state), states[k + 1])


@kinds
def test_without_a_step_a_cell_answers_from_its_own_input(kind):
    model, inputs = machine(kind), shown(6)
    alone = torch.cat([model(inputs[i : i + 1], steps=0) for i in range(6)])
    assert torch.allclose(model(inputs, steps=0), alone, atol=1e-13)


# What a cell can know


@kinds
def test_a_problem_is_answered_as_if_it_were_alone(kind):
    model, inputs = machine(kind), shown(8)
    alone = torch.cat([model(inputs[:, b : b + 1]) for b in range(5)], dim=1)
    assert torch.allclose(model(inputs), alone, atol=1e-12)
    others = inputs.clone()
    others[:, 1:] = 1e3 * shown(8)[:, 1:]
    assert torch.allclose(model(others)[:, 0], model(inputs)[:, 0], atol=1e-12)


@kinds
@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_news_travels_so_many_cells_a_step_and_no_further(kind, steps):
    # In a unit the gates see the neighbours, and the content sees the gates there: two.
    # The original has two units a step.
    model, n, middle = machine(kind), 33, 16
    inputs = shown(n, B=20).requires_grad_()
    # Of the answer in the middle, so that the gradients say where news come from.
    (model(inputs, steps)[middle] * torch.randn(20, OUT)).sum().backward()
    heard = inputs.grad.abs().sum((1, 2)) != 0
    reach = CELLS_A_STEP[kind] * steps
    near = (torch.arange(n) - middle).abs() <= reach
    assert torch.equal(heard, near)


@kinds
def test_in_as_many_steps_as_positions_the_last_cell_hears_of_the_first(kind):
    model, inputs = machine(kind), shown(9, B=50)
    other = inputs.clone()
    other[0] = shown(1, B=50)
    assert (model(other)[-1] != model(inputs)[-1]).any()


@kinds
def test_all_cells_do_the_same(kind):
    model, n, steps = machine(kind), 40, 3
    news = shown(4)
    rows = []
    for start in (15, 20):
        inputs = torch.zeros(n, 5, D, dtype=torch.float64)
        inputs[start : start + 4] = news
        rows.append(model(inputs, steps)[start - 2 : start + 6])
    assert torch.allclose(*rows, atol=1e-12)


@kinds
@pytest.mark.parametrize("longer", [21, 50, 200])
def test_a_longer_row_changes_nothing_far_from_its_new_end(kind, longer):
    model, inputs, steps = machine(kind), shown(longer), 3
    here = 20 - CELLS_A_STEP[kind] * steps
    got, want = model(inputs, steps), model(inputs[:20], steps)
    assert got.shape == (longer, 5, OUT)
    assert torch.allclose(got[:here], want[:here], atol=1e-12)
    assert not torch.allclose(got[:20], want)


# Weights set by hand


def adder(kind, **sizes):
    """A machine that adds, its weights set by hand, not learned.

    With s = a + b - 1 in a column (-1, 0, 1) and c the carry that it sends on (1 or -1;
    0 behind the end), 4 s + 2 c' of a cell and the one below it says how many ones the
    column has: less than -3 none, then one, two above 1, three above 5.
    """
    model = kind(Addition.input_size, Addition.output_size, maps=4, **sizes)
    two, one, three, s = range(4)  # two ones or more are a carry
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.show.weight[s] = SURE * torch.tensor([0.0, 1, 0, 1])
        model.show.bias[:] = -SURE
        if kind is NeuralGPU:
            taps, content = model.content[0].weight[:, :, 1], model.content[0]
            keep, see = model.gates[0].bias.split(4)
            model.gates[1].bias.fill_(SURE)  # the second unit keeps all
        else:
            taps, content = model.content.weight, model.content
            keep, see = model.keep.bias, model.see.bias
        for ones, least in ((one, -3), (two, 1), (three, 5)):
            taps[ones, s, 1] = 4 * SURE
            taps[ones, two, 0] = 2 * SURE
            content.bias[ones] = -least * SURE
        see.fill_(SURE)
        keep.fill_(-SURE)
        keep[s] = SURE
        odd = torch.zeros(4)
        odd[[one, two, three]] = torch.tensor([1.0, -1, 1])
        model.answer.weight[1:] = torch.stack([-odd, odd])
        model.answer.bias[0] = -SURE  # no blanks
    return model.eval()


ADDERS = [
    (DiagonalNeuralGPU, {}),
    (NeuralGPU, {"width": 1}),
    (NeuralGPU, {"width": 4}),
]
adders = pytest.mark.parametrize(("kind", "sizes"), ADDERS)


@adders
@pytest.mark.parametrize("length", [1, 2, 3, 20, 60])
def test_weights_set_by_hand_add_whatever_the_length(kind, sizes, length):
    model, task = adder(kind, **sizes), Addition(carries=0.5)
    batch = task.batch(100, length, torch.Generator().manual_seed(0))
    assert torch.equal(model(batch.inputs).argmax(-1), batch.targets)
    for family, numbers in hard_sums(length).items():
        apart = max(1, len(numbers[0]) // 20)  # of the large families some 20
        batch = task.ask(*(number[::apart] for number in numbers))
        assert torch.equal(model(batch.inputs).argmax(-1), batch.targets), family


@adders
def test_a_carry_goes_one_column_a_step_in_the_machine_set_by_hand(kind, sizes):
    model, n = adder(kind, **sizes), 12
    a, b = digits(2**n - 1, n).unsqueeze(0), digits(1, n).unsqueeze(0)
    batch = Addition().ask(a, b)
    answers, _ = model.trace(batch.inputs)
    for k, answer in enumerate(answers[1:], start=1):
        right = (answer.argmax(-1) == batch.targets)[:, 0]
        assert right.tolist() == [i < k for i in range(n + 1)]


def test_a_diagonal_machine_that_keeps_all_only_moves_it():
    model = machine(DiagonalNeuralGPU)
    with torch.no_grad():
        model.keep.weight.zero_()
        model.keep.bias.fill_(SURE)
    state = want = resting(DiagonalNeuralGPU, 9)
    for _ in range(5):
        state, want = model.step(state), moved(want)
        assert torch.equal(state, want)


def test_an_original_machine_that_keeps_all_never_changes():
    model = machine(NeuralGPU)
    with torch.no_grad():
        for gates in model.gates:
            gates.weight[:7] = 0
            gates.bias[:7] = SURE
    state = resting(NeuralGPU, 9)
    assert torch.equal(model.step(model.step(state)), state)


@kinds
def test_content_that_may_see_nothing_is_the_same_everywhere(kind):
    model, state = machine(kind), resting(kind, 9)
    diagonal = kind is DiagonalNeuralGPU
    with torch.no_grad():
        for gates in (model.see, model.keep) if diagonal else model.gates:
            gates.weight.zero_()
            gates.bias.fill_(-SURE)
        last = model.content if diagonal else model.content[-1]
        want = squash(kind, last.bias)  # (M,)
        got = model.step(state).movedim(1, -1)
    assert torch.allclose(got, want.expand_as(got), atol=1e-15)


# Dropout


@kinds
def test_content_is_left_out_only_while_training(kind):
    model, inputs = machine(kind, dropout=0.5), shown(8)
    whole = machine(kind)
    whole.load_state_dict(model.state_dict())
    assert model.training
    assert not torch.allclose(model(inputs), model(inputs))
    model.eval()
    assert torch.equal(model(inputs), model(inputs))
    assert torch.equal(model(inputs), whole(inputs))
    assert torch.equal(whole(inputs), whole.eval()(inputs))


@kinds
def test_only_the_new_content_is_left_out_and_what_is_kept_stays(kind):
    model, state = machine(kind, dropout=1.0), resting(kind, 8)
    got = model.step(state)
    if kind is DiagonalNeuralGPU:
        want = hard_sigmoid(model.keep(state)) * moved(state)
    else:
        want = state
        for gates in model.gates:
            want = cut_sigmoid(gates(want))[:, :7] * want
    assert torch.allclose(got, want, atol=1e-14)


@pytest.mark.parametrize("dropout", [0.1, 0.3, 0.6])
def test_what_is_left_out_is_as_much_as_said_and_made_up_for_by_the_rest(dropout):
    model, state = machine(DiagonalNeuralGPU, dropout=dropout), resting(KINDS[0], 8, 1)
    with torch.no_grad():
        many = model.step(state.expand(20_000, -1, -1))
        model.eval()
        want = model.step(state)
        kept = hard_sigmoid(model.keep(state)) * moved(state)
        spread = (want - kept).abs() * math.sqrt(dropout / (1 - dropout))
    assert ((many.mean(0) - want).abs() <= 5 * spread / math.sqrt(20_000) + 1e-12).all()
    shows = (want - kept).abs()[0] > 1e-9  # where there is content to leave out
    left_out = ((many - kept).abs() < 1e-12).double().mean(0)[shows]
    assert left_out.mean().item() == pytest.approx(dropout, abs=0.01)


# Gradients, extremes, precision


@kinds
def test_gradients_reach_every_number_of_every_parameter(kind):
    model = machine(kind)
    outputs = model(shown(9, B=20))
    (outputs * torch.randn_like(outputs)).sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad.isfinite().all(), name
        assert (parameter.grad != 0).all(), name


@kinds
@pytest.mark.parametrize("scale", [0, 1, 1e4, 1e30])
def test_it_stays_finite_whatever_it_is_shown(kind, scale):
    model = kind(D, OUT, maps=6, dropout=0.0)
    inputs = (scale * torch.randn(40, 3, D)).requires_grad_()
    answers, states = model.trace(inputs)
    answers.square().mean().backward()
    assert answers.isfinite().all() and inputs.grad.isfinite().all()
    assert all(parameter.grad.isfinite().all() for parameter in model.parameters())
    assert states.abs().max() <= 1 + 1e-6  # between the old, moved, and the new


@kinds
@pytest.mark.parametrize("scale", [1e2, 1e10])
def test_it_stays_finite_with_huge_weights(kind, scale):
    model = kind(D, OUT, maps=6, dropout=0.0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(scale)
    answers, states = model.trace(torch.randn(20, 3, D))
    answers.mean().backward()
    assert answers.isfinite().all() and states.abs().max() <= 1 + 1e-6
    assert not any(parameter.grad.isnan().any() for parameter in model.parameters())


@kinds
def test_it_runs_in_double_precision_and_gives_the_same(kind):
    model = kind(D, OUT, maps=6).eval()
    inputs = torch.randn(12, 5, D)
    single = model(inputs)
    answers, states = model.double().trace(inputs.double())
    assert answers.dtype == states.dtype == torch.float64
    assert single.dtype == torch.float32
    assert torch.allclose(single.double(), answers[-1], atol=1e-5)


# The start


def test_the_gates_of_the_diagonal_start_as_far_open_as_their_authors_say():
    model = DiagonalNeuralGPU(D, OUT, maps=6)
    assert torch.equal(model.see.bias, torch.full((6,), 0.5))
    assert torch.equal(model.keep.bias, torch.full((6,), 0.7))
    assert not model.content.bias.any()


def test_the_gates_of_the_original_start_open():
    model = NeuralGPU(D, OUT, maps=6)
    assert len(model.gates) == len(model.content) == 2
    for gates, content in zip(model.gates, model.content, strict=True):
        assert torch.equal(gates.bias, torch.ones(12)) and not content.bias.any()
    assert not torch.equal(model.gates[0].weight, model.gates[1].weight)


@kinds
def test_filters_start_as_wide_as_glorot_says(kind):
    model = kind(D, OUT, maps=24)
    for name, layer in model.named_modules():
        if isinstance(layer, torch.nn.Conv1d | torch.nn.Conv2d):
            outputs, inputs, *window = layer.weight.shape
            edge = math.sqrt(6 / ((inputs + outputs) * math.prod(window)))
            assert layer.weight.abs().max() <= edge, name
            spread = layer.weight.std().item()
            assert spread == pytest.approx(edge / math.sqrt(3), rel=0.05), name


@kinds
def test_one_seed_gives_one_machine_and_one_dropout(kind):
    def run(seed):
        torch.manual_seed(seed)
        model = kind(D, OUT, maps=6, dropout=0.5)
        return model.state_dict(), model(torch.ones(5, 2, D))

    (weights, answers), (same, again), (_, other) = run(7), run(7), run(8)
    assert all(torch.equal(weights[name], same[name]) for name in weights)
    assert torch.equal(answers, again) and not torch.equal(answers, other)


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        (DiagonalNeuralGPU, 3 * (3 * 24 + 1) * 24),
        (NeuralGPU, 2 * 3 * (9 * 24 + 1) * 24),
    ],
)
def test_it_learns_filters_a_way_in_and_a_way_out_and_nothing_else(kind, numbers):
    assert count_parameters(kind(D, OUT)) == numbers + (D + 1) * 24 + (24 + 1) * OUT


# Refusals


@pytest.mark.parametrize("size", [0, -1, 2.0, True, None])
@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in KINDS for name in ("input_size", "output_size", "maps")]
    + [(NeuralGPU, "width")],
)
def test_a_size_that_is_no_positive_whole_number_is_refused(kind, name, size):
    sizes = {"input_size": 4, "output_size": 3, name: size}
    with pytest.raises(ValueError, match=f"{name} must be a whole number.*got {size}"):
        kind(**sizes)


@pytest.mark.parametrize("maps", [1, 2])
def test_maps_too_few_for_three_directions_are_refused(maps):
    with pytest.raises(ValueError, match=f"maps must be at least 3.*got {maps}"):
        DiagonalNeuralGPU(D, OUT, maps=maps)
    NeuralGPU(D, OUT, maps=maps)  # which does not move them


@kinds
@pytest.mark.parametrize("steps", [-1, 1.5, True, "3"])
def test_steps_that_are_no_whole_number_are_refused(kind, steps):
    model = kind(D, OUT, maps=3)
    for ask in (model, model.trace):
        with pytest.raises(ValueError, match=f"steps must be.*got {steps}"):
            ask(torch.zeros(5, 2, D), steps)


@kinds
@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        (torch.zeros(5, D), r"inputs must have 3 axes.*got shape \(5, 4\)"),
        (torch.zeros(5, 2, 3), r"inputs must have 4 features.*got shape \(5, 2, 3\)"),
        (torch.zeros(0, 2, D), "inputs need at least one"),
        (torch.zeros(5, 0, D), "inputs need at least one"),
        (torch.zeros(5, 2, D, dtype=torch.int64), "inputs must be floating.*int64"),
        ([[[0.0] * D]], "inputs must be a torch tensor.*list"),
    ],
)
def test_inputs_of_another_shape_are_refused(kind, inputs, told):
    model = kind(D, OUT, maps=3)
    for ask in (model, model.trace):
        with pytest.raises(ValueError, match=told):
            ask(inputs)
