"""A folder and a zip of it are read the same way."""

import zipfile
from pathlib import Path

import pytest

from classifier.contract.errors import ClassifierError
from classifier.instruments.files import open_files, read_whole
from classifier.instruments.records import BrokenFile

CONTENT = {"day/a.adc": b"1,2\n", "day/b.roi": bytes(range(256)), "c.hdr": b"x"}


@pytest.fixture(params=["folder", "zip"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "cruise"
    for path, content in {**CONTENT, ".DS_Store": b"junk", "__MACOSX/day/a.adc": b"junk"}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    if request.param == "folder":
        return folder
    with zipfile.ZipFile(tmp_path / "cruise.zip", "w", zipfile.ZIP_DEFLATED) as package:
        for file in folder.rglob("*"):
            package.write(file, file.relative_to(folder).as_posix())
    return tmp_path / "cruise.zip"


def test_paths_sizes_and_bytes(source: Path) -> None:
    with open_files(source) as files:
        assert files.name == "cruise"
        assert list(files.paths()) == sorted(CONTENT)
        assert {path: files.size(path) for path in files.paths()} == {p: len(c) for p, c in CONTENT.items()}
        with files.open("day/b.roi") as file:
            file.seek(200)
            assert file.read(3) == bytes([200, 201, 202])
            file.seek(10)
            assert file.read(1) == b"\n"


def test_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "cruise"
    folder.mkdir()
    (folder / "b.hdr").write_text("whole")
    (folder / "a.hdr").symlink_to(tmp_path / "secret.txt")
    (folder / "c.hdr").symlink_to(folder / "b.hdr")
    with open_files(folder) as files:
        broken = read_whole(files, "a.hdr")
        assert isinstance(broken, BrokenFile) and "a link that leads out of the folder" in broken.message
        assert read_whole(files, "c.hdr") == b"whole"


def test_what_is_neither_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClassifierError, match="no folder or zip"):
        open_files(tmp_path / "nowhere")
    (tmp_path / "text.zip").write_text("no zip")
    with pytest.raises(ClassifierError, match="no zip file"):
        open_files(tmp_path / "text.zip")
