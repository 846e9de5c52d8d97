"""The Neural Turing Machine against its paper's equations, written out slowly."""

import math
import random

import pytest
import torch
from torch.autograd import gradcheck

from mininet.models.feedforward import FeedForward
from mininet.models.lstm import LSTM
from mininet.models.ntm import (
    FLOOR,
    NTM,
    SOFTENING,
    Bounded,
    NTMState,
    address,
    find,
    interpolate,
    read,
    sharpen,
    shift,
    similarity,
    write,
)
from mininet.models.rnn import RNN
from mininet.recurrent import count_parameters

SURE = 200.0  # sigmoid, tanh and softmax of this are 0 and 1 to the last bit
HEADS = [(), (1,), (3,)]  # one head without an axis of its own, then with one


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


def attention(*shape, dtype=torch.float64):
    """Random attention, some of it blurred and some of it nearly one-hot."""
    return torch.softmax(5 * torch.randn(*shape, dtype=dtype), dim=-1)


def one_hot(places, N, dtype=torch.float64):
    return torch.nn.functional.one_hot(places, N).to(dtype)


def asked(B, N, M, heads=(), dtype=torch.float64):
    """Random arguments of `address`, of the kind that a controller gives."""
    shape = (B, *heads)
    return (
        torch.randn(B, N, M, dtype=dtype),  # memory
        attention(*shape, N, dtype=dtype),  # previous
        torch.randn(*shape, M, dtype=dtype).tanh(),  # key
        10 * torch.rand(*shape, 1, dtype=dtype),  # strength
        torch.rand(*shape, 1, dtype=dtype),  # gate
        attention(*shape, 3, dtype=dtype),  # kernel
        1 + 5 * torch.rand(*shape, 1, dtype=dtype),  # sharpness
    )


# The paper's equations for one head of one sequence, number by number.


def slow_similarity(row, key):
    """Eq. 6, with lengths softened as the docstring says."""
    dot = sum(a * b for a, b in zip(row, key, strict=True))
    lengths = [math.sqrt(sum(a * a for a in v) + SOFTENING**2) for v in (row, key)]
    return dot / (lengths[0] * lengths[1])


def slow_shift(w, kernel):
    """Eq. 8: w~(i) = sum over j of w(j) s(i - j), indices modulo N."""
    N = len(w)
    s = [0.0] * N
    for move, chance in zip((-1, 0, 1), kernel, strict=True):
        s[move % N] += chance
    return [sum(w[j] * s[(i - j) % N] for j in range(N)) for i in range(N)]


def slow_address(memory, previous, key, strength, gate, kernel, sharpness):
    """Eqs. 5 to 9."""
    (strength,), (gate,), (sharpness,) = strength, gate, sharpness
    likeness = [math.exp(strength * slow_similarity(row, key)) for row in memory]
    content = [value / sum(likeness) for value in likeness]  # eq. 5
    gated = [  # eq. 7
        gate * c + (1 - gate) * p for c, p in zip(content, previous, strict=True)
    ]
    powers = [w**sharpness for w in slow_shift(gated, kernel)]
    return [power / sum(powers) for power in powers]  # eq. 9


def slow_read(memory, w):
    """Eq. 2."""
    return [
        sum(w[i] * memory[i][j] for i in range(len(w))) for j in range(len(memory[0]))
    ]


def slow_write(memory, w, erase, add):
    """Eqs. 3 and 4."""
    return [
        [
            number * (1 - w[i] * e) + w[i] * a
            for number, e, a in zip(row, erase, add, strict=True)
        ]
        for i, row in enumerate(memory)
    ]


def slowly(function, *tensors):
    """Apply a function of lists to each sequence of the batch by itself."""
    lists = zip(*(tensor.tolist() for tensor in tensors), strict=True)
    return torch.tensor([function(*each) for each in lists], dtype=torch.float64)


# Reading


@pytest.mark.parametrize("N", [1, 2, 9])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_one_hot_read_is_indexing(N, dtype):
    memory = 100 * torch.randn(50, N, 4, dtype=dtype)
    places = torch.randint(N, (50,))
    got = read(memory, one_hot(places, N, dtype))
    assert torch.equal(got, memory[torch.arange(50), places])


def test_one_hot_reads_of_several_heads_are_indexing():
    memory = torch.randn(50, 9, 4)
    places = torch.randint(9, (50, 3))
    got = read(memory, one_hot(places, 9, torch.float32))
    assert got.shape == (50, 3, 4)
    assert torch.equal(got, memory[torch.arange(50).unsqueeze(1), places])


def test_a_soft_read_is_the_weighted_sum_of_eq_2():
    memory, w = torch.randn(50, 6, 4, dtype=torch.float64), attention(50, 6)
    assert torch.allclose(read(memory, w), slowly(slow_read, memory, w), atol=1e-12)


def test_an_even_read_is_the_mean_and_no_read_leaves_the_range_of_the_rows():
    memory = torch.randn(50, 8, 4, dtype=torch.float64)
    even = torch.full((50, 8), 1 / 8, dtype=torch.float64)
    assert torch.allclose(read(memory, even), memory.mean(1))
    got = read(memory, attention(50, 8))
    assert (got <= memory.amax(1) + 1e-12).all()
    assert (got >= memory.amin(1) - 1e-12).all()


# Writing


