"""A sheet on which a body is drawn: shapes add optical density, light passes through what is thin."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

SCALE = 3  # drawn larger, then reduced by area: smooth edges
Points = Sequence[tuple[float, float]] | np.ndarray


class Sketch:
    """Coordinates are pixels of the vignette, (0, 0) in the middle, x to the right, y down, turned by `angle`."""

    def __init__(self, reach: float, angle: float):
        self.half = int(np.ceil(reach)) + 6
        side = 2 * self.half * SCALE
        self.density = np.zeros((side, side), np.float32)
        self.turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        self.lines: dict[
            str, np.ndarray
        ] = {}  # true lines of the body, on the finished sheet: x to the right, y down

    def note(self, name: str, points: Points) -> None:
        """Remembers where a line of the body lies, for who measures it."""
        self.lines[name] = np.asarray(points, float) @ self.turn + self.half

    def polygon(self, points: Points, density: float, blur: float = 0.0) -> None:
        self._add(points, density, blur, lambda pen, xy: pen.polygon(xy, fill=255))

    def line(self, points: Points, width: float, density: float, blur: float = 0.0) -> None:
        """A line of `width` pixels with round joints."""
        thick = max(1, round(width * SCALE))

        def draw(pen: ImageDraw.ImageDraw, xy: list[tuple[float, float]]) -> None:
            pen.line(xy, fill=255, width=thick, joint="curve")

        self._add(points, density, blur, draw, margin=thick)

    def ellipse(
        self, x: float, y: float, rx: float, ry: float, density: float, angle: float = 0.0, blur: float = 0.0
    ) -> None:
        t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        cos, sin = np.cos(angle), np.sin(angle)
        u, v = rx * np.cos(t), ry * np.sin(t)
        self.polygon(np.stack([x + u * cos - v * sin, y + u * sin + v * cos], 1), density, blur)

    def ring(
        self, x: float, y: float, radius: float, width: float, density: float, blur: float = 0.0
    ) -> None:
        t = np.linspace(0, 2 * np.pi, 60)
        self.line(np.stack([x + radius * np.cos(t), y + radius * np.sin(t)], 1), width, density, blur)

    def taper(
        self, points: Points, widths: Sequence[float] | np.ndarray, density: float, blur: float = 0.0
    ) -> None:
        """A band along a line, `widths` wide at each point: bodies, tails."""
        spine, half = np.asarray(points, float), np.asarray(widths, float)[:, None] / 2
        along = np.gradient(spine, axis=0)
        along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
        normal = np.stack([-along[:, 1], along[:, 0]], 1)
        self.polygon(np.concatenate([spine + normal * half, (spine - normal * half)[::-1]]), density, blur)

    def finished(self) -> np.ndarray:
        """Optical density of the vignette's pixels, float32 of (2·half, 2·half)."""
        side = 2 * self.half
        return self.density.reshape(side, SCALE, side, SCALE).mean((1, 3))

    def _add(self, points: Points, density: float, blur: float, draw, margin: float = 0) -> None:
        xy = (np.asarray(points, float) @ self.turn + self.half) * SCALE
        pad = margin + 3 * blur * SCALE + 2
        size = self.density.shape[0]
        left, top = (max(0, int(v)) for v in np.floor(xy.min(0) - pad))
        right, bottom = (min(size, int(v)) for v in np.ceil(xy.max(0) + pad))
        if right <= left or bottom <= top:
            return
        mask = Image.new("L", (right - left, bottom - top))
        draw(ImageDraw.Draw(mask), [(float(x - left), float(y - top)) for x, y in xy])
        shape = np.asarray(mask, np.float32) / 255
        if blur:
            shape = gaussian_filter(shape, blur * SCALE)
        self.density[top:bottom, left:right] += density * shape


def wobble(rng: np.random.Generator, n: int, size: float, smooth: int = 3) -> np.ndarray:
    """A smooth closed random line of `n` values around 0."""
    raw = np.fft.rfft(rng.normal(size=n))
    raw[smooth + 1 :] = 0
    line = np.fft.irfft(raw, n)
    return size * line / (np.abs(line).max() + 1e-9)
