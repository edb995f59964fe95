"""Any project: exported as EcoTaxa package and imported into an empty one it is the same, but for the format's losses;
read from Parquet it has the same values."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.exports.actions import export_path, export_project, start_export
from annotations.jobs.progress import Progress
from annotations.pictures.actions import store_picture
from annotations.projects.actions import create_project
from annotations.projects.models import Project
from annotations.samples.actions import add_images, add_objects, ensure_acquisition, ensure_sample
from annotations.samples.columns import ensure_columns
from annotations.samples.models import FreeColumn, Object, State
from annotations.samples.rows import NewAcquisition, NewColumn, NewImage, NewLabel, NewObject
from annotations.taxonomy.actions import add_taxon
from annotations.taxonomy.models import Taxon
from tests.exports.test_export import NUMBERS, TEXTS, content
from tests.imports.packages import png, run_import
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
Level = FreeColumn.Level
# of the process: a package says the size of a pixel in no other way
SIZE_IN_A_COLUMN = ("", {"pixel_um": "10.5"})
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
# to a centimetre, and to a millionth: nobody measures places to a hundredth decimal
DEGREES = st.integers(-900_000_000, 900_000_000).map(lambda one: one / 1e7) | st.none()
SHARES = st.integers(0, 1_000_000).map(lambda one: one / 1e6) | st.none()
DEPTHS = st.integers(0, 1_100_000).map(lambda one: one / 100) | st.none()
OBJECTS = st.fixed_dictionaries(
    {
        "state": st.sampled_from(State),
        "taxon": st.integers(0, 3),
        "share": SHARES,
        "at": MOMENTS,
        "has_time": st.booleans(),
        "latitude": DEGREES,
        "longitude": DEGREES,
        "depth": DEPTHS,
        "area": NUMBERS,
        "note": TEXTS | st.just(""),
        "sample": st.integers(0, 1),
        "pictures": st.integers(1, 2),
    }
)
SAMPLES = st.lists(
    st.tuples(TEXTS, TEXTS | st.just("")), min_size=2, max_size=2, unique_by=lambda one: one[0]
)


@shared_rows
def taxa(db) -> list[Taxon]:
    """Two of them are called alike, and one as if it had a parent."""
    animals = add_taxon(name="Animalia", parent=None)
    copepods, fish = (add_taxon(name=name, parent=animals) for name in ("Copepoda", "Teleostei"))
    eggs = [add_taxon(name="egg", parent=parent) for parent in (copepods, fish)]
    return [copepods, *eggs, add_taxon(name="Étoile de mer", parent=animals)]


def made(title: str, user: Any, taxa: list[Taxon], samples: list, objects: list[dict]) -> Project:
    """The project that is described."""
    project = create_project(title=title, owner=user)
    columns = [NewColumn(Level.OBJECT, "area", True), NewColumn(Level.OBJECT, "note")]
    ensure_columns(project=project, columns=[*columns, NewColumn(Level.SAMPLE, "ship")])
    parents = [_parents(project, place, *sample) for place, sample in enumerate(samples)]
    rows = [_new_object(user, taxa, parents[one["sample"]], place, one) for place, one in enumerate(objects)]
    ids = add_objects(project=project, objects=rows)
    images = [
        NewImage(ids[f"o {place}"], f"{place}_{rank}.png", store_picture(png(place)), rank)
        for place, one in enumerate(objects)
        for rank in range(one["pictures"])
    ]
    add_images(images=images)
    return project


def _parents(project: Project, place: int, name: str, ship: str) -> tuple[int, int]:
    sample = ensure_sample(
        project=project, original_id=f"{place} {name}"[:100].strip(), fields={"ship": ship} if ship else {}
    )
    acquisition = NewAcquisition(f"a{place}", "zooscan", 10.5, "by hand")
    return sample.pk, ensure_acquisition(sample_id=sample.pk, new=acquisition).pk


def _new_object(user: Any, taxa: list[Taxon], parents: tuple[int, int], place: int, one: dict) -> NewObject:
    return NewObject(
        f"o {place}",
        *parents,
        label=_label(user, taxa[one["taxon"]], one),
        latitude=one["latitude"],
        longitude=one["longitude"],
        depth_min=one["depth"],
        depth_max=one["depth"],
        taken_at=one["at"]
        if one["has_time"]
        else one["at"].replace(hour=0, minute=0, second=0, microsecond=0),
        has_time=one["has_time"],
        numbers=[one["area"]],
        texts={"note": one["note"]} if one["note"] else {},
    )


def _label(user: Any, taxon: Taxon, one: dict) -> NewLabel:
    if one["state"] == State.UNCLASSIFIED:
        return NewLabel()
    if one["state"] in (State.VALIDATED, State.DUBIOUS):
        return NewLabel(one["state"], taxon.pk, annotator_id=user.pk, labelled_at=one["at"])
    return NewLabel(one["state"], taxon.pk, score=one["share"])


def exported(project: Project, user: Any, name: str) -> Path:
    """Where the file lies."""
    job = start_export(project=project, user=user, format_name=name)
    export_project(job, Progress(job))
    return export_path(job)


def labels(project: Project) -> dict[str, tuple]:
    rows = Object.objects.filter(project=project).values_list("wide__original_id", "state", "taxon", "score")
    return {name: rest for name, *rest in rows}


def without_people(project: Project) -> dict[str, list]:
    """People that a package names are its own; who they are somebody has to say."""
    rows = content(project)
    return {name: [row[0][:2] + row[0][6:], *row[1:]] for name, row in rows.items()}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(samples=SAMPLES, objects=st.lists(OBJECTS, min_size=1, max_size=4))
def test_any_project_comes_back_from_its_package(alice, taxa, samples, objects):
    source = made("From", alice, taxa, samples, objects)
    target = create_project(title="To", owner=alice)
    run_import(target, exported(source, alice, "ecotaxa"), alice)
    # what the format's losses name: nobody looked at what a rule accepted
    as_predicted = {
        name: ["P" if state == "M" else state, *rest] for name, (state, *rest) in labels(source).items()
    }
    assert labels(target) == as_predicted
    before, after = without_people(source), without_people(target)
    for name, row in before.items():
        assert after[name][1:] == [*row[1:5], SIZE_IN_A_COLUMN, *row[6:]], name


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(samples=SAMPLES, objects=st.lists(OBJECTS, min_size=1, max_size=4))
def test_any_project_reads_the_same_from_parquet(alice, taxa, samples, objects):
    source = made("From", alice, taxa, samples, objects)
    with zipfile.ZipFile(exported(source, alice, "parquet")) as package:
        table = pq.read_table(io.BytesIO(package.read("objects.parquet"))).to_pylist()
    rows = {row["object_id"]: row for row in table}
    assert rows.keys() == labels(source).keys()
    for place, one in enumerate(objects):
        row = rows[f"o {place}"]
        assert (row["object_lat"], row["object_area"], row["object_note"] or "") == (
            one["latitude"],
            one["area"],
            one["note"],
        )
        assert row["object_annotation_status"] == one["state"].word
        assert (row["sample_ship"] or "") == samples[one["sample"]][1]