@pytest.mark.parametrize("N", [1, 2, 9])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_one_hot_write_that_erases_all_is_assignment(N, dtype):
    memory = 100 * torch.randn(50, N, 4, dtype=dtype)
    add = torch.randn(50, 4, dtype=dtype)
    places = torch.randint(N, (50,))
    want = memory.clone()
    want[torch.arange(50), places] = add
    before = memory.clone()
    got = write(memory, one_hot(places, N, dtype), torch.ones_like(add), add)
    assert torch.equal(got, want)  # the other rows to the last bit
    assert torch.equal(memory, before)


def test_a_soft_write_is_eqs_3_and_4():
    memory, w = torch.randn(50, 6, 4, dtype=torch.float64), attention(50, 6)
    erase, add = torch.rand(50, 4).double(), torch.randn(50, 4).double()
    want = slowly(slow_write, memory, w, erase, add)
    assert torch.allclose(write(memory, w, erase, add), want, atol=1e-12)


def test_a_soft_write_that_erases_all_lies_between_the_old_and_the_new():
    memory, w = torch.randn(50, 6, 4, dtype=torch.float64), attention(50, 6)
    add = torch.randn(50, 4, dtype=torch.float64)
    want = torch.lerp(memory, add.unsqueeze(1).expand_as(memory), w.unsqueeze(2))
    assert torch.allclose(write(memory, w, torch.ones_like(add), add), want)


def test_a_write_that_erases_and_adds_nothing_changes_nothing():
    memory, zero = torch.randn(50, 6, 4), torch.zeros(50, 4)
    w = attention(50, 6, dtype=torch.float32)
    assert torch.equal(write(memory, w, zero, zero), memory)


def test_what_is_added_without_erasing_can_be_taken_back():
    memory, w = torch.randn(50, 6, 4, dtype=torch.float64), attention(50, 6)
    zero, add = torch.zeros(50, 4).double(), torch.randn(50, 4).double()
    there = write(memory, w, zero, add)
    assert not torch.allclose(there, memory)
    assert torch.allclose(write(there, w, zero, -add), memory, atol=1e-12)


# Content


@pytest.mark.parametrize("heads", HEADS)
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
def test_similarity_is_the_cosine_times_a_factor_for_each_length(heads, scale):
    memory = scale * torch.randn(50, 6, 4, dtype=torch.float64)
    key = torch.randn(50, *heads, 4, dtype=torch.float64)
    got = similarity(memory, key)
    assert got.shape == (50, *heads, 6)
    rows = memory.view(50, *(1 for _ in heads), 6, 4)
    cosine = torch.cosine_similarity(rows, key.unsqueeze(-2), dim=-1, eps=1e-300)
    long = [v.norm(dim=-1) / (v.norm(dim=-1) ** 2 + 0.1**2).sqrt() for v in (key, rows)]
    want = cosine * long[0].unsqueeze(-1) * long[1]
    assert torch.allclose(got, want, rtol=1e-12, atol=1e-14)


def test_similarity_is_nearly_the_cosine_of_long_vectors():
    memory = 10 * torch.randn(100, 6, 20)
    key = 10 * torch.randn(100, 20)
    shortest = min(memory.norm(dim=-1).min(), key.norm(dim=-1).min())
    cosine = torch.cosine_similarity(memory, key.unsqueeze(1), dim=-1)
    # A factor l / sqrt(l**2 + s**2) lies within s**2 / 2 l**2 of 1, and there are two.
    bound = SOFTENING**2 / shortest.item() ** 2
    assert bound < 1e-4
    assert (similarity(memory, key) - cosine).abs().max() <= bound + 1e-6


def test_nothing_is_like_an_empty_row_and_an_empty_key_is_like_nothing():
    memory = torch.randn(50, 6, 4)
    memory[:, 2] = 0
    assert (similarity(memory, torch.randn(50, 4))[:, 2] == 0).all()
    assert (similarity(memory, torch.zeros(50, 3, 4)) == 0).all()


def test_similarity_stays_within_one_and_turns_with_the_key():
    memory = torch.randn(200, 6, 4) * 10 ** torch.empty(200, 6, 1).uniform_(-5, 5)
    key = torch.randn(200, 4) * 10 ** torch.empty(200, 1).uniform_(-5, 5)
    got = similarity(memory, key)
    assert got.abs().max() <= 1 + 1e-6
    assert torch.equal(similarity(memory, -key), -got)
    assert torch.equal(similarity(-memory, key), -got)


def test_no_slope_of_similarity_is_over_one_over_the_softening():
    lengths = torch.logspace(-8, 3, 56, dtype=torch.float64)
    rows = lengths.view(56, 1, 1) * torch.nn.functional.normalize(
        torch.randn(56, 9, 4, dtype=torch.float64), dim=-1
    )
    key = lengths[torch.randperm(56)].unsqueeze(1) * torch.randn(56, 4).double()
    rows.requires_grad_()
    key.requires_grad_()
    for n in range(9):
        slopes = torch.autograd.grad(similarity(rows, key)[:, n].sum(), (rows, key))
        assert all(slope.norm(dim=-1).max() < 1 / SOFTENING for slope in slopes)


def test_the_length_of_a_key_scales_all_similarities_alike():
    memory = torch.randn(200, 6, 4, dtype=torch.float64)
    key = torch.nn.functional.normalize(torch.randn(200, 4).double(), dim=-1)
    unit = similarity(memory, key)
    for length in [1e-4, 0.1, 1, 10, 1e4]:
        factor = length * math.sqrt((1 + SOFTENING**2) / (length**2 + SOFTENING**2))
        assert torch.allclose(similarity(memory, length * key), factor * unit)
    # So a key longer than 1 gains at most half a percent, however long it is.
    assert math.sqrt(1 + SOFTENING**2) < 1.005
    long = find(memory, 1e6 * key, torch.tensor(1.0).double())
    assert (long - find(memory, key, torch.tensor(1.0).double())).abs().max() < 2e-3


