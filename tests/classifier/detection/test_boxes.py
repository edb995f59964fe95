import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from classifier.contract.errors import ClassifierError
from classifier.detection.boxes import label_names, read_boxes
from classifier.detection.frames import load_frame

HEAD = "scan,x,y,width,height,label,pixel_um,held_out"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("boxes")
    for name in ("a.png", "b.png", "c.png"):
        Image.new("L", (60, 40), 128).save(folder / name)
    return folder


def csv_of(folder, *lines: str, head: str = HEAD):
    path = folder / "boxes.csv"
    path.write_text("\n".join([head, *lines]) + "\n")
    return path


def coco_of(folder, **changes):
    content = {
        "images": [
            {"id": 1, "file_name": "a.png", "pixel_um": 5.2},
            {"id": 2, "file_name": "b.png", "held_out": True},
        ],
        "categories": [{"id": 7, "name": "Copepoda"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 7, "bbox": [5, 6, 10, 12]}],
    }
    path = folder / "boxes.json"
    path.write_text(json.dumps(content | changes))
    return path


def test_lines_of_one_scan_belong_together(folder):
    lines = ("a.png,1,2,10,20,Copepoda,5.2,", "a.png,30,2.5,5,5,,,", "b.png,,,,,,,", "c.png,1,1,2,2,,,")
    first, empty, last = read_boxes(csv_of(folder, *lines))
    assert [(box.x, box.y, box.width, box.height, box.label) for box in first.boxes] == [
        (1, 2, 10, 20, "Copepoda"),
        (30, 2.5, 5, 5, "organism"),
    ]
    assert first.pixel_um == 5.2 and not first.held_out and last.held_out  # nobody named one
    assert empty.boxes == () and label_names([first, empty, last]) == ["Copepoda", "organism"]


def test_a_scan_is_not_learnt_from_and_measured_on_by_two_paths(folder):
    again = f"../{folder.name}/a.png,30,2,5,5,,,yes"
    first, held_out = read_boxes(csv_of(folder, "b.png,1,1,5,5,,,", "a.png,1,2,10,20,,,", again))
    assert (len(first.boxes), len(held_out.boxes), held_out.held_out) == (1, 2, True)


def test_coco_says_the_same(folder):
    first, second = read_boxes(coco_of(folder))
    assert [(box.x, box.y, box.width, box.height, box.label) for box in first.boxes] == [
        (5, 6, 10, 12, "Copepoda")
    ]
    assert (first.pixel_um, first.held_out, second.held_out) == (5.2, False, True)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("gone.png,1,1,5,5,,,", "line 2: there is no file 'gone.png'"),
        ("a.png,1,1,0,5,,,", "line 2: the box is 0 × 5 pixels"),
        ("a.png,x,1,5,5,,,", "line 2: `x` is 'x', but takes a number of pixels"),
        ("a.png,1,1,5,,,,", "line 2: `height` is ''"),
        ("a.png,1,nan,5,5,,,", "line 2: `y` is 'nan'"),
        ("a.png,1,1,5,5,,-1,", "line 2: `pixel_um` is '-1'"),
        ("a.png,1,1,5,5,,,perhaps", "line 2: `held_out` is 'perhaps'"),
        ("a.png,,,,,,,", "has no box on a scan that is learnt from"),
        ("a.png,1,1,5,5,,,yes", "has no box on a scan that is learnt from"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(folder, line, words):
    with pytest.raises(ClassifierError, match=words.replace("(", r"\(")):
        read_boxes(csv_of(folder, line))


def test_columns_and_sizes_that_do_not_fit_are_refused(folder):
    with pytest.raises(ClassifierError, match="has no column 'width'"):
        read_boxes(csv_of(folder, head="scan,x,y"))
    with pytest.raises(ClassifierError, match="has a column 'colour'"):
        read_boxes(csv_of(folder, "a.png,1,1,5,5,red", head="scan,x,y,width,height,colour"))
    with pytest.raises(ClassifierError, match=r"a\.png has pixels of 5 µm and 6 µm"):
        read_boxes(csv_of(folder, "a.png,1,1,5,5,,5,", "a.png,1,1,5,5,,6,"))
    with pytest.raises(ClassifierError, match="names no scan"):
        read_boxes(csv_of(folder))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"annotations": [{"id": 3, "image_id": 9, "bbox": [1, 1, 2, 2]}]}, "annotation 3: there is no image 9"),
        ({"annotations": [{"id": 3, "image_id": 1}]}, "annotation 3: it has no `bbox`"),
        ({"annotations": [{"id": 3, "image_id": 1, "bbox": [1, 1, True, 2]}]}, "annotation 3: `width` is True"),
        ({"categories": []}, "annotation 1: there is no category 7"),
        ({"images": [{"id": 1, "file_name": None}]}, "image 1: there is no file ''"),
        ({"images": 3}, "is no COCO"),
    ],
)  # fmt: skip
def test_coco_that_is_broken_is_refused(folder, changes, words):
    with pytest.raises(ClassifierError, match=words):
        read_boxes(coco_of(folder, **changes))


def test_boxes_are_cut_to_their_scan_and_none_lies_beyond(folder, tmp_path):
    (entry,) = read_boxes(csv_of(folder, "a.png,50,-4,20,14,,,"))
    frame = load_frame(entry, ["organism"], tmp_path, False, lambda: False)
    assert frame.boxes.tolist() == [[50, 0, 60, 10]] and frame.middles.tolist() == [[55, 5]]
    assert frame.scan.pixels.shape == (40, 60, 1) and np.all(frame.scan.light == 128)
    (entry,) = read_boxes(csv_of(folder, "a.png,10,10,20,14,,,", "a.png,70,10,20,14,,,"))
    with pytest.raises(
        ClassifierError, match=r"line 3: the box at 70, 10 lies beyond a\.png, which has 60 × 40"
    ):
        load_frame(entry, ["organism"], tmp_path, False, lambda: False)


values = st.none() | st.booleans() | st.integers() | st.floats(allow_subnormal=False) | st.text(max_size=5)
entries = st.lists(
    st.dictionaries(
        st.sampled_from(["id", "image_id", "category_id", "bbox", "file_name", "name", "pixel_um", "held_out"]),
        values | st.lists(values, max_size=5),
    ),
    max_size=3,
)  # fmt: skip


@settings(max_examples=40)
@given(images=entries, categories=entries, annotations=entries)
def test_whatever_coco_holds_the_answer_is_boxes_or_a_sentence(folder, images, categories, annotations):
    images = [*images, {"id": 1, "file_name": "a.png"}]
    try:
        scans = read_boxes(coco_of(folder, images=images, categories=categories, annotations=annotations))
    except ClassifierError as error:
        assert str(error).startswith("boxes.json") or "a.png" in str(error)
    else:
        assert all(box.width > 0 and box.height > 0 for scan in scans for box in scan.boxes)
