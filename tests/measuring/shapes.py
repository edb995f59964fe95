"""Shapes of known size, dark on light."""

import numpy as np

DARK, LIGHT = 60, 230


def drawn(mask: np.ndarray) -> np.ndarray:
    return np.where(mask, DARK, LIGHT).astype(np.uint8)


def plane(side: int) -> tuple[np.ndarray, np.ndarray]:
    """y and x of the pixels' centres, from the middle of a square."""
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    return y, x


def disc(radius: float, side: int = 0) -> np.ndarray:
    y, x = plane(side or int(2 * radius) + 21)
    return drawn(x**2 + y**2 <= radius**2)


def ellipse(a: float, b: float, degrees: float = 0.0) -> np.ndarray:
    """Half axes in pixels; turned counter-clockwise."""
    y, x = plane(int(2 * a) + 21)
    turn = np.radians(degrees)
    along, across = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    return drawn((along / a) ** 2 + (across / b) ** 2 <= 1)


def rectangle(width: int, height: int, left: int = 10, top: int = 10) -> np.ndarray:
    mask = np.zeros((height + top + 12, width + left + 12), bool)
    mask[top : top + height, left : left + width] = True
    return drawn(mask)


def ring(outer: float, inner: float) -> np.ndarray:
    y, x = plane(int(2 * outer) + 21)
    away = x**2 + y**2
    return drawn((away <= outer**2) & (away > inner**2))