@pytest.mark.parametrize("heads", HEADS)
def test_no_strength_attends_to_all_rows_alike(heads):
    key, zero = torch.randn(50, *heads, 4), torch.zeros(50, *heads, 1)
    got = find(100 * torch.randn(50, 7, 4), key, zero)
    assert got.shape == (50, *heads, 7)
    assert torch.allclose(got, torch.tensor(1 / 7), atol=1e-7)


def test_great_strength_finds_the_most_similar_row():
    memory = torch.randn(200, 6, 4, dtype=torch.float64)
    key = torch.randn(200, 4, dtype=torch.float64)
    got = find(memory, key, torch.full((200, 1), 1e8, dtype=torch.float64))
    best = similarity(memory, key).argmax(1)
    assert torch.allclose(got, one_hot(best, 6))


def test_a_row_is_found_by_itself():
    memory = torch.nn.functional.normalize(torch.randn(100, 6, 20), dim=-1)
    for row in range(6):
        got = find(memory, memory[:, row], torch.full((100, 1), 100.0))
        assert torch.equal(got.argmax(1), torch.full((100,), row))


def test_a_strength_below_zero_looks_for_the_opposite():
    memory, key = torch.randn(50, 6, 4), torch.randn(50, 4)
    strength = 10 * torch.rand(50, 1)
    assert torch.equal(find(memory, key, -strength), find(memory, -key, strength))


# Place


def test_an_open_gate_goes_by_content_and_a_shut_one_stays():
    content, previous = attention(50, 3, 6), attention(50, 3, 6)
    one = torch.ones(50, 3, 1, dtype=torch.float64)
    assert torch.equal(interpolate(content, previous, one), content)
    assert torch.equal(interpolate(content, previous, 0 * one), previous)
    half = interpolate(content, previous, one / 2)
    assert torch.allclose(half, (content + previous) / 2)


@pytest.mark.parametrize("N", [1, 2, 3, 8])
@pytest.mark.parametrize("move", [-1, 0, 1])
@pytest.mark.parametrize("heads", HEADS)
def test_a_decided_shift_is_a_roll(N, move, heads):
    w = attention(50, *heads, N)
    kernel = one_hot(torch.full((50, *heads), move + 1), 3)
    assert torch.equal(shift(w, kernel), w.roll(move, dims=-1))


def test_ahead_is_down_the_memory_and_round_its_end():
    w = torch.tensor([[0, 0, 0, 1.0]])
    assert shift(w, torch.tensor([[0, 0, 1.0]])).tolist() == [[1, 0, 0, 0]]
    assert shift(w, torch.tensor([[1.0, 0, 0]])).tolist() == [[0, 0, 1, 0]]


@pytest.mark.parametrize("N", [1, 2, 3, 8])
def test_a_soft_shift_is_the_double_loop_of_eq_8(N):
    w, kernel = attention(100, N), attention(100, 3)
    want = slowly(slow_shift, w, kernel)
    assert torch.allclose(shift(w, kernel), want, rtol=1e-12)


@pytest.mark.parametrize("width", [0, 1, 2, 4, 5])
@pytest.mark.parametrize("heads", HEADS)
def test_a_kernel_of_the_wrong_width_is_refused(width, heads):
    kernel = torch.ones(4, *heads, width, dtype=torch.float64)
    memory, w, key, strength, gate, _, sharpness = asked(4, 5, 2, heads)
    words = rf"kernel must have 3 columns \(-1, 0, \+1\), got {width}"
    with pytest.raises(ValueError, match=words):
        shift(w, kernel)
    with pytest.raises(ValueError, match=words):
        address(memory, w, key, strength, gate, kernel, sharpness)


def test_a_sharpness_of_one_changes_nothing_above_the_floor():
    w = attention(200, 9)
    one = torch.ones(200, 1, dtype=torch.float64)
    assert torch.allclose(sharpen(w, one), w, atol=2 * FLOOR)
    # Below it, what was 0 comes back as the floor: not exactly nothing.
    first = one_hot(torch.zeros(200).long(), 9)
    assert torch.allclose(sharpen(first, one), first, atol=2 * FLOOR)


@pytest.mark.parametrize("sharpness", [0.25, 1, 1.5, 2, 7, 20, 23])
@pytest.mark.parametrize("heads", HEADS)
def test_sharpening_is_the_power_of_eq_9(sharpness, heads):
    # Down to 1e-11: the power 23 of that is still far from float64's underflow.
    w = 10 ** torch.empty(200, *heads, 6, dtype=torch.float64).uniform_(-11, 0)
    w = (w / w.sum(-1, keepdim=True)).clamp_min(FLOOR)
    gamma = torch.full((200, *heads, 1), sharpness, dtype=torch.float64)
    want = w**gamma / (w**gamma).sum(-1, keepdim=True)
    assert torch.allclose(sharpen(w, gamma), want, rtol=1e-10, atol=0)
    single = sharpen(w.float(), gamma.float()).double()
    assert torch.allclose(single, want, rtol=2e-6 * (1 + sharpness * 28), atol=1e-37)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_sharpening_survives_where_powers_underflow(dtype):
    gamma = torch.full((1, 1), 1000.0, dtype=dtype)
    even = torch.full((1, 10_000), 1e-4, dtype=dtype)
    assert (even**gamma).sum() == 0  # the plain formula gives 0 / 0
    got = sharpen(even, gamma)
    assert torch.allclose(got, even, rtol=1e-5) and (got.sum() - 1).abs() < 1e-5
    ahead = even.clone()
    ahead[0, 7] *= 2
    assert torch.equal(sharpen(ahead, gamma).argmax(1), torch.tensor([7]))
    assert sharpen(ahead, gamma)[0, 7] > 1 - 1e-6


