"""The Stack-RNN: hard actions are Python's list, soft ones their mixture."""

import random

import pytest
import torch

from mininet import live
from mininet.models.stack_rnn import EMPTY, StackRNN, push_pop, rounded

PUSH, POP, NOOP = torch.eye(3)


def listed(cells):
    """A Python list, its last number on top, as the cells of a stack."""
    return [*reversed(cells)]


def padded(cells, depth):
    return listed(cells) + [EMPTY] * (depth - len(cells))


@pytest.mark.parametrize("seed", range(50))
@pytest.mark.parametrize("columns", [2, 3])
def test_with_chances_of_0_and_1_it_is_a_list(columns, seed):
    chance, depth = random.Random(seed), 12
    stack, plain = torch.full((depth,), EMPTY), []
    for _ in range(60):
        action = chance.randrange(columns)
        number = chance.random()
        if action == 0 and len(plain) == depth:
            continue
        stack = push_pop(stack, torch.tensor(number), torch.eye(columns)[action])
        if action == 0:
            plain.append(number)
        elif action == 1 and plain:
            plain.pop()
        assert stack.tolist() == pytest.approx(padded(plain, depth))


def test_every_stack_of_a_batch_has_actions_of_its_own():
    stacks = torch.rand(2, 3, 5)
    pushed = torch.rand(2, 3)
    actions = torch.stack(
        [torch.stack([PUSH, POP, NOOP]), torch.stack([POP, NOOP, PUSH])]
    )
    after = push_pop(stacks, pushed, actions)
    for b in range(2):
        for s in range(3):
            alone = push_pop(stacks[b, s], pushed[b, s], actions[b, s])
            assert torch.equal(after[b, s], alone)


def test_a_mixture_of_actions_is_the_mixture_of_what_they_do():
    generator = torch.Generator().manual_seed(0)
    for _ in range(20):
        stack = torch.rand(4, 7, generator=generator)
        pushed = torch.rand(4, generator=generator)
        chances = torch.softmax(3 * torch.randn(4, 3, generator=generator), -1)
        each = [push_pop(stack, pushed, act.expand(4, 3)) for act in (PUSH, POP, NOOP)]
        mixed = sum(c * one for c, one in zip(chances.T[..., None], each, strict=True))
        assert torch.allclose(push_pop(stack, pushed, chances), mixed)


def test_what_a_step_moves_is_neither_lost_nor_made():
    generator = torch.Generator().manual_seed(1)
    filled = torch.zeros(3, 9, dtype=torch.float64)  # how full each cell is
    for _ in range(5):  # counted from empty = 0: nothing reaches the bottom
        chances = torch.softmax(torch.randn(3, 3, generator=generator).double(), -1)
        push, pop, noop = chances.T
        before, top = filled.sum(1), filled[:, 0]
        cells = push_pop(2 * filled - 1, torch.ones(3).double(), chances)
        filled = (cells + 1) / 2
        wanted = push * (before + 1) + pop * (before - top) + noop * before
        assert torch.allclose(filled.sum(1), wanted)


def test_gradients_are_those_of_finite_differences():
    generator = torch.Generator().manual_seed(2)
    stack = torch.rand(2, 4, generator=generator).double().requires_grad_()
    pushed = torch.rand(2, generator=generator).double().requires_grad_()
    for columns in (2, 3):
        actions = torch.rand(2, columns, generator=generator).double().requires_grad_()
        assert torch.autograd.gradcheck(push_pop, (stack, pushed, actions))
    torch.manual_seed(0)
    model = StackRNN(2, 3, 2, stacks=2).double()
    xs = torch.rand(5, 2, 2).double()

    def said(*weights):
        names = [name for name, _ in model.named_parameters()]
        named = dict(zip(names, weights, strict=True))
        return torch.func.functional_call(model, named, (xs,))

    assert torch.autograd.gradcheck(said, tuple(model.parameters()))


def test_a_pop_of_an_empty_stack_leaves_it_empty():
    empty = torch.full((3, 4), EMPTY)
    assert torch.equal(push_pop(empty, torch.rand(3), POP.expand(3, 3)), empty)


