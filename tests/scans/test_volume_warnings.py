"""Of samples that have another volume already the first are named, and of the others that there are some."""

import zipfile
from pathlib import Path

import pytest

from annotations.scans.actions import start_scan_import
from tests.run_jobs import work
from tests.scans.drawing import ground, png
from worker.scans import volume_warnings
from worker.scans.volume_warnings import MORE, VolumeWarnings


def test_of_many_the_first_are_kept():
    warnings = VolumeWarnings()
    changes = [warnings.add(f"tow_{number}") for number in range(10_000)]
    most = volume_warnings.MOST_NAMED
    assert warnings.as_note() == {"warnings": [f"tow_{n}" for n in range(most)], "has_more": True}
    assert sum(changes) == most + 1  # so often the checkpoint is written
    assert warnings.sentences[-2:] == [f"tow_{most - 1}", MORE]


def test_who_takes_them_up_names_none_twice():
    warnings = VolumeWarnings.of_checkpoint({"warnings": ["tow_1"]})
    assert not warnings.add("tow_1") and not warnings.add("")
    assert warnings.sentences == ["tow_1"]


def test_a_checkpoint_that_kept_each_of_them_is_cut():
    many = [f"tow_{number}" for number in range(volume_warnings.MOST_NAMED + 5)]
    warnings = VolumeWarnings.of_checkpoint({"warnings": many})
    assert (len(warnings.named), warnings.has_more) == (volume_warnings.MOST_NAMED, True)


def of_samples(folder: Path, volume_ml: int) -> Path:
    path = folder / f"{volume_ml}.zip"
    with zipfile.ZipFile(path, "w") as package:
        lines = [f"{number}.png,tow_{number},{volume_ml}\n" for number in range(4)]
        package.writestr("frames.csv", "file,sample,volume_ml\n" + "".join(lines))
        for number in range(4):
            package.writestr(f"{number}.png", png(ground(90, 80, seed=number)))
    return path


@pytest.mark.django_db(transaction=True)
def test_a_job_names_the_first_and_says_that_there_are_more(project, alice, tmp_path, monkeypatch):
    monkeypatch.setattr(volume_warnings, "MOST_NAMED", 2)
    for volume_ml in (200, 300):
        path = of_samples(tmp_path, volume_ml)
        job = work(start_scan_import(project=project, user=alice, path=path, name=path.name))
    messages = [each["message"] for each in job.result["warnings"]]
    assert [message.split()[2] for message in messages[:2]] == ["tow_0", "tow_1"]
    assert messages[2:] == [MORE]
    assert len(job.checkpoint["warnings"]) == 2
