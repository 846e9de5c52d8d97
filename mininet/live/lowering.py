"""PyTorch's core operations, rewritten into the page's.

The page has few operations, each with static attributes and no options; what PyTorch
says in many ways (`unsqueeze`, `squeeze`, `view`, `select`) is said in one here
(`reshape`, `slice`). `LOWERINGS` maps the name of each supported ATen operation to a
function that appends the page's nodes and returns the id of the result.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch.fx import Node

Array = np.ndarray[Any, np.dtype[np.float32]]
Identify = Callable[[Any], int]  # the id of a node; several for several results
Lower = Callable[["Lowering", Node, Identify], Any]  # an id, or several in a list


LARGEST_WHOLE = 2**24  # float32 counts without gaps up to here


class UnsupportedOperation(ValueError):
    """The function does something that a page cannot compute."""

    def _render_traceback_(self) -> list[str]:
        """For IPython: the sentence alone; the reader's line stands in it."""
        return textwrap.wrap(f"{type(self).__name__}: {self}", 88)


class Lowering:
    """The page's graph while it is built; equal nodes and constants are kept once.

    Ids are temporary: `finish` numbers inputs, then constants, then nodes.
    """

    def __init__(self, inputs: int) -> None:
        self.shapes: dict[int, tuple[int, ...]] = {}
        self._count = inputs
        self._inputs = inputs
        self._constants: dict[int, Array] = {}
        self._nodes: dict[int, tuple[str, tuple[int, ...], Any]] = {}
        self._seen: dict[Any, int] = {}

    def input(self, index: int) -> int:
        """The id of an input."""
        return index

    def constant(self, value: Any) -> int:
        """The id of a constant: an array, or a number."""
        array = np.asarray(value, dtype=np.float32)
        if array.size > 16 and (array == array.flat[0]).all():
            return self.node(
                "expand", self.constant(array.flat[0]), shape=list(array.shape)
            )
        key = ("constant", array.shape, array.tobytes())
        if key not in self._seen:
            self._seen[key] = self._count
            self._constants[self._count] = array
            self.shapes[self._count] = array.shape
            self._count += 1
        return self._seen[key]

    def known(self, value: int) -> Array | None:
        """A constant's array; None for what the page computes."""
        return self._constants.get(value)

    def node(self, operation: str, *arguments: int, **attributes: Any) -> int:
        """The id of an operation's result; what changes nothing is left out."""
        if operation == "permute" and attributes["order"] == sorted(
            attributes["order"]
        ):
            return arguments[0]
        inner = self._nodes.get(arguments[0])
        if operation == "reshape" and inner is not None and inner[0] == "reshape":
            arguments = inner[1]
        key = (operation, arguments, json.dumps(attributes, sort_keys=True))
        if key not in self._seen:
            self._seen[key] = self._count
            self._nodes[self._count] = (operation, arguments, attributes)
            self._count += 1
        return self._seen[key]

    def finish(self, outputs: Sequence[int]) -> tuple[dict[str, Any], bytes]:
        """The graph without what no output needs, and the constants' bytes."""
        needed: set[int] = set()
        waiting = list(outputs)
        while waiting:
            current = waiting.pop()
            if current not in needed:
                needed.add(current)
                waiting += self._nodes.get(current, ("", (), None))[1]
        constants = [i for i in self._constants if i in needed]
        nodes = [i for i in self._nodes if i in needed]
        order = [*range(self._inputs), *constants, *nodes]
        number = {old: new for new, old in enumerate(order)}
        packed = []
        for i in nodes:
            operation, arguments, attributes = self._nodes[i]
            node = [operation, [number[a] for a in arguments]]
            packed.append([*node, attributes] if attributes else node)
        graph = {
            "constants": [list(self._constants[i].shape) for i in constants],
            "nodes": packed,
            "outputs": [number[i] for i in outputs],
        }
        weights = b"".join(
            self._constants[i].astype("<f4").tobytes() for i in constants
        )
        return graph, weights


def given(node: Node) -> dict[str, Any]:
    """A node's arguments by the names PyTorch gives them, defaults filled in."""
    schema = node.target._schema.arguments  # type: ignore[union-attr]
    passed = dict(zip((a.name for a in schema), node.args, strict=False))
    passed.update(node.kwargs)
    return {a.name: passed.get(a.name, a.default_value) for a in schema}


def shape_of(node: Node) -> list[int]:
    """The shape of a node's result."""
    return list(node.meta["val"].shape)


