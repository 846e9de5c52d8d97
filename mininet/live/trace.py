"""From a torch function to a small graph that a page can compute.

`trace` runs the function once on example inputs, writes down every tensor operation,
folds what does not depend on the inputs, and rewrites the rest into the few operations
of `static/interpreter.mjs`. What comes out is a JSON graph and one float32 blob of
constants and weights. An operation that the page does not have is refused here, by
name, when the figure is made; so is a function whose program gives other numbers than
the function itself.

Values in the page are float32. Whole numbers and truth values travel as float32 too,
so whole numbers must stay below 2**24; float64 is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.fx import Graph, GraphModule, Node
from torch.fx.experimental.proxy_tensor import make_fx

from mininet.live.lowering import (
    LOWERINGS,
    Lowering,
    UnsupportedOperation,
    check_whole,
)
from mininet.live.watching import ONE_PATH, Watch, point_out

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
    again: Iterable[Mapping[str, Tensor]] = (),
) -> Program:
    """Write a torch function down as a program for the page.

    The function gets copies of the inputs, and is called a few times: once watched,
    once traced, and once for each setting at which the program is compared with it.

    Args:
        function: called with the inputs by name. It returns a tensor, or a dict or
            named tuple of tensors; named tuples inside a dict are flattened.
        inputs: one example tensor for each input; its shape is the input's shape.
        again: other settings, each as `inputs`. There, and at `inputs`, the program
            must give what the function gives; a setting at which the function itself
            fails is passed over.

    Raises:
        UnsupportedOperation: if the function uses an operation that the page does not
            have, draws random numbers, needs float64, decides by looking at a number
            (`if x > 0`, `x.item()`), takes numbers out of tensors (`x.tolist()`,
            `torch.tensor([x, 1 - x])`, NumPy), writes into a tensor from outside, or
            is not what its program computes.
        ValueError: if an input or an output is not a tensor, or a setting lacks one.
    """
    for name, value in inputs.items():
        if not isinstance(value, Tensor):
            raise ValueError(f"input {name!r} must be a tensor, got {type(value)}")
    try:
        return _trace(function, inputs, again)
    except UnsupportedOperation as refused:
        # Told from here, without the many frames of torch's tracer.
        raise UnsupportedOperation(str(refused)) from None
    except Exception as error:
        error.with_traceback(point_out(error))
        raise


def _trace(
    function: Callable[..., Any],
    inputs: Mapping[str, Tensor],
    again: Iterable[Mapping[str, Tensor]],
) -> Program:
    names = list(inputs)
    lines: dict[str, str] = {}

    def call(*values: Tensor) -> dict[str, Tensor]:
        return named_outputs(function(**dict(zip(names, values, strict=True))))

    def watched(*values: Tensor) -> dict[str, Tensor]:
        with Watch(values) as watch:
            outputs = call(*values)
        lines.update(watch.lines)
        return outputs

    examples = [value.detach().clone() for value in inputs.values()]
    with torch.no_grad():
        watched(*_copies(examples))  # an error of the function comes now, untangled
        module, constants = _record(watched, examples)
        program = _build(module, names, examples, constants, lines)

        def recorded(*values: Tensor) -> dict[str, Tensor]:
            return dict(module(*values, *_copies(constants)))

        _compare(call, recorded, examples, AT_THE_SAME)
        for setting in again:
            _check_setting(setting, inputs)
            values = [setting[name] for name in names]
            _compare(call, recorded, values, AT_ANOTHER)
    return program


def _check_setting(setting: Mapping[str, Tensor], inputs: Mapping[str, Tensor]) -> None:
    wanted, got = (
        {name: list(value.shape) for name, value in each.items()}
        for each in (inputs, setting)
    )
    if wanted != got:
        raise ValueError(f"a setting must have the shapes {wanted}, got {got}")


def _copies(values: Iterable[Tensor]) -> list[Tensor]:
    return [value.detach().clone() for value in values]


AT_THE_SAME = (
    "the function gives other numbers when it is called again with the same inputs: "
    "it draws random numbers outside torch, counts its calls, or changes what it uses. "
    "Make it depend on its inputs alone"
)
AT_ANOTHER = (
    "the program gives other numbers than the function when the inputs move: a number "
    "left the tensors (through NumPy, a list, torch.tensor([...])) and stands still in "
    "the page. Stay in torch; join tensors with torch.stack"
)


def _compare(
    call: Callable[..., dict[str, Tensor]],
    recorded: Callable[..., dict[str, Tensor]],
    setting: list[Tensor],
    says: str,
) -> None:
    """Refuse a function that is not, at a setting, what was written down."""
    try:
        wanted = call(*_copies(setting))
    except (IndexError, RuntimeError):
        return  # nothing to compare with
    found = recorded(*_copies(setting))
    for name in found:
        if name not in wanted or not _agree(found[name], wanted[name]):
            raise UnsupportedOperation(f"{says}. Output {name!r} shows it")


def _agree(found: Tensor, wanted: Tensor) -> bool:
    """Whether two tensors are equal but for rounding; what is NaN in both is equal."""
    if found.shape != wanted.shape:
        return False
    largest = wanted.double().abs().nan_to_num(0, 0, 0).max() if wanted.numel() else 0
    near = 1e-6 + 1e-4 * float(largest)
    return torch.allclose(
        found.double(), wanted.double(), rtol=1e-3, atol=near, equal_nan=True
    )


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


@cache
def _decompositions() -> dict[Any, Any]:
    """Rules that say PyTorch's operations in its core ones."""
    from torch._decomp import core_aten_decompositions, get_decompositions

    aten = torch.ops.aten
    more = get_decompositions(
        [
            aten.hardtanh,
            aten.leaky_relu,
            aten.elu,
            aten.gelu,
            aten.addmv,
            aten.native_batch_norm,
            aten.native_layer_norm,
        ]
    )
    return {**dict(core_aten_decompositions()), **more}


