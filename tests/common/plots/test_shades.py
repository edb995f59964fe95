"""The shades of `static/css/plots/plots.css`: told from the page, and from each other by lightness
alone, on either ground.

Who sees no colour at all then reads them as others do.
"""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from annotations.common.plots.rectangles import SHADES

CSS = Path(__file__).parents[3] / "static" / "css"
GROUNDS = ["light", "dark"]
LEAST_CONTRAST = 3  # of what is no text: https://www.w3.org/TR/WCAG22/#non-text-contrast
LEAST_STEP = 4  # of the lightness of CIELAB, which goes from 0 to 100


def colours(rule: str, sheet: str) -> tuple[str, str]:
    """The two colours of the first `light-dark` behind `rule`; a name of `--…` stands for both of its own."""
    light, dark = re.search(re.escape(rule) + r"[^}]*?light-dark\(([^,]+), ([^)]+\)?)\)", sheet).groups()
    return light, dark


def luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def lightness(colour: str) -> float:
    return 116 * luminance(colour) ** (1 / 3) - 16


def shades(ground: str) -> list[str]:
    sheet = (CSS / "plots" / "plots.css").read_text()
    return [colours(f".plot .shade{n} ", sheet)[GROUNDS.index(ground)] for n in range(SHADES)]


def card(ground: str) -> str:
    return colours("--card:", (CSS / "page" / "base.css").read_text())[GROUNDS.index(ground)]


@pytest.mark.parametrize("ground", GROUNDS)
def test_neighbouring_shades_differ_in_lightness(ground):
    steps = [lightness(much) - lightness(little) for little, much in pairwise(shades(ground))]
    assert all(step > LEAST_STEP for step in steps) or all(step < -LEAST_STEP for step in steps)


def test_every_shade_is_seen_on_a_dark_page():
    assert all(contrast(shade, card("dark")) >= LEAST_CONTRAST for shade in shades("dark"))


def test_every_shade_is_seen_on_a_light_page_by_itself_or_by_its_edge():
    edge, _ = colours('.plot [class^="shade"] {\n  stroke:', (CSS / "plots" / "plots.css").read_text())
    seen_by = [
        max(contrast(shade, card("light")), contrast(edge, card("light"))) for shade in shades("light")
    ]
    assert min(seen_by) >= LEAST_CONTRAST


@pytest.mark.parametrize("ground", GROUNDS)
def test_much_stands_out_more_than_little(ground):
    stands_out = [contrast(shade, card(ground)) for shade in shades(ground)]
    assert stands_out == sorted(stands_out)
