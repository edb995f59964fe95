"""Headers of computers that write numbers and positions in their own way."""

from pathlib import Path

import pytest

from tests.classifier.instruments.ifcb.synthetic_bins import NEW, picture_of, write_bin
from tests.classifier.instruments.ifcb.test_reader import read


def test_decimal_commas(tmp_path: Path) -> None:
    hdr = "runTime: 1200,5\ninhibitTime: 0,5\ngpsLatitude: 58,25\ngpsLongitude: 11,5\n"
    (vignette,), broken = read(write_bin(tmp_path, NEW, [picture_of(5, 7)], hdr))
    assert broken == []
    assert (vignette.latitude, vignette.longitude, vignette.acquisition.volume_ml) == (58.25, 11.5, 5)


def test_a_position_that_is_no_decimal_degrees_is_named(tmp_path: Path) -> None:
    hdr = "runTime: 1200.5\ninhibitTime: 0.5\nlatitude: 58.25 N\nlongitude: 11.5 W\n"
    (vignette,), (broken,) = read(write_bin(tmp_path, NEW, [picture_of(5, 7)], hdr))
    assert (vignette.latitude, vignette.longitude) == (None, None)
    assert broken.message == (
        "The header has '58.25 N' where decimal degrees belong: the bin comes in without a position."
    )


@pytest.mark.parametrize(
    "fix", ["", "latitude: nan\nlongitude: nan\n", "latitude: -9999\nlongitude: -9999\n"]
)
def test_an_instrument_without_a_fix_is_no_news(tmp_path: Path, fix: str) -> None:
    hdr = f"runTime: 1200.5\ninhibitTime: 0.5\n{fix}"
    assert read(write_bin(tmp_path, NEW, [picture_of(5, 7)], hdr))[1] == []
