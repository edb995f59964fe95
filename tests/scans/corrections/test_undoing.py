"""Corrections of outlines that are taken back: an undo leaves no trace, and takes nothing else along."""

import numpy as np
import pytest

from annotations.labels.models import Batch
from annotations.labels.undoing import undo_batch
from annotations.projects.models import Role
from annotations.samples.actions import set_pixel_sizes
from annotations.samples.columns import positions_of, update_numbers
from annotations.samples.models import Object, ObjectFields
from annotations.scans.models import Outline
from tests.scans.corrections.correcting import (
    ACROSS,
    RING,
    correct,
    label,
    number,
    objects_in,
    post,
    revision_of,
    rows_of,
    segmented,
    taxon_called,
    undo,
)
from tests.scans.drawn import make_scan

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["cut", "merge", "delete", "reshape", "draw"])
def test_an_undo_leaves_no_trace(client, project, bob, scan, disc, kind):
    wide = ObjectFields.objects.get(object=disc)
    exact = wide.values[positions_of(project)["region_esd"]]
    wide.values[positions_of(project)["region_esd"]] = np.nextafter(exact, 0)
    wide.save()
    other = objects_in(project)[0]
    objects = {"merge": [disc, other], "delete": [other, disc], "draw": []}.get(kind, [disc])
    line = {"cut": ACROSS, "reshape": RING, "draw": RING}.get(kind, [])
    before = rows_of(project)
    client.force_login(bob)
    outcome = correct(client, project, scan, kind, objects, line=line).json()
    assert rows_of(project) != before
    undone = undo(client, project, scan, outcome["id"])
    assert undone.status_code == 200, undone.content
    assert rows_of(project) == before
    assert undone.json()["removed"] == [
        shape["id"] for shape in outcome["objects"] if shape["id"] not in {one.pk for one in objects}
    ]
    again = undo(client, project, scan, outcome["id"])
    assert again.status_code == 409 and "undone already" in again.json()["detail"]


def test_what_was_corrected_or_labelled_since_is_not_undone(client, project, bob, scan, disc):
    client.force_login(bob)
    first = correct(client, project, scan, "cut", [disc], line=ACROSS).json()
    batch = label(project, bob, disc, taxon_called("Copepoda"))
    refused = undo(client, project, scan, first["id"])
    assert refused.status_code == 409 and "labelled since" in refused.json()["detail"]
    undo_batch(batch=Batch.objects.get(pk=batch), user=bob, role=Role.ANNOTATOR)
    second = correct(client, project, scan, "reshape", [disc], line=RING).json()
    refused = undo(client, project, scan, first["id"])
    assert refused.status_code == 409 and "corrected since" in refused.json()["detail"]
    assert undo(client, project, scan, second["id"]).status_code == 200
    assert revision_of(disc) == 4


def test_a_later_correction_that_took_its_objects_away_is_to_be_taken_back_first(
    client, project, bob, scan, disc
):
    client.force_login(bob)
    first = correct(client, project, scan, "reshape", [disc], line=RING).json()
    second = correct(client, project, scan, "delete", [disc]).json()
    refused = undo(client, project, scan, first["id"])
    assert refused.status_code == 409 and "take that back first" in refused.json()["detail"]
    assert [undo(client, project, scan, one["id"]).status_code for one in (second, first)] == [200, 200]


def test_several_corrections_of_an_object_are_undone_one_after_the_other(client, project, bob, scan, disc):
    client.force_login(bob)
    before = rows_of(project)
    parts = correct(client, project, scan, "cut", [disc], line=ACROSS).json()
    both = [Object.objects.get(pk=shape["id"]) for shape in parts["objects"]]
    created = [parts["id"], correct(client, project, scan, "merge", both).json()["id"]]
    created.append(correct(client, project, scan, "reshape", [disc], line=RING).json()["id"])
    answers = [undo(client, project, scan, number) for number in reversed(created)]
    assert [answer.status_code for answer in answers] == [200, 200, 200], answers[-1].content
    assert rows_of(project) == before
    assert revision_of(disc) == 7  # never one that somebody has seen with another outline


def test_numbers_that_were_updated_since_stay(client, project, bob, scan, disc):
    client.force_login(bob)
    before = number(disc.pk, "region_area")
    done = correct(client, project, scan, "reshape", [disc], line=RING).json()
    position = positions_of(project)["area"]
    update_numbers(project=project, positions=[position], rows=[(disc.pk, [4321.5])])
    assert undo(client, project, scan, done["id"]).status_code == 200
    assert (number(disc.pk, "area"), number(disc.pk, "region_area")) == (4321.5, before)


def test_revisions_grow_also_where_there_was_no_outline(client, project, bob, scan, disc):
    disc.outline.delete()
    client.force_login(bob)
    url = f"/projects/{project.pk}/scans/{scan.pk}/objects/?box=180,60,40,40"
    revisions = [client.get(url).json()["objects"][0]["revision"]]
    for revision in (0, 2):
        body = {"kind": "reshape", "objects": [{"id": disc.pk, "revision": revision}], "line": RING}
        done = post(client, f"/api/v1/projects/{project.pk}/scans/{scan.pk}/corrections/", body).json()
        undone = undo(client, project, scan, done["id"]).json()
        revisions += [one["objects"][0]["revision"] for one in (done, undone)]
    assert revisions == [0, 1, 2, 3, 4] and not Outline.objects.filter(object=disc).exists()


def test_numbers_in_columns_that_a_correction_made_go_with_it(client, project, alice, bob):
    scan = make_scan(project)
    set_pixel_sizes(sizes={scan.parent.acquisition: ""}, micrometres=None)
    segmented(project, alice, scan)
    set_pixel_sizes(sizes={scan.parent.acquisition: "a ruler"}, micrometres=10.0)  # known only by now
    disc = Object.objects.get(project=project, outline__x=188)
    client.force_login(bob)
    done = correct(client, project, scan, "reshape", [disc], line=RING).json()
    millimetres = number(disc.pk, "region_esd_mm")
    assert undo(client, project, scan, done["id"]).status_code == 200
    assert millimetres and number(disc.pk, "region_esd_mm") is None
