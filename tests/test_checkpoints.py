"""Checkpoints come back bit by bit, and what is no checkpoint gets a sentence."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from mininet import checkpoints
from mininet.models.feedforward import FeedForward
from mininet.models.lstm import LSTM
from mininet.models.ntm import NTM
from mininet.models.rnn import RNN
from mininet.recurrent import Recurrent

ABOUT = {
    "command": "python -m mininet sweep copy --seeds 10",
    "seed": 3,
    "seconds": 41.5,
    "scores": {"20": [0.0, 1.5]},
    "words": "größer, ∞",
    "nothing": None,
}
MODELS = {
    "RNN": lambda: RNN(2, 3, 1),
    "LSTM": lambda: LSTM(2, 3, 1),
    "NTM": lambda: NTM(2, 1, 5, locations=4, width=3),
    "feed-forward NTM": lambda: NTM(2, 1, 5, 4, 3, 2, 2, FeedForward),
    "in float64": lambda: RNN(2, 3, 1).double(),
}


def weights(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def equal(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    same_bits = (
        torch.equal(a[name].view(torch.uint8), b[name].view(torch.uint8)) for name in a
    )
    return a.keys() == b.keys() and all(same_bits)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_comes_back_bit_by_bit(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    saved, fresh = MODELS[name](), MODELS[name]()
    path = checkpoints.save(saved, "there", {}, tmp_path)
    assert path == tmp_path / "there.safetensors"
    assert not equal(weights(saved), weights(fresh))
    assert checkpoints.load(fresh, "there", tmp_path) == {}
    assert equal(weights(saved), weights(fresh))
    xs = torch.randn(4, 2, 2, dtype=next(saved.parameters()).dtype)
    assert torch.equal(saved(xs), fresh(xs))


def test_the_rarest_numbers_come_back_as_well(tmp_path: Path) -> None:
    saved, fresh = nn.Linear(4, 2), nn.Linear(4, 2)
    rare = torch.tensor([-0.0, 1e-45, float("inf"), 3.4e38])  # one is denormal
    with torch.no_grad():
        saved.weight.copy_(rare.expand(2, 4))
    checkpoints.save(saved, "rare", {}, tmp_path)
    checkpoints.load(fresh, "rare", tmp_path)
    assert equal(weights(saved), weights(fresh))


def test_weights_that_are_no_contiguous_memory_come_back(tmp_path: Path) -> None:
    saved, fresh = nn.Linear(3, 3), nn.Linear(3, 3)
    saved.weight = nn.Parameter(torch.arange(9.0).view(3, 3).T)
    checkpoints.save(saved, "turned", {}, tmp_path)
    checkpoints.load(fresh, "turned", tmp_path)
    assert torch.equal(fresh.weight, saved.weight) and fresh.weight[0, 1] == 3


def test_what_is_said_about_the_weights_comes_back(tmp_path: Path) -> None:
    model = RNN(2, 3, 1)
    checkpoints.save(model, "told", ABOUT, tmp_path)
    assert checkpoints.load(model, "told", tmp_path) == ABOUT


def test_saving_again_replaces_and_a_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    for seed in (1, 2):
        checkpoints.save(RNN(2, 3, 1), "twice", {"seed": seed}, folder)
    assert checkpoints.load(RNN(2, 3, 1), "twice", folder) == {"seed": 2}
    assert [path.name for path in folder.iterdir()] == ["twice.safetensors"]


def test_a_missing_name_is_told_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no checkpoint called 'gone'.*none"):
        checkpoints.load(RNN(2, 3, 1), "gone", tmp_path)
    for name in ("b", "a"):
        checkpoints.save(RNN(2, 3, 1), name, {}, tmp_path)
    with pytest.raises(ValueError, match="there are: a, b$"):
        checkpoints.load(RNN(2, 3, 1), "gone", tmp_path)


@pytest.mark.parametrize(
    ("other", "complaint"),
    [
        (RNN(2, 3, 4), r"write.weight is \(1, 3\) there, \(4, 3\) here"),
        (LSTM(2, 3, 1), r"read.weight is \(3, 2\) there, \(12, 2\) here"),
        (FeedForward(2, 3, 1), r"recur.weight is \(3, 3\) there, missing here"),
        (nn.Linear(2, 3), r"weight is missing there, \(3, 2\) here"),
    ],
)
def test_weights_of_another_shape_are_refused_and_none_is_loaded(
    other: Recurrent, complaint: str, tmp_path: Path
) -> None:
    checkpoints.save(RNN(2, 3, 1), "small", {}, tmp_path)
    before = weights(other)
    with pytest.raises(ValueError, match=f"small.* not fit this model: {complaint}"):
        checkpoints.load(other, "small", tmp_path)
    assert equal(weights(other), before)


def test_a_broken_file_is_no_checkpoint(tmp_path: Path) -> None:
    model = RNN(2, 3, 1)
    whole = checkpoints.save(model, "whole", {}, tmp_path).read_bytes()
    before = weights(model)
    for broken in (b"", b"words", whole[:7], whole[:50], whole[:-1], whole + b"more"):
        (tmp_path / "broken.safetensors").write_bytes(broken)
        with pytest.raises(ValueError, match="broken.safetensors is no checkpoint: "):
            checkpoints.load(model, "broken", tmp_path)
    assert equal(weights(model), before)


def test_nothing_is_ever_unpickled(tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"

    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (sprung,)

    pickle.loads(pickle.dumps(Trap()))  # this is what a trap does
    assert sprung.exists()
    sprung.unlink()
    for number, written in enumerate((pickle.dump, torch.save)):
        with (tmp_path / f"{number}.safetensors").open("wb") as file:
            written({"read.weight": Trap()}, file)
        with pytest.raises(ValueError, match=f"{number}.safetensors is no checkpoint"):
            checkpoints.load(RNN(2, 3, 1), str(number), tmp_path)
    assert not sprung.exists()


def test_metadata_that_another_program_wrote_get_a_sentence(tmp_path: Path) -> None:
    model = RNN(2, 3, 1)
    save_file(weights(model), tmp_path / "other.safetensors", {"format": "pt"})
    with pytest.raises(ValueError, match="other.safetensors is no checkpoint"):
        checkpoints.load(model, "other", tmp_path)


def test_a_file_is_at_most_as_large_as_a_checkpoint_may_be(tmp_path: Path) -> None:
    # Some of the bytes are no weights: names, shapes, and what is said about them.
    for numbers, about in ((250_000, {}), (1, {"words": "x" * 1_000_000})):
        with pytest.raises(ValueError, match="may have 1000000 bytes, 'big' has 1000"):
            checkpoints.save(nn.Linear(numbers, 1, bias=False), "big", about, tmp_path)
    assert not list(tmp_path.iterdir())
    large = checkpoints.save(nn.Linear(249_900, 1, bias=False), "large", {}, tmp_path)
    assert 999_600 < large.stat().st_size <= checkpoints.LIMIT
    checkpoints.load(nn.Linear(249_900, 1, bias=False), "large", tmp_path)


def test_what_is_refused_as_too_large_does_not_replace_what_was_there(
    tmp_path: Path,
) -> None:
    small = nn.Linear(2, 1)
    checkpoints.save(small, "kept", {"seed": 1}, tmp_path)
    with pytest.raises(ValueError, match="'kept' has"):
        checkpoints.save(nn.Linear(300_000, 1), "kept", {"seed": 2}, tmp_path)
    assert checkpoints.load(small, "kept", tmp_path) == {"seed": 1}


def test_what_python_is_asked_to_open_includes_the_weights(tmp_path: Path) -> None:
    # `make notebooks` learns in this way which files a chapter was made from.
    model = RNN(2, 3, 1)
    path = checkpoints.save(model, "seen", {}, tmp_path)
    opened: list[object] = []
    listening = [True]  # a hook stays for good

    def note(event: str, about: tuple[object, ...]) -> None:
        if listening and event == "open":
            opened.append(about[0])

    sys.addaudithook(note)
    checkpoints.load(model, "seen", tmp_path)
    listening.clear()
    assert str(path) in map(str, opened)


def test_a_file_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = nn.Linear(2, 1)
    checkpoints.save(small, "kept", {"seed": 1}, tmp_path)

    def full(path: Path, data: bytes) -> None:
        path.touch()
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space"):
        checkpoints.save(small, "kept", {"seed": 2}, tmp_path)
    assert checkpoints.load(small, "kept", tmp_path) == {"seed": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["kept.safetensors"]
