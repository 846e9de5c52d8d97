"""The colours stay apart, for every reader, in both themes, and are legible."""

from __future__ import annotations

import numpy as np
import pytest

from mininet.palette import ROLES, css, role

SYSTEM = ("read", "write", "content", "location", "controller", "target")
PAPER = {"light": "#ffffff", "dark": "#14181f"}

# Simulation of dichromacy on linear RGB (Machado, Oliveira & Fernandes 2009).
SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(
        channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
    )


def contrast(one: str, other: str) -> float:
    weights = np.array([0.2126, 0.7152, 0.0722])
    a, b = sorted(float(linear(c) @ weights) for c in (one, other))
    return (b + 0.05) / (a + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = np.clip(rgb, 0, 1) @ np.array(
        [
            [0.4124, 0.2126, 0.0193],
            [0.3576, 0.7152, 0.1192],
            [0.1805, 0.0722, 0.9505],
        ]
    )
    f = np.cbrt(xyz / np.array([0.9505, 1.0, 1.089]))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", [n for n in ROLES if n not in ("line", "surface")])
def test_every_colour_that_writes_text_has_enough_contrast(
    name: str, theme: str
) -> None:
    assert contrast(getattr(ROLES[name], theme), PAPER[theme]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", list(SIGHT))
def test_no_two_roles_look_alike(sight: str, theme: str) -> None:
    seen = {
        name: lab(SIGHT[sight] @ linear(getattr(ROLES[name], theme))) for name in SYSTEM
    }
    names = list(seen)
    for k, one in enumerate(names):
        for other in names[k + 1 :]:
            gap = float(np.linalg.norm(seen[one] - seen[other]))
            assert gap > 15, f"{one} and {other} differ by {gap:.1f} with {sight}"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", list(SIGHT))
def test_what_is_below_zero_is_not_taken_for_any_role(sight: str, theme: str) -> None:
    below, *others = (
        lab(SIGHT[sight] @ linear(getattr(ROLES[name], theme)))
        for name in ("negative", "positive", "error", *SYSTEM)
    )
    gaps = [float(np.linalg.norm(below - other)) for other in others]
    assert min(gaps) > 15, gaps


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_curves_name_is_not_dimmer_than_the_ticks(theme: str) -> None:
    ink, muted = (
        contrast(getattr(ROLES[n], theme), PAPER[theme]) for n in ("ink", "muted")
    )
    assert ink > muted


def test_the_measure_of_contrast_can_fail() -> None:
    assert contrast("#ffffff", "#ffffff") == 1
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


def test_the_palette_has_a_light_and_a_dark_value_for_each_role() -> None:
    text = css()
    for name, colour in ROLES.items():
        assert f"--role-{name}: {colour.light};" in text
        assert f"--role-{name}: {colour.dark};" in text
    assert len({colour.light for colour in ROLES.values()}) == len(ROLES)


def test_an_unknown_role_is_named() -> None:
    with pytest.raises(ValueError, match="no role called 'reed'"):
        role("reed")