def test_sharpening_keeps_the_order_and_great_sharpness_keeps_the_first_alone():
    w = attention(200, 9)
    for gamma in [1.0, 3.0, 30.0]:
        got = sharpen(w, torch.full((200, 1), gamma, dtype=torch.float64))
        assert torch.equal(got.argmax(1), w.argmax(1))
        assert (got.amax(1) >= w.amax(1) - 1e-9).all()
    got = sharpen(w, torch.full((200, 1), 1e6, dtype=torch.float64))
    assert torch.allclose(got, one_hot(w.argmax(1), 9))


# All of it


@pytest.mark.parametrize("N", [1, 2, 3, 8])
def test_address_is_the_papers_equations_5_to_9(N):
    arguments = asked(100, N, 4)
    want = slowly(slow_address, *arguments)
    assert torch.allclose(address(*arguments), want, atol=1e-10)
    single = address(*(argument.float() for argument in arguments))
    assert torch.allclose(single.double(), want, atol=1e-5)


def test_several_heads_at_once_are_the_heads_one_by_one():
    memory, *rest = asked(50, 7, 4, heads=(3,))
    previous, key, strength, gate, kernel, sharpness = rest
    alone = [[argument[:, head] for argument in rest] for head in range(3)]
    for together, each in [
        (address(memory, *rest), [address(memory, *a) for a in alone]),
        (find(memory, key, strength), [find(memory, *a[1:3]) for a in alone]),
        (similarity(memory, key), [similarity(memory, a[1]) for a in alone]),
        (read(memory, previous), [read(memory, a[0]) for a in alone]),
        (shift(previous, kernel), [shift(a[0], a[4]) for a in alone]),
        (sharpen(previous, sharpness), [sharpen(a[0], a[5]) for a in alone]),
        (
            interpolate(find(memory, key, strength), previous, gate),
            [interpolate(find(memory, *a[1:3]), a[0], a[3]) for a in alone],
        ),
    ]:
        assert torch.allclose(together, torch.stack(each, dim=1), atol=1e-12)


@pytest.mark.parametrize("heads", HEADS)
@pytest.mark.parametrize("N", [1, 2, 9, 1000])
def test_attention_is_never_negative_and_sums_to_one(heads, N):
    memory, *rest = asked(20, N, 4, heads, dtype=torch.float32)
    previous, key, strength, gate, kernel, sharpness = rest
    content = find(memory, key, strength)
    for w in [
        content,
        interpolate(content, previous, gate),
        shift(previous, kernel),
        sharpen(previous, sharpness),
        address(memory, *rest),
    ]:
        assert w.shape == (20, *heads, N) and (w >= 0).all()
        assert torch.allclose(w.sum(-1), torch.tensor(1.0), atol=1e-5)


def test_a_head_by_place_alone_walks_round_the_memory():
    memory = torch.randn(1, 5, 4)
    w = torch.eye(5)[:1]
    shut, ahead = torch.zeros(1, 1), torch.tensor([[0.0, 0, 1]])
    sharp = torch.full((1, 1), 20.0)
    for step in range(1, 1001):
        w = address(memory, w, torch.randn(1, 4), sharp, shut, ahead, sharp)
        assert torch.equal(w, torch.eye(5)[[step % 5]])


