"""Any project: exported as COCO and imported into another one it is the same, as far as COCO can hold it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.exports.actions import export_path, export_project, start_export
from annotations.jobs.progress import Progress
from annotations.marks.actions import NewMark, load_marks
from annotations.marks.geometry import checked
from annotations.marks.labels import label_named
from annotations.marks.models import Mark
from annotations.projects.actions import create_project
from annotations.projects.models import Project
from annotations.samples.models import Image, Object
from tests.imports.packages import package, png, row, run_import

pytestmark = pytest.mark.django_db
WIDTH, HEIGHT = 24, 18
TAXA = ["Calanus", "Copepoda", "Oithona similis", "egg<Copepoda", "Étoile de mer"]
PLACE = st.integers(0, 8).map(float)
SIDE = st.integers(1, 8).map(float)
FIGURES = st.one_of(
    st.builds(lambda x, y, w, h: ("box", {"x": x, "y": y, "width": w, "height": h}), PLACE, PLACE, SIDE, SIDE),
    st.builds(
        lambda x, y, w, h: ("polygon", {"points": [[x, y], [x + w, y], [x + w, y + h]]}),
        PLACE, PLACE, SIDE, SIDE,
    ),
    st.builds(lambda x, y: ("point", {"points": [[x, y]]}), PLACE, PLACE),
    st.builds(
        lambda x, y, a: ("ellipse", {"cx": x + 8, "cy": y + 5, "rx": 4.0, "ry": 2.0, "angle": a}),
        PLACE, PLACE, st.integers(0, 179).map(float),
    ),
    st.builds(
        lambda x, h: ("mask", {"size": [HEIGHT, WIDTH], "counts": [x, h, HEIGHT * WIDTH - x - h]}),
        st.integers(1, 99), st.integers(1, 99),
    ),
)  # fmt: skip
OBJECTS = st.fixed_dictionaries(
    {
        "taxon": st.sampled_from(TAXA),
        "state": st.sampled_from(["validated", "dubious", "predicted"]),
        "score": st.integers(0, 100).map(lambda share: share / 100),
        "sample": st.sampled_from(["s1", "tow 2"]),
        "pictures": st.integers(1, 2),
        "shade": st.integers(0, 255),
        "marks": st.lists(st.tuples(st.sampled_from(["gut", "egg-sac"]), FIGURES), max_size=2),
    }
)


def rows_of(objects: list[dict]) -> list[dict]:
    return [
        row(
            number,
            img_file_name=f"o{number}_{rank}.png",
            img_rank=rank,
            sample_id=one["sample"],
            acq_id=f"of {one['sample']}",
            object_annotation_status=one["state"],
            object_annotation_category=one["taxon"],
            object_seston_score=one["score"] if one["state"] == "predicted" else "",
        )
        for number, one in enumerate(objects)
        for rank in range(one["pictures"])
    ]


def draw_marks(project, alice, objects: list[dict]) -> None:
    for number, one in enumerate(objects):
        image = Image.objects.get(object__project=project, object__wide__original_id=f"o{number}", rank=0)
        marks = [
            NewMark(
                image, label_named(project=project, name=name), kind, checked(kind, geometry, WIDTH, HEIGHT)
            )
            for name, (kind, geometry) in one["marks"]
        ]
        load_marks(project=project, author=alice, marks=marks)


def everything(project) -> tuple:
    """What COCO can hold: objects with their labels and samples, pictures by their bytes, marks."""
    objects = Object.objects.filter(project=project).values_list(
        "wide__original_id", "sample__original_id", "taxon__display_name", "state", "score"
    )
    images = Image.objects.filter(object__project=project)
    pictures = images.values_list("object__wide__original_id", "rank", "key", "width", "height")
    marks = Mark.objects.filter(project=project, removed=None)
    drawn = marks.values_list(
        "image__object__wide__original_id", "image__rank", "label__key", "kind", "geometry"
    )
    return sorted(objects), sorted(pictures), sorted(drawn, key=str)


def there_and_back(alice, tmp_path, objects: list[dict], format_name: str) -> tuple[Project, Project, Path]:
    """A project of these objects, another one that got its export, and the export."""
    source, target = (create_project(title=title, owner=alice) for title in ("From", "To"))
    rows = rows_of(objects)
    pictures = {
        each["img_file_name"]: png(objects[int(each["object_id"][1:])]["shade"], (WIDTH, HEIGHT))
        for each in rows
    }
    run_import(source, package(tmp_path / "p.zip", rows, **pictures), alice, create_taxa=True)
    draw_marks(source, alice, objects)
    job = start_export(project=source, user=alice, format_name=format_name)
    export_project(job, Progress(job))
    result = run_import(target, export_path(job), alice)
    assert result["format"] == format_name
    return source, target, export_path(job)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(OBJECTS, min_size=1, max_size=4))
def test_a_project_comes_back_as_it_was(alice, tmp_path, objects):
    source, target, path = there_and_back(alice, tmp_path, objects, "coco")
    assert everything(target) == marks_once(everything(source))
    again = run_import(target, path, alice)
    assert (again["objects"], again["images"], again["marks"]) == (0, 0, 0)


def marks_once(project: tuple) -> tuple:
    """Two that are drawn alike are one: a package that comes again brings none twice."""
    objects, pictures, drawn = project
    return objects, pictures, [one for place, one in enumerate(drawn) if one not in drawn[:place]]