def test_a_push_beyond_the_depth_drops_the_lowest():
    full = torch.tensor([0.1, 0.2, 0.3])
    after = push_pop(full, torch.tensor(0.9), PUSH)
    assert after.tolist() == pytest.approx([0.9, 0.1, 0.2])


def test_a_single_cell_is_pushed_to_and_popped_from():
    one = torch.tensor([0.25])
    assert push_pop(one, torch.tensor(0.5), PUSH).tolist() == [0.5]
    assert push_pop(one, torch.tensor(0.5), POP).tolist() == [EMPTY]
    assert push_pop(one, torch.tensor(0.5), NOOP).tolist() == [0.25]


@pytest.mark.parametrize("columns", [1, 4])
def test_actions_that_are_neither_two_nor_three_are_refused(columns):
    with pytest.raises(ValueError, match="actions must have 2 columns"):
        push_pop(torch.zeros(5), torch.tensor(0.0), torch.zeros(columns))
    with pytest.raises(ValueError, match="actions must be 2 or 3"):
        StackRNN(2, 3, 2, actions=columns)


@pytest.mark.parametrize("reads", [1, 2, 3])
@pytest.mark.parametrize("actions", [2, 3])
def test_a_step_is_the_papers_equations(actions, reads):
    torch.manual_seed(3)
    model = StackRNN(3, 5, 4, stacks=2, actions=actions, reads=reads)
    x = torch.rand(1, 3)
    _, before = model.unroll(torch.rand(6, 1, 3))
    y, after = model.step(x, before)
    U, P, A, D, V = (part.weight for part in model.children())
    hidden = torch.sigmoid(U @ x[0] + P @ before.stacks[0, :, :reads].flatten())
    assert torch.allclose(after.hidden[0], hidden)
    for s in range(2):
        chances = torch.softmax(A[s * actions : (s + 1) * actions] @ hidden, 0)
        stack = push_pop(before.stacks[0, s], torch.sigmoid(D[s] @ hidden), chances)
        assert torch.allclose(after.stacks[0, s], stack)
    assert torch.allclose(y[0], V @ hidden)


def test_stacks_are_as_deep_as_the_inputs_are_long_and_lose_nothing():
    torch.manual_seed(4)
    model, xs = StackRNN(2, 4, 2, stacks=3), torch.rand(9, 2, 2)
    state = model.start(xs)
    assert state.stacks.shape == (2, 3, 9) and (state.stacks == EMPTY).all()
    deeper = model.initial_state(2, depth=40)
    assert torch.allclose(model(xs), model.unroll(xs, deeper)[0])


def test_a_depth_that_is_given_holds_and_is_exceeded_without_harm():
    torch.manual_seed(5)
    model = StackRNN(2, 4, 2, stacks=3, depth=2)
    ys, states = model.trace(torch.rand(20, 2, 2))
    assert states.stacks.shape == (20, 2, 3, 2)
    assert ys.isfinite().all() and (states.stacks.abs() <= 1 + 1e-5).all()


def test_a_network_of_no_depth_cannot_start_from_nothing():
    with pytest.raises(ValueError, match="give a depth, or call start"):
        StackRNN(2, 3, 2).initial_state(4)
    with pytest.raises(ValueError, match="depth must be at least 2 reads, got 1"):
        StackRNN(2, 3, 2).initial_state(4, depth=1)


@pytest.mark.parametrize("size", [1e4, -1e4])
@pytest.mark.parametrize("train", [True, False])
def test_nothing_is_nan_however_large_the_weights(size, train):
    torch.manual_seed(6)
    model = StackRNN(2, 4, 2, stacks=2, noise=3.0)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(size * torch.sign(torch.randn_like(weight)))
    model.train(train)
    ys, states = model.trace(torch.rand(15, 3, 2))
    ys.logsumexp(-1).sum().backward()
    assert ys.isfinite().all() and (states.stacks.abs() <= 1 + 1e-5).all()
    assert all(weight.grad.isfinite().all() for weight in model.parameters())


