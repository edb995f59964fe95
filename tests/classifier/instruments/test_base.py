"""What every registered instrument keeps to, and how broken files are worded."""

from pathlib import Path

import pytest

from classifier.instruments.base import Instrument, instrument, instruments, recognised_instrument
from classifier.instruments.files import open_files
from classifier.instruments.records import BrokenFile
from tests.classifier.instruments.reading import write_files


@pytest.mark.parametrize("name", instruments())
def test_an_instrument_says_what_it_is(name: str) -> None:
    reader = instruments()[name]
    assert reader.title and reader.help.endswith(".")
    assert not reader.recognises([]) and not reader.recognises(["photo.jpg", "notes.txt"])
    for option in reader.options:
        assert option.label and option.help
        assert not option.choices or option.default in option.choices


def test_a_name_is_of_one_instrument(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifier.instruments.base._instruments", {})

    class First(Instrument):
        name = "first"

        def recognises(self, paths):
            return "a" in paths

        def parts(self, files):
            return []

        def read(self, files, part, options):
            return iter(())

    class Second(First):
        name = "second"

        def recognises(self, paths):
            return "b" in paths

    instrument(First)
    instrument(Second)
    with pytest.raises(ValueError, match="two instruments"):
        instrument(First)
    assert recognised_instrument(["a"]).name == "first"
    assert recognised_instrument(["a", "b"]) is recognised_instrument([]) is None


def test_a_broken_file_is_named_with_its_place() -> None:
    broken = BrokenFile("day/a.roi", "It ends too early.", "Copy it again.", byte=123456)
    assert str(broken) == "day/a.roi, byte 123,456: It ends too early. Copy it again."
    assert BrokenFile("a.adc", "x", line=3).place == "a.adc, line 3"


def test_a_zip_that_nobody_opens_is_named(tmp_path: Path) -> None:
    bins = {f"D20220519T124533_IFCB134{ending}": b"" for ending in (".adc", ".hdr", ".roi")}
    write_files(tmp_path, {**bins, "more.zip": b"PK", "raw/scan.ZIP": b"PK"})
    with open_files(tmp_path) as files:
        (broken,) = instruments()["ifcb"].leftovers(files)
    assert str(broken) == (
        "more.zip: This zip was not opened, nor was 1 other. Unpack those that hold files of the instrument."
    )
    assert broken.warning
