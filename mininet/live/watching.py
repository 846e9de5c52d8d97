"""What a function does that its trace would not show, found while it runs.

A trace is a list of tensor operations. A number that leaves the tensors
(`torch.tensor([a, 1 - a])`, `a.tolist()`, `np.tanh(a)`) would stand in it as a
constant, and a write into a tensor from outside would be made once, here, and lost in
the page. Both are refused by the line that does them, before anything is changed.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes

from mininet.live.lowering import UnsupportedOperation

Function = Callable[..., Tensor]
# Whose lines are not the reader's.
OURS = (str(Path(torch.__file__).parent), str(Path(__file__).parent))
ONE_PATH = "the page needs one path for all numbers: use torch.where"
STAYS = "in the page they would stand still: "
READS: dict[Any, str] = {
    **dict.fromkeys(
        (Tensor.item, Tensor.__bool__, Tensor.__float__, Tensor.__int__),
        f"looks at a number while it runs (if, while, float(), .item()); {ONE_PATH}",
    ),
    Tensor.__index__: "looks at a number while it runs (range(n), x[:n], names[n]); "
    f"{ONE_PATH}",
    Tensor.tolist: f"takes numbers out of a tensor with .tolist(); {STAYS}"
    "index the tensor, or use x.unbind()",
    **dict.fromkeys(
        (Tensor.numpy, Tensor.__array__, Tensor.__dlpack__),
        f"hands a tensor to NumPy; {STAYS}use torch's function of that name",
    ),
}
LOOKS = {
    f"aten.{name}.default" for name in ("_local_scalar_dense", "equal", "allclose")
}
RANDOM = (
    "draws random numbers: draw them outside and pass them in as a constant; in a "
    "model with dropout, call .eval() first"
)
MAKES = {torch.tensor, torch.as_tensor, torch.asarray, Tensor.new_tensor}
PUT_TOGETHER = (
    f"puts numbers that move into a new tensor; {STAYS}"
    "use torch.stack in place of torch.tensor"
)


class Watch:
    """Watches a function that is called inside `with`, on the given inputs.

    `lines` says where the reader's code first used each operation, by its name.
    """

    def __init__(self, inputs: Iterable[Tensor]) -> None:
        self.lines: dict[str, str] = {}
        self._seen = _Seen(inputs)
        self._modes = (_Operations(self._seen, self.lines), _Calls(self._seen))

    def __enter__(self) -> Watch:
        for mode in self._modes:
            mode.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        for mode in reversed(self._modes):
            mode.__exit__(*error)
        if self._seen.lost and error[0] is None:
            raise UnsupportedOperation(next(iter(self._seen.lost.values())))


class _Seen:
    """Which tensors move with the inputs, and which were made since the start.

    Told by their storage, so that a view is what the tensor is that it looks into.
    """

    def __init__(self, inputs: Iterable[Tensor]) -> None:
        self._kept: list[Tensor] = []  # a new storage may stand where one was freed
        self.moving: set[int] = set()
        self.made: set[int] = set()
        self.picked: set[int] = set()  # copies of one place, where torch has a view
        self.lost: dict[int, str] = {}  # what was written into those, not yet put back
        for value in inputs:
            self.note(value, self.moving, self.made)

    def note(self, value: Tensor, *groups: set[int]) -> None:
        self._kept.append(value)
        for group in groups:
            group.add(_storage(value))

    def moves(self, values: Any) -> bool:
        """Whether any tensor in nested lists depends on the inputs."""
        return any(_storage(value) in self.moving for value in _tensors(values))


def _storage(value: Tensor) -> int:
    while torch._C._functorch.is_functorch_wrapped_tensor(value):  # of grad and vmap
        value = torch._C._functorch.get_unwrapped(value)
    return int(value.untyped_storage()._cdata)


def _tensors(values: Any) -> Iterator[Tensor]:
    if isinstance(values, Tensor):
        yield values
    elif isinstance(values, (list, tuple)):
        for value in values:
            yield from _tensors(value)


class _Operations(TorchDispatchMode):
    """Follows what depends on the inputs, and refuses writes to what is not ours."""

    def __init__(self, seen: _Seen, lines: dict[str, str]) -> None:
        super().__init__()
        self._seen, self._lines = seen, lines

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        seen, kwargs = self._seen, kwargs or {}
        name = str(func)
        if name not in self._lines:
            self._lines[name] = readers_line()
        given = [*args, *kwargs.values()]
        if name == "aten.lift_fresh.default":  # what torch.tensor has just made
            seen.note(args[0], seen.made)
        written = list(_written(func, args, kwargs))
        for value in written:
            self._check_write(value)
        moves = seen.moves(given)
        if name in LOOKS:
            if moves:
                raise UnsupportedOperation(_sentence(READS[Tensor.item]))
            with _disable_current_modes():  # a tracer would refuse to look
                return func(*args, **kwargs)
        if torch.Tag.nondeterministic_seeded in func.tags and "attention" not in name:
            raise UnsupportedOperation(_sentence(RANDOM))
        result = func(*args, **kwargs)
        before = {_storage(value) for value in _tensors(given)}
        for value in [*_tensors(result), *written]:
            if moves:
                seen.note(value, seen.moving)
            if _storage(value) not in before:
                seen.note(value, seen.made)
        return result

    def _check_write(self, value: Tensor) -> None:
        if _storage(value) not in self._seen.made:
            raise UnsupportedOperation(
                _sentence(
                    "writes into a tensor from outside, which would change it here and "
                    "be lost in the page: write into a copy, x = x.clone(); call "
                    ".eval() on a model that keeps statistics"
                )
            )
        if _storage(value) in self._seen.picked:
            self._seen.lost[_storage(value)] = _sentence(
                "writes into what a computed place has picked: write x[i] = ..., or "
                "into a copy, x[i].clone()"
            )


def _written(func: Any, args: Any, kwargs: Any) -> Iterator[Tensor]:
    """The arguments that an operation changes."""
    for place, argument in enumerate(func._schema.arguments):
        if argument.alias_info is not None and argument.alias_info.is_write:
            value = args[place] if place < len(args) else kwargs.get(argument.name)
            yield from _tensors(value)


class _Calls(TorchFunctionMode):
    """Refuses what takes numbers out of tensors; says `x[i]`, `INSTEAD` otherwise."""

    def __init__(self, seen: _Seen) -> None:
        super().__init__()
        self._seen = seen

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if func in READS and self._seen.moves(args):
            raise UnsupportedOperation(_sentence(READS[func]))
        if func in MAKES:
            given = (*args, *kwargs.values())
            if self._seen.moves([v for v in given if isinstance(v, list | tuple)]):
                raise UnsupportedOperation(_sentence(PUT_TOGETHER))
        if func in INSTEAD and self._seen.moves([*args, *kwargs.values()]):
            return INSTEAD[func](func, *args, **kwargs)
        if func is Tensor.__getitem__ and self._picks(args[1]):
            view, index = _picked(*args)
            result = torch.ops.aten.index.Tensor(view, index)
            self._seen.note(result, self._seen.picked)
            return result
        if func is Tensor.__setitem__ and self._picks(args[1]):
            view, index = _picked(*args[:2])
            value = torch.as_tensor(args[2], dtype=view.dtype)
            torch.ops.aten.index_put_.default(view, index, value)
            self._seen.lost.pop(_storage(value), None)  # x[i] += 1 puts it back
            return None
        return func(*args, **kwargs)

    def _picks(self, key: Any) -> bool:
        """Whether one place is named by a number that moves; torch would look at it."""
        return any(
            _is_place(each) and self._seen.moves(each)
            for each in (key if isinstance(key, tuple) else (key,))
        )


def _is_place(key: Any) -> bool:
    whole = isinstance(key, Tensor) and not key.is_floating_point()
    return whole and key.ndim == 0 and key.dtype != torch.bool


def _picked(x: Tensor, key: Any) -> tuple[Tensor, list[Tensor | None]]:
    """`x[key]` in two parts: by numbers and slices, then by computed places."""
    keys: list[Any] = list(key) if isinstance(key, tuple) else [key]
    if any(
        isinstance(each, list) or (isinstance(each, Tensor) and not _is_place(each))
        for each in keys
    ):
        raise UnsupportedOperation(
            _sentence(
                "mixes one computed place with a list or a mask in an index: index one "
                "axis after the other"
            )
        )
    for gap, each in enumerate(keys):
        if each is Ellipsis:
            named = sum(each is not None for each in keys) - 1
            keys[gap : gap + 1] = [slice(None)] * (x.ndim - named)
            break
    view = x[tuple(slice(None) if _is_place(each) else each for each in keys)]
    left = [each for each in keys if isinstance(each, Tensor | slice) or each is None]
    return view, [each if isinstance(each, Tensor) else None for each in left]


# What torch does by looking at a number, said so that it need not look.


def _one_hot(func: Function, index: Tensor, num_classes: int = -1) -> Tensor:
    if num_classes < 0:
        raise UnsupportedOperation(
            _sentence(
                "does not say how many places one_hot has: one_hot(i, num_classes=4)"
            )
        )
    return (index.unsqueeze(-1) == torch.arange(num_classes)).long()


def _clamp(func: Function, x: Tensor, min: Any = None, max: Any = None) -> Tensor:
    ends = (None if end is None else torch.as_tensor(end) for end in (min, max))
    return func(x, *ends)


def _roll(func: Function, x: Tensor, shifts: Any, dims: Any = None) -> Tensor:
    if not _is_place(shifts):
        return func(x, shifts, dims)
    if dims is None:
        return _roll(func, x.flatten(), shifts, 0).reshape(x.shape)
    (axis,) = dims if isinstance(dims, list | tuple) else (dims,)
    n = x.shape[axis]
    return x.index_select(axis, (torch.arange(n) - shifts) % n)


INSTEAD: dict[Any, Function] = {
    torch.nn.functional.one_hot: _one_hot,
    **dict.fromkeys((torch.clamp, torch.clip, Tensor.clamp, Tensor.clip), _clamp),
    **dict.fromkeys((torch.roll, Tensor.roll), _roll),
}


def _sentence(what: str) -> str:
    return f"the function {what}. It does so in {readers_line()}"


def readers_line() -> str:
    """The line of the reader's code that is being run."""
    frame = sys._getframe(1)
    while frame.f_back and not _is_readers(frame.f_code):
        frame = frame.f_back
    return _line(frame.f_code, frame.f_lineno)


def _is_readers(code: CodeType) -> bool:
    return not code.co_filename.startswith((*OURS, "<frozen", "<string>"))


def _line(code: CodeType, number: int) -> str:
    source = linecache.getline(code.co_filename, number).strip()[:120]
    return f"line {number} of {code.co_name}" + (f": {source}" if source else "")


def point_out(error: BaseException) -> TracebackType | None:
    """Say in a note which of the reader's lines an error comes from.

    Returns:
        Its traceback from the reader's first line to the last, without what is above
        and below.
    """
    frames = list(_frames(error.__traceback__))
    readers = [each for each in frames if _is_readers(each.tb_frame.f_code)]
    if not readers:
        return error.__traceback__
    readers[-1].tb_next = None
    error.add_note(
        f"This is {_line(readers[-1].tb_frame.f_code, readers[-1].tb_lineno)}"
    )
    return readers[0]


def _frames(here: TracebackType | None) -> Iterator[TracebackType]:
    while here is not None:
        yield here
        here = here.tb_next
