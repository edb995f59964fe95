"""Drawn scans with known truth: dark ellipses on a background whose light falls off, some of which touch."""

from pathlib import Path

import numpy as np
from PIL import Image


def drawn_scan(seed: int, side: int = 192, organisms: int = 14) -> tuple[np.ndarray, np.ndarray]:
    """Grey uint8 and ids int32, both (side, side)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side]
    grey = 200 + 25 * x / side + rng.normal(0, 3, (side, side))
    ids = np.zeros((side, side), np.int32)
    for number in range(1, organisms + 1):
        middle, axes, angle = rng.uniform(0, side, 2), rng.uniform(5, 12, 2), rng.uniform(0, np.pi)
        u, v = x - middle[0], y - middle[1]
        along, across = u * np.cos(angle) + v * np.sin(angle), v * np.cos(angle) - u * np.sin(angle)
        is_inside = ((along / axes[0]) ** 2 + (across / axes[1]) ** 2 <= 1) & (ids == 0)
        ids[is_inside] = number
        grey[is_inside] = rng.uniform(60, 110) + rng.normal(0, 5, int(is_inside.sum()))
    return grey.clip(0, 255).astype(np.uint8), ids


def write_scans(folder: Path, count: int = 2, *, semantic: bool = False) -> Path:
    """Scans with their masks and the manifest of them; the last is held out."""
    lines = ["scan,mask,kind,pixel_um,held_out"]
    for number in range(count):
        grey, ids = drawn_scan(number)
        Image.fromarray(grey).save(folder / f"scan{number}.png")
        values = np.where(ids > 0, 1 + ids % 2, 0) if semantic else ids
        Image.fromarray(values.astype(np.uint16)).save(folder / f"mask{number}.png")
        kind = "semantic" if semantic else "labels"
        lines.append(f"scan{number}.png,mask{number}.png,{kind},10.6,{'yes' if number == count - 1 else ''}")
    (folder / "scans.csv").write_text("\n".join(lines) + "\n")
    return folder / "scans.csv"
