"""Checks for chapter 15: which rows a program selects, and the plain interpreter."""

from __future__ import annotations

from mininet.exercises.checking import Case, Exercise


def _new(name, values, low, high, now, before):  # type: ignore[no-untyped-def]
    """The rows that one operation selects."""
    return {
        "greater": [int(v > low) for v in values],
        "lesser": [int(v < high) for v in values],
        "and": [min(a, b) for a, b in zip(now, before, strict=True)],
        "or": [max(a, b) for a, b in zip(now, before, strict=True)],
        "reset": [1] * len(values),
    }.get(name, [0] * len(values))


def _selected(steps, values, low, high, start=1):  # type: ignore[no-untyped-def]
    before = now = [start] * len(values)
    for name in steps:
        before, now = now, _new(name, values, low, high, now, before)
    return now


def _kept(steps, values, low, high):  # type: ignore[no-untyped-def]
    """Steps that select nothing leave the rows as they were."""
    rows = [
        name for name in steps if name in ("greater", "lesser", "and", "or", "reset")
    ]
    return _selected(rows, values, low, high)


def _narrowed(steps, values, low, high):  # type: ignore[no-untyped-def]
    """A comparison looks only at the rows that are still selected."""
    before = now = [1] * len(values)
    for name in steps:
        new = _new(name, values, low, high, now, before)
        if name in ("greater", "lesser"):
            new = [a * b for a, b in zip(new, now, strict=True)]
        before, now = now, new
    return now


def _exchanged(steps, values, low, high):  # type: ignore[no-untyped-def]
    other = {"and": "or", "or": "and"}
    return _selected([other.get(name, name) for name in steps], values, low, high)


def _equal_too(steps, values, low, high):  # type: ignore[no-untyped-def]
    nudge = 1e-9
    return _selected(steps, values, low - nudge, high + nudge)


selected = Exercise(
    name="selected",
    solution=_selected,
    cases=(
        Case(
            "no steps: all rows",
            {"steps": [], "values": [1.0, -2.0, 3.0], "low": 0.0, "high": 0.0},
        ),
        Case(
            "greater than 1, in which 1 is not",
            {"steps": ["greater"], "values": [1.0, 2.0, 0.5], "low": 1.0, "high": 0.0},
        ),
        Case(
            "lesser than 1 has a number of its own",
            {"steps": ["lesser"], "values": [1.0, 2.0, 0.5], "low": 0.0, "high": 1.0},
        ),
        Case(
            "and: the last two steps",
            {
                "steps": ["greater", "lesser", "and"],
                "values": [-1.0, 0.5, 2.0, 3.0],
                "low": 0.0,
                "high": 2.5,
            },
        ),
        Case(
            "or: the last two steps",
            {
                "steps": ["lesser", "greater", "or"],
                "values": [-1.0, 0.5, 2.0, 3.0],
                "low": 2.5,
                "high": 0.0,
            },
        ),
        Case(
            "a count selects no row",
            {
                "steps": ["greater", "count"],
                "values": [1.0, 2.0],
                "low": 0.0,
                "high": 0.0,
            },
        ),
        Case(
            "greater looks at the whole column, whatever was selected",
            {
                "steps": ["lesser", "greater"],
                "values": [-1.0, 1.0, 3.0],
                "low": 0.0,
                "high": 2.0,
            },
        ),
        Case(
            "and after reset: what was selected before",
            {
                "steps": ["greater", "reset", "and"],
                "values": [-1.0, 1.0],
                "low": 0.0,
                "high": 0.0,
            },
        ),
        Case(
            "the second and looks at the first",
            {
                "steps": ["lesser", "greater", "or", "and"],
                "values": [-1.0, 0.5, 3.0],
                "low": 1.0,
                "high": 0.0,
            },
        ),
        Case(
            "or as the first step: all rows were selected",
            {"steps": ["or"], "values": [1.0, 2.0], "low": 0.0, "high": 0.0},
        ),
    ),
    mistakes={
        "a step that makes a number or a list selects no row": _kept,
        "a comparison looks at the whole column, not at the rows still selected": (
            _narrowed
        ),
        "you exchanged and with or": _exchanged,
        "all rows are selected at first, not none": (
            lambda steps, values, low, high: _selected(steps, values, low, high, 0)
        ),
        "a cell equal to the number is neither greater nor lesser": _equal_too,
        "you exchanged the two numbers": (
            lambda steps, values, low, high: _selected(steps, values, high, low)
        ),
    },
    praise="A row selector and nine operations: all but the machine's number.",
)


def _answered(question, values):  # type: ignore[no-untyped-def]
    what, _, where = question.partition(" where ")
    words = where.split()
    tests = [(words[n + 1], float(words[n + 2])) for n in range(0, len(words), 4)]
    join = any if "or" in words else all
    kept = [
        v for v in values if join(v > x if c == "greater" else v < x for c, x in tests)
    ]
    return float(len(kept)) if what.startswith("count") else float(sum(kept))


def _swapped(question, *pairs):  # type: ignore[no-untyped-def]
    """The question with words exchanged."""
    other = {a: b for pair in pairs for a, b in (pair, pair[::-1])}
    return " ".join(other.get(word, word) for word in question.split())


def _first_alone(question, values):  # type: ignore[no-untyped-def]
    return _answered(" ".join(question.split()[:7]), values)


answered = Exercise(
    name="answered",
    solution=_answered,
    cases=(
        Case("all of it", {"question": "sum of A", "values": [1.0, 2.5, -0.5]}),
        Case("how many", {"question": "count of A", "values": [1.0, 2.5, -0.5, 4.0]}),
        Case(
            "a count, not a sum",
            {"question": "count of A where A greater 1", "values": [0.5, 2.0, 3.0]},
        ),
        Case(
            "a sum of the lesser ones",
            {"question": "sum of A where A lesser 1.5", "values": [0.5, 2.0, -3.0]},
        ),
        Case(
            "a cell equal to the number does not count",
            {"question": "count of A where A greater 2", "values": [2.0, 2.0, 3.0]},
        ),
        Case(
            "between two numbers",
            {
                "question": "sum of A where A greater -1 and A lesser 2",
                "values": [-2.0, 0.5, 1.25, 3.0],
            },
        ),
        Case(
            "outside of them",
            {
                "question": "count of A where A greater 1 or A lesser -2",
                "values": [-3.0, 0.5, 1.5, 0.0, 4.0],
            },
        ),
        Case(
            "no cell is meant",
            {"question": "sum of A where A greater 9", "values": [1.0, 2.0]},
        ),
    ),
    mistakes={
        "you exchanged greater and lesser": (
            lambda question, values: _answered(
                _swapped(question, ("greater", "lesser")), values
            )
        ),
        "you exchanged and with or": (
            lambda question, values: _answered(
                _swapped(question, ("and", "or")), values
            )
        ),
        "you exchanged sum and count": (
            lambda question, values: _answered(
                _swapped(question, ("sum", "count")), values
            )
        ),
        "you left out the second condition": _first_alone,
        "you left out the condition": (
            lambda question, values: _answered(question.partition(" where ")[0], values)
        ),
        "a cell equal to the number is neither greater nor lesser": (
            lambda question, values: (
                _answered(question, [v + 1e-9 for v in values])
                if "greater" in question
                else _answered(question, [v - 1e-9 for v in values])
            )
        ),
    },
    praise="Eight lines for what took a network a search through 6561 programs.",
)
