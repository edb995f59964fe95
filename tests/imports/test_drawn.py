"""GeoJSON of QuPath, shapes of napari, label images and masks come in: cut out, labelled, and errors named."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image as Picture

from annotations.imports.drawn.figures import BoxedMask, boxed_of_runs, embedded_runs
from annotations.jobs.errors import JobError
from annotations.samples.models import Image, Object
from classifier.contract.outlines import mask_of_runs
from tests.imports.packages import run_import, write_zip

pytestmark = pytest.mark.django_db
SQUARE = [[2, 3], [6, 3], [6, 7], [2, 7], [2, 3]]
HOLE = [[3, 4], [5, 4], [5, 6], [3, 6], [3, 4]]


def png(values: np.ndarray) -> bytes:
    out = io.BytesIO()
    Picture.fromarray(values).save(out, "PNG")
    return out.getvalue()


def tiff_that_promises(side: int) -> bytes:
    """A few bytes whose header says that many pixels a side."""
    out = io.BytesIO()
    Picture.new("L", (1, 1)).save(out, "TIFF", tiffinfo={256: side, 257: side})
    return out.getvalue()


SCENE = png(np.arange(200, dtype=np.uint8).reshape(10, 20))


def feature(coordinates: list, name: str | None = None, kind: str = "Polygon", **properties: object) -> dict:
    classified = {"classification": {"name": name, "color": [1, 2, 3]}} if name else {}
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": {"objectType": "annotation", **classified, **properties},
    }


def collection(*features: dict) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def imported(project, path: Path, files: dict, user=None, **answers: object) -> list[tuple]:
    """(taxon, state, x, y, width, height) of what came in."""
    run_import(project, write_zip(path / "tow.zip", files), user, create_taxa=True, **answers)
    images = Image.objects.select_related("object__taxon").order_by("object__id")
    return [
        (i.object.taxon and i.object.taxon.name, i.object.state, i.region_x, i.region_y, i.width, i.height)
        for i in images
    ]


def refused(project, path: Path, files: dict, **answers: object) -> str:
    with pytest.raises(JobError) as refusal:
        run_import(project, write_zip(path / "tow.zip", files), create_taxa=True, **answers)
    return json.dumps(refusal.value.__dict__, default=str, ensure_ascii=False) + str(refusal.value)


def test_features_of_qupath(project, tmp_path, alice):
    drawn = collection(
        feature([SQUARE, HOLE], "Copepoda: Calanoida"),
        feature([[SQUARE], [[[10, 1], [13, 1], [13, 3]]]], "Detritus", "MultiPolygon"),
        feature([[[15.2, 5.1], [18.9, 5.1], [18.9, 8.7]]]),
        feature([4, 4], "Copepoda", "Point"),
    )
    rows = imported(project, tmp_path, {"a/scene.png": SCENE, "a/scene.geojson": drawn}, alice)
    assert rows == [
        ("Calanoida", "V", 2, 3, 4, 4),
        ("Detritus", "V", 2, 1, 11, 6),
        (None, "U", 16, 5, 3, 3),
    ]
    assert Object.objects.get(taxon__name="Calanoida").taxon.parent.name == "Copepoda"


def test_an_outline_that_reaches_far_beyond_its_picture_is_cut_to_it(project, tmp_path):
    far = [[[-9e5, -9e5], [9e5, -9e5], [9e5, 9e5], [-9e5, 9e5]]]
    files = {"scene.png": SCENE, "scene.geojson": collection(feature(far, "Egg"))}
    assert imported(project, tmp_path, files) == [("Egg", "V", 0, 0, 20, 10)]


def test_shapes_of_napari(project, tmp_path):
    header = "index,shape-type,vertex-index,axis-0,axis-1,label\n"
    corners = [(1, 2), (1, 5), (4, 5), (4, 2)]
    shapes = [
        f"{index},{kind},{n},{y - 0.5},{x + dx - 0.5},{label}"
        for index, kind, dx, label in (
            (0, "rectangle", 0, "Oithona"),
            (1, "ellipse", 8, ""),
            (2, "path", 0, ""),
        )
        for n, (y, x) in enumerate(corners)
    ]
    files = {"scene.png": SCENE, "scene_shapes.csv": header + "\n".join(shapes)}
    assert imported(project, tmp_path, files, labels="predicted") == [
        ("Oithona", "P", 2, 1, 3, 3),
        (None, "U", 10, 1, 3, 3),
    ]


@pytest.mark.parametrize("name", ["labels/scene.png", "scene_masks.png"])
def test_values_of_a_label_image_are_objects(project, tmp_path, name):
    labels = np.zeros((10, 20), np.uint16)
    labels[1:4, 2:6], labels[1:4, 6:9], labels[8, 10:12] = 300, 7, 41
    table = "file,value,taxon,state\nscene.png,300,Copepoda>Calanus,predicted\n,7,Oithona,\n"
    files = {
        "images/scene.png" if "/" in name else "scene.png": SCENE,
        name: png(labels),
        "labels.csv": table,
    }
    if "/" not in name:
        files["labels.csv"] = table.replace("scene.png", "scene_masks.png")
    assert imported(project, tmp_path, files) == [
        ("Oithona", "V", 6, 1, 3, 3),
        (None, "U", 10, 8, 2, 1),
        ("Calanus", "P", 2, 1, 4, 3),
    ]


def test_values_may_be_taxa_and_folders_classes(project, tmp_path):
    taxa = np.zeros((10, 20), np.uint8)
    taxa[1:3, 1:3] = taxa[6:8, 1:4] = 2
    taxa[1:3, 3:5] = 1
    files = {
        "images/scene.png": SCENE,
        "labels/scene.png": png(taxa),
        "classes.csv": "value,name\n1,Oithona\n2,Egg\n",
    }
    rows = imported(project, tmp_path, files, values="taxa")
    assert [row[0] for row in rows] == ["Oithona", "Egg", "Egg"] and rows[2][2:] == (1, 6, 3, 2)


def test_a_folder_of_masks_a_class(project, tmp_path):
    one, other = np.zeros((10, 20), np.uint8), np.zeros((10, 20), np.uint8)
    one[1:3, 1:3] = one[6:8, 1:4] = other[2:9, 10:15] = 255
    files = {
        "images/scene.png": SCENE,
        "masks/Copepoda/scene.png": png(one),
        "masks/Egg/scene.png": png(other),
    }
    assert imported(project, tmp_path, files) == [
        ("Copepoda", "V", 1, 1, 2, 2), ("Copepoda", "V", 1, 6, 3, 2), ("Egg", "V", 10, 2, 5, 7),
    ]  # fmt: skip
    assert imported(project, tmp_path, files)[3:] == []  # twice adds nothing


LABELS = np.ones((10, 20), np.uint8)
TWO = np.repeat([1, 2], [100, 100]).astype(np.uint8).reshape(10, 20)
WIDE = tiff_that_promises(60_000)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"other.geojson": collection(feature([SQUARE]))}, "No picture is called as this file"),
        ({"scene.geojson": '{"type": "FeatureCollection", '}, "no JSON"),
        ({"scene.geojson": collection(feature([SQUARE[:2]]))}, "features[0]: each of its lines takes three"),
        (
            {"scene.geojson": collection(feature([[[90, 3], [99, 3], [99, 7]]]))},
            "it has no pixel within its picture",
        ),
        ({"scene.geojson": collection(feature([SQUARE], kind="Circle"))}, "its geometry is 'Circle'"),
        ({"scene.csv": "index,shape-type,vertex-index,axis-0\n"}, "There is no column 'axis-1'"),
        (
            {"scene.csv": "index,shape-type,vertex-index,axis-0,axis-1\n0,star,0,1,2\n"},
            "`shape-type` is 'star'",
        ),
        ({"scene.csv": "index,shape-type,vertex-index,axis-0,axis-1\n0,polygon,0,a,2\n"}, "no numbers"),
        ({"labels/scene.png": png(LABELS[:5])}, "the mask has 20 × 5 pixels, its picture 20 × 10"),
        ({"labels/scene.png": png(LABELS)[:50]}, "damaged or cut off"),
        ({"labels/scene.png": png(LABELS), "labels.csv": "value,taxon\nx,Egg\n"}, "`value` is 'x'"),
        (
            {"labels/scene.png": png(TWO), "labels.csv": "value,taxon,score\n1,Egg,high\n"},
            "its score is 'high'",
        ),
        ({"labels/scene.tif": WIDE}, "promises more pixels"),
        (
            {"labels/scene.png": png(LABELS), "labels.csv": "number\n1\n"},
            "takes the columns `value` and `taxon`",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(project, tmp_path, files, words):
    assert words in refused(project, tmp_path, {"images/scene.png": SCENE, **files}).replace('\\"', '"')
    assert not Object.objects.exists()


@given(
    arrays(bool, st.tuples(st.integers(1, 5), st.integers(1, 5))).filter(np.any),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_run_lengths_within_a_picture(mask, x, y):
    height, width = mask.shape
    size = (x + width + 2, y + height)
    runs = embedded_runs(BoxedMask(x, y, mask), size)
    whole = mask_of_runs({"size": [size[1], size[0]], "counts": runs})
    assert (whole[y : y + height, x : x + width] == mask).all() and whole.sum() == mask.sum()
    assert (boxed_of_runs(runs, size[1], (x, y, width, height)) == mask).all()
