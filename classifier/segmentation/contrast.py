"""By how much each pixel of a scan stands out from the background, and from how much on it is an organism."""

import io
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu

from classifier.contract.errors import ClassifierError
from classifier.contract.segmentation import SegmentationRecipe
from classifier.segmentation.background import BackgroundGrid, ball_grid, flat_grid, median_grid
from classifier.segmentation.collage import CollageBackground, collage_background
from classifier.segmentation.source import Scan

LEAST_CONTRAST = 3.0  # greys that Otsu's threshold is from the background at least
NOISES = 4.0  # and as many standard deviations of the background's noise
EDGE_REACH = 5  # pixels from the foot of an edge within which it is at its full height, blurred by up to 2
BLUR_REACH = 4  # standard deviations after which the blur is cut off
DECIDES = ("channel", "background", "background_radius", "organisms")  # what is estimated


@dataclass(frozen=True, eq=False)
class ScanContrast:
    """What is estimated once from a whole scan."""

    recipe: SegmentationRecipe
    width: int  # of the scan
    height: int
    background: BackgroundGrid | CollageBackground
    is_lighter: bool  # than the background, the organisms
    otsu: float  # Otsu's threshold, greys of contrast
    noise: float  # standard deviation of the background, greys
    pixel_um: float | None = None  # side of a pixel, where it is known

    @property
    def level(self) -> float:
        """Greys of contrast that an object has somewhere at least."""
        return self.otsu if self.recipe.threshold == "otsu" else self.recipe.level

    @property
    def least_area(self) -> float:
        """Pixels that an object has at least."""
        return self.recipe.least_area(self.pixel_um)

    @property
    def halo(self) -> int:
        """Pixels around a region that decide what is within."""
        recipe = self.recipe
        adaptive = recipe.adaptive_radius if recipe.threshold == "adaptive" else 0
        edge = EDGE_REACH if recipe.outline == "half" else 0
        return int(np.ceil(BLUR_REACH * recipe.smoothing)) + adaptive + max(gap_reach(recipe), edge)

    def of(self, pixels: np.ndarray, x: int, y: int) -> np.ndarray:
        """float32 (height, width): greys that each pixel of a region at (x, y) stands out by."""
        height, width = pixels.shape
        background = self.background.region(x, y, width, height)
        contrast = pixels - background if self.is_lighter else background - pixels
        if self.recipe.smoothing:
            contrast = ndimage.gaussian_filter(
                contrast, self.recipe.smoothing, mode="nearest", truncate=BLUR_REACH
            )
        if self.recipe.threshold == "adaptive":
            contrast = contrast - neighbourhood_mean(contrast, self.recipe.adaptive_radius)
        return contrast

    def with_recipe(self, recipe: SegmentationRecipe) -> "ScanContrast":
        """For a recipe that differs in nothing that was estimated. Raises ClassifierError for others."""
        differing = [name for name in DECIDES if getattr(recipe, name) != getattr(self.recipe, name)]
        if differing:
            raise ClassifierError(f"{', '.join(differing)} ask for an estimate of the whole scan.")
        return replace(self, recipe=recipe)

    def to_bytes(self) -> bytes:
        out = io.BytesIO()
        numbers = {name: getattr(self, name) for name in ("width", "height", "is_lighter", "otsu", "noise")}
        numbers["pixel_um"] = self.pixel_um or np.nan
        np.savez_compressed(
            out,
            recipe=self.recipe.to_json(),
            **self.background.arrays,
            **numbers,
        )
        return out.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "ScanContrast":
        with np.load(io.BytesIO(stored), allow_pickle=False) as file:
            values: dict[str, Any] = {name: file[name] for name in file.files}
        return cls(
            SegmentationRecipe.from_json(str(values["recipe"])),
            int(values["width"]),
            int(values["height"]),
            _restored_background(values),
            bool(values["is_lighter"]),
            float(values["otsu"]),
            float(values["noise"]),
            float(values["pixel_um"]) if np.isfinite(values["pixel_um"]) else None,
        )


