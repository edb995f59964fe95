"""No link leads out of a folder that is imported, and no file changes on the way, however late it happens."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from annotations.imports import opening
from annotations.imports.archive import Package
from annotations.imports.errors import PackageError


@pytest.fixture
def folder(tmp_path) -> Path:
    """`tow/a.png` and a link to it, in the folder `place`; beside it `secret/a.png`."""
    for name in ("place/tow", "secret"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a.png").write_bytes(b"12345")
    (tmp_path / "place" / "tow" / "b.png").symlink_to("a.png")
    return tmp_path / "place"


def content(package: Package, name: str) -> bytes:
    with package.stream(name) as file:
        return file.read()


def test_a_link_inside_is_read(folder):
    with Package(folder) as package:
        assert content(package, "tow/b.png") == b"12345"


@pytest.mark.parametrize("part", ["tow/a.png", "tow"])
def test_a_link_that_was_put_there_later_leads_nowhere(folder, part):
    with Package(folder) as package:
        swap(folder, part)
        with pytest.raises(PackageError, match="leads out of the package"):
            content(package, "tow/a.png")


@pytest.mark.parametrize("part", ["tow/a.png", "tow"])
def test_a_link_that_is_put_there_between_the_look_and_the_opening_leads_nowhere(folder, part, monkeypatch):
    look = opening._open_without_links

    def swapped(path: str, flags: int) -> int:
        swap(folder, part)
        return look(path, flags)

    with Package(folder) as package:
        monkeypatch.setattr(opening, "_open_without_links", swapped)
        with pytest.raises(PackageError, match="changed while it was imported"):
            content(package, "tow/a.png")


def test_a_place_that_became_a_link_is_not_opened(folder):
    swap(folder.parent, "place")
    with Package(folder, follows_links=False) as package, pytest.raises(PackageError, match="leads out"):
        content(package, "a.png")


def test_a_file_that_changes_meanwhile_is_refused(folder):
    with Package(folder) as package:
        (folder / "tow" / "a.png").write_bytes(b"54321")
        os.utime(folder / "tow" / "a.png", ns=(1, 1))
        with pytest.raises(PackageError, match=r"a\.png changed while it was imported"):
            content(package, "tow/a.png")


def test_a_zip_that_another_has_replaced_is_not_read_on_in_a_fork(tmp_path):
    """A fork opens it anew, and knows where its entries lay before."""
    for name in ("tow.zip", "other.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("a.png", name)
    with Package(tmp_path / "tow.zip") as package:
        package.reopen()
        assert content(package, "a.png") == b"tow.zip"
        (tmp_path / "other.zip").replace(tmp_path / "tow.zip")
        with pytest.raises(PackageError, match="changed while it was imported"):
            package.reopen()


def test_a_pipe_in_the_place_of_a_file_stops_nothing(folder):
    with Package(folder) as package:
        (folder / "tow" / "a.png").unlink()
        os.mkfifo(folder / "tow" / "a.png")
        with pytest.raises(PackageError, match="changed while it was imported"):
            content(package, "tow/a.png")


def swap(folder: Path, part: str) -> None:
    """A link to what is secret in the place of a file or folder."""
    old = folder / part
    shutil.rmtree(old) if old.is_dir() else old.unlink()
    secret = next(above / "secret" for above in old.parents if (above / "secret").exists())
    old.symlink_to(secret / "a.png" if old.suffix else secret)
