"""Outlines on larger pictures: exported as GeoJSON or label images, they come back into another project."""

import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image as Picture

from annotations.exports.actions import export_path, export_project, start_export
from annotations.exports.outlines.geojson import polygons
from annotations.exports.outlines.scans import PlacedObject
from annotations.imports.drawn.figures import mask_of_parts
from annotations.jobs.progress import Progress
from annotations.projects.actions import create_project
from annotations.samples.models import Object
from annotations.scans.models import Outline
from classifier.contract.outlines import mask_of_runs
from tests.imports.packages import run_import, write_zip

pytestmark = pytest.mark.django_db
SCENE = np.arange(600, dtype=np.uint16).reshape(20, 30).astype(np.uint8)
OBJECTS = st.lists(
    st.tuples(
        arrays(bool, (6, 7)).filter(np.any),
        st.sampled_from(["Calanus", "Oithona similis", ""]),
        st.sampled_from(["validated", "dubious"]),
    ),
    min_size=1,
    max_size=6,
)


def png(values: np.ndarray) -> bytes:
    out = io.BytesIO()
    Picture.fromarray(values).save(out, "PNG")
    return out.getvalue()


def package(path, objects: list) -> str:
    """Two pictures with label images and their table; each mask in a place of its own."""
    labels, table = (
        [np.zeros((20, 30), np.uint16) for _ in range(2)],
        ["file,value,object,taxon,state,sample,pixel_um"],
    )
    for number, (mask, taxon, state) in enumerate(objects, 1):
        row, column = divmod((number - 1) // 2, 3)
        labels[number % 2][row * 8 + 1 : row * 8 + 7, column * 9 + 1 : column * 9 + 8][mask] = number
        table.append(f"s{number % 2}.png,{number},o{number},{taxon},{state if taxon else ''},tow,10.5")
    files = {f"images/s{n}.png": png(SCENE + n) for n in range(2)}
    files |= {f"labels/s{n}.png": png(values) for n, values in enumerate(labels) if values.any()}
    return write_zip(path, {**files, "labels.csv": "\n".join(table)})


def content(project) -> list[tuple]:
    rows = Object.objects.filter(project=project).select_related(
        "taxon", "wide", "sample", "acquisition", "outline"
    )
    return sorted(
        (one.wide.original_id, one.taxon and one.taxon.name, one.state, one.sample.original_id,
         one.acquisition.pixel_um, *placed(one.outline))
        for one in rows
    )  # fmt: skip


def placed(outline: Outline) -> tuple:
    runs = {"size": [outline.height, outline.width], "counts": bytes(outline.counts).decode()}
    return outline.x, outline.y, mask_of_runs(runs).tolist()


@pytest.mark.parametrize("name", ["geojson", "label_images"])
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(objects=OBJECTS)
def test_what_goes_out_comes_back(alice, tmp_path, name, objects):
    before, after = (create_project(title=title, owner=alice) for title in ("From", "To"))
    run_import(before, package(tmp_path / "scans.zip", objects), alice, create_taxa=True)
    job = start_export(project=before, user=alice, format_name=name)
    export_project(job, Progress(job))
    assert run_import(after, export_path(job), alice)["format"] == name
    assert len(content(before)) == len(objects) and content(before) == content(after)
    assert Outline.objects.filter(object__project=after, source="imported").count() == len(objects)


@given(arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))).filter(np.any))
def test_polygons_with_holes_are_the_mask(mask):
    one = PlacedObject("o", "s", "validated", None, "", None, 3, 4, mask)
    back = mask_of_parts([[np.array(ring, float) for ring in part] for part in polygons(one)], (20, 20))
    whole = np.zeros((20, 20), bool)
    whole[back.y : back.y + back.mask.shape[0], back.x : back.x + back.mask.shape[1]] = back.mask
    assert (whole[4 : 4 + mask.shape[0], 3 : 3 + mask.shape[1]] == mask).all() and whole.sum() == mask.sum()