def extremes(case, dtype):
    """Arguments of `address`, each drawn from what is strange for it."""
    draw = random.Random(case).choice
    B, N, M = 3, draw([1, 2, 3, 40]), draw([1, 5])
    shape = (B, *draw(HEADS))
    zero = torch.zeros(*shape, 1, dtype=dtype)
    one = zero + 1
    memory = draw([0, 1e-20, 1e-4, 1, 1e4]) * torch.randn(B, N, M, dtype=dtype)
    memory[:, draw(range(N))] *= draw([0, 1])
    even = torch.full((*shape, N), 1 / N, dtype=dtype)
    first = one_hot(torch.zeros(shape).long(), N, dtype)
    return (
        memory,
        draw([even, first, attention(*shape, N, dtype=dtype)]),
        draw([0, 1e-20, 1, 1e4]) * torch.randn(*shape, M, dtype=dtype),
        draw([0, 1, 1e4, -1, -1e4]) * one,
        draw([zero, one, torch.rand(*shape, 1, dtype=dtype)]),
        draw(
            [
                one_hot(torch.randint(3, shape), 3, dtype),
                attention(*shape, 3, dtype=dtype),
            ]
        ),
        draw([1, 1.5, 20, 1e3, 0.5, 0, -1, -1e3]) * one,
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_attention_and_gradients_are_finite_at_any_extreme(dtype):
    for case in range(400):
        arguments = [tensor.requires_grad_() for tensor in extremes(case, dtype)]
        w = address(*arguments)
        assert (w >= 0).all() and w.isfinite().all(), case
        assert torch.allclose(w.sum(-1), torch.ones_like(w[..., 0]), atol=1e-4), case
        (w * torch.randn_like(w)).sum().backward()
        assert all(tensor.grad.isfinite().all() for tensor in arguments), case


def test_reads_and_writes_stay_finite_in_a_huge_memory():
    memory = (1e4 * torch.randn(4, 1000, 20)).requires_grad_()
    w = attention(4, 1000, dtype=torch.float32).requires_grad_()
    erase, add = torch.rand(4, 20).requires_grad_(), torch.randn(4, 20).requires_grad_()
    got = read(write(memory, w, erase, add), w)
    got.sum().backward()
    assert got.isfinite().all()
    assert all(t.grad.isfinite().all() for t in (memory, w, erase, add))


@pytest.mark.parametrize("heads", [(), (2,)])
def test_gradients_are_those_of_finite_differences(heads):
    memory, *rest = (tensor.requires_grad_() for tensor in asked(2, 4, 3, heads))
    previous, key, strength = rest[:3]
    assert previous.min() > 1e-9  # away from the floor
    assert gradcheck(read, (memory, previous))
    assert gradcheck(similarity, (memory, key))
    assert gradcheck(find, (memory, key, strength))
    assert gradcheck(address, (memory, *rest))


def test_gradients_of_similarity_are_right_at_empty_rows_too():
    zeros = torch.zeros(2, 4, 3, dtype=torch.float64, requires_grad=True)
    key = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
    assert gradcheck(similarity, (zeros, key))
    assert gradcheck(similarity, (zeros, torch.zeros_like(key, requires_grad=True)))


def test_gradients_of_a_write_are_those_of_finite_differences():
    memory, w, *_ = asked(2, 4, 3)
    erase, add = torch.rand(2, 3).double(), torch.randn(2, 3).double()
    arguments = (memory, w, erase, add)
    assert gradcheck(write, [tensor.requires_grad_() for tensor in arguments])


# The machine


def machine(controller=LSTM, **changes):
    """A small machine with large random weights, so that all its parts act."""
    options = {"controller_size": 6, "locations": 7, "width": 3}
    options |= {"read_heads": 2, "write_heads": 2} | changes
    ntm = NTM(2, 3, controller=controller, **options)
    with torch.no_grad():
        for parameter in ntm.parameters():
            parameter.mul_(3)
    return ntm


def test_the_order_of_write_heads_does_not_matter():
    memory, w = torch.randn(3, 6, 4), torch.rand(3, 2, 6).softmax(-1)
    erase, add = torch.rand(3, 2, 4), torch.randn(3, 2, 4)
    swapped = write(memory, *(part.flip(1) for part in (w, erase, add)))
    assert torch.allclose(write(memory, w, erase, add), swapped, atol=1e-6)
    both = torch.ones(1, 2, 1)  # two full erases at one row, then both numbers added
    added = write(torch.ones(1, 1, 1), both, both, torch.tensor([[[1.0], [0.5]]]))
    assert added.item() == 1.5


controllers = pytest.mark.parametrize("controller", [LSTM, FeedForward, RNN])


@controllers
def test_a_step_is_the_papers_equations_in_the_order_of_the_docstring(controller):
    ntm = machine(controller).double()
    state = ntm.initial_state(4)
    for x in torch.randn(6, 4, 2, dtype=torch.float64):
        y, new = ntm.step(x, state)
        seen = torch.cat([x, *state.reads.unbind(1)], dim=1)
        said, inner = ntm.controller.step(seen, state.controller)
        go = ntm.heads(said)
        previous = [*state.write_weights.unbind(1), *state.read_weights.unbind(1)]
        w = [  # every head in the memory as it was
            slowly(
                slow_address, state.memory, before, *(part[:, head] for part in go[:5])
            )
            for head, before in enumerate(previous)
        ]
        memory, nothing = state.memory, torch.zeros_like(go.add[:, 0])
        for head in range(2):  # all erase, then all add
            memory = slowly(slow_write, memory, w[head], go.erase[:, head], nothing)
        for head in range(2):
            memory = slowly(slow_write, memory, w[head], nothing, go.add[:, head])
        reads = [slowly(slow_read, memory, w[head]) for head in (2, 3)]
        assert torch.allclose(new.write_weights, torch.stack(w[:2], 1), atol=1e-9)
        assert torch.allclose(new.read_weights, torch.stack(w[2:], 1), atol=1e-9)
        assert torch.allclose(new.memory, memory, atol=1e-9)
        assert torch.allclose(new.reads, torch.stack(reads, 1), atol=1e-9)
        assert torch.allclose(y, go.output + ntm.readout(torch.cat(reads, 1)))
        pairs = zip(new.controller, inner, strict=True)
        assert all(torch.equal(a, b) for a, b in pairs)
        state = new


def test_what_the_controller_says_is_cut_and_squashed_part_by_part():
    ntm = machine()
    parts = [10 * torch.randn(5, size) for size in ntm.parts]
    go = ntm.heads(torch.cat(parts, dim=1))
    key, strength, gate, kernel, sharpness, erase, add, output = parts
    softplus = torch.nn.functional.softplus
    want = {
        "key": key.view(5, 4, 3).tanh(),
        "strength": softplus(strength).unsqueeze(2),
        "gate": gate.sigmoid().unsqueeze(2),
        "kernel": kernel.view(5, 4, 3).softmax(2),
        "sharpness": 1 + softplus(sharpness).unsqueeze(2),
        "erase": erase.view(5, 2, 3).sigmoid(),
        "add": add.view(5, 2, 3).tanh(),
    }
    for part, values in want.items():  # the last bit hangs on the layout in memory
        torch.testing.assert_close(getattr(go, part), values, rtol=1e-6, atol=0)
    assert torch.equal(go.output, output)


def test_the_memory_starts_empty_and_the_heads_at_location_0():
    state = machine().initial_state(5)
    assert state.memory.shape == (5, 7, 3) and not state.memory.any()
    assert state.reads.shape == (5, 2, 3) and not state.reads.any()
    first = torch.eye(7)[0].expand(5, 2, 7)
    assert torch.equal(state.write_weights, first)
    assert torch.equal(state.read_weights, first)


@controllers
def test_a_trace_keeps_every_state_that_the_steps_went_through(controller):
    ntm = machine(controller)
    xs = torch.randn(6, 4, 2)
    ys, states = ntm.trace(xs)
    assert states.memory.shape == (6, 4, 7, 3)
    assert states.write_weights.shape == states.read_weights.shape == (6, 4, 2, 7)
    assert states.reads.shape == (6, 4, 2, 3)
    state = ntm.initial_state(4)
    for t, x in enumerate(xs):
        y, state = ntm.step(x, state)
        assert torch.equal(y, ys[t])
        outer = zip(state[:4], states[:4], strict=True)
        inner = zip(state.controller, states.controller, strict=True)
        assert all(torch.equal(a, b[t]) for a, b in [*outer, *inner])


@controllers
@pytest.mark.parametrize(("R", "W"), [(1, 1), (3, 2), (1, 3)])
def test_gradients_reach_every_number_of_every_parameter(controller, R, W):
    ntm = NTM(2, 3, 6, 5, 3, R, W, controller).double()
    ys = ntm(torch.randn(6, 4, 2, dtype=torch.float64))
    (ys * torch.randn_like(ys)).sum().backward()
    for name, parameter in ntm.named_parameters():
        assert parameter.grad.isfinite().all(), name
        assert (parameter.grad != 0).all(), name


@pytest.mark.parametrize("scale", [0, 1, 1e4, 1e30])
@controllers
def test_it_stays_finite_whatever_it_is_shown(controller, scale):
    ntm = machine(controller)
    xs = (scale * torch.randn(40, 3, 2)).requires_grad_()
    ys, states = ntm.trace(xs)
    ys.square().mean().backward()
    assert ys.isfinite().all() and xs.grad.isfinite().all()
    assert all(parameter.grad.isfinite().all() for parameter in ntm.parameters())
    assert states.memory.abs().max() <= 2 * 40  # two writes of at most 1 a step
    for w in (states.write_weights, states.read_weights):
        assert (w >= 0).all()
        assert torch.allclose(w.sum(-1), torch.tensor(1.0), atol=1e-5)


@pytest.mark.parametrize(
    ("controller", "its_own"),
    [
        # inputs of the controller D + R M = 2 + 2 * 3, units 6, numbers it says 51:
        # 4 heads * (3 + 1 + 1 + 3 + 1), and 2 * 2 * 3 to write, and 3 of the output.
        (FeedForward, (8 + 1) * 6 + (6 + 1) * 51),
        (RNN, (8 + 1 + 6) * 6 + (6 + 1) * 51),
        (LSTM, 4 * (8 + 1 + 6) * 6 + (6 + 1) * 51),
    ],
)
def test_it_learns_the_controller_and_the_readout_and_nothing_else(controller, its_own):
    for locations in [1, 7, 500]:
        ntm = machine(controller, locations=locations)
        assert sum(ntm.parts) == 4 * (3 + 1 + 1 + 3 + 1) + 2 * 2 * 3 + 3 == 51
        assert count_parameters(ntm) == its_own + 2 * 3 * 3  # R M O


def test_one_seed_gives_one_machine_and_one_noise():
    def run():
        torch.manual_seed(7)
        ntm = machine(noise=1.0)
        return ntm(torch.randn(5, 4, 2))

    assert torch.equal(run(), run())


def test_noise_acts_only_while_training():
    ntm = machine(noise=0.5)
    quiet = machine()
    quiet.load_state_dict(ntm.state_dict())
    xs = torch.randn(5, 4, 2)
    assert ntm.training
    assert not torch.allclose(ntm(xs), ntm(xs))
    ntm.eval()
    assert torch.equal(ntm(xs), ntm(xs)) and torch.equal(ntm(xs), quiet(xs))
    ntm.train()
    assert not torch.allclose(ntm(xs), quiet(xs))
    assert torch.equal(quiet(xs), quiet(xs))


@pytest.mark.parametrize("noise", [0.01, 0.5, 2.0])
def test_noise_is_on_gates_and_shifts_alone_and_as_large_as_said(noise):
    ntm = machine(noise=noise).double()
    said = torch.randn(5000, sum(ntm.parts), dtype=torch.float64)
    noisy, clean = ntm.heads(said), ntm.eval().heads(said)
    for name in noisy._fields:
        same = torch.equal(getattr(noisy, name), getattr(clean, name))
        assert same == (name not in ("gate", "kernel")), name
    moved = noisy.gate.logit() - clean.gate.logit()
    assert moved.std().item() == pytest.approx(noise, rel=0.03)
    assert abs(moved.mean().item()) < 0.05 * noise
    odds = [go.kernel[..., 2].log() - go.kernel[..., 0].log() for go in (noisy, clean)]
    moved = odds[0] - odds[1]  # of two noises, each by itself
    assert moved.std().item() == pytest.approx(noise * math.sqrt(2), rel=0.03)


@pytest.mark.parametrize("noise", [-0.1, -math.inf, math.nan])
def test_noise_below_zero_is_refused(noise):
    with pytest.raises(ValueError, match=f"noise must be at least 0, got {noise}"):
        NTM(2, 3, noise=noise)


@controllers
def test_the_biases_move_where_the_heads_start_and_nothing_else(controller):
    def starts(**biases):
        torch.manual_seed(3)
        ntm = NTM(2, 3, 6, 7, 3, 2, 2, controller=controller, **biases)
        first = ntm.controller.write.bias.detach().split(ntm.parts)
        rest = [p for n, p in ntm.named_parameters() if n != "controller.write.bias"]
        return first, rest

    (plain, rest), (moved, same) = (
        starts(),
        starts(
            strength_bias=(0, 3), gate_bias=-2.5, stay_bias=[0.5, 2.0], ahead_bias=1.5
        ),
    )
    assert all(torch.equal(a, b) for a, b in zip(rest, same, strict=True))
    write, read = [0, 0.5, 1.5], [0, 2.0, 1.5]  # back, stay, ahead
    expected = {
        1: torch.tensor([0.0, 0, 3, 3]),
        2: torch.full((4,), -2.5),
        3: torch.tensor([write, write, read, read]).flatten(),
    }
    for part, (before, after) in enumerate(zip(plain, moved, strict=True)):
        assert torch.equal(after, before + expected.get(part, torch.tensor(0)))


@pytest.mark.parametrize("size", [0, -1, 2.0, True, None])
@pytest.mark.parametrize(
    "name",
    ["input_size", "output_size", "locations", "width", "read_heads", "write_heads"],
)
def test_a_size_that_is_no_positive_whole_number_is_refused(size, name):
    sizes = {"input_size": 2, "output_size": 3, name: size}
    with pytest.raises(ValueError, match=f"{name} must be a whole number.*got {size}"):
        NTM(**sizes)


@pytest.mark.parametrize("size", [0, -1, 2.0, True, None])
@controllers
def test_a_controller_of_no_units_is_refused(size, controller):
    with pytest.raises(ValueError, match=f"must be a whole number.*got {size}"):
        NTM(2, 3, controller_size=size, controller=controller)


def test_a_batch_of_no_sequences_or_a_memory_of_no_rows_is_refused():
    ntm = machine()
    with pytest.raises(ValueError, match="batch_size must be.*got 0"):
        ntm.initial_state(0)
    ntm.locations = 0
    with pytest.raises(ValueError, match="locations must be.*got 0"):
        ntm(torch.randn(5, 4, 2))


@controllers
def test_it_runs_in_double_precision_and_gives_the_same(controller):
    ntm = machine(controller).eval()
    xs = torch.randn(5, 4, 2)
    single = ntm(xs)
    double, states = ntm.double().trace(xs.double())
    assert double.dtype == states.memory.dtype == states.read_weights.dtype
    assert double.dtype == torch.float64
    assert torch.allclose(single.double(), double, atol=1e-4)


@controllers
@pytest.mark.parametrize("locations", [1, 2])
def test_one_sequence_and_one_location_are_enough(controller, locations):
    ntm = machine(controller, locations=locations, width=1, read_heads=1, write_heads=1)
    ys, states = ntm.trace(torch.randn(5, 1, 2))
    assert ys.shape == (5, 1, 3) and ys.isfinite().all()
    assert states.read_weights.shape == (5, 1, 1, locations)
    if locations == 1:
        assert torch.equal(states.read_weights, torch.ones(5, 1, 1, 1))


def grown(ntm, locations, xs):
    """The outputs and the last memory of a machine that was given more rows."""
    ntm.locations = locations
    ys, states = ntm.trace(xs)
    return ys, states.memory[-1]


def test_by_place_alone_it_does_the_same_in_any_memory_too_long_to_meet_in():
    # After T steps a head that started at 0 is between -T and T. Two places that far
    # apart are different ones if there are 2 T + 1 locations. Of the others it sees
    # nothing, as long as no gate lets content in.
    ntm, T = machine(gate_bias=-SURE).eval(), 5
    with torch.no_grad():  # by place from the first step to the last
        ntm.controller.write.weight.split(ntm.parts)[2].zero_()
    xs = torch.randn(T, 4, 2)
    ys, memory = grown(ntm, 2 * T + 1, xs)
    for locations in [2 * T + 2, 40, 1000]:
        longer, rows = grown(ntm, locations, xs)
        assert torch.allclose(longer, ys, atol=1e-5)
        near = torch.cat([rows[:, : T + 1], rows[:, -T:]], dim=1)
        assert torch.allclose(near, memory, atol=1e-5)
        assert rows[:, T + 1 : -T].abs().max() < 1e-6
    # And it is not so where heads meet, nor where content is let in.
    assert (grown(ntm, 3, xs)[0] - ys).abs().max() > 1e-2
    by_content = machine(gate_bias=SURE).eval()
    few, many = (grown(by_content, N, xs)[0] for N in (2 * T + 1, 40))
    assert (few - many).abs().max() > 1e-2


def copier(bits, locations):
    """A machine that copies, its weights set by hand, not learned.

    The last input says "now answer". While it is 0, the write head moves ahead and
    writes the input; while it is 1, the read head moves ahead in its stead.
    """
    ntm = NTM(bits + 1, bits, bits + 1, locations, bits, controller=FeedForward)
    with torch.no_grad():
        for parameter in ntm.parameters():
            parameter.zero_()
        ntm.controller.read.weight[:, : bits + 1] = SURE * torch.eye(bits + 1)
        ntm.readout.weight.copy_(torch.eye(bits))
        sees = ntm.controller.write.weight.split(ntm.parts)
        starts = ntm.controller.write.bias.split(ntm.parts)
        _, _, gate, kernel, sharpness, erase, _, _ = starts
        gate.fill_(-SURE)
        sharpness.fill_(20)
        erase.fill_(SURE)
        sees[5][:, bits] = -2 * SURE  # do not erase while answering
        sees[6][:, :bits] = SURE * torch.eye(bits)  # add what is seen
        writing, reading = kernel.view(2, 3)
        writing_sees, reading_sees = sees[3].view(2, 3, bits + 1)
        writing[2] = reading[1] = SURE
        writing_sees[1, bits] = reading_sees[2, bits] = 2 * SURE
    return ntm


def questions(bits, T):
    """Random signs to remember, and the inputs: the signs, then as many questions."""
    signs = torch.randint(2, (T, 16, bits)).float() * 2 - 1
    ask = torch.cat([torch.zeros_like(signs), torch.ones(T, 16, 1)], dim=2)
    return signs, torch.cat([torch.cat([signs, torch.zeros(T, 16, 1)], dim=2), ask])


@pytest.mark.parametrize("N", [1, 2, 3, 8, 40])
def test_a_machine_set_by_hand_copies_whatever_its_memory_holds(N):
    ntm = copier(4, locations=8)
    ntm.locations = N
    for T in {1, 2, N // 2, N - 1, N} & set(range(1, N + 1)):
        signs, xs = questions(4, T)
        ys, states = ntm.trace(xs)
        assert torch.equal(ys[T:], signs)
        rows = states.memory[-1][:, [(t + 1) % N for t in range(T)]]
        assert torch.equal(rows, signs.transpose(0, 1))
        assert torch.equal(states.memory[T - 1], states.memory[-1])
        assert torch.equal(states.write_weights[T - 1, 0, 0], torch.eye(N)[T % N])
        assert torch.equal(states.read_weights[-1, 0, 0], torch.eye(N)[T % N])


@pytest.mark.parametrize("N", [2, 3, 8])
def test_one_item_too_many_overwrites_the_first(N):
    signs, xs = questions(4, N + 1)
    ys = copier(4, N)(xs)[N + 1 :]
    assert torch.equal(ys[1:], signs[1:])
    assert torch.equal(ys[0], signs[N])


def test_what_is_written_at_a_step_is_read_at_that_step():
    # With one location both heads are always there.
    signs, xs = questions(4, 6)
    ys, states = copier(4, locations=1).trace(xs)
    assert torch.equal(ys[:6], signs)
    assert torch.equal(states.reads[:6, :, 0], signs)


@pytest.mark.parametrize("shape", [(3, 4), (3, 5, 4), (3, 2, 5, 4)])
def test_a_bounded_gradient_is_shortened_for_each_sequence_by_itself(shape):
    x = torch.randn(shape, requires_grad=True)
    gradient = torch.randn(shape)
    gradient[0] *= 1e-3  # short, long, and none at all
    gradient[1] *= 1e6
    gradient[2] = 0
    y = Bounded.apply(x, 0.5)
    assert torch.equal(y, x)
    y.backward(gradient)
    assert torch.equal(x.grad[0], gradient[0])
    assert x.grad[1].norm().item() == pytest.approx(0.5, rel=1e-5)
    alike = torch.cosine_similarity(x.grad[1].flatten(), gradient[1].flatten(), dim=0)
    assert alike.item() == pytest.approx(1, abs=1e-5)
    assert torch.equal(x.grad[2], gradient[2])


@controllers
def test_a_limit_changes_the_gradient_of_long_sequences_and_no_output(controller):
    x = torch.randn(12, 3, 2)

    def trained(limit):
        torch.manual_seed(3)
        ntm = NTM(2, 3, 6, 7, 3, controller=controller, gradient_limit=limit)
        outputs = ntm(x)
        outputs.square().sum().backward()
        return outputs, torch.cat([p.grad.flatten() for p in ntm.parameters()])

    (free, whole), (same, unshortened), (bound, shortened) = (
        trained(limit) for limit in (math.inf, 1e9, 1e-3)
    )
    assert torch.equal(free, same) and torch.equal(free, bound)
    assert torch.allclose(whole, unshortened, rtol=1e-4, atol=1e-6)
    assert shortened.isfinite().all() and shortened.norm() < whole.norm()


def test_a_limit_bounds_what_comes_back_through_each_part_of_the_state():
    torch.manual_seed(3)
    ntm = NTM(2, 3, 6, 7, 3, gradient_limit=0.01)
    first = ntm.initial_state(4)
    parts = [torch.rand_like(part).requires_grad_() for part in first[:-1]]
    y, (*after, _) = ntm.step(torch.randn(4, 2), NTMState(*parts, first.controller))
    (1e4 * sum(x.square().sum() for x in (y, *after))).backward()
    for name, part in zip(NTMState._fields[:-1], parts, strict=True):
        lengths = part.grad.flatten(1).norm(dim=1)
        assert torch.allclose(lengths, torch.full((4,), 0.01)), name


@pytest.mark.parametrize("limit", [0, -1.0, math.nan])
def test_a_limit_that_lets_nothing_through_is_refused(limit):
    with pytest.raises(ValueError, match="gradient_limit must be above 0"):
        NTM(2, 3, gradient_limit=limit)
