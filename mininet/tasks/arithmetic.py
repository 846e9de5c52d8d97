"""Arithmetic on long numbers, all digits at once (Kaiser & Sutskever 2015).

The tasks of "Neural GPUs learn algorithms", with the plain functions that know the
answers, and inputs that are hard although random ones are easy. Numbers are binary,
their digits 0 and 1 in tensors of int64, the least significant digit first.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from mininet.recurrent import check_sizes
from mininet.tasks import Batch

Numbers = tuple[Tensor, Tensor]  # the two numbers of B problems, each (B, n)


class Symbols:
    """A task whose answers are written in digits; outputs are logits, (T, B, 3).

    The model reads all positions at once, so the axis T holds positions, the least
    significant digit first, and not steps in time. A target is a class number: 0 for
    blank, 1 for the digit 0, 2 for the digit 1. Every position is asked for, the blanks
    behind an answer too.
    """

    input_size: int
    output_size = 3

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw new problems."""
        raise NotImplementedError

    def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
        """The mean surprise at a position, in nats."""
        return surprise(outputs, batch).sum() / batch.mask.sum()

    def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
        """Shares of sequences without any error and of digits right, and the loss."""
        nats = self.loss(outputs, batch)
        right = (outputs.argmax(-1) == batch.targets) & outputs.isfinite().all(-1)
        wrong = ~right & (batch.mask == 1)  # (T, B)
        digits = (batch.targets > 0) & (batch.mask == 1)
        return {
            "right": float((~wrong.any(0)).double().mean()),
            "digits_right": float(1 - (wrong & digits).sum() / digits.sum().double()),
            "nats": float(nats),
        }


def surprise(outputs: Tensor, batch: Batch) -> Tensor:
    """The surprise at each position in nats, 0 where none counts, (T, B)."""
    expected = (*batch.targets.shape, Symbols.output_size)
    if outputs.shape != expected:
        raise ValueError(
            f"outputs must have shape {expected} (positions, batch, symbols), "
            f"got {tuple(outputs.shape)}"
        )
    classes = outputs.movedim(-1, 1)  # (T, 3, B), where torch looks for them
    return F.cross_entropy(classes, batch.targets, reduction="none") * batch.mask


class Sums(Symbols):
    """What the two layouts of a sum share: the numbers, uniform or with long carries.

    Numbers have `length` random digits, so leading zeros occur.

    Args:
        carries: the chance of a sequence to be one of `random_carries`; the others
            are fair coins.
    """

    def __init__(self, carries: float = 0.0) -> None:
        check_share(carries=carries)
        self.carries = carries

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw sums of two numbers of `length` digits."""
        check_sizes(batch_size=batch_size, length=length)
        plain = random_numbers(batch_size, length, generator)
        long = random_carries(batch_size, length, generator)
        return self.ask(*_some_of(long, plain, self.carries, generator))

    def ask(self, a: Tensor, b: Tensor) -> Batch:
        """The batch that asks for the sums of these numbers, each (B, n)."""
        raise NotImplementedError


class Addition(Sums):
    """Add two numbers written one above the other, as at school.

    Position i shows digit i of both numbers in 4 channels: a has a 0, a has a 1, b has
    a 0, b has a 1. One more position shows nothing: the place of the last carry.
    """

    input_size = 4

    def ask(self, a: Tensor, b: Tensor) -> Batch:
        """Sums (n + 1 digits) of a and b, each (B, n): inputs (n + 1, B, 4)."""
        answer = add(a, b)
        B, n = a.shape
        inputs = torch.zeros(n + 1, B, self.input_size, device=a.device)
        inputs[:n, :, :2] = one_hot(a)
        inputs[:n, :, 2:] = one_hot(b)
        return asking(inputs, answer)


class LineAddition(Sums):
    """Add two numbers written one after the other with a sign between: the paper's way.

    Channels: digit 0, digit 1, the sign. The answer starts at the first position.
    """

    input_size = 3

    def ask(self, a: Tensor, b: Tensor) -> Batch:
        """Sums (n + 1 digits) of a and b, each (B, n): inputs (2 n + 1, B, 3)."""
        return asking(in_line(a, b), add(a, b))


class Multiplication(Symbols):
    """Multiply two numbers written one after the other with a sign between.

    Channels: digit 0, digit 1, the sign. Numbers have `length` random digits; the
    answer has twice as many and starts at the first position.

    Args:
        uneven: the chance of a sequence to be two of `uneven_numbers`; the others are
            fair coins.
    """

    input_size = 3

    def __init__(self, uneven: float = 0.0) -> None:
        check_share(uneven=uneven)
        self.uneven = uneven

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw products of two numbers of `length` digits."""
        check_sizes(batch_size=batch_size, length=length)
        plain = random_numbers(batch_size, length, generator)
        uneven = uneven_numbers(batch_size, length, generator)
        return self.ask(*_some_of(uneven, plain, self.uneven, generator))

    def ask(self, a: Tensor, b: Tensor) -> Batch:
        """Products (2 n digits) of a and b, each (B, n): inputs (2 n + 1, B, 3)."""
        return asking(in_line(a, b), multiply(a, b))


