"""Segmenters as people and programs ask for them: what may be learnt from, the pages, the API."""

import json

import pytest
from django.core.exceptions import ValidationError

from annotations.jobs.models import Job
from annotations.projects.actions import create_project
from annotations.samples.models import Object
from annotations.scans.models import Outline, OutlineSource, Scan
from annotations.scans.segmentation.recipes import save_recipe
from annotations.scans.segmenters.accuracy import sentence_of
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.queries import scans_to_learn_from, segmenters_to_apply
from annotations.scans.segmenters.starting import new_segmenter, start_training, train_again
from annotations.scans.segmenters.unet import UNET
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from tests.scans.drawn import DISCS, make_scan
from tests.scans.outlined import HELD_OUT, OTHER_DISCS, outlined_scan, ready_segmenter
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@shared_rows
def scans(project, alice):
    return [
        outlined_scan(project, DISCS, "tray.png", alice),
        outlined_scan(project, OTHER_DISCS, "other.png"),
    ]


@shared_rows
def ready(project) -> Segmenter:
    return ready_segmenter(project)


def test_its_page_says_what_it_finds_with_intervals_and_pictures(client, vera, ready):
    client.force_login(vera)
    page = client.get(f"/segmenters/{ready.pk}/").content.decode()
    assert "Finds 93 of 100 organisms on the held-out scan, and 4 of 100 that it finds are none." in page
    assert page.count('0.945 <span class="hint">(0.800 to 0.970)') == 2, "the recipe's beside its own"
    assert "Dice after the last epoch: 0.400." in page
    assert 'd="M2 1 9 1 9 9Z"' in page
    assert "Manage it" not in page


def test_nothing_is_called_whole_that_is_not(ready):
    objects = ready.metrics["held_out"]["objects"]
    objects |= {"recall": 0.998, "precision": 0.001}
    assert sentence_of(ready).startswith("Finds 99 of 100 organisms on the held-out scan, and 99 of 100")
    ready.metrics = {"held_out": None}
    assert "nobody knows" in sentence_of(ready)


def test_a_taxon_is_not_taken_for_what_is_no_taxon(project, alice, scans):
    (number,) = ensure_taxa([TaxonName("Background")]).values()
    Object.objects.filter(outline__parent=scans[0].pk).update(taxon=number)
    segmenter = new_segmenter(user=alice, project=project, scans=scans, least_per_taxon=5)
    assert segmenter.taxa == {"Background (taxon)": number}


def test_it_says_where_it_is_measured_against_a_program(project, alice, scans):
    Outline.objects.filter(parent=scans[1].pk).update(source=OutlineSource.RECIPE)
    segmenter = new_segmenter(user=alice, project=project, scans=scans)
    segmenter.metrics = {"held_out": HELD_OUT}
    assert "People validated or drew 0 of the 5 outlines there" in sentence_of(segmenter)
    segmenter.scans[1]["by_people"] = 5
    assert "a program" not in sentence_of(segmenter)


def test_the_form_offers_outlined_scans_and_trains(client, project, alice, scans):
    make_scan(project, name="empty.png")
    client.force_login(alice)
    url = f"/projects/{project.pk}/segmenters/new/"
    page = client.get(url).content.decode()
    assert "tray.png <small>5 outlined, 5 validated or drawn by people</small>" in page
    assert "empty.png" not in page
    sent = {"scan": [scan.pk for scan in scans], "held_out": scans[0].pk, "epochs": "3", "colour": "on"}
    created = client.post(url, sent | {"tells_taxa": "on", "least_per_taxon": "5"})
    assert created.status_code == 400 and "No taxon has 5 validated objects" in created.content.decode()
    elsewhere = make_scan(create_project(title="Elsewhere", owner=alice), name="far.png")
    for field, value in (("held_out", elsewhere.pk), ("scan", [scans[0].pk, elsewhere.pk])):
        created = client.post(url, sent | {field: value})
        assert created.status_code == 400 and "one of them no more" in created.content.decode()
    created = client.post(url, sent | {"name": "Of trays"})
    segmenter = Segmenter.objects.get()
    assert created.url == f"/segmenters/{segmenter.pk}/"
    assert [(one["file_name"], one["held_out"]) for one in segmenter.scans] == [
        ("tray.png", True),
        ("other.png", False),
    ]
    assert (segmenter.settings["epochs"], segmenter.settings["colour"]) == (3, True)
    assert b"Of trays" in client.get(f"/projects/{project.pk}/segmenters/").content


def test_the_form_says_how_long_it_takes_by_what_was_trained_here(client, project, alice, scans):
    client.force_login(alice)
    url = f"/projects/{project.pk}/segmenters/new/"
    assert b"nobody knows how long it takes" in client.get(url).content
    for minutes, settings in (
        (8.0, {"epochs": 40}),
        (6.0, {"epochs": 20}),
        (99.0, {"width": 32}),
        (0.4, {"epochs": 1}),
    ):
        ready_segmenter(project, settings=settings, metrics={"minutes": minutes, "device": "cpu, 2 cores"})
    words = "about 5 minutes, measured by 2 trainings of such a network here, on cpu, 2 cores"
    assert words in client.get(url).content.decode()
    sent = {"epochs": "40", "patch": "many", "width": "16"}
    fragment = client.get(url, sent, headers={"HX-Request": "true"}).content.decode()
    assert fragment.strip().startswith("It would take about 10 minutes, measured by 2")