def axis_of(node: Node, axis: int) -> int:
    """An axis of a node's result, counted from the front."""
    rank = len(shape_of(node))
    return axis % rank if rank else 0


def axes_of(node: Node, axes: Any) -> list[int]:
    """Several axes, counted from the front; all of them when none is named."""
    if axes is None or axes == []:
        return list(range(len(shape_of(node))))
    axes = axes if isinstance(axes, (list, tuple)) else [axes]
    return sorted({axis_of(node, axis) for axis in axes} if shape_of(node) else [])


def operand(lowering: Lowering, value: Any, identify: Identify) -> int:
    """The id of a tensor or a number."""
    if isinstance(value, Node):
        return int(identify(value))
    check_whole(value if isinstance(value, int) else 0)
    return lowering.constant(value)


def check_whole(largest: int) -> None:
    """Refuse a whole number that float32 cannot hold."""
    if abs(largest) > LARGEST_WHOLE:
        raise UnsupportedOperation(
            f"the whole number {largest} is too large for the page, which counts "
            f"exactly to {LARGEST_WHOLE}; as a number with a point it fits"
        )


LOWERINGS: dict[str, Lower] = {}


def lowers(*names: str) -> Callable[[Lower], Lower]:
    """Register a lowering for ATen operations, named as in `aten.add.Tensor`."""

    def register(lower: Lower) -> Lower:
        for name in names:
            LOWERINGS[f"aten.{name}"] = lower
        return lower

    return register


def _plain(operation: str, count: int) -> Lower:
    """The page has the operation as it is; `alpha` scales the second operand."""

    def lower(lowering: Lowering, node: Node, identify: Identify) -> int:
        values = given(node)
        ids = [operand(lowering, v, identify) for v in list(values.values())[:count]]
        if values.get("alpha", 1) != 1:
            scale = lowering.constant(values["alpha"])
            ids[1] = lowering.node("mul", ids[1], scale)
        return lowering.node(operation, *ids)

    return lower


UNARY = (
    "neg exp log log1p expm1 log2 log10 sqrt rsqrt sin cos tan asin acos atan sinh "
    "cosh tanh sigmoid abs reciprocal relu sign floor ceil round trunc isnan isinf "
    "logical_not"
).split()
BINARY = "add sub mul div maximum minimum eq ne lt le gt ge fmod remainder".split()
for _name in UNARY:
    LOWERINGS[f"aten.{_name}.default"] = _plain(_name, 1)
for _name in BINARY:
    for _overload in ("Tensor", "Scalar", "default"):
        LOWERINGS[f"aten.{_name}.{_overload}"] = _plain(_name, 2)
for _overload in ("Tensor_Tensor", "Tensor_Scalar", "Scalar"):
    LOWERINGS[f"aten.pow.{_overload}"] = _plain("pow", 2)
for _name in ("logical_and", "logical_or", "logical_xor", "atan2"):
    LOWERINGS[f"aten.{_name}.default"] = _plain(_name, 2)
for _overload in ("self", "ScalarSelf", "ScalarOther", "Scalar"):
    LOWERINGS[f"aten.where.{_overload}"] = _plain("where", 3)
LOWERINGS["aten.mm.default"] = _plain("matmul", 2)
LOWERINGS["aten.bmm.default"] = _plain("matmul", 2)


@lowers("bitwise_and.Tensor", "bitwise_or.Tensor", "bitwise_xor.Tensor")
def _bitwise(lowering: Lowering, node: Node, identify: Identify) -> Any:
    _require_truth(node)
    name = str(node.target).split(".")[1].replace("bitwise", "logical")
    return _plain(name, 2)(lowering, node, identify)


@lowers("bitwise_not.default")
def _bitwise_not(lowering: Lowering, node: Node, identify: Identify) -> Any:
    _require_truth(node)
    return _plain("logical_not", 1)(lowering, node, identify)


def _require_truth(node: Node) -> None:
    if node.meta["val"].dtype != torch.bool:
        raise UnsupportedOperation(
            f"{node.target} on whole numbers is not an operation that the page can "
            "compute; on truth values it is"
        )


