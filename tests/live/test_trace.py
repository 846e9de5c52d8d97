"""What is traced, and what is refused."""

from __future__ import annotations

import ctypes
import json
import random
import traceback
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from torch import Tensor
from torch.nn.functional import one_hot

from mininet import live
from mininet.live.trace import trace

DICE = np.random.default_rng(0)
THREE = {"x": torch.tensor([1.0, 2.0, 3.0])}


def put(x: Tensor, where: Any, value: Any) -> Tensor:
    x = x.clone()
    x[where] = value
    return x


def reads_a_number(x: Tensor) -> Tensor:
    return x if x.sum() > 0 else -x


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda x: torch.erf(x), "aten.erf.default"),
        (lambda x: x + torch.rand(3), "draws random numbers"),
        (lambda x: x + torch.randn_like(x), "draws random numbers"),
        (lambda x: x + torch.randn(3, generator=torch.Generator()), "random numbers"),
        (
            lambda x: torch.dropout(x, 0.5, True),
            r"random numbers.*call \.eval\(\) first",
        ),
        (lambda x: x.double() + 1, "float64"),
        (lambda x: x.half(), "float16"),
        (lambda x: x + torch.ones(3, dtype=torch.float64), "float64"),
        (lambda x: torch.fft.fft(x).real, "complex64.*the real and the imaginary part"),
        (lambda x: torch.ones(3) * 1j, "complex constant"),
        (lambda x: (x > 0) & (x < torch.ones(3).double()), "float64, used in line"),
        (reads_a_number, "looks at a number"),
        (lambda x: x * float(x[0]), "looks at a number"),
        (lambda x: x * x[0].item(), "looks at a number"),
        (lambda x: x[x > 1], "a mask as an index .* torch.where"),
        (lambda x: x.clone().masked_scatter(x > 1, x), "masked_scatter"),
        (lambda x: put(x, x > 1, x[:2]), "several numbers where a mask is true"),
        (
            lambda x: x.expand(3, 3)[x.argmax(), [0, 1]],
            "one computed place with a list",
        ),
        (lambda x: one_hot(x.argmax()), "num_classes=4"),
        (lambda x: (x.argmax() + 2**25) * x, "too large"),
        (lambda x: torch.linalg.vector_norm(x, 3), "order 3"),
        (
            lambda x: torch.conv_transpose1d(x.view(1, 1, 3), torch.ones(1, 1, 2)),
            r"convolution.default transposed .* convolve",
        ),
    ],
)
def test_what_the_page_lacks_is_refused_by_name(function, says: str) -> None:
    with pytest.raises(live.UnsupportedOperation, match=says):
        trace(function, THREE)


def test_a_refusal_names_the_line_that_is_to_blame() -> None:
    def model(x: Tensor) -> Tensor:
        return torch.erf(x * 2)

    with pytest.raises(live.UnsupportedOperation, match=r"torch\.erf\(x \* 2\)"):
        trace(model, THREE)


HALF = {"a": torch.tensor(0.5), "x": torch.tensor([1.0, 2.0, 3.0])}
OTHERS = [
    {"a": torch.tensor(-0.3), "x": torch.tensor([0.4, -3.0, 0.1])},
    {"a": torch.tensor(0.9), "x": torch.tensor([5.0, 0.0, 0.2])},
]


def chooses_in_python(a: Tensor, x: Tensor) -> Tensor:
    return x if max(x.tolist()) < 100 else -x


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda a, x: torch.tensor([a, 1 - a]), "torch.stack in place of torch.tensor"),
        (lambda a, x: torch.tensor([[1.0, 2.0], [a, 0.0]]), "torch.stack"),
        (lambda a, x: torch.as_tensor([a, 1 - a]) * x[:2], "torch.stack"),
        (lambda a, x: torch.asarray([a, 1 - a]) * x[:2], "torch.stack"),
        (lambda a, x: x.new_tensor([a, 1 - a]), "torch.stack"),
        (lambda a, x: torch.Tensor([a, 1 - a]), "looks at a number"),
        (lambda a, x: x * a.tolist(), r"with \.tolist\(\)"),
        (chooses_in_python, r"with \.tolist\(\)"),
        (lambda a, x: torch.as_tensor(np.tanh(a)) * x, "to NumPy"),
        (lambda a, x: torch.from_numpy(x.numpy() * 2), "to NumPy"),
        (lambda a, x: torch.from_numpy(np.asarray(x)) * a, "to NumPy"),
        (lambda a, x: x * a.detach().clone().numpy().item(), "to NumPy"),
        (lambda a, x: x * x.untyped_storage().tolist()[3], "looks at a number"),
        (lambda a, x: x * a.item(), "looks at a number"),
        (lambda a, x: x * float(a), "looks at a number"),
        (lambda a, x: x if a > 0 else -x, "looks at a number"),
        (lambda a, x: x if torch.equal(x, a * x) else -x, "looks at a number"),
        (lambda a, x: x if a in x else -x, "looks at a number"),
        (lambda a, x: sorted(x)[0], "looks at a number"),
        (lambda a, x: x[: x.argmax()], "looks at a number"),
        (lambda a, x: torch.vmap(lambda v: torch.tensor([v, a]))(x), "torch.stack"),
        (
            lambda a, x: torch.func.grad(lambda v: torch.tensor([v, 2.0])[0] * v)(a),
            "torch.stack",
        ),
    ],
)
def test_a_number_that_leaves_the_tensors_is_refused_by_its_line(
    function, says
) -> None:
    with pytest.raises(live.UnsupportedOperation, match=f"{says}.*in line"):
        trace(function, HALF)


