"""Outlines that people correct on the viewer: what becomes of the objects."""

import io

import numpy as np
import pytest
from PIL import Image as Picture

from annotations.deletions.models import ObjectDeletion
from annotations.pictures.store import read_picture
from annotations.samples.models import Object
from annotations.scans.models import Outline
from tests.scans.corrections.correcting import (
    ACROSS,
    RING,
    correct,
    label,
    number,
    objects_in,
    pixels_of,
    revision_of,
    taxon_called,
)

pytestmark = pytest.mark.django_db


def test_a_cut_leaves_its_label_to_the_largest_part(client, project, bob, scan, disc):
    taxon = taxon_called("Copepoda")
    label(project, bob, disc, taxon)
    before = pixels_of(scan, [disc.pk])
    client.force_login(bob)
    answer = correct(client, project, scan, "cut", [disc], line=[[205, 50], [205, 110]])
    assert answer.status_code == 201, answer.content
    outcome = answer.json()
    assert outcome["words"] == "1 object cut into 2" and outcome["removed"] == []
    first, second = outcome["objects"]
    assert (first["id"], first["revision"], first["state"]) == (disc.pk, 2, "validated")
    assert (second["revision"], second["state"], second["original_id"]) == (1, "unclassified", "tray_6")
    assert pixels_of(scan, [first["id"], second["id"]]) == before
    assert number(first["id"], "region_area") + number(second["id"], "region_area") == len(before)
    assert number(second["id"], "scan_bx") == second["outline"]["box"][0] == 206
    new = Object.objects.get(pk=second["id"])
    assert (new.sample_id, new.latitude, new.taken_at) == (disc.sample_id, disc.latitude, disc.taken_at)
    assert set(Outline.objects.filter(object__in=[first["id"], new.pk]).values_list("source", flat=True)) == {
        "drawn"
    }
    image = new.images.get()
    pixels = np.asarray(Picture.open(io.BytesIO(read_picture(image.key))))
    assert pixels.shape == (image.height, image.width) and 60 in pixels and image.parent_id == scan.pk


def test_a_merge_of_a_cut_is_what_there_was(client, project, bob, scan, disc):
    client.force_login(bob)
    before, measured = pixels_of(scan, [disc.pk]), number(disc.pk, "region_feret")
    parts = correct(client, project, scan, "cut", [disc], line=ACROSS).json()["objects"]
    both = [Object.objects.get(pk=part["id"]) for part in parts]
    outcome = correct(client, project, scan, "merge", both).json()
    assert outcome["words"] == "2 objects merged into 1" and outcome["removed"] == [parts[1]["id"]]
    assert pixels_of(scan, [disc.pk]) == before and number(disc.pk, "region_feret") == measured
    assert objects_in(project)[-1].pk < parts[1]["id"] and revision_of(disc) == 3


def test_what_is_drawn_is_an_object_of_the_person(client, project, bob, scan):
    client.force_login(bob)
    taxon = taxon_called("Copepoda")
    outcome = correct(client, project, scan, "draw", line=RING, taxon=taxon.pk).json()
    (shape,) = outcome["objects"]
    new = Object.objects.get(pk=shape["id"])
    assert (new.taxon_id, new.state, new.annotator, shape["original_id"]) == (taxon.pk, "V", bob, "tray_6")
    assert (shape["outline"]["box"], new.depth_max) == ([300, 20, 40, 40], 75)
    assert number(new.pk, "region_area") == 1600 and number(new.pk, "area") == 1600


def test_a_new_ring_moves_the_outline_and_keeps_the_label(client, project, bob, scan, disc):
    label(project, bob, disc, taxon_called("Copepoda"))
    client.force_login(bob)
    (shape,) = correct(client, project, scan, "reshape", [disc], line=RING).json()["objects"]
    assert (shape["id"], shape["state"], shape["outline"]["box"]) == (
        disc.pk,
        "validated",
        [300, 20, 40, 40],
    )
    image = disc.images.get()
    assert (image.region_x, image.region_width, image.file_name) == (290, 60, "tray_2.png")


def test_what_is_deleted_waits_in_the_bin(client, project, bob, scan, disc):
    client.force_login(bob)
    outcome = correct(client, project, scan, "delete", [disc]).json()
    assert (outcome["words"], outcome["removed"], outcome["objects"]) == ("1 object deleted", [disc.pk], [])
    assert disc not in objects_in(project)
    assert ObjectDeletion.objects.get().deleted_by == bob
