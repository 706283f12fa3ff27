"""Colours can be read and told apart, also by those who see no red, no green or no blue."""

from __future__ import annotations

import itertools
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from model import charts as chart_data

ROOT = Path(__file__).resolve().parents[2]
TEXT, GRAPHIC = 4.5, 3.0
"""Least contrast of text, and of marks (WCAG 2.2, 1.4.3 and 1.4.11)."""
TOUCHING, TOGETHER = 20.0, 15.0
"""Least distance (CIE76) of neighbours, and of any two in one legend."""
SIGHT = {
    "all colours": np.eye(3),
    "no red": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "no green": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "no blue": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
"""What is seen of linear RGB: Machado, Oliveira and Fernandes 2009, severity 1."""
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ.sum(axis=1)


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    light = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (first, second))
    return (light[1] + 0.05) / (light[0] + 0.05)


def lab(colour: str, sight: str) -> np.ndarray:
    ratio = TO_XYZ @ np.clip(SIGHT[sight] @ linear(colour), 0, 1) / WHITE
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(first: str, second: str) -> float:
    return min(float(np.linalg.norm(lab(first, sight) - lab(second, sight))) for sight in SIGHT)


def ranges(node: object) -> list[list[str]]:
    """All lists of colours in a specification."""
    if isinstance(node, dict):
        return [found for value in node.values() for found in ranges(value)]
    if isinstance(node, (list, tuple)):
        if node and all(isinstance(part, str) and re.fullmatch("#[0-9a-f]{6}", part) for part in node):
            return [list(node)]
        return [found for part in node for found in ranges(part)]
    return []


def test_known_contrasts_and_distances():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert lab("#ffffff", "all colours") == pytest.approx([100, 0, 0], abs=0.01)
    assert lab("#ff0000", "all colours") == pytest.approx([53.24, 80.09, 67.20], abs=0.1)
    assert apart("#00a000", "#b08000") < np.linalg.norm(lab("#00a000", "all colours") - lab("#b08000", "all colours"))


def test_text_can_be_read():
    theme = tomllib.loads((ROOT / "ui" / "config.toml").read_text(encoding="utf-8"))["theme"]
    side = theme["sidebar"]
    backgrounds = [theme["backgroundColor"], theme["secondaryBackgroundColor"], side["backgroundColor"], side["secondaryBackgroundColor"]]
    style = (ROOT / "ui" / "style.css").read_text(encoding="utf-8")
    quiet = set(re.findall(r"[^-]color: (#[0-9a-f]{6})", style))
    assert len(quiet) >= 3
    for colour in (theme["textColor"], theme["primaryColor"], theme["linkColor"], "#3c4650", "#4b5765"):
        assert min(contrast(colour, background) for background in backgrounds) >= TEXT, colour
    for colour in quiet:
        assert min(contrast(colour, background) for background in backgrounds[:3]) >= TEXT, colour
    for colour in (chart_data.INK, chart_data.AXIS, chart_data.TARGET):
        assert contrast(colour, theme["backgroundColor"]) >= TEXT


@pytest.mark.parametrize("colours", [tuple(chart_data.SOURCES.values()), chart_data.LINES], ids=["sources", "lines"])
def test_fixed_colours_can_be_told_apart(colours):
    assert min(contrast(colour, "#ffffff") for colour in colours) >= GRAPHIC
    assert min(apart(*pair) for pair in itertools.pairwise(colours)) >= TOUCHING
    assert min(apart(*pair) for pair in itertools.combinations(colours, 2)) >= TOGETHER


@pytest.mark.parametrize("page", ["overview", "cash_flows", "who_pays", "target", "appraisal", "risk", "compare", "portfolio"])
def test_the_colours_of_every_chart_can_be_told_apart(app, page):
    from reading import plots

    from model.token import Scenario, encode

    test = app("en", page, s=encode(Scenario("portfolio", {"photonics.demand_factor": 0.8})))
    assert plots(test)
    for plot in plots(test):
        for colours in ranges(plot.spec):
            assert min((apart(*pair) for pair in itertools.combinations(colours, 2)), default=99) >= TOGETHER, colours
