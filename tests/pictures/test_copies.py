"""Copies of models and learning sets on a machine: whole or not there, bounded, never removed while in use."""

import os
from pathlib import Path

import pytest

from annotations.pictures.artefacts import exists
from annotations.pictures.copies import adopt, copy_of, make_room
from annotations.pictures.packing import store_folder, stored_folder


@pytest.fixture
def copies(settings) -> Path:
    return Path(settings.ARTEFACTS_FOLDER, "copies")


def visible(copies: Path) -> set[str]:
    return {path.name for path in copies.iterdir() if not path.name.startswith(".")}


def fill(size: int = 100):
    return lambda folder: folder.joinpath("weights").write_bytes(bytes(size))


def not_needed(folder: Path) -> None:
    raise AssertionError("It is here already.")


def test_a_copy_is_made_once(copies):
    with copy_of("a", fill()) as first:
        assert first == copies / "a" and (first / "weights").stat().st_size == 100
    with copy_of("a", not_needed) as second:
        assert second == first


def test_one_that_could_not_be_filled_is_not_there(copies):
    def cut_off(folder: Path) -> None:
        fill()(folder)
        raise ConnectionError

    with pytest.raises(ConnectionError), copy_of("a", cut_off):
        pass
    assert visible(copies) == set()


def test_what_a_killed_process_left_half_filled_is_never_used(copies):
    (copies / ".a.part").mkdir(parents=True)
    (copies / ".a.part/half").write_bytes(b"half")
    with copy_of("a", fill()) as copy:
        assert [path.name for path in copy.iterdir()] == ["weights"]


def test_those_that_were_not_used_for_the_longest_make_room(copies, settings):
    settings.COPIES_BYTES = 250
    for seconds, name in enumerate("ab"):
        with copy_of(name, fill()):
            pass
        os.utime(copies / f".{name}.lock", (seconds, seconds))
    with copy_of("a", not_needed):
        pass
    with copy_of("c", fill()):
        assert visible(copies) == {"a", "c"}, "`b` was used before `a`"


def test_what_is_in_use_stays_though_it_is_too_large(copies, settings):
    settings.COPIES_BYTES = 50
    with copy_of("a", fill()), copy_of("b", fill()):
        make_room()
        assert visible(copies) == {"a", "b"}
    make_room()
    assert visible(copies) == set()


def test_a_folder_of_this_machine_becomes_its_copy(copies, tmp_path):
    for _ in range(2):
        created = tmp_path / "made"
        created.mkdir()
        fill()(created)
        adopt("a", created)
        assert not created.exists()
    with copy_of("a", not_needed) as copy:
        assert (copy / "weights").exists()


def test_the_same_files_are_stored_under_one_key(bucket, tmp_path):
    keys = set()
    for name in ("one", "two"):
        path = tmp_path / name
        path.write_bytes(b"weights")
        keys.add(store_folder("models", {"weights": path}, tmp_path / ".draft.part"))
    (key,) = keys
    assert exists(key) and not (tmp_path / ".draft.part").exists()
    with stored_folder(key) as copy:
        assert {path.name: path.read_bytes() for path in copy.iterdir()} == {"weights": b"weights"}
