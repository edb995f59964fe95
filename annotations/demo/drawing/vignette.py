"""From a body to a picture as a camera takes it: uneven light, blur, grain, specks, cut edges."""

from dataclasses import dataclass, field

import numpy as np
from scipy.ndimage import gaussian_filter, zoom

from annotations.demo.drawing.classes import DrawnClass
from annotations.demo.drawing.sketch import Sketch

MARGIN = 7
SMALLEST, LARGEST = 26.0, 330.0  # pixels of a body's length


@dataclass(frozen=True)
class Light:
    """How a station's pictures were lit."""

    level: float  # grey of the background, 0 to 1
    contrast: float
    grain: float


@dataclass
class DrawnVignette:
    pixels: np.ndarray  # uint8, (height, width)
    body: np.ndarray  # bool, the pixels of the body
    traits: dict[str, object]
    length_um: float
    # true lines of the body, (n, 2), in pixels of the picture: (0, 0) is its upper left corner, y points down
    lines: dict[str, np.ndarray] = field(default_factory=dict)


def draw_vignette(
    organism: DrawnClass, rng: np.random.Generator, light: Light, pixel_um: float
) -> DrawnVignette:
    """One organism at its true size; `pixel_um` is the side of a pixel in micrometres."""
    length_um = float(organism.length_um * np.exp(rng.normal(0, organism.spread)))
    length = float(np.clip(length_um / pixel_um, SMALLEST, LARGEST))
    sketch = Sketch(length * 0.72 + 6, rng.uniform(0, 2 * np.pi))
    traits = organism.draw(sketch, rng, length)
    density, corner = _cropped(sketch.finished())
    body = gaussian_filter(density, 0.7) > 0.09
    pixels = _photograph(density, rng, light)
    lines = {name: points - corner for name, points in sketch.lines.items()}
    return DrawnVignette(pixels, body, traits, round(length * pixel_um, 1), lines)


def _cropped(density: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is drawn, with a margin, and where its upper left corner (x, y) was on the sheet."""
    rows, columns = np.nonzero(np.abs(density) > 0.04)
    top, left = max(0, rows.min() - MARGIN), max(0, columns.min() - MARGIN)
    cut = density[top : rows.max() + MARGIN + 1, left : columns.max() + MARGIN + 1]
    return cut, np.array([left, top])


def _photograph(density: np.ndarray, rng: np.random.Generator, light: Light) -> np.ndarray:
    height, width = density.shape
    texture = 1 + 0.22 * gaussian_filter(rng.normal(size=density.shape), 1.2) * 2.5
    shadow = np.exp(-np.clip(density, -0.3, None) * light.contrast * np.clip(texture, 0.5, 1.6))
    shadow *= np.exp(-_specks(rng, height, width))
    picture = _background(rng, height, width, light) * shadow
    picture = gaussian_filter(picture, abs(rng.normal(0.25, 0.35)))
    picture += rng.normal(0, light.grain, density.shape)
    return (np.clip(picture, 0.02, 1) * 255).astype(np.uint8)


def _background(rng: np.random.Generator, height: int, width: int, light: Light) -> np.ndarray:
    coarse = zoom(rng.normal(0, 0.012, (4, 4)), (height / 4, width / 4), order=1)[:height, :width]
    slope = np.linspace(-1, 1, width)[None] * rng.normal(0, 0.02) + np.linspace(-1, 1, height)[
        :, None
    ] * rng.normal(0, 0.02)
    return light.level + coarse + slope


def _specks(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Small particles that happen to be in the frame."""
    specks = np.zeros((height, width), np.float32)
    for _ in range(rng.poisson(0.9)):
        specks[rng.integers(height), rng.integers(width)] = rng.uniform(2, 9)
    return gaussian_filter(specks, rng.uniform(0.6, 1.3))
