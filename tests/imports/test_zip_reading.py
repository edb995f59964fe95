"""Small entries are read at one go: the same bytes as by `zipfile`, and of what is damaged nothing."""

import errno
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.imports.archive import Package
from annotations.imports.errors import PackageError
from annotations.imports.zip_reading import read_small

CONTENT = bytes(range(256)) * 20


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("zip") / "tow.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, kind in (("stored.png", zipfile.ZIP_STORED), ("éphyre.png", zipfile.ZIP_DEFLATED)):
            info = zipfile.ZipInfo(name)
            info.extra = b"UT\x05\0\3" + bytes(4)
            archive.writestr(info, CONTENT, kind)
    return path


@pytest.mark.parametrize("name", ["stored.png", "éphyre.png"])
def test_small_entries_are_read_without_a_stream(path, name):
    with zipfile.ZipFile(path) as archive:
        assert read_small(archive, archive.getinfo(name)) == CONTENT


def test_a_disk_that_is_away_is_left_to_the_stream(path, monkeypatch):
    def away(*arguments: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    with zipfile.ZipFile(path) as archive:
        monkeypatch.setattr("annotations.imports.zip_reading.os.pread", away)
        assert read_small(archive, archive.getinfo("stored.png")) is None


def test_an_entry_with_another_name_in_its_place_is_said_to_be_damaged(path, tmp_path):
    damaged = tmp_path / "tow.zip"
    damaged.write_bytes(path.read_bytes().replace(b"stored.png", b"sTored.png", 1))
    with Package(damaged) as package, pytest.raises(PackageError, match=r"stored.png cannot be unpacked"):
        package.read("stored.png")


def test_a_flipped_bit_is_said_to_be_damage(path, tmp_path):
    damaged = tmp_path / "tow.zip"
    damaged.write_bytes(path.read_bytes().replace(CONTENT[:9], b"x" + CONTENT[1:9], 1))
    with Package(damaged) as package, pytest.raises(PackageError, match="CRC"):
        package.read("stored.png")


@given(place=st.integers(0, 11_000), octet=st.integers(0, 255))
def test_what_comes_is_what_was_packed(path, tmp_path_factory, place, octet):
    """Whatever byte of the zip is another."""
    content = bytearray(path.read_bytes())
    content[place % len(content)] = octet
    damaged = tmp_path_factory.mktemp("damaged") / "tow.zip"
    damaged.write_bytes(content)
    try:
        with zipfile.ZipFile(damaged) as archive:
            for entry in archive.infolist():
                assert read_small(archive, entry) in (CONTENT, None)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError):
        return  # the list of entries can't be read
