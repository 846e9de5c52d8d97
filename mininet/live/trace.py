"""From a torch function to a small graph that a page can compute.

`trace` runs the function once on example inputs, writes down every tensor operation,
folds what does not depend on the inputs, and rewrites the rest into the few operations
of `static/interpreter.mjs`. What comes out is a JSON graph and one float32 blob of
constants and weights. An operation that the page does not have is refused here, by
name, when the figure is made.

Values in the page are float32. Whole numbers and truth values travel as float32 too,
so whole numbers must stay below 2**24; float64 is refused.
"""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.fx import Graph, GraphModule, Node
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils._python_dispatch import TorchDispatchMode

from mininet.live.lowering import (
    LOWERINGS,
    Lowering,
    UnsupportedOperation,
    check_whole,
)

FORMAT = 1  # of the graph; the page refuses a format it does not know
KEPT_TYPES = (
    torch.float32,
    torch.bool,
    torch.int64,
    torch.int32,
    torch.int16,
    torch.int8,
    torch.uint8,
)


@dataclass(frozen=True)
class Program:
    """A traced function: what the page needs to compute it.

    `graph` is plain JSON: `inputs` and `outputs` by name with their shapes, the shapes
    of the constants, and `nodes`, each `[operation, [argument ids], attributes?]`. Ids
    count inputs first, then constants, then nodes. `weights` holds the constants one
    after the other as little-endian float32.
    """

    graph: dict[str, Any]
    weights: bytes
    key: str = field(init=False)  # the content's hash: equal programs are shared

    def __post_init__(self) -> None:
        text = json.dumps(self.graph, sort_keys=True).encode()
        digest = hashlib.sha256(text + b"\0" + self.weights).hexdigest()[:16]
        object.__setattr__(self, "key", digest)


def trace(
    function: Callable[..., Any],
    inputs: Mapping[str, Tensor],
) -> Program:
    """Write a torch function down as a program for the page.

    Args:
        function: called with the inputs by name. It returns a tensor, or a dict or
            named tuple of tensors; named tuples inside a dict are flattened.
        inputs: one example tensor for each input; its shape is the input's shape.

    Raises:
        UnsupportedOperation: if the function uses an operation that the page does not
            have, draws random numbers, needs float64, or decides by looking at a
            number (`if x > 0`, `x.item()`).
        ValueError: if an input or an output is not a tensor.
    """
    for name, value in inputs.items():
        if not isinstance(value, Tensor):
            raise ValueError(f"input {name!r} must be a tensor, got {type(value)}")
    names = list(inputs)
    lines = _Lines()

    def call(*values: Tensor) -> dict[str, Tensor]:
        return named_outputs(function(**dict(zip(names, values, strict=True))))

    examples = [value.detach().clone() for value in inputs.values()]
    with torch.no_grad():
        with lines:
            call(*[value.clone() for value in examples])
        module, constants = _record(call, examples)
    return _build(module, names, examples, constants, lines.found)


def named_outputs(result: Any) -> dict[str, Tensor]:
    """A function's outputs by name: from a tensor, a dict or a named tuple."""
    if isinstance(result, Tensor):
        return {"output": result}
    if hasattr(result, "_asdict"):
        result = result._asdict()
    if not isinstance(result, Mapping):
        raise ValueError(
            "the function must return a tensor, or a dict or named tuple of tensors, "
            f"got {type(result)}"
        )
    named: dict[str, Tensor] = {}
    for name, value in result.items():
        if isinstance(value, Tensor):
            named[str(name)] = value
        elif hasattr(value, "_asdict"):
            named.update(named_outputs(value))
        else:
            raise ValueError(f"output {name!r} must be a tensor, got {type(value)}")
    return named


class _Lines(TorchDispatchMode):
    """Remembers the last line of the reader's code that used each operation."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        for frame in reversed(traceback.extract_stack(limit=40)):
            if "/torch/" not in frame.filename and frame.filename != __file__:
                place = f"line {frame.lineno} of {frame.name}"
                source = f": {frame.line}" if frame.line else ""
                self.found.setdefault(str(func), place + source)
                break
        return func(*args, **(kwargs or {}))


@cache
def _decompositions() -> dict[Any, Any]:
    """Rules that say PyTorch's operations in its core ones."""
    from torch._decomp import core_aten_decompositions, get_decompositions

    aten = torch.ops.aten
    more = get_decompositions([aten.hardtanh, aten.leaky_relu, aten.elu])
    return {**dict(core_aten_decompositions()), **more}


def _record(
    call: Callable[..., Any], examples: list[Tensor]
) -> tuple[GraphModule, list[Tensor]]:
    """Every tensor operation of a call, without in-place writes.

    Returns:
        The operations, and the constants that they take as further inputs.
    """
    try:
        first = make_fx(call, _decompositions())(*examples)
        constants = _lift(first)
        pure = torch.func.functionalize(first, remove="mutations")
        return make_fx(pure, _decompositions())(*examples, *constants), constants
    except Exception as error:
        if "tracing tensor" in str(error) or "data-dependent" in str(error).lower():
            raise UnsupportedOperation(
                "the function looks at a number while it runs (if, while, float(), "
                ".item()); the page needs one path for all numbers: use torch.where"
            ) from error
        raise


