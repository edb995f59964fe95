"""How fast Seston is on this machine, in figures that anybody can repeat with `make bench`."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import StringIO
from pathlib import Path
from urllib.parse import quote

from django.core.management import call_command
from django.core.management.base import OutputWrapper
from django.db import connection
from django.test import Client

from annotations.accounts.models import User
from annotations.demo.growing import grow
from annotations.demo.package import write_package
from annotations.jobs.foreground import run_here
from annotations.labels.tally import project_counts
from annotations.projects.actions import create_project
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn, Object
from annotations.search.indexing import index_column
from benchmarks.counting import counting
from benchmarks.exporting import exports
from benchmarks.importing import checks, imports
from benchmarks.labelling import annotators, labels, together
from benchmarks.marks import marks
from benchmarks.people import two_hundred_pictures
from benchmarks.reading import reading
from benchmarks.refitting import refits
from benchmarks.results import tables_of_results
from benchmarks.similarity import similarity
from benchmarks.taxa import big_tree
from benchmarks.timing import Figures, milliseconds, p95
from benchmarks.traits import QUERIES as TRAIT_QUERIES
from benchmarks.traits import give_traits, trait_counts

DRAWN = 3000


def measure(sizes: list[int]) -> Figures:
    """Everything, at each of the sizes (objects in the project), from small to large."""
    figures = Figures()
    with throwaway_project() as (project, user):
        import_rate(figures, project)
        marks(figures, project, user)
        worst: dict[int, float] = {}
        for size in sizes:
            grow(project, size)
            give_traits(project, user)
            worst[size] = pages(figures, project, user, size, QUERIES | TRAIT_QUERIES)
            trait_counts(figures, project, user, size)
            labels(figures, project, user, size)
            similarity(figures, project, user, size)
            tables_of_results(figures, project, user, size)
            exports(figures, project)
        if len(sizes) > 1:
            figures.add(
                f"page p95, {sizes[-1]:,} against {sizes[0]:,}", worst[sizes[-1]] / worst[sizes[0]], "ratio"
            )
        together(figures, project, user, sizes[-1])
        figures.add("200 pictures over six connections", two_hundred_pictures(project, user), "ms")
        refits(figures, user)
        counting(figures, user)
        predictions(figures)
        predictions_at_scale(figures, user)
        loading(figures)
    figures.update(imports_alone())
    big_tree(figures.add)
    statistics_of_the_loop(figures)
    return figures


def refits_alone(size: int = 0) -> Figures:
    """Learning while sorting, which needs none of the rest and has a size of its own."""
    figures = Figures()
    user, _ = User.objects.get_or_create(username="bench", defaults={"is_active": True})
    refits(figures, user)
    return figures


def exports_alone(size: int = 100_000) -> Figures:
    """Rows that leave, of a project of that size."""
    figures = Figures()
    with throwaway_project() as (project, _):
        import_rate(figures, project)
        grow(project, size)
        exports(figures, project)
    return figures


def labels_alone(size: int = 20_000) -> Figures:
    """What labels take in a project of that size, and eight annotators at once."""
    figures = Figures()
    with throwaway_project() as (project, user):
        import_rate(figures, project)
        grow(project, size)
        labels(figures, project, user, size)
        annotators(figures, project, user, size)
    return figures


def reading_alone(size: int = 20_000) -> Figures:
    """What a request for a page takes, in a project of that size with many columns."""
    figures = Figures()
    with throwaway_project() as (project, user):
        import_rate(figures, project)
        grow(project, size)
        reading(figures, project, user)
    return figures


def imports_alone(size: int = 20_000) -> Figures:
    """Packages of that many small pictures."""
    figures = Figures()
    with throwaway_project() as (project, user):
        imports(figures, project, user, size)
    return figures


def tables_alone(size: int = 20_000) -> Figures:
    """Tables of that many lines without pictures."""
    figures = Figures()
    with throwaway_project() as (project, user):
        imports(figures, project, user, size, pictures=False)
    return figures


def checks_alone(size: int = 1_000_000) -> Figures:
    """The check of tables of that many lines without pictures."""
    figures = Figures()
    with throwaway_project() as (project, user):
        checks(figures, project, user, size)
    return figures


@contextmanager
def throwaway_project() -> Iterator[tuple[Project, User]]:
    user, _ = User.objects.get_or_create(username="bench", defaults={"is_active": True})
    project = create_project(title="Benchmark (to be deleted)", owner=user)
    try:
        yield project, user
    finally:
        _delete(project)


def _delete(project: Project) -> None:
    """Straight SQL: Django would load a million rows to delete them."""
    tables = [
        "traits_traitchange",
        "traits_traitvalue",
        "labels_change",
        "learning_prediction",
        "search_rankedobject",
        "samples_image",
        "samples_objectfields",
    ]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f"DELETE FROM {table} WHERE object_id IN (SELECT id FROM samples_object WHERE project_id = %s)",
                [project.pk],
            )
        cursor.execute("DELETE FROM samples_object WHERE project_id = %s", [project.pk])
        for table in ("labels_tally", "labels_settledtally"):
            cursor.execute(f"DELETE FROM {table} WHERE project_id = %s", [project.pk])
    project.delete()


def import_rate(figures: Figures, project: Project) -> None:
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "drawn.zip"
        write_package(package, DRAWN)
        started = time.perf_counter()
        with (Path(folder) / "log").open("w") as log:
            options = {"project": project.title, "user": "bench", "create_taxa": True, "stdout": log}
            call_command("import_ecotaxa", str(package), **options)
        figures.add("import, checked and loaded", DRAWN / (time.perf_counter() - started), "objects/s")


QUERIES = {
    "all, by arrival": "",
    "all, by score": "order=-score",
    "all, by date": "order=date",
    "all, by a free column": "order=field:area",
    "a state, by arrival": "state=predicted",
    "a state, least certain first": "state=predicted&order=score",
    "a rare state, by date": "state=dubious&order=date",
    "a taxon, by score": "taxon={taxon}&order=-score",
    "a taxon and below, by arrival": "taxon={parent}",
    "a taxon, by a free column": "taxon={taxon}&order=-field:area",
    "a rare taxon, by a free column": "taxon={rare}&order=field:area",
    "a state, by a free column": "state=dubious&order=-field:area",
    "a sample, by score": "sample={sample}&order=-score",
    "a sample, by a free column": "sample={sample}&order=field:area",
    "a range of scores": "score_min=0.9&score_max=0.95",
    "all, closest second choice first": "order=margin",
    "all, most undecided first": "order=-entropy",
    "all, by depth": "order=-depth",
    "all, at random": "order=random:7",
    "a state, at random": "state=predicted&order=random:7",
    "an acquisition": "acquisition={acquisition}",
    "an instrument": "instrument={instrument}",
    "a range of depths": "depth_min=10&depth_max=20",
    "a range of dates": "date_from=2026-04-01&date_to=2026-04-03",
    "a month": "month=4",
    "hours over midnight": "time=22:00-04:00",
    "at night": "sun=night",
    "at dusk, by score": "sun=dusk&order=-score",
    "a box on the map": "box=3,38,5,41",
    "an empty box": "box=0,0,1,1",
    "one annotator, latest first": "annotator={annotator}&order=-date",
    "labelled since": "labelled_from=2026-01-01",
    "a free column compared": "field=area%3E%3D5000",
    "a free column compared, sorted by it": "field=area%3E%3D5000&order=field:area",
    "another column compared, no keys": "field=esd%3E%3D60",
    "an object by its id": "original_id=nothing",
    "the model disagrees": "disagrees=1",
    "the model's second choice": "second={taxon}",
    "people disagreed": "contested=1",
    "with comments": "commented=1",
    "my samples": "assigned={annotator}",
    "score, month and sun": "score_min=0.9&month=4&sun=night",
}


def pages(
    figures: Figures, project: Project, user: User, size: int, queries: dict[str, str] = QUERIES
) -> float:
    """Pages of 200 with their fields through the API; returns the slowest p95 in ms."""
    client = Client()
    client.force_login(user)
    some = (
        Object.objects.filter(project=project, taxon__isnull=False)
        .select_related("taxon", "acquisition")
        .latest("id")
    )
    assert some.taxon is not None
    names: dict[str, object] = {
        "taxon": some.taxon_id,
        "parent": some.taxon.path[0],
        "sample": some.sample_id,
    }
    names["rare"] = _rarest(project)
    names |= {
        "acquisition": some.acquisition_id,
        "instrument": quote(some.acquisition.instrument),
        "annotator": user.pk,
    }
    index_free_column(project)
    slowest = 0.0
    for name, query in queries.items():
        url = f"/api/v1/projects/{project.pk}/objects/?{query.format(**names)}"
        assert client.get(url).status_code == 200
        durations = milliseconds(partial(client.get, url))
        figures.add(f"page of 200 at {size:,}: {name}, p50", statistics.median(durations), "ms")
        figures.add(f"page of 200 at {size:,}: {name}, p95", p95(durations), "ms")
        slowest = max(slowest, p95(durations))
    for name in ("counts", "progress"):
        durations = milliseconds(partial(client.get, f"/api/v1/projects/{project.pk}/{name}/"))
        figures.add(f"{name} at {size:,}, p95", p95(durations), "ms")
    return slowest


def _rarest(project: Project) -> int:
    counts = project_counts(project.pk)
    return min((count, taxon) for taxon, _, count in counts if taxon is not None)[1]


def index_free_column(project: Project) -> None:
    """What the worker does when somebody sorts by `area` a second time."""
    column = FreeColumn.objects.get(project=project, level="object", name="area")
    if not column.is_indexed:
        with StringIO() as log:
            params = {"column": column.pk}
            run_here(index_column, OutputWrapper(log), kind="index_column", project=project, params=params)


def predictions(figures: Figures) -> None:
    from benchmarks.forward import forward_and_predict

    bare, whole = forward_and_predict()
    figures.add("bare forward pass, mobilenet_v3_large at 128 px", bare, "images/s")
    figures.add("reading, decoding and predicting", whole, "images/s")
    figures.add("prediction against the bare forward pass", whole / bare, "ratio")


def predictions_at_scale(figures: Figures, user: User) -> None:
    """In small; `python -m benchmarks.predicting` takes the size."""
    from benchmarks.predicting import shared, written

    written(figures, user, 50_000)
    shared(figures, user, 8192)


def statistics_of_the_loop(figures: Figures) -> None:
    from benchmarks import abundance, precision

    precision.curve_of_a_million(figures)
    inside = precision.simulate(200, looks=30, on_pages=0)[:, :, 0].mean()
    figures.add("precision of a threshold inside its interval, 200 projects", inside, "ratio")
    abundance.timing(figures)
    for way, result in abundance.simulate(10, 40).items():
        figures.add(f"abundance, shifted mix of taxa: {way}, error", result.error, "ratio")
        figures.add(f"abundance, shifted mix of taxa: {way}, inside", result.inside, "ratio")


def loading(figures: Figures) -> None:
    from benchmarks.loader import NAME, UNIT, loader_ratios

    for side, ratio in loader_ratios().items():
        figures.add(f"{NAME}, {side} px", ratio, UNIT)
