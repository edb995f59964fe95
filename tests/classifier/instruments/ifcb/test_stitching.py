"""Two overlapping regions of one trigger of a first instrument are one picture, as pyifcb puts them together."""

from pathlib import Path

import numpy as np
import pytest

from classifier.contract.errors import ClassifierError
from classifier.instruments.base import instruments
from tests.classifier.instruments.ifcb.synthetic_bins import NEW, OLD, OLD_HDR, picture_of
from tests.classifier.instruments.ifcb.test_reader import read

Placed = tuple[int, int, int, np.ndarray | None]  # trigger, x, y, pixels


def write_placed(folder: Path, *regions: Placed, name: str = OLD) -> Path:
    """A bin whose regions lie where they are put on the camera's frame."""
    roi, lines = bytearray(b"\0"), []
    for trigger, x, y, pixels in regions:
        height, width = (0, 0) if pixels is None else pixels.shape
        before = f"{trigger},.31,.06,-.61,-.18,-3.62,-.3,0,1" if name == OLD else f"{trigger}{',0' * 12}"
        lines.append(f"{before},{x},{y},{width},{height},{len(roi)},-.28,\n")
        roi += b"" if pixels is None else pixels.tobytes()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.adc").write_text("".join(lines))
    (folder / f"{name}.hdr").write_text(OLD_HDR)
    (folder / f"{name}.roi").write_bytes(bytes(roi))
    return folder


def published(first: Placed, second: Placed) -> np.ndarray:
    """Pixel by pixel as pyifcb has it: a masked picture, the mask grown by four neighbours, the boundary of that with
    its outermost rows and columns taken from those beside them, and the mean of what is there."""
    placed = [(x, y, pixels) for _, x, y, pixels in (first, second)]
    left, top = min(x for x, _, _ in placed), min(y for _, y, _ in placed)
    width = max(x + p.shape[1] for x, _, p in placed) - left
    height = max(y + p.shape[0] for _, y, p in placed) - top
    greys_at: dict[tuple[int, int], int] = {}
    for x, y, pixels in placed:
        for row, column in np.ndindex(pixels.shape):
            greys_at[y - top + row, x - left + column] = int(pixels[row, column])
    places = [(row, column) for row in range(height) for column in range(width)]
    mask = {place for place in places if place not in greys_at}
    grown = {place for place in places if place in mask or _beside(place) & mask}
    rim = {place for place in grown if not _beside(place) <= grown}
    for row in range(height):
        _copy(rim, (row, 1), (row, 0))
        _copy(rim, (row, width - 2), (row, width - 1))
    for column in range(width):
        _copy(rim, (1, column), (0, column))
        _copy(rim, (height - 2, column), (height - 1, column))
    greys = [greys_at[place] for place in rim if place in greys_at]
    fill = round(sum(greys) / len(greys)) if greys else 0
    return np.array([greys_at.get(place, fill) for place in places], np.uint8).reshape(height, width)


def _beside(place: tuple[int, int]) -> set[tuple[int, int]]:
    row, column = place
    return {(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)}


def _copy(rim: set, source: tuple[int, int], target: tuple[int, int]) -> None:
    (rim.add if source in rim else rim.discard)(target)


@pytest.mark.parametrize(
    ("x", "y", "height", "width"),
    [(4, 0, 9, 12), (0, 6, 9, 12), (5, 3, 9, 12), (-3, 4, 8, 20), (2, 2, 4, 4), (0, 0, 9, 12)],
    ids=["beside", "below", "askew", "wider", "within", "on it"],
)
def test_both_halves_are_one_picture_byte_for_byte(
    tmp_path: Path, x: int, y: int, height: int, width: int
) -> None:
    first, second = (7, 200, 300, picture_of(9, 12)), (7, 200 + x, 300 + y, picture_of(height, width, seed=1))
    vignettes, broken = read(write_placed(tmp_path, first, second), ifcb_stitch="stitched")
    assert [v.object_id for v in vignettes] == [f"{OLD}_00001"]
    assert np.array_equal(vignettes[0].picture, published(first, second))
    assert broken == []