def estimate_contrast(
    scan: Scan, recipe: SegmentationRecipe, blank: Scan | None = None, pixel_um: float | None = None
) -> ScanContrast:
    """Background, direction and threshold of a whole scan, from an overview of it.

    `blank` is the scan for `background` "blank", of the same size. Raises ClassifierError where it lacks or differs.
    """
    samples, step = scan.overview()
    blank_samples = _blank_samples(scan, blank) if recipe.background == "blank" else None
    plain = (
        flat_grid(samples)
        if recipe.background == "none"
        else median_grid(samples, step, recipe.background_radius)
    )
    is_lighter = _is_lighter(samples - plain.at_samples(step, samples.shape), recipe)
    background: BackgroundGrid | CollageBackground = plain
    if recipe.background == "collage":
        background = collage_background(scan)
    elif recipe.background == "rolling_ball":
        background = ball_grid(samples, step, recipe.background_radius, is_lighter)
    elif blank_samples is not None:
        background = median_grid(blank_samples, step, 1)
    contrast = background.at_samples(step, samples.shape) - samples
    contrast = -contrast if is_lighter else contrast
    noise = _noise(contrast)
    otsu = _otsu(contrast, noise)
    return ScanContrast(recipe, scan.width, scan.height, background, is_lighter, otsu, noise, pixel_um)


def _restored_background(values: dict[str, Any]) -> BackgroundGrid | CollageBackground:
    if "boxes" in values:
        return CollageBackground(values["boxes"], values["greys"])
    return BackgroundGrid(values["greys"], int(values["spacing"]))


def _blank_samples(scan: Scan, blank: Scan | None) -> np.ndarray:
    if blank is None:
        raise ClassifierError("This recipe takes the background from a blank scan: name one.")
    if (blank.width, blank.height) != (scan.width, scan.height):
        raise ClassifierError(
            f"The blank scan has {blank.width} × {blank.height} pixels, but the scan {scan.width} × {scan.height}."
        )
    return blank.overview()[0]


def _is_lighter(above: np.ndarray, recipe: SegmentationRecipe) -> bool:
    """Whether what is lighter than the background weighs more than what is darker, where nobody says."""
    if recipe.organisms != "auto":
        return recipe.organisms == "lighter"
    return bool((np.maximum(above, 0) ** 2).sum() > (np.minimum(above, 0) ** 2).sum())


def _noise(contrast: np.ndarray) -> float:
    """Standard deviation of the background by the median: organisms, which are few, do not count."""
    return float(1.4826 * np.median(abs(contrast - np.median(contrast))))


def _otsu(contrast: np.ndarray, noise: float) -> float:
    """Otsu's threshold, but not within the noise, which has two halves, too."""
    least = max(LEAST_CONTRAST, NOISES * noise)
    if contrast.max() <= least:
        return least
    return max(float(threshold_otsu(np.rint(contrast).astype(np.int16))), least)


def gap_reach(recipe: SegmentationRecipe) -> int:
    """Pixels that parts reach towards each other."""
    return (recipe.bridge + 1) // 2


def neighbourhood_mean(contrast: np.ndarray, radius: int) -> np.ndarray:
    """Mean over the square of `radius` pixels to each side, float32; beyond the border goes on what lies there.

    In whole sixteenths of a grey, whose sums are exact: so a pixel's mean hangs on its square alone, not on the region.
    """
    side = 2 * radius + 1
    padded = np.pad(np.rint(contrast * 16).astype(np.int64), radius, mode="edge")
    sums = np.pad(padded.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    squares = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return (squares / (16 * side * side)).astype(np.float32)


def described(contrast: ScanContrast) -> dict[str, Any]:
    """What was estimated, for people and for a record beside the objects."""
    return {
        "recipe": asdict(contrast.recipe),
        "organisms": "lighter" if contrast.is_lighter else "darker",
        "level": round(contrast.level, 3),
        "noise": round(contrast.noise, 3),
    }
