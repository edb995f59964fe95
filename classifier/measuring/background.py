"""The grey that a vignette would have without its organism."""

import numpy as np

from classifier.measuring.median import median

OUTLIER = 3  # noises from the background beyond which a pixel of the border is not background
MOST_NOISE = 10  # greys around the plane, beyond which the border is not background but organism
DOUBLED = np.array([1, 2, 2])  # twice the distance from the middle is a whole number
ROUNDS = 3  # in which a plane is laid and its outliers are left out


def background_of(pixels: np.ndarray) -> tuple[np.ndarray, float]:
    """The plane through the picture's border, for light falls off to the sides, and the noise around it.

    `pixels` uint8 (height, width); the plane has their shape. What an organism that touches the border covers is an
    outlier, and left out. Where it covers so much that no plane fits, the most frequent grey must do.
    """
    plane, noise = _plane_of(_border(pixels))
    if noise > MOST_NOISE:
        return _most_frequent(pixels)
    height, width = pixels.shape
    # from the middle, so that a picture turned by 90° has its plane turned by 90°
    x, y = np.arange(width) - (width - 1) / 2, np.arange(height) - (height - 1) / 2
    return (plane[0] + plane[1] * x) + (plane[2] * y)[:, None], noise


def _border(pixels: np.ndarray) -> np.ndarray:
    """Of each pixel of the border: 1, twice its x and y from the middle, and its grey. Whole numbers, float (4, N)."""
    height, width = pixels.shape
    x, y = 2.0 * np.arange(width) - (width - 1), 2.0 * np.arange(height) - (height - 1)
    rows = pixels[:: max(height - 1, 1)]
    columns = pixels[1:-1, :: max(width - 1, 1)]  # corners belong to the rows
    border = np.ones((4, rows.size + columns.size))
    border[1] = np.concatenate([x] * len(rows) + [x[:: max(width - 1, 1)]] * len(columns))
    border[2] = np.concatenate(
        [np.repeat(y[:: max(height - 1, 1)], width), np.repeat(y[1:-1], columns.shape[1])]
    )
    border[3] = np.concatenate([rows.ravel(), columns.ravel()])
    return border


def _plane_of(border: np.ndarray) -> tuple[np.ndarray, float]:
    """Grey in the middle, and its rise by a pixel to the right and downwards; and the noise around the plane."""
    grey = border[3]
    plane = np.array([median(grey), 0.0, 0.0])
    residuals = grey - plane[0]
    noise, before = _noise(residuals), None
    for _ in range(ROUNDS):
        is_background = abs(residuals) <= OUTLIER * noise
        if before is not None and (is_background == before).all():
            break  # the same pixels have the same plane
        plane, before = _least_squares(border[:, is_background]), is_background
        residuals = grey - plane @ border[:3]
        noise = _noise(residuals[is_background])
    return plane * DOUBLED, noise


def _least_squares(points: np.ndarray) -> np.ndarray:
    """The plane (3,) through points (4, N). All sums are whole numbers, so its only rounding is the last division."""
    sums = [[int(value) for value in row] for row in (points @ points.T)[:3].tolist()]
    whole = _determinant([row[:3] for row in sums])
    if whole == 0:  # fewer rows or columns than a plane needs
        return np.linalg.lstsq(points[:3].T / DOUBLED, points[3], rcond=None)[0] / DOUBLED
    swapped = ([[*row[:n], row[3], *row[n + 1 : 3]] for row in sums] for n in range(3))
    return np.array([_determinant(rows) / whole for rows in swapped])


def _determinant(rows: list[list[int]]) -> int:
    (a, b, c), (d, e, f), (g, h, i) = rows
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def _most_frequent(pixels: np.ndarray) -> tuple[np.ndarray, float]:
    steps = [abs(np.diff(pixels.astype(np.int16), axis=axis)).ravel() for axis in (0, 1)]
    flat = np.full(pixels.shape, float(np.bincount(pixels.ravel()).argmax()))
    return flat, _noise(np.concatenate(steps)) / np.sqrt(2)


def _noise(residuals: np.ndarray) -> float:
    """Standard deviation by the median, at least what rounding to whole greys makes."""
    return max(1.4826 * median(abs(residuals)), 1.0)
