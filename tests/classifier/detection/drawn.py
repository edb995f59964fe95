"""Drawn frames with known boxes: dark discs and bright bars on a grey background."""

from pathlib import Path

import numpy as np
from PIL import Image

from classifier.detection.frames import LearningFrame
from classifier.segmentation.unet.windows import PixelArray

CLASSES = ("bar", "disc")


def drawn_frame(
    seed: int, width: int = 192, height: int = 160, count: int = 8
) -> tuple[np.ndarray, list[tuple]]:
    """Grey uint8 (height, width) and (x, y, width, height, class) of each object; none overlap."""
    rng = np.random.default_rng(seed)
    grey = rng.normal(150, 4, (height, width))
    free, boxes = np.ones((height, width), bool), []
    while len(boxes) < count:
        taxon = int(rng.integers(2))
        side = int(rng.integers(14, 22))
        sides = (side, side) if taxon else (side + 8, max(side // 2, 8))
        w, h = sides if rng.random() < 0.5 else sides[::-1]
        x, y = int(rng.integers(2, width - w - 2)), int(rng.integers(2, height - h - 2))
        if not free[y - 2 : y + h + 2, x - 2 : x + w + 2].all():
            continue
        free[y - 2 : y + h + 2, x - 2 : x + w + 2] = False
        rows, columns = np.mgrid[:h, :w]
        body = ((rows + 0.5) / h - 0.5) ** 2 + ((columns + 0.5) / w - 0.5) ** 2 <= 0.25
        grey[y : y + h, x : x + w][body if taxon else slice(None)] = 70 if taxon else 220
        boxes.append((x, y, w, h, CLASSES[taxon]))
    return grey.clip(0, 255).astype(np.uint8), boxes


def write_frames(folder: Path, count: int = 4, *, labelled: bool = False, **more: int) -> Path:
    """Frames and the CSV of their boxes; the last is held out."""
    lines = ["scan,x,y,width,height,label,pixel_um,held_out"]
    for number in range(count):
        grey, boxes = drawn_frame(number, **more)
        Image.fromarray(grey).save(folder / f"frame{number}.png")
        held_out = "yes" if number == count - 1 else ""
        for x, y, w, h, taxon in boxes:
            label = taxon if labelled else ""
            lines.append(f"frame{number}.png,{x},{y},{w},{h},{label},5.2,{held_out}")
    (folder / "boxes.csv").write_text("\n".join(lines) + "\n")
    return folder / "boxes.csv"


def learning_frame(seed: int = 0, **more: int) -> LearningFrame:
    """In memory."""
    grey, boxes = drawn_frame(seed, **more)
    corners = np.array([(x, y, x + w, y + h) for x, y, w, h, _ in boxes], np.float32)
    classes = np.array([CLASSES.index(taxon) for *_, taxon in boxes], np.int64)
    return LearningFrame(
        "frame", PixelArray(grey[..., None], np.array([150], np.float32)), corners, classes, None, False
    )
