"""Patches of scans, drawn at random: part of them around organisms, turned, scaled, in another light.

All of a patch hangs on (seed, its number), so that an interrupted training goes on with the same ones. Masks are turned
with the nearest pixel, pictures between pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor
from torch.nn.functional import avg_pool2d, grid_sample, max_pool2d

from classifier.contract.unet import UnetSettings
from classifier.segmentation.unet.loss import UNLABELLED
from classifier.segmentation.unet.scans import LearningScan

SPREAD = 64.0  # greys that become 1
SEAM = 5  # pixels a side of the neighbourhood in which two organisms make a seam
THINNED = 8  # every such pixel is looked at for where organisms lie
ROWS = 1024  # of a mask that are looked at at a time
BLURRED = 0.3  # share of the patches


@dataclass(frozen=True)
class DrawnPatches:
    """`pixels` float32 (N, channels, S, S), `classes` int64 and `seams` bool (N, S, S)."""

    pixels: Tensor
    classes: Tensor
    seams: Tensor


@dataclass(frozen=True)
class PatchPlace:
    """A patch's middle in pixels of its scan, and how its pixels lead there: (dx, dy) = `turn` @ (du, dv)."""

    x: float
    y: float
    turn: np.ndarray  # float64 (2, 2)


class PatchSource:
    """Draws patches of `side` pixels from scans."""

    def __init__(self, scans: Sequence[LearningScan], settings: UnetSettings, side: int):
        self.scans, self.settings, self.side = scans, settings, side
        self.organisms = [organism_places(scan) for scan in scans]
        areas = np.array([scan.width * scan.height for scan in scans], float)
        self.shares = areas / areas.sum()
        counts = np.array([len(places) for places in self.organisms], float)
        self.organism_shares = counts / counts.sum() if counts.any() else None

    def batch(self, number: int) -> DrawnPatches:
        """The patches of one step of a training."""
        first = number * self.settings.batch_size
        return stacked([self.patch(first + k) for k in range(self.settings.batch_size)])

    def patch(self, number: int) -> DrawnPatches:
        rng = np.random.default_rng([self.settings.seed, number])
        scan, x, y = self._middle(rng)
        patch = cut(self.scans[scan], PatchPlace(x, y, self._turn(rng)), self.side)
        pixels = in_another_light(patch.pixels, rng, self.settings.light, self.settings.noise)
        return DrawnPatches(pixels, patch.classes, patch.seams)

    def _middle(self, rng: np.random.Generator) -> tuple[int, float, float]:
        """Of which scan, and where."""
        if self.organism_shares is not None and rng.random() < self.settings.centred:
            scan = int(rng.choice(len(self.scans), p=self.organism_shares))
            x, y = self.organisms[scan][rng.integers(len(self.organisms[scan]))]
            away = rng.uniform(-self.side / 4, self.side / 4, 2)
            return scan, float(x + away[0]), float(y + away[1])
        scan = int(rng.choice(len(self.scans), p=self.shares))
        return scan, rng.uniform(0, self.scans[scan].width), rng.uniform(0, self.scans[scan].height)

    def _turn(self, rng: np.random.Generator) -> np.ndarray:
        size = np.exp(rng.uniform(-1, 1) * np.log1p(self.settings.scale))
        if not self.settings.turns:
            return np.eye(2) * size
        angle, mirror = rng.uniform(0, 2 * np.pi), rng.choice([-1, 1])
        cos, sin = np.cos(angle), np.sin(angle)
        return size * np.array([[cos, -sin], [sin, cos]]) @ np.diag([mirror, 1])


def in_another_light(pixels: Tensor, rng: np.random.Generator, light: float, noise: float) -> Tensor:
    """(…, S, S): brightness from side to side, contrast, blur, noise."""
    side = pixels.shape[-1]
    tilt = torch.linspace(-1, 1, side) * rng.uniform(-light, light)
    slope = torch.linspace(-1, 1, side)[:, None] * rng.uniform(-light, light)
    pixels = (
        pixels * float(np.exp(rng.uniform(-1.5, 1.5) * light)) + tilt + slope + rng.uniform(-light, light)
    )
    if noise and rng.random() < BLURRED:
        pixels = avg_pool2d(pixels, 3, 1, 1, count_include_pad=False)
    grains = rng.normal(0, rng.uniform(0, noise) * 2 if noise else 0, tuple(pixels.shape))
    return pixels + torch.from_numpy(grains.astype(np.float32))