def leaks(a: Tensor, x: Tensor) -> dict[str, Tensor]:
    """Takes a number out of a tensor in a way that nobody watches."""
    number = ctypes.c_float.from_address(a.data_ptr()).value
    return {"doubled": 2 * x, "scaled": x * number}


def test_a_program_is_compared_with_its_function_at_other_settings() -> None:
    trace(leaks, HALF)
    with pytest.raises(
        live.UnsupportedOperation, match="when the inputs move.* 'scaled' shows it"
    ):
        trace(leaks, HALF, OTHERS)


def test_what_is_nan_in_both_is_equal_and_a_setting_may_be_too_much() -> None:
    trace(lambda a, x: {"log": a.log(), "far": x / 0}, HALF, OTHERS)
    trace(lambda a, x: x.gather(0, (a * 4).long()[None]), HALF, OTHERS)


def test_a_setting_must_be_one_of_the_inputs() -> None:
    for other in ({"a": HALF["a"]}, {**HALF, "x": torch.ones(4)}):
        with pytest.raises(ValueError, match="a setting must have the shapes"):
            trace(lambda a, x: a * x, HALF, [other])


def calls_counted() -> Any:
    seen: list[int] = []
    return lambda x: (seen.append(1), x * len(seen))[1]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x * random.random(),
        lambda x: x + torch.from_numpy(DICE.random(3, dtype="f4")),
        calls_counted(),
    ],
)
def test_a_function_that_gives_other_numbers_each_time_is_refused(function) -> None:
    with pytest.raises(live.UnsupportedOperation, match="called again with the same"):
        trace(function, THREE)


def test_a_write_into_a_tensor_from_outside_is_refused_before_it_is_done() -> None:
    table, norm = torch.zeros(3), torch.nn.BatchNorm1d(3)

    def writes(x: Tensor) -> Tensor:
        table[1:] += x[1:]
        return table * x

    with pytest.raises(
        live.UnsupportedOperation, match="from outside.* table\\[1:\\] \\+="
    ):
        trace(writes, THREE)
    assert torch.equal(table, torch.zeros(3))
    with pytest.raises(live.UnsupportedOperation, match=r"\.eval\(\) on a model"):
        trace(lambda x: norm(x.expand(2, 3)), THREE)
    assert int(norm.num_batches_tracked or 0) == 0


def test_a_write_that_would_be_lost_in_a_copy_is_refused() -> None:
    def writes(x: Tensor) -> Tensor:
        table = x.expand(3, 3).clone()
        row = table[x.argmax()]
        row += 1
        return table

    with pytest.raises(live.UnsupportedOperation, match="computed place.* row \\+= 1"):
        trace(writes, THREE)


def test_a_function_may_write_into_what_it_makes_and_into_its_inputs() -> None:
    def writes(a: Tensor, x: Tensor) -> dict[str, Tensor]:
        fresh, given = torch.tensor([1.0, 2.0, 3.0]), torch.from_numpy(np.ones(3, "f4"))
        fresh[0], given[1], x[2] = a, a, a
        return {"fresh": fresh, "given": given, "x": x}

    trace(writes, HALF, OTHERS)


def test_a_number_of_a_tensor_that_stands_still_may_be_read() -> None:
    weights = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    half = torch.tensor(np.float64(0.5))
    for function in (
        lambda x: x * float(weights.max()) if weights.sum() > 0 else x,
        lambda x: x * torch.tensor([weights[0, 0], 1, 2]) + weights.tolist()[0][1],
        lambda x: x * torch.from_numpy(weights.numpy()).sum() * half,
    ):
        program = trace(function, THREE)
        assert {node[0] for node in program.graph["nodes"]} <= {"mul", "add"}


def test_torch_is_left_as_it_was() -> None:
    before = torch.backends.mkldnn.enabled
    with pytest.raises(live.UnsupportedOperation):
        trace(lambda x: x.erf(), THREE)
    assert torch.backends.mkldnn.enabled == before
    assert torch.tensor([THREE["x"][0], 1.0]).tolist() == [1.0, 1.0]