def test_what_cannot_be_learnt_from_is_refused(project, alice, bob, scans):
    empty = make_scan(project, name="empty.png")
    elsewhere = create_project(title="Elsewhere", owner=bob)
    far = outlined_scan(elsewhere, DISCS, "far.png")
    for chosen, words in (
        ({"scans": []}, "at least one scan"),
        ({"scans": [scans[0]], "held_out": scans[0]}, "at least one scan"),
        ({"scans": [scans[0], empty]}, "Nothing is outlined on empty.png"),
        ({"scans": [scans[0], far]}, "scans of this project"),
        ({"scans": scans, "settings": {"epochs": 0}}, "epochs"),
        ({"scans": scans, "kind": "oracle"}, "kind “oracle”"),
        (
            {"scans": scans, "recipe": save_recipe(project=elsewhere, user=bob, name="r", settings={})},
            "a recipe of",
        ),
    ):
        with pytest.raises(ValidationError, match=words):
            new_segmenter(user=alice, project=project, **chosen)
    assert not Segmenter.objects.exists()


def test_what_is_in_the_bin_is_not_learnt_from(project, alice, scans):
    hidden = create_project(title="Bin", owner=alice)
    Object.objects.filter(outline__parent=scans[0].pk).update(project=hidden)
    assert [row.scan.pk for row in scans_to_learn_from(project, UNET)] == [scans[1].pk]


def test_an_archived_one_is_offered_no_more_and_strangers_see_none(client, alice, dan, ready):
    assert list(segmenters_to_apply(alice)) == [ready]
    assert not segmenters_to_apply(dan)
    client.force_login(alice)
    client.post(f"/segmenters/{ready.pk}/change/", {"archived": "1"})
    assert not segmenters_to_apply(alice)
    client.force_login(dan)
    assert client.get(f"/segmenters/{ready.pk}/").status_code == 404


def test_a_program_trains_and_renames(client, project, alice, scans):
    client.force_login(alice)
    url = f"/api/v1/projects/{project.pk}/segmenters/"
    body = {"scans": [scan.pk for scan in scans], "settings": {"epochs": 2}}
    job = client.post(url, json.dumps(body), content_type="application/json").json()
    one = client.get(url).json()["results"][0]
    assert one["job"] == job["id"]
    about = {"scan": scans[1].pk, "file_name": "other.png", "objects": 5, "by_people": 5, "held_out": True}
    assert one["scans"][1] == about
    changed = client.patch(
        f"/api/v1/segmenters/{one['id']}/", json.dumps({"name": "Trays"}), content_type="application/json"
    )
    assert changed.json()["name"] == "Trays"
    assert client.get(url).json()["results"][0]["id"] == one["id"]


def test_one_that_is_ready_is_trained_again_beside_itself(project, alice, scans):
    ready = Segmenter.objects.get(pk=_finished(project, alice, scans).params["segmenter"])
    Object.objects.filter(outline__parent=scans[0].pk).first().delete()
    train_again(alice, ready.job)
    again = Segmenter.objects.first()
    assert (again.name, again.is_ready) == (ready.name, False)
    assert [one["objects"] for one in ready.scans] == [5, 5]
    assert [(one["objects"], one["held_out"]) for one in again.scans] == [(4, False), (5, True)], (
        "as of today"
    )
    assert train_again(alice, _failed(again)).params == {"segmenter": again.pk}
    Scan.objects.filter(pk=scans[0].pk).delete()
    with pytest.raises(ValidationError, match=r"tray\.png is not in the project any more"):
        train_again(alice, ready.job)


def _finished(project, alice, scans) -> Job:
    job = start_training(user=alice, project=project, scans=scans)
    Segmenter.objects.update(is_ready=True)
    Job.objects.update(state="done")
    return job


def _failed(segmenter):
    segmenter.refresh_from_db()
    segmenter.job.state = "failed"
    segmenter.job.save()
    return segmenter.job


def test_the_form_of_a_detector_offers_no_recipe_and_its_page_has_no_pixels(client, project, alice, scans):
    client.force_login(alice)
    save_recipe(project=project, user=alice, name="Tray", settings={})
    page = client.get(f"/projects/{project.pk}/segmenters/new/?kind=detector").content.decode()
    assert "tray.png <small>5 objects" in page and "Compare it with" not in page
    objects = HELD_OUT["objects"] | {"average_precision": 0.9}
    metrics = {"held_out": {"scans": ["other.png"], "objects": objects}, "organisms": 5, "minutes": 3.0}
    detector = ready_segmenter(project, kind="detector", metrics=metrics, recipe_figures=None)
    page = client.get(f"/segmenters/{detector.pk}/").content.decode()
    assert "How well boxes fit" in page and "Pixel by pixel" not in page and "IoU of pixels" not in page
