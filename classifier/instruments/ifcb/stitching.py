"""Organisms that the first instruments took in two overlapping regions of one trigger, as one picture again.

After WHOI's `pyifcb` (`stitching.py`): two regions that follow each other in the `.adc`, belong to one trigger and
overlap by more than two pixels each way are one; what neither of them shows is filled with the mean grey beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from scipy import ndimage

from classifier.contract.errors import ClassifierError
from classifier.instruments.base import InstrumentOption
from classifier.instruments.ifcb.adc import AdcLine
from classifier.instruments.records import BrokenFile, InstrumentLabel

STITCH = InstrumentOption(
    "ifcb_stitch",
    "IFCB, first instruments: two overlapping regions of one trigger",
    "The cameras of the first instruments often cut one organism in two.",
    choices={"apart": "Two objects, as the file has them", "stitched": "One object, stitched together"},
    default="apart",
)
LEAST_OVERLAP = 2  # pixels, which are not enough
SIDES = ndimage.generate_binary_structure(2, 1)  # the four pixels beside one
PlacedRegion = tuple[AdcLine, np.ndarray]


def is_stitching(options: Mapping[str, str]) -> bool:
    """Raises ClassifierError for a text that is none of the choices."""
    text = (options.get(STITCH.name) or STITCH.default).strip()
    if text not in STITCH.choices:
        raise ClassifierError(f"{STITCH.name} is {text!r}. Say one of {', '.join(STITCH.choices)}.")
    return text == "stitched"


def unstitched(path: str, pairs: Mapping[int, AdcLine]) -> BrokenFile:
    """What is said where a bin has pairs and nobody asked for them to be one."""
    first, second = next(iter(pairs.items()))
    message = (
        f"{len(pairs):,} regions overlap another of their trigger, lines {first} and {second.number} first: "
        "one organism may be two objects."
    )
    return BrokenFile(path, message, f"Choose {STITCH.name} = stitched to have them as one.", warning=True)


def beside_the_first(
    path: str, pairs: Mapping[int, AdcLine], labels: Mapping[int, InstrumentLabel]
) -> Iterator[BrokenFile]:
    """Labels of second halves, which have no object of their own."""
    numbers = [second.number for second in pairs.values() if second.number in labels]
    if numbers:
        message = f"Labels of second halves were not taken: {len(numbers):,}, of line {numbers[0]} first."
        yield BrokenFile(
            path, message, "The first half's label holds for both: see whether it is right.", warning=True
        )


def pairs_of(lines: Sequence[AdcLine]) -> dict[int, AdcLine]:
    """The second line of each pair by the number of its first. A line belongs to one pair alone: of three that
    overlap in turn the third stays as it is."""
    pairs: dict[int, AdcLine] = {}
    is_second = False
    for first, second in pairwise(line for line in lines if line.width):
        is_second = not is_second and _are_one(first, second)
        if is_second:
            pairs[first.number] = second
    return pairs


def stitched_regions(
    regions: Iterator[PlacedRegion | BrokenFile], pairs: Mapping[int, AdcLine]
) -> Iterator[PlacedRegion | BrokenFile]:
    """Each region, or both of a pair as the first of them; one whose other half can't be read stays as it is."""
    first_of = {second.number: first for first, second in pairs.items()}
    halves: dict[int, PlacedRegion] = {}  # by the number of the pair's first line
    for region in regions:
        if isinstance(region, BrokenFile):
            yield region
            continue
        number = region[0].number
        pair = first_of.get(number, number)
        if pair not in pairs:
            yield region
        elif pair in halves:
            yield stitched(*sorted((halves.pop(pair), region), key=lambda half: half[0].number))
        else:
            halves[pair] = region
    yield from halves.values()


def stitched(first: PlacedRegion, second: PlacedRegion) -> PlacedRegion:
    """The first line with the box of both, and their pixels in it; where they overlap the second's are seen."""
    boxes = [_box(line) for line, _ in (first, second)]
    left, top = (min(box[side] for box in boxes) for side in (0, 1))
    right, bottom = (max(box[side] for box in boxes) for side in (2, 3))
    pixels = np.zeros((bottom - top, right - left), np.uint8)
    is_missing = np.ones(pixels.shape, bool)
    for (_, part), (x, y, x_end, y_end) in zip((first, second), boxes, strict=True):
        place = np.s_[y - top : y_end - top, x - left : x_end - left]
        pixels[place], is_missing[place] = part, False
    if is_missing.any():
        pixels[is_missing] = _grey_beside(pixels, is_missing)
    return first[0].with_box(left, top, right - left, bottom - top, second[0].number), pixels


def _grey_beside(pixels: np.ndarray, is_missing: np.ndarray) -> int:
    """The mean of the pixels along what is missing, rounded; 0 where there are none."""
    grown = ndimage.binary_dilation(is_missing, SIDES)
    rim = grown & ~ndimage.binary_erosion(grown, SIDES)
    rim[:, 0], rim[:, -1] = rim[:, 1], rim[:, -2]
    rim[0, :], rim[-1, :] = rim[1, :], rim[-2, :]
    beside = pixels[rim & ~is_missing]
    return round(float(beside.mean())) if beside.size else 0


def _are_one(first: AdcLine, second: AdcLine) -> bool:
    if first.trigger != second.trigger or not (first.has_place and second.has_place):
        return False
    (left, top, right, bottom), (x, y, x_end, y_end) = _box(first), _box(second)
    return min(x_end - left, right - x, y_end - top, bottom - y) > LEAST_OVERLAP


def _box(line: AdcLine) -> tuple[int, int, int, int]:
    """Left, top, right, bottom on the camera's frame, in pixels."""
    return line.x, line.y, line.x + line.width, line.y + line.height