def test_an_error_of_the_function_keeps_its_kind_and_names_its_line() -> None:
    def broken(x: Tensor) -> Tensor:
        y = x * 2
        return y @ torch.ones(4)

    with pytest.raises(RuntimeError, match="inconsistent tensor size") as caught:
        trace(broken, THREE)
    (note,) = caught.value.__notes__
    assert note.endswith("of broken: return y @ torch.ones(4)")
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names[-1] == "broken" and len(names) <= 3


def test_a_refusal_is_a_sentence_and_not_a_heap_of_frames() -> None:
    with pytest.raises(live.UnsupportedOperation) as caught:
        trace(lambda x: torch.erf(x), THREE)
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert len(frames) == 2
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_a_notebook_shows_the_sentence_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shell = InteractiveShell()
    shell.run_cell("import torch; from mininet.live.trace import trace")
    capsys.readouterr()
    shell.run_cell("def f(x):\n    return x.erf()\n\ntrace(f, {'x': torch.ones(3)})")
    shown = capsys.readouterr().out
    assert "line 2 of f: return x.erf()" in " ".join(shown.split())
    assert shown.startswith(
        "UnsupportedOperation: aten.erf.default is not an operation"
    )
    assert len(shown) < 300


@pytest.mark.parametrize("bad", [1.0, "x", None, [1.0]])
def test_a_function_must_return_tensors(bad) -> None:
    with pytest.raises(ValueError, match="must"):
        trace(lambda x: {"y": bad}, THREE)
    with pytest.raises(ValueError, match="must return"):
        trace(lambda x: bad, THREE)


def test_an_input_must_be_a_tensor() -> None:
    with pytest.raises(ValueError, match="'x' must be a tensor"):
        trace(lambda x: x, {"x": 3.0})  # type: ignore[dict-item]


def test_a_tiny_constant_is_kept() -> None:
    program = trace(lambda x: x / (x.sum() + 1e-16), THREE)
    assert torch.tensor([1e-16]).numpy().tobytes() in program.weights


def test_what_does_not_depend_on_an_input_is_computed_once_in_python() -> None:
    matrix = torch.eye(3)
    program = trace(lambda x: x @ (matrix @ matrix + torch.arange(3)).exp(), THREE)
    assert [node[0] for node in program.graph["nodes"]] == [
        "reshape",
        "matmul",
        "reshape",
    ]


def test_a_convolution_is_one_product_and_its_kernel_is_arranged_in_python() -> None:
    convolve = torch.nn.Conv1d(24, 48, 3, padding=1)
    program = trace(lambda x: convolve(x), {"x": torch.ones(1, 24, 32)})
    names = [node[0] for node in program.graph["nodes"]]
    assert names.count("matmul") == 1 and "permute" not in names
    assert program.graph["constants"] == [[], [1, 48, 72], [1, 48, 1]]


def test_what_no_output_needs_is_left_out() -> None:
    def wasteful(x: Tensor) -> Tensor:
        x.exp().log()
        return x + 1

    assert len(trace(wasteful, THREE).graph["nodes"]) == 1


def test_equal_work_is_done_once() -> None:
    program = trace(lambda x: x.exp() * x.exp(), THREE)
    assert [node[0] for node in program.graph["nodes"]] == ["exp", "mul"]


def test_equal_functions_are_one_program_and_other_weights_are_another() -> None:
    def program(scale: float) -> str:
        weights = torch.full((3, 3), scale) + torch.eye(3)
        return trace(lambda x: weights @ x, THREE).key

    assert program(1.0) == program(1.0) != program(1.5)


def test_the_inputs_are_not_changed_by_tracing() -> None:
    x = torch.zeros(3)
    trace(lambda x: x.add_(1), {"x": x})
    assert torch.equal(x, torch.zeros(3))


def test_derivatives_are_traced_like_anything_else() -> None:
    def slope(x: Tensor) -> Tensor:
        return torch.func.grad(lambda v: torch.tanh(v).sum())(x)

    nodes = trace(slope, THREE).graph["nodes"]
    assert "tanh" in [node[0] for node in nodes]


def test_a_graph_is_plain_json() -> None:
    program = trace(lambda x: torch.softmax(x * 2, 0), THREE)
    assert json.loads(json.dumps(program.graph, allow_nan=False)) == program.graph


def test_a_named_tuple_is_no_constant_and_the_sentence_says_what_to_write() -> None:
    class State(NamedTuple):
        hidden: Tensor
        cell: Tensor

    state = State(torch.zeros(3), torch.ones(3))
    with pytest.raises(
        ValueError, match=r"several tensors.*live\.constant\(state\.hidden\)"
    ):
        live.constant(state)