def test_the_gap_takes_the_mean_of_what_lies_along_it(tmp_path: Path) -> None:
    dark, pale = np.full((6, 6), 100, np.uint8), np.full((6, 6), 201, np.uint8)
    (vignette,), _ = read(write_placed(tmp_path, (1, 0, 0, dark), (1, 3, 3, pale)), ifcb_stitch="stitched")
    assert vignette.picture.shape == (9, 9)
    assert vignette.picture[0, 0] == 100 and vignette.picture[8, 8] == vignette.picture[4, 4] == 201
    assert set(vignette.picture[:3, 6:].flat) == set(vignette.picture[6:, :3].flat)
    assert 100 < vignette.picture[0, 8] < 201


def test_the_object_says_its_whole_box_and_which_line_is_in_it(tmp_path: Path) -> None:
    folder = write_placed(tmp_path, (7, 50, 60, picture_of(9, 12)), (7, 55, 63, picture_of(9, 12)))
    numbers = read(folder, ifcb_stitch="stitched")[0][0].numbers
    box = [numbers[name] for name in ("roi_x", "roi_y", "roi_width", "roi_height", "stitched_line")]
    assert box == [50, 60, 17, 12, 2]


@pytest.mark.parametrize(
    ("second", "name"),
    [((8, 4, 0), OLD), ((7, 7, 0), OLD), ((7, 0, 8), OLD), ((7, "nan", 0), OLD), ((7, 4, 0), NEW)],
    ids=["another trigger", "two pixels across", "one pixel down", "no place", "a new instrument"],
)
def test_others_stay_apart(tmp_path: Path, second: tuple, name: str) -> None:
    first, other = picture_of(9, 9), picture_of(9, 9, seed=1)
    folder = write_placed(tmp_path, (7, 0, 0, first), (*second, other), name=name)
    vignettes, broken = read(folder, ifcb_stitch="stitched")
    assert [v.picture.tobytes() for v in vignettes] == [first.tobytes(), other.tobytes()]
    assert not any("overlap" in entry.message for entry in broken)


def test_unasked_for_they_are_two_objects_and_it_is_said(tmp_path: Path) -> None:
    pictures = picture_of(9, 12), picture_of(9, 12, seed=1)
    folder = write_placed(tmp_path, (7, 0, 0, pictures[0]), (7, 4, 0, pictures[1]))
    vignettes, broken = read(folder)
    assert [v.picture.tobytes() for v in vignettes] == [picture.tobytes() for picture in pictures]
    (warning,) = broken
    assert warning.warning and "lines 1 and 2 first" in warning.message and "ifcb_stitch" in warning.remedy


def test_of_three_in_turn_the_third_stays_and_an_empty_line_parts_nobody(tmp_path: Path) -> None:
    pictures = [picture_of(9, 12, seed) for seed in range(3)]
    folder = write_placed(
        tmp_path,
        (7, 0, 0, pictures[0]),
        (7, 0, 0, None),
        (7, 6, 0, pictures[1]),
        (7, 12, 0, pictures[2]),
    )
    vignettes, _ = read(folder, ifcb_stitch="stitched")
    assert [(v.line, v.picture.shape) for v in vignettes] == [(1, (9, 18)), (4, (9, 12))]


def test_a_half_whose_other_one_is_cut_off_comes_in_alone(tmp_path: Path) -> None:
    first = picture_of(9, 12)
    folder = write_placed(tmp_path, (7, 0, 0, first), (7, 4, 0, picture_of(9, 12, seed=1)))
    roi = folder / f"{OLD}.roi"
    roi.write_bytes(roi.read_bytes()[:-1])
    vignettes, broken = read(folder, ifcb_stitch="stitched")
    assert [v.picture.tobytes() for v in vignettes] == [first.tobytes()]
    assert "Line 2 of the .adc" in broken[0].message


def test_a_label_of_a_second_half_is_named(tmp_path: Path) -> None:
    folder = write_placed(tmp_path, (7, 0, 0, picture_of(9, 12)), (7, 4, 0, picture_of(9, 12, seed=1)))
    (folder / f"{OLD}_class.csv").write_text(
        f"file_name,class_name_auto,score\n{OLD}_00001,Ditylum,0.9\n{OLD}_00002,Guinardia,0.8\n"
    )
    (vignette,), (warning,) = read(folder, ifcb_stitch="stitched")
    assert vignette.label is not None and vignette.label.taxon == "Ditylum"
    assert "Labels of second halves were not taken: 1, of line 2 first" in warning.message


def test_another_word_is_refused() -> None:
    with pytest.raises(ClassifierError, match="apart, stitched"):
        instruments()["ifcb"].check_options({"ifcb_stitch": "maybe"})