def _lift(module: GraphModule) -> list[Tensor]:
    """Turn a graph's constants into inputs after the others; returns them."""
    graph, constants = module.graph, []
    last = [node for node in graph.nodes if node.op == "placeholder"][-1:]
    for node in [node for node in graph.nodes if node.op == "get_attr"]:
        value = getattr(module, str(node.target))
        if not isinstance(value, Tensor):  # a torch.Generator
            raise UnsupportedOperation(
                "the function draws random numbers; draw them outside and pass them "
                "in as a constant"
            )
        constants.append(value.detach().clone())
        before = next(iter(graph.nodes)) if not last else last[0].next
        with graph.inserting_before(before):
            lifted = graph.placeholder(f"constant_{len(constants)}")
        last = [lifted]
        node.replace_all_uses_with(lifted)
        graph.erase_node(node)
    module.recompile()
    return constants


def _tensors(graph: Graph, module: GraphModule) -> Iterator[tuple[Node, Any]]:
    for node in graph.nodes:
        yield node, (getattr(module, node.target) if node.op == "get_attr" else None)


def _build(
    module: GraphModule,
    names: list[str],
    examples: list[Tensor],
    constants: list[Tensor],
    lines: Mapping[str, str],
) -> Program:
    """Fold constants, lower every other node, drop what no output needs."""
    lowering = Lowering(len(names))
    known: dict[Node, Any] = {}  # nodes that do not depend on an input
    ids: dict[Node, Any] = {}
    outputs: dict[str, int] = {}
    shapes: dict[str, list[int]] = {}
    placeholders = iter(range(len(names) + len(constants)))

    def identify(node: Node) -> Any:
        if node not in ids:
            ids[node] = _constant(lowering, known[node])
        return ids[node]

    for node, value in _tensors(module.graph, module):
        if node.op == "placeholder":
            index = next(placeholders)
            if index >= len(names):
                known[node] = constants[index - len(names)]
                continue
            ids[node] = lowering.input(index)
            lowering.shapes[ids[node]] = tuple(examples[index].shape)
        elif node.op == "get_attr":
            known[node] = value
        elif node.op == "call_function":
            _refuse_random(node, lines)
            if node.target is torch.ops.aten.copy_.default and not node.users:
                continue  # writes an input back; the page keeps its inputs
            if all(source in known for source in node.all_input_nodes):
                known[node] = _fold(node, known)
                continue
            _refuse_types(node, lines)
            lower = LOWERINGS.get(str(node.target))
            if lower is None:
                raise UnsupportedOperation(_sentence(node, lines))
            ids[node] = lower(lowering, node, identify)
        elif node.op == "output":
            named: Any = node.args[0]
            for name, source in named.items():
                outputs[name] = identify(source)
                shapes[name] = list(source.meta["val"].shape)
    graph, weights = lowering.finish(list(outputs.values()))
    graph = {
        "format": FORMAT,
        "inputs": [
            [name, list(example.shape)]
            for name, example in zip(names, examples, strict=True)
        ],
        "outputs": [
            [name, shapes[name], new]
            for name, new in zip(outputs, graph.pop("outputs"), strict=True)
        ],
        **graph,
    }
    return Program(graph, weights)


def _sentence(node: Node, lines: Mapping[str, str]) -> str:
    where = lines.get(str(node.target))
    return (
        f"{node.target} is not an operation that the page can compute"
        + (f", used in {where}" if where else "")
        + ". Write it with others, or add it to mininet/live/lowering.py and "
        "static/interpreter.mjs, with a test."
    )


def _refuse_random(node: Node, lines: Mapping[str, str]) -> None:
    """Refuse what gives other numbers each time."""
    where = lines.get(str(node.target))
    used = f", used in {where}" if where else ""
    if torch.Tag.nondeterministic_seeded in getattr(node.target, "tags", ()):
        raise UnsupportedOperation(
            f"{node.target} draws random numbers{used}; draw them outside and pass "
            "them in as a constant"
        )


def _refuse_types(node: Node, lines: Mapping[str, str]) -> None:
    """Refuse number types that the page does not have."""
    where = lines.get(str(node.target))
    used = f", used in {where}" if where else ""
    values = node.meta.get("val")
    for value in values if isinstance(values, (tuple, list)) else (values,):
        if isinstance(value, Tensor) and value.dtype not in KEPT_TYPES:
            raise UnsupportedOperation(
                f"{node.target} gives {value.dtype}{used}; the page computes in "
                "float32: convert the tensors with .float()"
            )


def _fold(node: Node, known: Mapping[Node, Any]) -> Any:
    args, kwargs = torch.fx.node.map_arg(
        (node.args, dict(node.kwargs)), lambda source: known[source]
    )
    return node.target(*args, **kwargs)  # type: ignore[operator]


def _constant(lowering: Lowering, value: Tensor) -> int:
    value = value.detach().cpu()
    if not value.is_floating_point() and value.numel():
        check_whole(int(value.to(torch.int64).abs().max()))
    elif value.dtype == torch.float64:
        raise UnsupportedOperation(
            "a float64 constant; the page computes in float32: convert it with .float()"
        )
    return lowering.constant(value.to(torch.float32).numpy().astype(np.float32))