def test_noise_acts_while_training_alone_and_as_the_seed_says():
    torch.manual_seed(7)
    model, xs = StackRNN(2, 4, 2, noise=1.0), torch.rand(8, 3, 2)
    quiet = model.eval()(xs)
    assert torch.equal(quiet, model(xs))
    model.train()
    runs = []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        runs.append(model(xs))
    assert torch.equal(runs[0], runs[1])
    assert not torch.equal(runs[0], runs[2]) and not torch.equal(runs[0], quiet)
    model.noise = 0.0
    assert torch.equal(model(xs), quiet)


def test_noise_is_drawn_for_every_stack_and_every_sequence():
    torch.manual_seed(8)
    model = StackRNN(2, 4, 2, noise=1.0)
    actions, _ = model.decide(torch.ones(2, 4))
    plain, _ = model.eval().decide(torch.ones(2, 4))
    assert torch.equal(plain[0], plain[1]) and not torch.equal(actions[0], actions[1])
    shift = (actions.log() - plain.log()).diff(dim=-1)
    assert len(shift.flatten().unique()) == shift.numel()


def test_a_rounded_network_takes_the_likeliest_action_wholly():
    torch.manual_seed(9)
    model = StackRNN(2, 6, 2, stacks=3, noise=1.0)
    hard, hidden = rounded(model), torch.rand(20, 6)
    soft_actions, soft_pushed = model.eval().decide(hidden)
    actions, pushed = hard.decide(hidden)
    assert torch.equal(actions.argmax(-1), soft_actions.argmax(-1))
    assert (actions.sort(-1).values == torch.tensor([0.0, 0, 1])).all()
    assert torch.equal(pushed, soft_pushed)
    assert hard.depth is None and not hard.training and hard.noise == 0


def test_a_decided_network_and_its_rounded_copy_do_the_same():
    torch.manual_seed(10)
    model, xs = StackRNN(2, 6, 2, stacks=3, actions=2, reads=1), torch.rand(12, 4, 2)
    with torch.no_grad():
        model.act.weight.mul_(1e4)
    assert torch.allclose(model(xs), rounded(model)(xs), atol=1e-5)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"stacks": 0}, "stacks must be a whole number"),
        ({"hidden_size": 2.0}, "hidden_size must be a whole number"),
        ({"reads": 0}, "reads must be a whole number"),
        ({"depth": 0}, "depth must be a whole number"),
        ({"depth": 1}, "depth must be at least 2 reads"),
        ({"noise": -1.0}, "noise must be at least 0"),
        ({"noise": float("nan")}, "noise must be at least 0"),
        ({"first": (1.0, 1.0)}, "first must be three numbers above 0"),
        ({"first": (1.0, 0.0, 1.0)}, "first must be three numbers above 0"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(wrong, words):
    sizes = {"input_size": 2, "hidden_size": 3, "output_size": 2}
    with pytest.raises(ValueError, match=words):
        StackRNN(**sizes | wrong)


def test_the_first_weights_of_three_layers_are_so_many_times_as_large():
    models = []
    for first in ((1.0, 1.0, 1.0), (2.0, 3.0, 4.0)):
        torch.manual_seed(12)
        models.append(StackRNN(2, 5, 2, first=first))
    times = [
        (large / small).mean().item()
        for small, large in zip(*(m.parameters() for m in models), strict=True)
    ]
    assert times == pytest.approx([2, 3, 4, 1, 1])


def test_a_live_figure_can_compute_a_step():
    torch.manual_seed(11)
    model = StackRNN(2, 4, 2, stacks=2).eval()
    model.requires_grad_(False)

    def step(x, hidden, stacks):
        y, state = model.step(x[None], type(model.start(x[None, None]))(hidden, stacks))
        actions, pushed = model.decide(state.hidden)
        return {
            "y": y,
            "hidden": state.hidden,
            "stacks": state.stacks,
            "actions": actions,
            "pushed": pushed,
        }

    hidden, stacks = model.initial_state(1, depth=5)
    live.figure(
        step,
        inputs={
            "x": live.sequence(
                {"a": [1.0, 0], "b": [0, 1.0]}, value="aab", max_length=8, label="reads"
            ),
            "hidden": live.constant(hidden),
            "stacks": live.constant(stacks),
        },
        state={"hidden": "hidden", "stacks": "stacks"},
        views=[live.heatmap("stacks", label="stacks")],
        alt="Two stacks.",
    )
