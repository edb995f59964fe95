"""Pictures of objects whose outlines people correct: marks on them, scale bars, and what has looked at them."""

import numpy as np
import pytest
from django.utils import timezone

from annotations.jobs.models import Job
from annotations.learning.models import Backbone
from annotations.marks.actions import adopt_starter_set, make_mark, remove_mark
from annotations.pictures.actions import StoredPicture
from annotations.projects.models import Role
from annotations.samples.actions import replace_pictures
from annotations.samples.models import Object
from annotations.scans.segmentation.models import SegmentationRun, SegmentedTile
from annotations.similarity.actions import keep_embeddings
from annotations.similarity.models import Embedding, EmbeddingSpace
from tests.scans.corrections.correcting import ACROSS, correct, rows_of, segmented, undo
from worker.segmentation import crops as segment_crops

pytestmark = pytest.mark.django_db


def test_a_picture_with_a_scale_bar_follows(client, project, bob, alice, scan):
    segmented(project, alice, scan, scale_bar=True, margin=2)
    disc = Object.objects.get(project=project, outline__x=188)
    plain, barred = disc.images.order_by("rank")
    client.force_login(bob)
    parts = correct(client, project, scan, "cut", [disc], line=ACROSS).json()["objects"]
    assert not disc.images.filter(key__in=[plain.key, barred.key]).exists() and disc.images.count() == 2
    assert Object.objects.get(pk=parts[1]["id"]).images.count() == 2


def test_marks_stay_on_the_picture_that_they_were_drawn_on(client, project, bob, scan, disc):
    (body,) = adopt_starter_set(project=project)[:1]
    image = disc.images.get()
    make_mark(image=image, label=body, kind="point", geometry={"points": [[20, 20]]}, author=bob)
    before = rows_of(project)
    client.force_login(bob)
    done = correct(client, project, scan, "cut", [disc], line=ACROSS).json()
    first, marked = disc.images.order_by("rank")
    assert (marked.pk, marked.key, first.rank) == (image.pk, image.key, 0) and first.key != image.key
    change = make_mark(image=first, label=body, kind="point", geometry={"points": [[2, 2]]}, author=bob)
    refused = undo(client, project, scan, done["id"])
    assert refused.status_code == 409 and "marks" in refused.json()["detail"]
    remove_mark(mark=change.mark, user=bob, role=Role.ANNOTATOR, version=1)
    assert undo(client, project, scan, done["id"]).status_code == 200
    first.refresh_from_db()
    assert (first.rank, first.marks.get()) == (2, change.mark)  # which may still come back
    assert disc.images.exclude(pk=first.pk).get() == image
    change.mark.delete()
    first.delete()
    assert rows_of(project) == before


def test_another_picture_that_came_since_stays(client, project, bob, scan, disc):
    client.force_login(bob)
    done = correct(client, project, scan, "cut", [disc], line=ACROSS).json()
    own = disc.images.get()
    of_dna = disc.images.create(file_name="dna.png", rank=5, key=own.key, width=own.width, height=own.height)
    assert undo(client, project, scan, done["id"]).status_code == 200
    assert disc.images.filter(pk=of_dna.pk).exists() and disc.images.count() == 2


def test_a_picture_beside_that_was_rendered_anew_stays_so(client, project, bob, scan, disc):
    own = disc.images.get()
    beside = disc.images.create(
        file_name="deep.tif", rank=1, key="first", original_key="deep", width=9, height=9
    )
    client.force_login(bob)
    done = correct(client, project, scan, "cut", [disc], line=ACROSS).json()
    replace_pictures(pictures=[(beside, StoredPicture("another window", 9, 9, "deep"))])
    assert undo(client, project, scan, done["id"]).status_code == 200
    assert list(disc.images.order_by("rank").values_list("key", flat=True)) == [own.key, "another window"]


def test_a_corrected_picture_that_was_replaced_since_is_not_overwritten(client, project, bob, scan, disc):
    client.force_login(bob)
    done = correct(client, project, scan, "cut", [disc], line=ACROSS).json()
    replace_pictures(pictures=[(disc.images.get(), StoredPicture("by an update", 9, 9))])
    before = rows_of(project)
    refused = undo(client, project, scan, done["id"])
    assert refused.status_code == 409 and "another picture since" in refused.json()["detail"]
    assert rows_of(project) == before


def test_marks_on_the_picture_with_a_scale_bar_stay_where_they_are(client, project, bob, alice, scan):
    segmented(project, alice, scan, scale_bar=True, margin=2)
    disc = Object.objects.get(project=project, outline__x=188)
    barred = disc.images.order_by("rank")[1]
    (body,) = adopt_starter_set(project=project)[:1]
    make_mark(image=barred, label=body, kind="point", geometry={"points": [[20, 20]]}, author=bob)
    client.force_login(bob)
    correct(client, project, scan, "cut", [disc], line=ACROSS)
    assert disc.images.get(pk=barred.pk).key == barred.key


def test_what_looked_at_the_former_picture_looks_again(client, project, bob, scan, disc, settings):
    space = EmbeddingSpace.objects.create(kind="backbone", name="Shapes", dimensions=2, backbone="shapes")
    backbone = Backbone.objects.create(name="shapes", is_ready=True)
    settings.DEFAULT_BACKBONE = backbone.pk
    client.force_login(bob)

    def embed() -> None:
        keep_embeddings(space=space, project_id=project.pk, ids=[disc.pk], vectors=np.array([[1.0, 0.0]]))

    embed()
    done = correct(client, project, scan, "cut", [disc], line=ACROSS).json()
    assert not Embedding.objects.filter(object=disc).exists()
    embed()
    undo(client, project, scan, done["id"])
    assert not Embedding.objects.filter(object=disc).exists()
    job = Job.objects.get(kind="embed_objects")
    assert job.params["backbone"] == backbone.pk and job.not_before > timezone.now()


def test_whoever_corrects_waits_for_no_second_look_at_the_whole_scan(
    client, project, alice, bob, scan, disc, monkeypatch
):
    segment_crops._contrasts.clear()
    looked = []
    monkeypatch.setattr(segment_crops, "estimate_contrast", lambda *about: looked.append(about))
    client.force_login(bob)
    assert correct(client, project, scan, "cut", [disc], line=ACROSS).status_code == 201
    assert not looked
    segmented(project, alice, scan, level=60.0)
    assert list(SegmentedTile.objects.values_list("run", flat=True)) == [
        SegmentationRun.objects.latest("pk").pk
    ]
