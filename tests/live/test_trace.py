"""What is traced, and what is refused."""

from __future__ import annotations

import json

import pytest
import torch
from torch import Tensor

from mininet import live
from mininet.live.trace import trace

THREE = {"x": torch.tensor([1.0, 2.0, 3.0])}


def reads_a_number(x: Tensor) -> Tensor:
    return x if x.sum() > 0 else -x


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda x: torch.erf(x), "aten.erf.default"),
        (lambda x: x.sort().values, "aten.sort.default"),
        (lambda x: x + torch.rand(3), "draws random numbers"),
        (lambda x: x + torch.randn_like(x), "draws random numbers"),
        (lambda x: x + torch.randn(3, generator=torch.Generator()), "random numbers"),
        (lambda x: torch.dropout(x, 0.5, True), "draws random numbers"),
        (lambda x: x.double() + 1, "float64"),
        (lambda x: x.half(), "float16"),
        (lambda x: x + torch.ones(3, dtype=torch.float64), "float64"),
        (lambda x: torch.fft.fft(x).real, "complex64"),
        (reads_a_number, "looks at a number"),
        (lambda x: x * float(x[0]), "looks at a number"),
        (lambda x: x * x[0].item(), "looks at a number"),
        (lambda x: x[x > 1], "page"),
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
