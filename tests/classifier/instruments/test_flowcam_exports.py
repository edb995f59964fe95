"""Lists that people export by hand from VisualSpreadsheet, on computers of several countries."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.classifier.instruments.reading import encoded, read_all, write_files
from tests.classifier.instruments.test_flowcam import collage

HEADING = "Particle ID,Area (ABD),Image File,Image X,Image Y,Image Width,Image Height,Timestamp"


def exported(
    tmp_path: Path, timestamp: str, summary: str, separator: str = ",", encoding: str = "latin-1"
) -> Path:
    """A run whose list was exported by hand, of one particle."""
    particle = f"1,12.5,run_1.tif,0,0,3,4,{timestamp}".replace(",", separator)
    if separator == ";":
        particle = particle.replace("12.5", "12,5")
    listing = f"{HEADING.replace(',', separator)}\n{particle}\n"
    files = {
        "run.csv": listing.encode(encoding),
        "run_summary.csv": summary,
        "run_1.tif": encoded(collage(1), "TIFF"),
    }
    return write_files(tmp_path / "run", files)


def moment_and_words(run: Path, **options: str) -> tuple[datetime | None, list[str]]:
    (vignette,), broken = read_all(run, "flowcam", options)
    return vignette.taken_at, broken


@pytest.mark.parametrize(
    ("timestamp", "options", "moment"),
    [
        ("12/20/2023 11:03:06 PM", {}, datetime(2023, 12, 20, 23, 3, 6, tzinfo=UTC)),
        ("20/12/2023 12:03 AM", {}, datetime(2023, 12, 20, 0, 3, tzinfo=UTC)),
        ("20.12.23 14:03:06", {}, datetime(2023, 12, 20, 14, 3, 6, tzinfo=UTC)),
        ("03/04/2023 14:03:06", {"dates": "day_first"}, datetime(2023, 4, 3, 14, 3, 6, tzinfo=UTC)),
        ("03/04/2023 14:03:06", {"dates": "month_first"}, datetime(2023, 3, 4, 14, 3, 6, tzinfo=UTC)),
    ],
)
def test_moments_by_the_habits_of_a_country(
    tmp_path: Path, timestamp: str, options: dict[str, str], moment: datetime
) -> None:
    assert moment_and_words(exported(tmp_path, timestamp, "Start, \n"), **options) == (moment, [])


@pytest.mark.parametrize("timestamp", ["03/04/2023 14:03:06", ""])
def test_nobody_guesses_between_day_and_month(tmp_path: Path, timestamp: str) -> None:
    taken_at, broken = moment_and_words(exported(tmp_path, timestamp, "Start, 03/04/2023 14:03:06\n"))
    assert taken_at is None
    (words,) = broken
    assert "'03/04/2023 14:03:06' has a day that could be read in two ways, so it was left out." in words
    assert "Say under dates which number is the day." in words


def test_the_end_of_a_run_tells_in_which_order_its_start_is_written(tmp_path: Path) -> None:
    summary = "Start, 12/11/2023 23:50:00\nEnd, 13/11/2023 00:10:00\n"
    assert moment_and_words(exported(tmp_path, "", summary)) == (
        datetime(2023, 11, 12, 23, 50, tzinfo=UTC),
        [],
    )


@pytest.mark.parametrize(
    ("text", "volume"),
    [("0.25 ml", 0.25), ("250 µl", 0.25), ("0.25 L", 250), ("0.25 gal", None), ("0,25 ml", None)],
)
def test_the_unit_of_the_volume_that_was_imaged(tmp_path: Path, text: str, volume: float | None) -> None:
    run = exported(tmp_path, "2023-12-20 14:03:06", f"Fluid Volume Imaged, {text}\n")
    (vignette,), broken = read_all(run, "flowcam")
    assert vignette.acquisition.volume_ml == volume
    words = f"Fluid Volume Imaged is {text!r}, which can't be read: it was left out."
    assert [words in line for line in broken] == ([] if volume else [True])


def test_a_summary_with_semicolons(tmp_path: Path) -> None:
    run = exported(tmp_path, "", "Start; 2023-12-20 14:03:06\nFluid Volume Imaged; 0,25 ml\n", ";")
    (vignette,), broken = read_all(run, "flowcam")
    assert broken == [] and vignette.acquisition.volume_ml == 0.25
    assert vignette.taken_at == datetime(2023, 12, 20, 14, 3, 6, tzinfo=UTC)


@pytest.mark.parametrize(("separator", "encoding"), [(";", "latin-1"), (",", "utf-16"), (";", "utf-8-sig")])
def test_lists_that_other_computers_export(tmp_path: Path, separator: str, encoding: str) -> None:
    run = exported(tmp_path, "2023-12-20 14:03:06", "", separator, encoding)
    (vignette,), broken = read_all(run, "flowcam")
    assert (vignette.numbers, broken) == ({"abd_area": 12.5}, [])
    np.testing.assert_array_equal(vignette.picture, collage(1)[:4, :3])
