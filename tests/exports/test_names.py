"""An export unpacks on Windows, a Mac and Linux, whatever samples and pictures are called."""

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.exports.names import LONGEST_FOLDER, folder_names
from annotations.samples.models import Image, Sample
from tests.exports.test_export import run_export
from tests.imports.packages import package, row, run_import

DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}


def unpacks_on_windows(path: str) -> bool:
    parts = path.split("/")
    return not any(
        part.split(".")[0].lower() in DEVICES
        or part.endswith((".", " "))
        or not part
        or any(c in '<>:"|?*\\' or ord(c) < 32 for c in part)
        for part in parts
    )


def names_of(*originals: str) -> list[str]:
    return list(
        folder_names([Sample(pk=n, original_id=name) for n, name in enumerate(originals, 1)]).values()
    )


def test_samples_that_differ_in_case_get_folders_of_their_own():
    assert names_of("Tow_1", "tow_1", "TOW_1") == ["Tow_1", "tow_1_2", "TOW_1_3"]


def test_a_name_that_was_made_is_not_another_sample_s_own():
    assert names_of("a_b_2", "a:b") == ["a_b_2", "a_b_2_2"]


def test_devices_and_long_names():
    con, long = names_of("CON", "x" * 300)
    assert con == "_CON_1" and long == f"{'x' * LONGEST_FOLDER}_2"


@given(st.lists(st.text(min_size=1), min_size=1, max_size=6))
def test_every_folder_can_be_made_beside_the_others(originals):
    names = names_of(*originals)
    assert len({name.casefold() for name in names}) == len(originals)
    assert all(unpacks_on_windows(name) and len(name) < 90 for name in names)


@pytest.mark.django_db
def test_pictures_get_names_that_every_system_can_have(project, tmp_path):
    wild = ["a:b.png", "aux.png", "../up.png", "dir./x.png", "x" * 200 + ".png", "ünï code.png", "plain.png"]
    run_import(project, package(tmp_path / "tow.zip", [row(n) for n in range(1, len(wild) + 1)]))
    for image, name in zip(Image.objects.order_by("id"), wild, strict=True):
        Image.objects.filter(pk=image.pk).update(file_name=name)
    out = tmp_path / "out.zip"
    run_export(project, out)
    with zipfile.ZipFile(out) as file:
        table = io.StringIO(file.read("s1/ecotaxa_s1.tsv").decode("utf-8-sig"), newline="")
        pictures = [name for name in file.namelist() if name.endswith(".png")]
    listed = [line["img_file_name"] for line in list(csv.DictReader(table, delimiter="\t"))[1:]]
    assert sorted(f"s1/{name}" for name in listed) == sorted(pictures) and len(set(pictures)) == len(wild)
    assert all(unpacks_on_windows(name) and len(name) < 150 for name in pictures), pictures
    assert {"s1/ünï code.png", "s1/plain.png"} <= set(pictures)
