"""Of scans that don't come in the first are named, of the others only the number is kept."""

import pytest

from tests.imports.packages import write_zip
from tests.scans.drawing import bring, ground, png
from worker.scans import broken
from worker.scans.broken import BrokenScans


def entry(number: int) -> dict:
    return {"file": f"{number}.png", "line": None, "column": None, "message": "It is broken."}


def test_of_many_the_first_are_kept_and_all_are_counted():
    scans = BrokenScans()
    for number in range(10_000):
        scans.add(entry(number))
    assert scans.as_note() == {"errors": [entry(n) for n in range(broken.MOST_NAMED)], "broken": 10_000}
    assert scans.where_named == f"what is wrong with the first {broken.MOST_NAMED} is listed."


def test_who_takes_them_up_counts_on():
    scans = BrokenScans.of_checkpoint({"errors": [entry(1)], "broken": 7})
    scans.add(entry(2))
    assert scans.as_note() == {"errors": [entry(1), entry(2)], "broken": 8}


def test_a_checkpoint_from_before_there_was_a_number_has_as_many_as_it_names():
    many = [entry(number) for number in range(broken.MOST_NAMED + 5)]
    scans = BrokenScans.of_checkpoint({"errors": many})
    assert (len(scans.named), scans.count) == (broken.MOST_NAMED, broken.MOST_NAMED + 5)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({}, "No scan came in: what is wrong with the first 2 is listed."),
        (
            {"z.png": png(ground(90, 90))},
            "1 scan came in. 3 did not: what is wrong with the first 2 is listed.",
        ),
    ],
)
def test_a_job_lists_the_first_and_says_how_many_there_are(
    project, alice, tmp_path, monkeypatch, more, message
):
    monkeypatch.setattr(broken, "MOST_NAMED", 2)
    files = dict.fromkeys(("a.png", "b.png", "c.png"), b"broken")
    job = bring(project, alice, write_zip(tmp_path / "w.zip", files | more))
    assert job.message == message
    assert [each["file"] for each in job.errors] == ["a.png", "b.png"]
    assert len(job.checkpoint["errors"]) == 2 and job.checkpoint["broken"] == 3
