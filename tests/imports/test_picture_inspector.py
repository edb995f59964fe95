"""Pictures are decoded by copies of the process, and what is wrong with them is said in the order of their lines."""

import errno
import os
import zipfile
from pathlib import Path

import pytest

from annotations.common.problems import Problems
from annotations.imports import pictures
from annotations.imports.archive import Package
from annotations.imports.pictures import PictureInspector, PictureLocation
from annotations.imports.windows import AcquisitionRanges
from tests.imports.packages import png

COUNT = 3 * pictures.BATCH


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    """Every fifth picture is none."""
    path = tmp_path_factory.mktemp("tow") / "tow.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(COUNT):
            archive.writestr(f"{number}.png", b"text" if number % 5 == 0 else png(number % 200))
    return path


@pytest.fixture(params=["here", "apart"])
def few_bytes(request, monkeypatch) -> None:
    monkeypatch.setattr(pictures, "FEW_BYTES", 0 if request.param == "apart" else 2**30)


def looked_at(path: Path) -> Problems:
    problems = Problems()
    with Package(path) as package, PictureInspector(package, problems, AcquisitionRanges()) as inspector:
        for number in range(COUNT):
            place = PictureLocation("ecotaxa.tsv", number + 3, "img_file_name", ("tow", "net"))
            inspector.check_content(f"{number}.png", place)
    return problems


def test_what_is_wrong_is_said_of_its_line(path, few_bytes):
    (entry,) = looked_at(path).listed
    assert (entry["line"], entry["column"], entry["count"]) == (3, "img_file_name", len(range(0, COUNT, 5)))
    assert entry["message"].startswith("0.png: This is no picture that can be read.")
    assert "8 (5.png), 13 (10.png)" in entry["message"]


def test_a_disk_that_is_away_stops_it(path, few_bytes, monkeypatch):
    def away(self: Package, name: str) -> bytes:
        raise OSError(errno.EIO, f"Input/output error in {os.getpid()}")

    monkeypatch.setattr(Package, "read", away)
    with pytest.raises(OSError, match="Input/output") as raised:
        looked_at(path)
    assert raised.value.errno == errno.EIO