def _record(
    call: Callable[..., Any], examples: list[Tensor]
) -> tuple[GraphModule, list[Tensor]]:
    """Every tensor operation of a call, without in-place writes.

    Returns:
        The operations, and the constants that they take as further inputs.
    """
    try:
        with _in_parts():
            first = make_fx(call, _decompositions())(*examples)
        constants = _lift(first)
        pure = torch.func.functionalize(first, remove="mutations")
        return make_fx(pure, _decompositions())(*examples, *constants), constants
    except Exception as error:
        if "tracing tensor" in str(error) or "data-dependent" in str(error).lower():
            raise UnsupportedOperation(
                "the function looks at a number while it runs (if, while, float(), "
                f".item()); {ONE_PATH}"
            ) from error
        raise


@contextmanager
def _in_parts() -> Iterator[None]:
    """PyTorch's LSTM in its operations, not as the one that oneDNN makes of it."""
    one: Any = torch.backends.mkldnn
    before = one.enabled
    one.enabled = False
    try:
        yield
    finally:
        one.enabled = before


def _lift(module: GraphModule) -> list[Tensor]:
    """Turn a graph's constants into inputs after the others; returns them."""
    graph, constants = module.graph, []
    last = [node for node in graph.nodes if node.op == "placeholder"][-1:]
    for node in [node for node in graph.nodes if node.op == "get_attr"]:
        value = getattr(module, str(node.target))
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


def _refuse_types(node: Node, lines: Mapping[str, str]) -> None:
    """Refuse number types that the page does not have, given or made."""
    where = lines.get(str(node.target))
    used = f", used in {where}" if where else ""
    made = _values(node)
    given = [value for source in node.all_input_nodes for value in _values(source)]
    for value in made + [value for value in given if value.ndim]:
        if value.dtype in KEPT_TYPES:
            continue
        if value.is_complex():
            raise UnsupportedOperation(
                f"{node.target} needs {value.dtype}{used}; the page has no complex "
                "numbers: compute the real and the imaginary part apart"
            )
        raise UnsupportedOperation(
            f"{node.target} needs {value.dtype}{used}; the page computes in "
            "float32: convert the tensors with .float()"
        )


def _values(node: Node) -> list[Tensor]:
    """What a node gave when it was recorded."""
    values = node.meta.get("val")
    values = values if isinstance(values, (tuple, list)) else [values]
    return [value for value in values if isinstance(value, Tensor)]


def _fold(node: Node, known: Mapping[Node, Any]) -> Any:
    args, kwargs = torch.fx.node.map_arg(
        (node.args, dict(node.kwargs)), lambda source: known[source]
    )
    return node.target(*args, **kwargs)  # type: ignore[operator]


def _constant(lowering: Lowering, value: Tensor) -> int:
    value = value.detach().cpu()
    if value.is_complex():
        raise UnsupportedOperation(
            "a complex constant; the page has no complex numbers: compute the real and "
            "the imaginary part apart"
        )
    if not value.is_floating_point() and value.numel():
        check_whole(int(value.to(torch.int64).abs().max()))
    return lowering.constant(value.to(torch.float32).numpy().astype(np.float32))
