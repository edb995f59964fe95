"""From a body to a picture as a camera takes it: uneven light, blur, grain, specks, cut edges."""

from dataclasses import dataclass

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
class Vignette:
    pixels: np.ndarray  # uint8, (height, width)
    body: np.ndarray  # bool, the pixels of the body
    traits: dict[str, object]
    length_um: float


def draw_vignette(drawn: DrawnClass, rng: np.random.Generator, light: Light, pixel_um: float) -> Vignette:
    """One organism at its true size; `pixel_um` is the side of a pixel in micrometres."""
    length_um = float(drawn.length_um * np.exp(rng.normal(0, drawn.spread)))
    length = float(np.clip(length_um / pixel_um, SMALLEST, LARGEST))
    sketch = Sketch(length * 0.72 + 6, rng.uniform(0, 2 * np.pi))
    traits = drawn.draw(sketch, rng, length)
    density = _cropped(sketch.finished())
    body = gaussian_filter(density, 0.7) > 0.09
    pixels = _photograph(density, rng, light)
    return Vignette(pixels, body, traits, round(length * pixel_um, 1))


def _cropped(density: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(np.abs(density) > 0.04)
    top, left = max(0, rows.min() - MARGIN), max(0, columns.min() - MARGIN)
    return density[top : rows.max() + MARGIN + 1, left : columns.max() + MARGIN + 1]


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
