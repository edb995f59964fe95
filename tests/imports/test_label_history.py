"""The earlier labels that a package brings stand in the log, each with who gave it and when."""

import json
from datetime import UTC, datetime

import pytest

from annotations.jobs.errors import JobError
from annotations.labels.models import Batch, Change
from annotations.labels.queries import history
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon
from tests.imports.packages import package, row, run_import

pytestmark = pytest.mark.django_db
PREDICTED = {"state": "P", "category": "Acartia", "date": "2021-09-21T14:59:01", "score": 0.25}
VALIDATED = {"state": "V", "category": "Copepoda", "person": "Ann Lee", "date": "2021-09-29T08:25:37"}


def import_labels(path, *labels: dict, status: str = "dubious", category: str = "Oithona", **more: object):
    cells = {
        "object_annotation_status": status,
        "object_annotation_category": category,
        "object_annotation_person_name": "Bo Ek" if status else "",
        "object_annotation_date": "20220101" if status else "",
        "object_seston_history": json.dumps(labels) if labels else "",
    }
    return package(path, [row(1, **cells), row(2)], **more)


def entries() -> list[tuple]:
    """(state, taxon, who, day) of the object, the newest first."""
    rows = history(Object.objects.get(wide__original_id="o1").pk)
    return [
        (
            row["to"]["state"],
            row["to"]["taxon"] and row["to"]["taxon"]["name"],
            row["user"],
            f"{row['when']:%Y-%m-%d}",
        )
        for row in rows
    ]


def test_each_earlier_label_is_in_the_log(project, tmp_path):
    run_import(project, import_labels(tmp_path / "p.zip", PREDICTED, VALIDATED), create_taxa=True)
    assert entries() == [
        ("dubious", "Oithona", "Bo Ek", "2022-01-01"),
        ("validated", "Copepoda", "Ann Lee", "2021-09-29"),
        ("predicted", "Acartia", None, "2021-09-21"),
    ]
    changes = list(Change.objects.order_by("id"))
    assert [change.version for change in changes] == [1, 2, 3]
    assert [(change.from_state, change.from_score) for change in changes] == [
        ("U", None),
        ("P", 0.25),
        ("V", None),
    ]
    assert changes[2].from_labelled_at == datetime(2021, 9, 29, 8, 25, 37, tzinfo=UTC)
    labelled = Object.objects.get(wide__original_id="o1")
    assert (labelled.version, labelled.state, labelled.annotator.display_name) == (3, "D", "Bo Ek")
    assert Batch.objects.get().changed == 1


def test_an_object_that_lost_its_label_has_been_something(project, tmp_path):
    run_import(
        project, import_labels(tmp_path / "p.zip", VALIDATED, status="", category=""), create_taxa=True
    )
    assert [state for state, *_ in entries()] == ["unclassified", "validated"]
    assert Object.objects.get(wide__original_id="o1").version == 2


def test_the_same_package_again_adds_no_history(project, tmp_path):
    path = import_labels(tmp_path / "p.zip", PREDICTED, VALIDATED)
    run_import(project, path, create_taxa=True)
    run_import(project, path, create_taxa=True)
    assert len(entries()) == 3


def test_an_earlier_label_whose_name_waits_is_left_out(project, tmp_path):
    for name in ("Oithona", "Copepoda"):
        Taxon.objects.create(name=name, display_name=name)
    result = run_import(project, import_labels(tmp_path / "p.zip", PREDICTED, VALIDATED), create_taxa=False)
    assert [taxon for _, taxon, *_ in entries()] == ["Oithona", "Copepoda"]
    assert result["unknown_names"] == ["Acartia"]


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("no json", "no JSON"),
        ('{"state": "V"}', "no list of labels"),
        ('[{"state": "V"}]', "no category"),
        ('[{"category": "Copepoda"}]', "no state"),
        ('[{"state": "V", "category": "Copepoda", "date": "soon"}]', "no date"),
        ('[{"state": "X", "category": "Copepoda"}]', "no status"),
    ],
)
def test_a_history_that_cannot_be_read_is_named(project, tmp_path, cell, sentence):
    path = package(tmp_path / "p.zip", [row(1, object_seston_history=cell)])
    with pytest.raises(JobError) as refused:
        run_import(project, path)
    (error,) = refused.value.errors
    assert sentence in error["message"]
    assert (error["line"], error["column"]) == (3, "object_seston_history")