def organism_places(scan: LearningScan) -> np.ndarray:
    """(n, 2) x, y of the middle of each organism, as far as a thinned mask tells."""
    thinned = scan.classes[::THINNED, ::THINNED]
    labels, count = ndimage.label((thinned > 0) & (thinned != UNLABELLED))
    middles = ndimage.center_of_mass(labels > 0, labels, np.arange(1, count + 1))
    return np.array(middles, float).reshape(-1, 2)[:, ::-1] * THINNED + THINNED / 2


def organism_count(scan: LearningScan) -> int:
    """By their ids; of a mask that only has classes its connected parts, as far as a thinned mask tells."""
    if scan.ids is None:
        return len(organism_places(scan))
    ids: set[int] = set()
    for top in range(0, len(scan.ids), ROWS):
        rows = slice(top, top + ROWS)
        ids.update(np.unique(np.where(scan.classes[rows] == UNLABELLED, 0, scan.ids[rows])).tolist())
    return len(ids - {0})


def normalised(pixels: np.ndarray, light: np.ndarray) -> Tensor:
    """uint8 (H, W, channels) → float32 (channels, H, W), 0 where it is as light as the background."""
    return torch.from_numpy(((pixels.astype(np.float32) - light) / SPREAD).transpose(2, 0, 1).copy())


def stacked(patches: Sequence[DrawnPatches]) -> DrawnPatches:
    return DrawnPatches(
        *(torch.cat([getattr(p, name) for p in patches]) for name in ("pixels", "classes", "seams"))
    )


def cut(scan: LearningScan, place: PatchPlace, side: int) -> DrawnPatches:
    """One patch, (1, …) each. Beyond the scan the picture goes on as at its edge, and nothing is labelled."""
    half = int(np.ceil(np.abs(place.turn).sum(1).max() * side / 2)) + 1
    left, top, size = int(place.x) - half, int(place.y) - half, 2 * half + 1
    grid = _grid(place, side, left, top, size)
    pixels = normalised(window_of(scan.pixels, left, top, size, "edge"), scan.light)
    classes = window_of(scan.classes, left, top, size, UNLABELLED)
    ids = classes if scan.ids is None else window_of(scan.ids, left, top, size, 0)
    ids = np.unique(np.where(classes == UNLABELLED, 0, ids), return_inverse=True)[1].reshape(ids.shape)
    masks = torch.from_numpy(np.stack([classes, ids]).astype(np.float32))
    turned = grid_sample(masks[None], grid, mode="nearest", align_corners=False, padding_mode="border")
    return DrawnPatches(
        grid_sample(pixels[None], grid, align_corners=False, padding_mode="border"),
        turned[:, 0].long(),
        seams_of(turned[:, 1]),
    )


def _grid(place: PatchPlace, side: int, left: int, top: int, size: int) -> Tensor:
    """float32 (1, side, side, 2): where each pixel of the patch lies in the window, −1 to 1."""
    u = np.arange(side) + 0.5 - side / 2
    away = np.stack(np.meshgrid(u, u), -1) @ place.turn.T
    away += (place.x - left, place.y - top)
    return torch.from_numpy((2 * away / size - 1).astype(np.float32))[None]


def window_of(array: np.ndarray, left: int, top: int, size: int, beyond: int | str) -> np.ndarray:
    """(size, size, …) of the array from (left, top) on; `beyond` is a value, or `edge`."""
    height, width = array.shape[:2]
    x0, x1 = (min(max(x, 0), width) for x in (left, left + size))
    y0, y1 = (min(max(y, 0), height) for y in (top, top + size))
    if x0 == x1 or y0 == y1:  # all of it lies outside: what is nearest
        x0, y0 = min(x0, width - 1), min(y0, height - 1)
        x1, y1 = x0 + 1, y0 + 1
        return np.broadcast_to(array[y0, x0] if beyond == "edge" else beyond, (size, size, *array.shape[2:]))
    around = [(y0 - top, top + size - y1), (x0 - left, left + size - x1)] + [(0, 0)] * (array.ndim - 2)
    if beyond == "edge":
        return np.pad(array[y0:y1, x0:x1], around, mode="edge")
    return np.pad(array[y0:y1, x0:x1], around, constant_values=beyond)


def seams_of(ids: Tensor) -> Tensor:
    """Float ids (N, S, S), 0 of nothing → bool (N, S, S): where two organisms lie in one neighbourhood."""
    highest = max_pool2d(ids[:, None], SEAM, 1, SEAM // 2)
    beyond = torch.where(ids > 0, -ids, torch.full_like(ids, -torch.inf))
    lowest = -max_pool2d(beyond[:, None], SEAM, 1, SEAM // 2)
    return ((highest > 0) & (highest != lowest))[:, 0]