@lowers("rsub.Tensor", "rsub.Scalar")
def _rsub(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    a = operand(lowering, values["self"], identify)
    if values["alpha"] != 1:
        a = lowering.node("mul", a, lowering.constant(values["alpha"]))
    return lowering.node("sub", operand(lowering, values["other"], identify), a)


@lowers("div.Tensor_mode", "div.Scalar_mode")
def _divide(lowering: Lowering, node: Node, identify: Identify) -> int:
    """Division to a whole number: towards 0, or down as `//` does."""
    values = given(node)
    a, b = (operand(lowering, values[name], identify) for name in ("self", "other"))
    plain = lowering.node("div", a, b)
    if values["rounding_mode"] is None:
        return plain
    if values["rounding_mode"] == "trunc":
        return lowering.node("trunc", plain)
    even = lowering.node("sub", a, lowering.node("remainder", a, b))
    down = lowering.node("round", lowering.node("div", even, b))
    by_zero = lowering.node("eq", b, lowering.constant(0.0))
    return lowering.node("where", by_zero, plain, down)


@lowers("diagonal.default")
def _diagonal(lowering: Lowering, node: Node, identify: Identify) -> int:
    """Every (columns + 1)-th number of a matrix written as one row."""
    values = given(node)
    sizes = shape_of(values["self"])
    a, b = (axis_of(values["self"], values[name]) for name in ("dim1", "dim2"))
    rest = [axis for axis in range(len(sizes)) if axis not in (a, b)]
    x = lowering.node("permute", identify(values["self"]), order=[*rest, a, b])
    x = _reshape(lowering, x, [sizes[axis] for axis in rest] + [sizes[a] * sizes[b]])
    offset, step = values["offset"], sizes[b] + 1
    start = offset if offset >= 0 else -offset * sizes[b]
    end = start + (shape_of(node)[-1] - 1) * step + 1
    where = {"axis": len(rest), "start": start, "end": max(start, end), "step": step}
    return lowering.node("slice", x, **where)


@lowers("clamp.default", "clamp.Tensor", "clamp_min.default", "clamp_max.default")
@lowers("clamp_min.Tensor", "clamp_max.Tensor")
def _clamp(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    x = identify(values["self"])
    if values.get("min") is not None:
        low = operand(lowering, values["min"], identify)
        x = lowering.node("maximum", x, low)
    if values.get("max") is not None:
        high = operand(lowering, values["max"], identify)
        x = lowering.node("minimum", x, high)
    return x


@lowers("addmm.default", "baddbmm.default")
def _addmm(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    left, right = list(values.values())[1:3]
    product = lowering.node("matmul", identify(left), identify(right))
    bias = identify(values["self"])
    for name in ("alpha", "beta"):
        if values[name] != 1:
            scale = lowering.constant(values[name])
            if name == "alpha":
                product = lowering.node("mul", product, scale)
            elif values[name] == 0:
                return product
            else:
                bias = lowering.node("mul", bias, scale)
    return lowering.node("add", bias, product)


@lowers("mv.default", "dot.default")
def _product(lowering: Lowering, node: Node, identify: Identify) -> int:
    left, right = (identify(value) for value in node.args)
    rows = node.args[0].meta["val"].shape  # type: ignore[union-attr]
    matrix = left if len(rows) == 2 else _reshape(lowering, left, [1, rows[0]])
    column = _reshape(lowering, right, [rows[-1], 1])
    product = lowering.node("matmul", matrix, column)
    return _reshape(lowering, product, shape_of(node))


def _reshape(lowering: Lowering, value: int, shape: Sequence[int]) -> int:
    return lowering.node("reshape", value, shape=[int(size) for size in shape])


@lowers("view.default", "_unsafe_view.default", "reshape.default", "view_copy.default")
@lowers("unsqueeze.default", "squeeze.default", "squeeze.dim", "squeeze.dims")
@lowers("unsqueeze_copy.default", "squeeze_copy.dim")
def _view(lowering: Lowering, node: Node, identify: Identify) -> int:
    return _reshape(lowering, identify(node.args[0]), shape_of(node))


@lowers("clone.default", "alias.default", "detach.default", "lift_fresh_copy.default")
@lowers("lift_fresh.default", "contiguous.default", "alias_copy.default")
def _same(lowering: Lowering, node: Node, identify: Identify) -> int:
    return identify(node.args[0])


@lowers("copy.default")
def _copy(lowering: Lowering, node: Node, identify: Identify) -> int:
    value = identify(node.args[1])
    return lowering.node("expand", value, shape=shape_of(node))


@lowers("_to_copy.default", "to.dtype")
def _cast(lowering: Lowering, node: Node, identify: Identify) -> int:
    source: Any = node.args[0]
    value = identify(source)
    before, after = source.meta["val"].dtype, node.meta["val"].dtype
    if after == torch.bool and before != torch.bool:
        return lowering.node("ne", value, lowering.constant(0.0))
    if before.is_floating_point and not after.is_floating_point:
        return lowering.node("trunc", value)
    return value


@lowers("expand.default", "expand_copy.default", "broadcast_in_dim.default")
def _expand(lowering: Lowering, node: Node, identify: Identify) -> int:
    value = identify(node.args[0])
    return lowering.node("expand", value, shape=shape_of(node))


@lowers("full_like.default", "zeros_like.default", "ones_like.default")
@lowers("empty_like.default", "new_zeros.default", "new_full.default")
def _full_like(lowering: Lowering, node: Node, identify: Identify) -> int:
    fill = given(node).get("fill_value", 1.0 if "ones" in str(node.target) else 0.0)
    value = operand(lowering, fill, identify)
    return lowering.node("expand", value, shape=shape_of(node))


@lowers("permute.default", "permute_copy.default")
def _permute(lowering: Lowering, node: Node, identify: Identify) -> int:
    order = [axis_of(node, axis) for axis in given(node)["dims"]]
    return lowering.node("permute", identify(node.args[0]), order=order)


@lowers("t.default")
def _transpose(lowering: Lowering, node: Node, identify: Identify) -> int:
    order = list(range(len(shape_of(node))))[::-1]
    return lowering.node("permute", identify(node.args[0]), order=order)


@lowers("transpose.int")
def _swap(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    order = list(range(len(shape_of(node))))
    a, b = axis_of(node, values["dim0"]), axis_of(node, values["dim1"])
    if order:
        order[a], order[b] = order[b], order[a]
    return lowering.node("permute", identify(values["self"]), order=order)


@lowers("select.int", "select_copy.int")
def _select(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    sizes = shape_of(values["self"])
    axis = axis_of(values["self"], values["dim"])
    start = values["index"] % sizes[axis]
    piece = lowering.node(
        "slice",
        identify(values["self"]),
        axis=axis,
        start=start,
        end=start + 1,
        step=1,
    )
    return _reshape(lowering, piece, shape_of(node))


@lowers("slice.Tensor", "slice_copy.Tensor")
def _slice(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    axis = axis_of(node, values["dim"])
    size = shape_of(values["self"])[axis]
    start, end, step = slice(values["start"], values["end"], values["step"]).indices(
        size
    )
    value = identify(values["self"])
    if (start, end, step) == (0, size, 1):
        return value
    end = max(start, end)
    return lowering.node("slice", value, axis=axis, start=start, end=end, step=step)


@lowers("cat.default")
def _cat(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    parts = [
        identify(part)
        for part in values["tensors"]
        if shape_of(part) != [0]  # PyTorch lets an empty vector join anything
    ]
    if len(parts) == 1:
        return parts[0]
    return lowering.node("cat", *parts, axis=axis_of(node, values["dim"]))


@lowers("flip.default")
def _flip(lowering: Lowering, node: Node, identify: Identify) -> int:
    value = identify(node.args[0])
    for axis in {axis_of(node, axis) for axis in given(node)["dims"]}:
        value = lowering.node("flip", value, axis=axis)
    return value


@lowers("index_select.default")
def _index_select(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    axis = axis_of(values["self"], values["dim"])
    return lowering.node(
        "take", identify(values["self"]), identify(values["index"]), axis=axis
    )


@lowers("embedding.default")
def _embedding(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    rows = lowering.node(
        "take", identify(values["weight"]), identify(values["indices"]), axis=0
    )
    return _reshape(lowering, rows, shape_of(node))


class _Indexed:
    """`x[i, :, j]`: `x` as rows of what one place holds, and which rows are meant.

    `shape` is that of the indices together; `rest` has the sizes of the axes without
    one. In the result the indices' axes stand at `first`.
    """

    def __init__(
        self, lowering: Lowering, x: Node, indices: Sequence[Any], identify: Identify
    ) -> None:
        sizes = shape_of(x)
        axes = [axis for axis, index in enumerate(indices) if index is not None]
        found = [indices[axis] for axis in axes]
        if any(index.meta["val"].dtype == torch.bool for index in found):
            raise UnsupportedOperation(
                "a mask as an index gives a tensor whose size depends on the numbers, "
                "which the page cannot compute: use torch.where"
            )
        self._lowering, self.axes = lowering, axes
        self.shape = list(np.broadcast_shapes(*(shape_of(index) for index in found)))
        others = [axis for axis in range(len(sizes)) if axis not in axes]
        self._sizes = [sizes[axis] for axis in [*axes, *others]]
        self._order = [*axes, *others]
        self.rest = [sizes[axis] for axis in others]
        together = axes[-1] - axes[0] == len(axes) - 1
        self.first = axes[0] if together else 0
        self.height = int(np.prod([sizes[axis] for axis in axes]))
        self.width = int(np.prod(self.rest))
        index = lowering.constant(0.0)
        for axis, each in zip(axes, found, strict=True):
            place = identify(each)
            if len(axes) > 1:
                size = lowering.constant(sizes[axis])
                below = lowering.node("lt", place, lowering.constant(0.0))
                above = lowering.node("add", place, size)
                place = lowering.node("where", below, above, place)
                index = lowering.node("mul", index, size)
                place = lowering.node("add", index, place)
            index = place
        several = len(axes) > 1
        expanded = lowering.node("expand", index, shape=self.shape)
        self.index = expanded if several else index

    def rows(self, x: int) -> int:
        """`x` as (height, width)."""
        x = self._lowering.node("permute", x, order=self._order)
        return _reshape(self._lowering, x, [self.height, self.width])

    def whole(self, rows: int) -> int:
        """Rows as `x` again."""
        x = _reshape(self._lowering, rows, self._sizes)
        back = [self._order.index(axis) for axis in range(len(self._order))]
        return self._lowering.node("permute", x, order=back)

    def order(self) -> list[int]:
        """For each axis of the result, which it is of (*shape, *rest)."""
        of_shape, rest = range(len(self.shape)), range(len(self.rest))
        moved = [len(self.shape) + axis for axis in rest]
        return [*moved[: self.first], *of_shape, *moved[self.first :]]


@lowers("index.Tensor")
def _index(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    where = _Indexed(lowering, values["self"], values["indices"], identify)
    if len(where.axes) == 1:
        whole = identify(values["self"])
        taken = lowering.node("take", whole, where.index, axis=where.axes[0])
        return _reshape(lowering, taken, shape_of(node))
    rows = where.rows(identify(values["self"]))
    taken = lowering.node("take", rows, where.index, axis=0)
    taken = _reshape(lowering, taken, [*where.shape, *where.rest])
    return lowering.node("permute", taken, order=where.order())


@lowers("index_put.default")
def _index_put(lowering: Lowering, node: Node, identify: Identify) -> int:
    """`x[i, j] = value`, added when it accumulates; or one number where a mask is."""
    values = given(node)
    x, indices, value = values["self"], values["indices"], values["values"]
    whole, piece = identify(x), identify(value)
    if len(indices) == 1 and indices[0].meta["val"].dtype == torch.bool:
        return _put_masked(lowering, node, identify)
    where = _Indexed(lowering, x, indices, identify)
    order = where.order()
    sizes = [*where.shape, *where.rest]
    piece = lowering.node("expand", piece, shape=[sizes[axis] for axis in order])
    back = [order.index(axis) for axis in range(len(order))]
    piece = lowering.node("permute", piece, order=back)
    shape = [int(np.prod(where.shape)), where.width]
    piece = _reshape(lowering, piece, shape)
    index = _reshape(lowering, where.index, [shape[0], 1])
    index = lowering.node("expand", index, shape=shape)
    name = "scatter_add" if values["accumulate"] else "scatter"
    rows = lowering.node(name, where.rows(whole), index, piece, axis=0)
    return where.whole(rows)


def _put_masked(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    if shape_of(values["values"]) not in ([], [1]) or values["accumulate"]:
        raise UnsupportedOperation(
            "putting several numbers where a mask is true is not an operation that the "
            "page can compute: use torch.where"
        )
    (mask,) = values["indices"]
    sizes = shape_of(mask)
    sizes += [1] * (len(shape_of(node)) - len(sizes))
    mask = _reshape(lowering, identify(mask), sizes)
    piece = _reshape(lowering, identify(values["values"]), [])
    return lowering.node("where", mask, piece, identify(values["self"]))


@lowers("scatter.src", "scatter.value", "scatter_add.default")
def _scatter(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    axis, shape = axis_of(node, values["dim"]), shape_of(values["index"])
    x, index = identify(values["self"]), identify(values["index"])
    if "value" in values:
        number = operand(lowering, values["value"], identify)
        piece = lowering.node("expand", number, shape=shape)
    else:
        piece = identify(values["src"])
    name = "scatter_add" if "add" in str(node.target) else "scatter"
    if not shape_of(node):
        x, index, piece = (_reshape(lowering, each, [1]) for each in (x, index, piece))
    result = lowering.node(name, x, index, piece, axis=axis)
    return result if shape_of(node) else _reshape(lowering, result, [])


@lowers("sort.default", "sort.stable", "topk.default", "kthvalue.default")
def _sort(lowering: Lowering, node: Node, identify: Identify) -> list[int]:
    """Values and indices; of equal ones the first comes first, NaN is the largest."""
    values = given(node)
    name, source = str(node.target).split(".")[1], values["self"]
    falls = values["largest"] if name == "topk" else values.get("descending", False)
    x, axis = identify(source), axis_of(source, values["dim"])
    sizes = shape_of(source) or [1]
    x = _reshape(lowering, x, sizes)
    order = lowering.node("argsort", x, axis=axis, falls=bool(falls))
    start = values["k"] - 1 if name == "kthvalue" else 0
    end = values.get("k", sizes[axis])
    if (start, end) != (0, sizes[axis]):
        where = {"axis": axis, "start": start, "end": end, "step": 1}
        order = lowering.node("slice", order, **where)
    return _with_values(lowering, node, x, order, axis)


@lowers("max.dim", "min.dim")
def _extreme(lowering: Lowering, node: Node, identify: Identify) -> list[int]:
    values = given(node)
    source = values["self"]
    axis = axis_of(source, values["dim"])
    x = _reshape(lowering, identify(source), shape_of(source) or [1])
    name = "arg" + str(node.target).split(".")[1]
    return _with_values(lowering, node, x, lowering.node(name, x, axis=axis), axis)


def _with_values(
    lowering: Lowering, node: Node, x: int, index: int, axis: int
) -> list[int]:
    """What `index` picks of `x` along an axis, and `index`, in the node's shapes."""
    pair = (lowering.node("gather", x, index, axis=axis), index)
    shapes = (list(value.shape) for value in node.meta["val"])
    return [
        _reshape(lowering, each, shape)
        for each, shape in zip(pair, shapes, strict=True)
    ]


@lowers("gather.default")
def _gather(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    axis = axis_of(values["self"], values["dim"])
    return lowering.node(
        "gather", identify(values["self"]), identify(values["index"]), axis=axis
    )


def _reduce(operation: str, name: str = "dim") -> Lower:
    def lower(lowering: Lowering, node: Node, identify: Identify) -> int:
        values = given(node)
        source = values["self"]
        axes = axes_of(source, values.get(name))
        x = identify(source)
        result = lowering.node(operation, x, axes=axes)
        return _reshape(lowering, result, shape_of(node))

    return lower


for _aten in ("sum.dim_IntList", "sum.default"):
    LOWERINGS[f"aten.{_aten}"] = _reduce("sum")
for _aten in ("mean.dim", "mean.default"):
    LOWERINGS[f"aten.{_aten}"] = _reduce("mean")
for _aten in ("amax.default", "max.default"):
    LOWERINGS[f"aten.{_aten}"] = _reduce("amax")
for _aten in ("amin.default", "min.default"):
    LOWERINGS[f"aten.{_aten}"] = _reduce("amin")
for _aten in ("prod.dim_int", "prod.default"):
    LOWERINGS[f"aten.{_aten}"] = _reduce("prod")
for _aten in ("any.dim", "any.default", "any.dims"):
    LOWERINGS[f"aten.{_aten}"] = _reduce("any")


@lowers("var.correction", "var_mean.correction")
def _variance(lowering: Lowering, node: Node, identify: Identify) -> Any:
    values = given(node)
    source = values["self"]
    axes, x = axes_of(source, values["dim"]), identify(source)
    count = int(np.prod([shape_of(source)[axis] for axis in axes]))
    correction = 1 if values["correction"] is None else values["correction"]
    mean = lowering.node("mean", x, axes=axes)
    apart = lowering.node("sub", x, mean)
    squares = lowering.node("mul", apart, apart)
    total = lowering.node("sum", squares, axes=axes)
    result = lowering.node("div", total, lowering.constant(max(0, count - correction)))
    if "mean" not in str(node.target):
        return _reshape(lowering, result, shape_of(node))
    shape = list(node.meta["val"][0].shape)
    return [_reshape(lowering, each, shape) for each in (result, mean)]


@lowers("repeat.default")
def _repeat(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    repeats = list(values["repeats"])
    sizes = shape_of(values["self"])
    sizes = [1] * (len(repeats) - len(sizes)) + sizes
    apart = [n for size in sizes for n in (1, size)]
    often = [n for pair in zip(repeats, sizes, strict=True) for n in pair]
    x = _reshape(lowering, identify(values["self"]), apart)
    return _reshape(lowering, lowering.node("expand", x, shape=often), shape_of(node))


@lowers("argmax.default", "argmin.default")
def _argmax(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    x, sizes = identify(values["self"]), shape_of(values["self"])
    axis = values["dim"]
    if axis is None:
        x, axis = _reshape(lowering, x, [int(np.prod(sizes))]), 0
    elif sizes:
        axis = axis_of(values["self"], axis)
    if not sizes:
        x = _reshape(lowering, x, [1])
    name = str(node.target).split(".")[1]
    return _reshape(lowering, lowering.node(name, x, axis=axis), shape_of(node))


@lowers("cumsum.default", "cumprod.default")
def _cumulated(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    x = identify(values["self"])
    if not shape_of(node):
        return x
    name = str(node.target).split(".")[1]
    return lowering.node(name, x, axis=axis_of(node, values["dim"]))


@lowers("_softmax.default", "_log_softmax.default")
def _softmax(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    x = identify(values["self"])
    name = str(node.target).split(".")[1].removeprefix("_")
    if not shape_of(node):
        x = _reshape(lowering, x, [1])
    result = lowering.node(name, x, axis=axis_of(node, values["dim"]))
    return _reshape(lowering, result, shape_of(node)) if not shape_of(node) else result


@lowers("linalg_vector_norm.default")
def _norm(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    name = {2: "norm", 1: "sum", float("inf"): "amax"}.get(values["ord"])
    if name is None:
        raise UnsupportedOperation(
            f"a norm of order {values['ord']} is not an operation that the page can "
            "compute; those of order 1, 2 and inf are"
        )
    axes, x = axes_of(values["self"], values["dim"]), identify(values["self"])
    x = x if name == "norm" else lowering.node("abs", x)
    result = lowering.node(name, x, axes=axes)
    return _reshape(lowering, result, shape_of(node))


@lowers("constant_pad_nd.default")
def _constant_pad(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    sizes, pads = shape_of(values["self"]), list(values["pad"])
    sides = [(0, 0)] * (len(sizes) - len(pads) // 2)
    sides += list(zip(pads[::2], pads[1::2], strict=True))[::-1]  # the last axis first
    return _pad(lowering, identify(values["self"]), sizes, sides, values["value"])


def _pad(
    lowering: Lowering,
    x: int,
    sizes: list[int],
    sides: Sequence[tuple[int, int]],
    value: float,
) -> int:
    """`x` of shape `sizes` with `value` put before and after each axis, or cut off."""
    fill, sizes = lowering.constant(value), list(sizes)
    for axis in reversed(range(len(sizes))):
        before, after = sides[axis]
        start, end = max(0, -before), sizes[axis] - max(0, -after)
        if (start, end) != (0, sizes[axis]):
            x = lowering.node("slice", x, axis=axis, start=start, end=end, step=1)
        sizes[axis] = end - start
        parts = [x]
        for size, front in ((before, True), (after, False)):
            if size > 0:
                shape = [*sizes[:axis], size, *sizes[axis + 1 :]]
                block = lowering.node("expand", fill, shape=shape)
                parts.insert(0 if front else len(parts), block)
        if len(parts) > 1:
            x = lowering.node("cat", *parts, axis=axis)
        sizes[axis] += max(0, before) + max(0, after)
    return x


@lowers("convolution.default")
def _convolution(lowering: Lowering, node: Node, identify: Identify) -> int:
    """What each tap of the kernel sees, one under the other; then one product.

    With B items, C channels in G groups, O channels out, a kernel of K taps and N
    places to put it: the kernel (G, O/G, K C/G) times what it sees (G, K C/G, B N).
    """
    values = given(node)
    if values["transposed"]:
        raise UnsupportedOperation(
            f"{node.target} transposed (conv_transpose in torch) is not an operation "
            "that the page can compute; put zeros between the places and convolve"
        )
    batch, channels, *sizes = shape_of(values["input"])
    outer, inner, *kernel = shape_of(values["weight"])
    groups, places = values["groups"], shape_of(node)[2:]
    swap = [1, 0, *range(2, 2 + len(sizes))]
    x = identify(values["input"])
    if batch != 1:
        x = lowering.node("permute", x, order=swap)
    sizes = [groups, channels // groups, batch, *sizes]
    sides = [(0, 0)] * 3 + [(pad, pad) for pad in values["padding"]]
    x = _pad(lowering, _reshape(lowering, x, sizes), sizes, sides, 0.0)
    seen = []
    for tap in np.ndindex(*kernel):
        piece = x
        for k, at in enumerate(tap):
            start, step = at * values["dilation"][k], values["stride"][k]
            end = start + (places[k] - 1) * step + 1
            if (start, end, step) != (0, sizes[3 + k] + 2 * values["padding"][k], 1):
                where = {"axis": 3 + k, "start": start, "end": end, "step": step}
                piece = lowering.node("slice", piece, **where)
        seen.append(piece)
    columns = lowering.node("cat", *seen, axis=1) if len(seen) > 1 else seen[0]
    apart = [groups, outer // groups, inner, len(seen)]
    shape = [groups, outer // groups, inner * len(seen)]
    kernels = _arranged(
        lowering, identify(values["weight"]), apart, [0, 1, 3, 2], shape
    )
    n = batch * int(np.prod(places))
    columns = _reshape(lowering, columns, [groups, inner * len(seen), n])
    result = lowering.node("matmul", kernels, columns)
    if values["bias"] is not None:
        shape = [groups, outer // groups, 1]
        bias = _arranged(lowering, identify(values["bias"]), shape, [0, 1, 2], shape)
        result = lowering.node("add", result, bias)
    if batch == 1:
        return _reshape(lowering, result, shape_of(node))
    result = _reshape(lowering, result, [outer, batch, *places])
    return lowering.node("permute", result, order=swap)


def _arranged(
    lowering: Lowering,
    value: int,
    before: Sequence[int],
    order: Sequence[int],
    after: Sequence[int],
) -> int:
    """A value as `before`, its axes put in `order`, then as `after`.

    A constant is arranged once, here, and not at every run in the page.
    """
    array = lowering.known(value)
    if array is not None:
        return lowering.constant(array.reshape(before).transpose(order).reshape(after))
    if list(order) != sorted(order):
        value = _reshape(lowering, value, before)
        value = lowering.node("permute", value, order=list(order))
    return _reshape(lowering, value, after)


@lowers("select_scatter.default")
def _select_scatter(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    sizes = shape_of(node)
    axis = axis_of(node, values["dim"])
    start = values["index"] % sizes[axis]
    one = [*sizes[:axis], 1, *sizes[axis + 1 :]]
    piece = _reshape(lowering, identify(values["src"]), one)
    whole = identify(values["self"])
    return _insert(lowering, whole, piece, axis, start, start + 1, sizes[axis])


@lowers("slice_scatter.default")
def _slice_scatter(lowering: Lowering, node: Node, identify: Identify) -> int:
    values = given(node)
    axis = axis_of(node, values["dim"])
    size = shape_of(node)[axis]
    start, end, step = slice(values["start"], values["end"], values["step"]).indices(
        size
    )
    piece, whole = identify(values["src"]), identify(values["self"])
    if step != 1:
        shape = shape_of(values["src"])
        along = [-1 if each == axis else 1 for each in range(len(shape))]
        places = lowering.constant(np.arange(start, end, step).reshape(along))
        index = lowering.node("expand", places, shape=shape)
        return lowering.node("scatter", whole, index, piece, axis=axis)
    return _insert(lowering, whole, piece, axis, start, max(start, end), size)


def _insert(
    lowering: Lowering, whole: int, piece: int, axis: int, start: int, end: int, n: int
) -> int:
    """`whole` with the places from `start` to `end` replaced by `piece`."""
    parts = [piece]
    if start > 0:
        head = lowering.node("slice", whole, axis=axis, start=0, end=start, step=1)
        parts.insert(0, head)
    if end < n:
        tail = lowering.node("slice", whole, axis=axis, start=end, end=n, step=1)
        parts.append(tail)
    return parts[0] if len(parts) == 1 else lowering.node("cat", *parts, axis=axis)


def _split(lowering: Lowering, node: Node, identify: Identify) -> Any:
    """All pieces of a split; `getitem` picks one."""
    values = given(node)
    pieces = node.meta["val"]
    axis = axis_of(values["self"], values["dim"])
    x, start, ids = identify(values["self"]), 0, []
    for piece in pieces:
        end = start + piece.shape[axis]
        ids.append(lowering.node("slice", x, axis=axis, start=start, end=end, step=1))
        start = end
    return ids


for _aten in (
    "split.Tensor",
    "split_with_sizes.default",
    "split_with_sizes_copy.default",
):
    LOWERINGS[f"aten.{_aten}"] = _split
LOWERINGS["<built-in function getitem>"] = lambda lowering, node, identify: identify(
    node.args[0]
)[node.args[1]]  # type: ignore[index]