class Rewriting(Symbols):
    """What the paper's simpler tasks share: one row of symbols, 0 or 1, to rewrite.

    Channels: symbol 0, symbol 1; a blank shows nothing. `length` counts the symbols.

    Args:
        runs: the chance of a sequence to be one of `random_runs`; the others are fair
            coins.
    """

    input_size = 2

    def __init__(self, runs: float = 0.0) -> None:
        check_share(runs=runs)
        self.runs = runs

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw rows of `length` symbols."""
        check_sizes(batch_size=batch_size, length=length)
        plain = torch.randint(2, (batch_size, length), generator=generator)
        even = random_runs(batch_size, length, generator)
        chosen = torch.rand(batch_size, 1, generator=generator) < self.runs
        return self.ask(torch.where(chosen, even, plain))

    def ask(self, symbols: Tensor) -> Batch:
        """The batch that asks for these rows (B, n) rewritten; blanks behind them."""
        check_digits(symbols=symbols)
        answer = self.answer(symbols)
        B, n = symbols.shape
        inputs = torch.zeros(answer.shape[1], B, self.input_size, device=symbols.device)
        inputs[:n] = one_hot(symbols)
        return asking(inputs, answer)

    def answer(self, symbols: Tensor) -> Tensor:
        """What a row (B, n) becomes, at least as long."""
        raise NotImplementedError


class Copying(Rewriting):
    """Say the symbols as they stand."""

    def answer(self, symbols: Tensor) -> Tensor:
        """The same row, (B, n)."""
        return symbols


class Reversing(Rewriting):
    """Say the symbols from the last to the first."""

    def answer(self, symbols: Tensor) -> Tensor:
        """The row back to front, (B, n)."""
        return symbols.flip(1)


class Duplicating(Rewriting):
    """Say the symbols twice; as many blanks follow them as they are."""

    def answer(self, symbols: Tensor) -> Tensor:
        """The row and the row again, (B, 2 n)."""
        return symbols.repeat(1, 2)


class Counting(Rewriting):
    """Sort the symbols, zeros first: whoever can do that has counted them."""

    def answer(self, symbols: Tensor) -> Tensor:
        """The zeros of the row and then its ones, (B, n)."""
        return symbols.sort(1).values


def one_hot(digits: Tensor) -> Tensor:
    """Digits (B, n) as two channels with a single 1, positions first, (n, B, 2)."""
    return F.one_hot(digits.T, 2).to(torch.get_default_dtype())


def in_line(a: Tensor, b: Tensor) -> Tensor:
    """Two numbers, each (B, n), with a sign between them, one-hot, (2 n + 1, B, 3)."""
    check_digits(a=a, b=b)
    B, n = a.shape
    inputs = torch.zeros(2 * n + 1, B, 3, device=a.device)
    inputs[:n, :, :2] = one_hot(a)
    inputs[n, :, 2] = 1  # the sign
    inputs[n + 1 :, :, :2] = one_hot(b)
    return inputs


def asking(inputs: Tensor, answer: Tensor) -> Batch:
    """Inputs (T, B, D), and the answer (B, m) at the first positions, then blanks."""
    targets = torch.zeros(inputs.shape[:2], dtype=torch.int64, device=inputs.device)
    targets[: answer.shape[1]] = answer.T + 1
    return Batch(inputs, targets, torch.ones(targets.shape, device=inputs.device))


def add(a: Tensor, b: Tensor) -> Tensor:
    """The sums of numbers of n digits, each (B, n), with n + 1 digits, (B, n + 1)."""
    return carries_of(a, b) ^ F.pad(a ^ b, (0, 1))


def multiply(a: Tensor, b: Tensor) -> Tensor:
    """The products of numbers of n digits, each (B, n), with 2 n digits, (B, 2 n).

    Column k of the product as written at school holds the sum of a_i b_j over
    i + j = k: a convolution. It is done by a Fourier transform and rounded, which is
    exact: a column holds n at most, and float64 errs by far less than 1/2 up to
    millions of digits. The binary digits of the columns are then some log2(n) + 1
    numbers to add.
    """
    check_digits(a=a, b=b)
    n = a.shape[1]
    spectrum = torch.fft.rfft(a.double(), 2 * n) * torch.fft.rfft(b.double(), 2 * n)
    columns = torch.fft.irfft(spectrum, 2 * n).round().long()  # (B, 2 n), up to n
    total: Tensor = columns & 1
    for k in range(1, n.bit_length()):
        weighty = F.pad((columns >> k) & 1, (k, 0))[:, : 2 * n]  # 2^k: k places up
        total = add(total, weighty)[:, :-1]  # the product has no more than 2 n digits
    return total


def carries_of(a: Tensor, b: Tensor) -> Tensor:
    """The carry into each column of a sum, 0 or 1, for a and b (B, n): (B, n + 1).

    Nothing is carried into column 0; column n is the place of the last carry.
    """
    return F.pad(settled(a, b) & 1, (1, 0))


def longest_carry(a: Tensor, b: Tensor) -> Tensor:
    """How many columns the carry that travels furthest enters, for a, b (B, n): (B,).

    A carry arises in a column with two ones and enters the next. From a column with
    a 0 and a 1 it goes on into the next; in a column with two zeros it ends, and also
    in one with two ones, where a new one arises. So 0…01 + 0…01 gives 1, as does
    1…1 + 1…1, the sum 1…1 + 0…01 gives n, and a sum without a carry 0.
    """
    last = settled(a, b)
    here = torch.arange(a.shape[1], device=a.device)
    entered = here + 1 - (last >> 1)  # columns from the one that settled to the next
    return (entered * (last & 1)).amax(1)


def settled(a: Tensor, b: Tensor) -> Tensor:
    """Where each column's outgoing carry was settled, and how, for a, b (B, n): (B, n).

    A column of two equal digits settles the carry it sends on: two ones send one, two
    zeros none, whatever comes in. One with a 0 and a 1 passes on what comes in. Of
    column i this returns 2 k + d: k is the last column up to i that settles, d its
    digit; 0 if there is none. All columns at once: the maximum so far of a row.
    """
    check_digits(a=a, b=b)
    column = torch.arange(a.shape[1], device=a.device)
    return torch.where(a == b, 2 * column + a, 0).cummax(1).values


def digits(number: int, length: int) -> Tensor:
    """A whole number as binary digits, the least significant first, (length,) int64.

    Raises:
        ValueError: if the number is negative or has more than `length` digits.
    """
    check_sizes(length=length)
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError(f"number must be a whole number, got {number!r}")
    if number < 0:
        raise ValueError("number must be at least 0, got a negative one")
    if number.bit_length() > length:
        raise ValueError(
            f"number must fit into {length} binary digits, "
            f"got one of {number.bit_length()}"
        )
    return torch.tensor([int(digit) for digit in reversed(f"{number:0{length}b}")])


def whole(number: Tensor) -> int:
    """The whole number with these binary digits (n,), the least significant first."""
    if number.dim() != 1:
        raise ValueError(
            f"number must be the digits of one number, (n,), "
            f"got shape {tuple(number.shape)}"
        )
    check_digits(number=number.unsqueeze(0))
    return int("".join(str(digit) for digit in reversed(number.tolist())), 2)


def check_share(**shares: float) -> None:
    """Refuse what is not a share of the sequences, from 0 to 1, by name."""
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise ValueError(
                f"{name} is a share of the sequences, from 0 to 1, got {share}"
            )


def check_digits(**numbers: Tensor) -> None:
    """Refuse what is not digits 0 and 1, (B, n) of int64, all of one shape, by name."""
    for name, number in numbers.items():
        if number.dim() != 2 or number.shape[1] < 1:
            raise ValueError(
                f"{name} must hold at least one digit a number, (B, n), "
                f"got shape {tuple(number.shape)}"
            )
        if number.dtype != torch.int64:
            raise ValueError(f"{name} must be digits of int64, got {number.dtype}")
        strange = number[(number != 0) & (number != 1)]
        if strange.numel():
            raise ValueError(
                f"{name} must hold binary digits, 0 and 1, got {int(strange[0])}"
            )
    shapes = {name: tuple(number.shape) for name, number in numbers.items()}
    if len(set(shapes.values())) > 1:
        given = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"numbers must have the same shape (B, n), got {given}")


def random_numbers(batch_size: int, length: int, generator: torch.Generator) -> Numbers:
    """Two numbers whose digits are fair coins, each (B, length)."""
    shape = (2, batch_size, length)
    a, b = torch.randint(2, shape, generator=generator)
    return a, b


def random_carries(batch_size: int, length: int, generator: torch.Generator) -> Numbers:
    """Two numbers with carries from a few columns to all of them, each (B, length).

    Each sequence draws the chance of a column to settle the carry: log-uniform from
    1/2 down to 1 / (2 length). A column that settles has two equal digits, any other
    a 0 and a 1. Which digit, and which above which, each sequence decides in one of
    four ways: by a fair coin in each column, always 0, always 1, or 0 and 1 in turn;
    so there are long stretches in which nothing changes. Then one column, any with the
    same chance, is given two ones, so that there is a carry to travel. The longest
    carry of 1000 digits has a median near 100, that of fair coins one of 9.
    """
    check_sizes(batch_size=batch_size, length=length)
    scale = torch.rand(batch_size, 1, generator=generator)
    chance = torch.exp(-math.log(length) * scale) / 2
    settles = torch.rand(batch_size, length, generator=generator) < chance
    equal = _stretches(batch_size, length, generator)
    above = _stretches(batch_size, length, generator)
    a = torch.where(settles, equal, above)
    b = torch.where(settles, equal, 1 - above)
    start = torch.randint(length, (batch_size, 1), generator=generator)
    return a.scatter(1, start, 1), b.scatter(1, start, 1)


def uneven_numbers(batch_size: int, length: int, generator: torch.Generator) -> Numbers:
    """Two numbers with few ones or with many, each (B, length).

    Each number draws a share, evenly from 0 to 1, and each of its digits is a one with
    this chance. A product adds up shifted copies of one number, one for each one in the
    other. Among few ones there are long stretches of zeros; of many copies the carries
    meet.
    """
    check_sizes(batch_size=batch_size, length=length)
    share = torch.rand(2, batch_size, 1, generator=generator)
    a, b = (torch.rand(2, batch_size, length, generator=generator) < share).long()
    return a, b


def random_runs(batch_size: int, length: int, generator: torch.Generator) -> Tensor:
    """Rows with runs of equal symbols, from short ones to a single one, (B, length).

    Each sequence draws the chance of a position to toss a new coin: log-uniform from
    1/2 down to 1 / (2 length). The others repeat the symbol before them.
    """
    check_sizes(batch_size=batch_size, length=length)
    scale = torch.rand(batch_size, 1, generator=generator)
    chance = torch.exp(-math.log(length) * scale) / 2
    tossed = torch.rand(batch_size, length, generator=generator) < chance
    coins = torch.randint(2, (batch_size, length), generator=generator)
    last = torch.where(tossed, torch.arange(length), 0).cummax(1).values
    return coins.gather(1, last)


def _some_of(
    these: Numbers, others: Numbers, share: float, generator: torch.Generator
) -> Numbers:
    """Each problem one of the first with this chance, or else one of the others."""
    chosen = torch.rand(len(these[0]), 1, generator=generator) < share
    a, b = (torch.where(chosen, x, y) for x, y in zip(these, others, strict=True))
    return a, b


def _stretches(batch_size: int, length: int, generator: torch.Generator) -> Tensor:
    """Rows of fair coins, of zeros, of ones, and of both in turn, (B, length)."""
    coins = torch.randint(2, (batch_size, length), generator=generator)
    way = torch.randint(4, (batch_size, 1), generator=generator)
    turn = (torch.arange(length) + coins[:, :1]) % 2
    return torch.where(way == 0, coins, torch.where(way == 3, turn, way - 1))


def hard_sums(length: int) -> dict[str, Numbers]:
    """Sums of numbers of `length` digits that random ones hardly ever look like.

    Families by name, each (a (B, n), b (B, n)); nothing in them is drawn. Where a and
    b differ, both orders are there. All starts and ends of one carry are there up to
    31 digits; of longer numbers 500 pairs, evenly spaced in the list of all.
    """
    check_sizes(length=length)
    ones, zero, one, odd, even = _patterns(length)
    odd_and_one = torch.where(one == 1, one, odd)
    start, end = _pairs(length)
    column = torch.arange(length)
    first = (column == start).long()
    run = ((column >= start) & (column < end)).long()
    return {
        "a carry through all": _both_orders(ones, one),
        "all ones": (ones, ones),
        "one carry, any start, any end": _both_orders(run, first),
        "zero and zero": (zero, zero),
        "one number zero": _zero_and_something(length),
        "nearly a carry": _both_orders(even, odd),
        "nearly a carry, and one more": _both_orders(even, odd_and_one),
    }


def hard_products(length: int) -> dict[str, Numbers]:
    """Products of numbers of `length` digits that random ones hardly ever look like.

    Models that are right on random numbers fail at some of these, such as 2 × 2 behind
    many zeros (Price, Zaremba & Sutskever 2016). Families by name, each (a (B, n),
    b (B, n)), as in `hard_sums`; powers of two are all pairs up to 31 digits.

    Raises:
        ValueError: if the length is below 2, since 2 has two digits.
    """
    check_sizes(length=length)
    if length < 2:
        raise ValueError(f"length must be at least 2 for 2 × 2, got {length}")
    ones, zero, one, _, _ = _patterns(length)
    two = one.roll(1, dims=1)
    start, end = _pairs(length)
    column = torch.arange(length)
    low, high = (column == start).long(), (column == end - 1).long()
    return {
        "0 × 0": (zero, zero),
        "0 × something": _zero_and_something(length),
        "1 × 1": (one, one),
        "2 × 2": (two, two),
        "powers of two": _both_orders(low, high),
        "all ones": (ones, ones),
    }


def _patterns(length: int) -> list[Tensor]:
    """The numbers 1…1, 0, 1, and ones in odd and in even columns, each (1, length)."""
    column = torch.arange(length).unsqueeze(0)
    odd = column % 2
    return [odd * 0 + 1, odd * 0, (column == 0).long(), odd, 1 - odd]


def _both_orders(a: Tensor, b: Tensor) -> Numbers:
    """Each problem (B, n) and then each with its numbers swapped, (2 B, n)."""
    return torch.cat([a, b]), torch.cat([b, a])


def _zero_and_something(length: int) -> Numbers:
    """Zero with 1, 1…1, 10…0 and the two alternating numbers, in both orders."""
    ones, zero, one, odd, even = _patterns(length)
    some = torch.cat([one, ones, one.flip(1), odd, even])
    return _both_orders(some, zero.expand_as(some))


def _pairs(length: int, most: int = 500) -> Numbers:
    """Columns start < end of 0…length, each (P, 1): all pairs, or `most`, spaced."""
    # In the list of all pairs by start, then end, those of one start stand together.
    start = torch.arange(length)
    before = start * length - start * (start - 1) // 2  # pairs with a smaller start
    pairs = length * (length + 1) // 2
    kept = min(pairs, most)
    index = torch.arange(kept) * pairs // kept
    start = torch.searchsorted(before, index, right=True) - 1
    end = start + 1 + index - before[start]
    return start.unsqueeze(1), end.unsqueeze(1)
