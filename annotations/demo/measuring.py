"""Measured columns of a drawn vignette, under the names that ZooProcess and EcoTaxa use."""

import numpy as np


def measure(pixels: np.ndarray, body: np.ndarray) -> dict[str, float]:
    """Areas in pixels, lengths in pixels, greys from 0 to 255. `pixels` uint8 and `body` bool of one shape."""
    rows, columns = np.nonzero(body)
    if rows.size < 3:
        rows, columns = (grid.ravel() for grid in np.indices(body.shape))
    grey = pixels[rows, columns].astype(float)
    major, minor, angle = _axes(rows, columns)
    area, mean, deviation = float(rows.size), grey.mean(), grey.std() + 1e-9
    perimeter = _perimeter(body)
    measured = {
        "area": area,
        "mean": mean,
        "stddev": deviation,
        "min": grey.min(),
        "max": grey.max(),
        "median": np.median(grey),
        "skew": ((grey - mean) ** 3).mean() / deviation**3,
        "kurt": ((grey - mean) ** 4).mean() / deviation**4 - 3,
        "intden": grey.sum(),
        "width": np.ptp(columns) + 1.0,
        "height": np.ptp(rows) + 1.0,
        "major": major,
        "minor": minor,
        "angle": angle,
        "elongation": major / max(minor, 1e-9),
        "esd": 2 * np.sqrt(area / np.pi),
        "feret": float(np.hypot(np.ptp(columns) + 1, np.ptp(rows) + 1)),
        "perim.": perimeter,
        "circ.": min(1.0, 4 * np.pi * area / max(perimeter, 1e-9) ** 2),
    }
    return {name: round(float(value), 4) for name, value in measured.items()}


def _axes(rows: np.ndarray, columns: np.ndarray) -> tuple[float, float, float]:
    """Axes of the ellipse with the same second moments (pixels), and its angle to the x axis (degrees, 0 to 180)."""
    moments = np.cov(np.stack([columns, -rows]).astype(float)) + np.eye(2) / 12
    values, vectors = np.linalg.eigh(moments)
    angle = np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])) % 180
    return 4 * float(np.sqrt(values[1])), 4 * float(np.sqrt(values[0])), float(angle)


def _perimeter(body: np.ndarray) -> float:
    """Length of the outline: the edges between body and background, weighted for slanting ones."""
    padded = np.pad(body, 1)
    edges = (padded[1:] != padded[:-1]).sum() + (padded[:, 1:] != padded[:, :-1]).sum()
    return float(edges) * np.pi / 4
