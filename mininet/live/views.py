"""How a figure shows the outputs of its function.

Each function describes one view; `figure` lays them out in rows. A view names the
output (or input) that it shows. `axis` says what its places are ("slot", "cell"):
views with the same axis are linked, pointing at slot 5 in one shows slot 5 in all.
`time=True` shows an output over all steps, in a figure with state.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mininet.palette import role as check_role

View = dict[str, Any]
# What a view shows beside `of`, and the axes of each (without time).
BESIDE = ("x", "attention", "selected", "strengths", "read", "marked", "when")
AXES: dict[str, dict[str, int]] = {
    "symbols": {"of": 2, "marked": 1},
    "stack": {"of": 2, "strengths": 1, "read": 1},
    "hops": {"of": 2},
    "picture": {"attention": 2},
    "table": {"selected": 1},
}
SLOT = re.compile(r"\{(\w+)(?::\d)?\}")  # {name} or {name:digits} in a template


def _view(kind: str, **settings: Any) -> View:
    roles = [settings.get("role"), *settings.get("roles", [])]
    for name in roles:
        if name is not None:
            check_role(name)
    for name in ("names", "columns", "letters", "source", "target"):
        if settings.get(name) is not None and not isinstance(settings[name], str):
            settings[name] = [str(each) for each in settings[name]]
    return {"kind": kind, **{k: v for k, v in settings.items() if v is not None}}


def bars(
    of: str,
    *,
    role: str,
    label: str,
    axis: str = "place",
    min: float = 0.0,
    max: float = 1.0,
    names: Sequence[Any] | str | None = None,
    upright: bool = False,
    height: float | None = None,
) -> View:
    """One bar for each place: places run from top to bottom, or left to right.

    Args:
        of: the output, (n,).
        role: whose colour the bars have.
        label: what they are.
        axis: what a place is.
        min, max: the values at the two ends of the scale.
        names: what each place is called, or the name of a sequence input.
        upright: whether places run left to right.
        height: of upright bars, in px.
    """
    return _view(
        "bars",
        of=of,
        role=role,
        label=label,
        axis=axis,
        ticks=True,
        min=float(min),
        max=float(max),
        names=names,
        upright=upright or None,
        height=height,
    )


def heatmap(
    of: str,
    *,
    label: str,
    role: str | None = None,
    axis: str = "row",
    across: str = "column",
    max: float = 1.0,
    names: Sequence[Any] | str | None = None,
    columns: Sequence[Any] | str | None = None,
    time: bool = False,
    height: float | None = None,
) -> View:
    """A cell for each number: rows from top to bottom, columns or time across.

    Args:
        of: the output, (rows, columns); with `time`, (rows,) at each step.
        label: what it is.
        role: whose hue runs from clear at 0 to full at `max`. Without one, values
            below and above zero have their own hues, clear at 0.
        axis, across: what a row and a column are.
        max: the value with the full colour.
        names, columns: what each row and column is called.
        time: whether to show all steps, from left to right.
        height: of the whole, in px.
    """
    return _view(
        "heatmap",
        of=of,
        label=label,
        role=role,
        axis=axis,
        across=across,
        ticks=not time,
        max=float(max),
        names=names,
        columns=columns,
        time=time or None,
        height=height,
    )


def lines(
    of: str | Sequence[str],
    *,
    roles: Sequence[str],
    across: str,
    min: float,
    max: float,
    label: str | None = None,
    labels: Sequence[str] | None = None,
    axis: str = "point",
    x: str | None = None,
    start: float = 0,
    log: bool = False,
    reference: float | None = None,
    time: bool = False,
    height: float | None = None,
) -> View:
    """Curves over one axis, each labelled at its end.

    Args:
        of: the outputs, each (n,); with `time`, one number a step.
        roles: each curve's colour.
        across: what runs along the bottom.
        min, max: the ends of the vertical scale; above 0 when `log`.
        label: what the vertical scale is.
        labels: what stands at the end of each curve.
        axis: what a place on a curve is, for linking and reading out.
        x: the output with the horizontal places; `start`, `start` + 1, ... without.
        start: the first place.
        log: whether equal heights multiply.
        reference: a height to compare with, drawn as a dashed line.
        time: whether to show all steps.
        height: of the plot, in px.
    """
    names = [of] if isinstance(of, str) else list(of)
    labels = [""] * len(names) if labels is None else list(labels)
    if not len(names) == len(roles) == len(labels):
        raise ValueError(
            f"lines: {len(names)} curves, {len(roles)} roles, {len(labels)} labels"
        )
    if not min < max or (log and min <= 0):
        raise ValueError(f"lines: min must be below max, got {min} and {max}")
    longest = 0
    for words in labels:
        for word in words.split():
            longest = len(word) if len(word) > longest else longest
    return _view(
        "lines",
        of=names,
        roles=list(roles),
        labels=labels,
        across=across,
        label=label,
        role=roles[0] if len(roles) == 1 else None,
        axis="step" if time else axis,
        min=float(min),
        max=float(max),
        margin=16 + 7 * (9 if any(" " in t for t in labels) else longest),
        x=x,
        start=start,
        log=log or None,
        reference=reference,
        time=time or None,
        height=height,
    )


def tape(
    of: str, *, role: str, label: str, axis: str = "cell", attention: str | None = None
) -> View:
    """Cells in a row with what stands in them.

    Args:
        of: a sequence input, or an output (n,).
        role: the colour of the mark at the current step, or of the attention.
        label: what the tape is.
        axis: what a cell is.
        attention: an output (n,) that shades the cells.
    """
    return _view("tape", of=of, role=role, label=label, axis=axis, attention=attention)


def arrows(
    of: str,
    *,
    role: str,
    label: str,
    source: Sequence[Any] | str,
    target: Sequence[Any] | str,
    axis: str = "target",
    height: float | None = None,
) -> View:
    """Attention between two sequences: from the source below to the target above.

    Args:
        of: the weights, (targets, sources).
        role: the arrows' colour; their strength is the weight.
        label: what they are.
        source, target: the symbols, or the name of a sequence input.
        axis: what a target is.
        height: of the whole, in px.
    """
    return _view(
        "arrows",
        of=of,
        role=role,
        label=label,
        source=source,
        target=target,
        axis=axis,
        height=height,
    )


def table(
    of: str,
    *,
    label: str,
    role: str | None = None,
    axis: str = "row",
    across: str = "column",
    names: Sequence[Any] | str | None = None,
    columns: Sequence[Any] | str | None = None,
    selected: str | None = None,
) -> View:
    """Numbers in rows and columns, for when the digits matter.

    Args:
        of: the output, (rows, columns).
        label: what it is.
        role: the label's colour, and that of the selection.
        axis, across: what a row and a column are.
        names, columns: what each row and column is called.
        selected: an output (rows,) from 0 to 1 that marks rows.
    """
    if selected is not None and role is None:
        raise ValueError(f"table: the selection {selected!r} needs a role's colour")
    return _view(
        "table",
        of=of,
        label=label,
        role=role,
        axis=axis,
        across=across,
        names=names,
        columns=columns,
        selected=selected,
    )


def symbols(
    of: str,
    *,
    role: str,
    label: str,
    letters: Sequence[Any],
    top: int = 1,
    axis: str = "place",
    time: bool = False,
    marked: str | None = None,
    mark: str = "read",
) -> View:
    """The likeliest symbols, from left to right: a letter's shade is its weight.

        live.symbols("chances", letters="abc", role="read", label="says", time=True)

    Args:
        of: weights from 0 to 1, (places, symbols); with `time`, (symbols,) a step.
            Where all are 0, nothing is written.
        role: whose hue the shades have.
        label: what they are.
        letters: the symbols.
        top: how many of each place are shown, the likeliest at the top.
        axis: what a place is.
        time: whether to show all steps.
        marked: an output (places,) that marks those where it is 1; not over time.
        mark: the role whose colour the mark has.
    """
    if top < 1:
        raise ValueError(f"symbols: top must be at least 1, got {top}")
    if marked is not None and time:
        raise ValueError(f"symbols: {marked!r} cannot mark places over time")
    return _view(
        "symbols",
        of=of,
        role=role,
        label=label,
        letters=letters,
        top=top,
        axis=axis,
        time=time or None,
        marked=marked,
        mark=check_role(mark) and mark if marked else None,
    )


def stack(
    of: str,
    *,
    strengths: str,
    role: str,
    label: str,
    letters: Sequence[Any] | None = None,
    read: str | None = None,
    max: float = 1.0,
    room: float | None = None,
    time: bool = False,
) -> View:
    """Things on top of each other in a glass: as much of each as its strength.

        live.stack("values", strengths="strengths", read="read", letters="abc",
                   role="write", label="stack")

    Args:
        of: what lies there, (rows, width), row 0 at the bottom. Of a stack whose row 0
            is its top, give `values.flip(0)`.
        strengths: how much of each row is there, (rows,): its height.
        role: whose colour the things have.
        label: what it is.
        letters: a row's symbols: its likeliest is written on it. Without them a row
            shows its numbers as colours around zero.
        read: how much of each row is read, (rows,), marked from its top downwards.
        max: the number with the full colour.
        room: how many full rows fit; as many as there are rows by default.
        time: whether to show a glass for each step.
    """
    if room is not None and not room > 0:
        raise ValueError(f"stack: room must be above 0, got {room}")
    return _view(
        "stack",
        of=of,
        strengths=strengths,
        role=role,
        label=label,
        letters=letters,
        read=read,
        max=float(max),
        room=room,
        time=time or None,
    )


def hops(
    of: str,
    *,
    role: str,
    label: str,
    names: Sequence[Any] | str,
    across: str = "hop",
    axis: str = "sentence",
) -> View:
    """A story, and how much of each hop's attention falls on each sentence.

        live.hops("attention", names="story", role="read", label="what it looks at")

    Args:
        of: the weights, (sentences, hops).
        role: whose hue they have.
        label: what they are.
        names: the sentences, or the name of a story input.
        across, axis: what a column and a row are.
    """
    return _view(
        "hops", of=of, role=role, label=label, names=names, across=across, axis=axis
    )


def picture(
    of: str,
    *,
    label: str,
    role: str | None = None,
    attention: str | None = None,
    height: float = 180,
) -> View:
    """A picture, from black at 0 to white at 1; attention lets it shine through.

        live.picture("image", attention="glimpse", role="read", label="looks here")

    Args:
        of: the picture, (rows, columns), or (rows, columns, 3) for red, green, blue.
        label: what it is.
        role: the colour of the mark where most attention is.
        attention: weights (rows, columns), evenly over the picture, coarser or as fine.
        height: at most, in px.
    """
    if attention is not None and role is None:
        raise ValueError(f"picture: the attention {attention!r} needs a role's colour")
    return _view(
        "picture",
        of=of,
        label=label,
        role=role,
        attention=attention,
        height=float(height),
    )


def check(view: View, shapes: Mapping[str, Sequence[int]]) -> None:
    """Refuse what a view cannot show.

    Args:
        view: it.
        shapes: of the outputs and inputs, at one step.
    """
    kind = view["kind"]

    def refuse(name: str, wanted: str) -> None:
        shape = tuple(shapes[name])
        raise ValueError(f"{kind}: {name!r} must be {wanted}, got shape {shape}")

    for part, axes in AXES.get(kind, {}).items():
        if kind == "symbols" and part == "of" and view.get("time"):
            axes = 1
        if part in view and len(shapes[view[part]]) != axes:
            refuse(view[part], "(n,)" if axes == 1 else "(rows, columns)")
    for part in ("strengths", "read", "selected", "marked"):
        if part in view and shapes[view[part]][0] != shapes[view["of"]][0]:
            refuse(view[part], f"one number for each row of {view['of']!r}")
    shape = list(shapes[view["of"]]) if kind == "picture" else [1, 1]
    if len(shape) < 2 or shape[2:] not in ([], [3]):
        refuse(view["of"], "(rows, columns) or (rows, columns, 3)")
    if "letters" in view and shapes[view["of"]][-1] != len(view["letters"]):
        refuse(view["of"], f"a weight for each of {len(view['letters'])} letters")


def text(template: str, *, role: str | None = None, when: str | None = None) -> View:
    """A sentence with numbers, like `"The head reads {read:2}."`.

    `{name}` is an output's or input's value with three digits or so, `{name:2}` with
    two after the point; of a typed sequence or whole number, what was typed: the
    symbols, or the number in decimal digits. With `when`, it is shown where the first
    number of that output is not nearly 0, and its place is empty where it is.
    """
    return _view("text", text=template, role=role, when=when)


def names_in(template: str) -> list[str]:
    """The names that a `text` view shows."""
    return SLOT.findall(template)
