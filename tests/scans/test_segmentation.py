"""Recipes and runs as people and programs ask for them: pages, API, command; the trial on a crop."""

import html
import json
from collections.abc import Iterator

import pytest
from celery import current_app

from annotations.learning import serving
from annotations.samples.models import Acquisition, ParentImage
from annotations.scans.models import Scan
from annotations.scans.segmentation.models import SavedRecipe, SegmentationRun
from annotations.scans.segmentation.naming import prefix_of
from annotations.scans.segmentation.recipes import save_recipe
from annotations.scans.segmentation.trying import TASK
from classifier.contract.segmentation import SegmentationRecipe
from tests.scans.drawn import DARK, DISCS, GROUND, HEIGHT, WIDTH, make_scan
from tests.worlds import shared_rows
from worker import tasks

pytestmark = pytest.mark.django_db
PLAIN = {"background": "none", "threshold": "fixed", "level": 50.0, "least_area_px": 20}


@shared_rows
def scan(project):
    return make_scan(project)


@pytest.fixture
def at_once() -> Iterator[None]:
    """The serving worker is this process."""
    assert tasks.segment_crop_task.name == TASK
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = False


def post(client, url: str, **body: object):
    return client.post(url, json.dumps(body), content_type="application/json")


def tried(client, scan, **body: object):
    return post(client, f"/api/v1/scans/{scan.pk}/segmentation-trial/", **{"settings": PLAIN, **body})


def test_a_recipe_under_a_name_that_is_there_is_another_revision(project, alice):
    first = save_recipe(project=project, user=alice, name=" Tray ", settings={"margin": 4})
    same = save_recipe(project=project, user=alice, name="Tray", settings={"margin": 4})
    other = save_recipe(project=project, user=alice, name="Tray", settings={"margin": 5})
    assert (same.pk, other.revision) == (first.pk, 2)
    assert SavedRecipe.objects.get(pk=first.pk).settings["margin"] == 4


def test_the_form_saves_what_it_shows(client, project, alice):
    client.force_login(alice)
    url = f"/projects/{project.pk}/segmentation-recipes/new/"
    assert f'value="{SegmentationRecipe().threshold}" selected' in client.get(url).content.decode()
    sent = {"name": "Tray", "threshold": "fixed", "level": "12.5", "margin": "", "keep_border": "on"}
    created = client.post(url, sent)
    recipe = SavedRecipe.objects.get()
    assert created.url == f"/projects/{project.pk}/segmentation-recipes/{recipe.pk}/"
    values = {
        name: recipe.settings[name] for name in ("threshold", "level", "margin", "keep_border", "fill_holes")
    }
    assert values == {
        "threshold": "fixed",
        "level": 12.5,
        "margin": 10,
        "keep_border": True,
        "fill_holes": False,
    }
    assert b"Keep objects at the border" in client.get(created.url).content
    wrong = client.post(url, {**sent, "level": "300"})
    assert wrong.status_code == 400 and b"0.5 to 255" in wrong.content


def test_a_recipe_that_is_tried_has_a_name_and_leads_to_the_scans(client, project, scan, alice):
    client.force_login(alice)
    trial = f"/projects/{project.pk}/scans/{scan.pk}/segment/"
    assert 'value="Recipe 1"' in client.get(trial).content.decode()
    created = client.post(
        f"/projects/{project.pk}/segmentation-recipes/new/", {"name": "Recipe 1", "segments": "on"}
    )
    recipe = SavedRecipe.objects.get()
    assert created.url == f"/projects/{project.pk}/segmentations/?recipe={recipe.pk}"
    assert f'value="{recipe.pk}" selected' in client.get(created.url).content.decode()
    assert 'value="Recipe 2"' in client.get(trial).content.decode()


def test_a_recipe_from_a_program_names_what_is_wrong(client, project, alice):
    client.force_login(alice)
    url = f"/api/v1/projects/{project.pk}/segmentation-recipes/"
    assert post(client, url, name="Tray", margin=3).json()["settings"]["margin"] == 3
    assert "blank scan" in post(client, url, name="Tray", background="blank").json()["detail"]
    assert [recipe["name"] for recipe in client.get(url).json()] == ["Tray"]


def test_a_crop_says_what_lies_on_it(client, scan, alice, at_once):
    client.force_login(alice)
    answer = tried(client, scan, x=0, y=0, side=256, has_picture=True, has_overview=True).json()
    assert (answer["width"], answer["height"], answer["objects"], answer["threshold"]) == (256, 256, 2, 50.0)
    discs = DISCS[:2]
    assert answer["area_share"] == pytest.approx(sum(3.1416 * r * r for *_, r in discs) / 256**2, rel=0.03)
    xs = [x for outline in answer["outlines"] for line in outline["lines"] for x in line[::2]]
    assert (min(xs), max(xs)) == (40, 213)
    assert answer["picture"].startswith("data:image/jpeg") and answer["overview"].startswith(
        "data:image/jpeg"
    )
    stricter = tried(client, scan, settings={**PLAIN, "level": float(GROUND - DARK + 1)}).json()
    assert (stricter["objects"], stricter["width"], stricter["height"]) == (0, WIDTH, HEIGHT)


def test_a_crop_beyond_the_scan_is_moved_onto_it(client, scan, alice, at_once):
    client.force_login(alice)
    answer = tried(client, scan, x=9999, y=9999, side=256).json()
    assert (answer["x"], answer["y"]) == (WIDTH - 256, HEIGHT - 256)


def test_what_no_recipe_may_have_is_refused_in_words(client, scan, alice):
    client.force_login(alice)
    assert "level" in tried(client, scan, settings={"level": "much"}).json()["detail"]
    assert "treshold" in tried(client, scan, settings={"treshold": "otsu"}).json()["detail"]


def test_micrometres_need_the_size_of_a_pixel(client, project, scan, alice):
    recipe = save_recipe(project=project, user=alice, name="Tray", settings={**PLAIN, "least_esd_um": 300.0})
    Acquisition.objects.filter(pk=scan.parent.acquisition_id).update(pixel_um=None)
    client.force_login(alice)
    words = "Nobody has said how large a pixel of tray.png is, so a least diameter of 300 µm can't be kept"
    assert words in tried(client, scan, settings=recipe.settings).json()["detail"]
    trial = client.get(f"/projects/{project.pk}/scans/{scan.pk}/segment/").content.decode()
    assert "sizes count in pixels" in trial and f'href="/projects/{project.pk}/scans/"' in trial
    sent = {"recipe": recipe.pk, "scan": [scan.pk]}
    refused = client.post(f"/projects/{project.pk}/segmentations/", sent)
    assert refused.status_code == 400 and words in html.unescape(refused.content.decode())
    assert not SegmentationRun.objects.exists()


def test_without_a_serving_worker_it_says_so(client, scan, alice, monkeypatch, settings):
    settings.SERVE_SECONDS = 1
    client.force_login(alice)
    monkeypatch.setattr(
        serving, "current_app", type("Away", (), {"signature": staticmethod(lambda *a, **k: Away())})
    )
    answer = tried(client, scan)
    assert answer.status_code == 503 and "serving worker" in answer.json()["detail"]


class Away:
    """A task that nobody takes up."""

    def apply_async(self, **options: object) -> None:
        return


def test_the_page_of_a_trial_begins_as_its_address_says(client, project, scan, alice):
    client.force_login(alice)
    page = client.get(
        f"/projects/{project.pk}/scans/{scan.pk}/segment/?level=33&fill_holes=false&side=256&x=7"
    )
    text = page.content.decode()
    assert 'name="level" value="33"' in text.replace("\n", " ")
    assert 'name="x" form="settings" inputmode="numeric" value="7"' in text
    assert page.context["form"]["fill_holes"].value() is False
    assert page.context["form"]["keep_border"].value() is False


def test_scans_are_segmented_from_the_page(client, project, scan, alice):
    recipe = save_recipe(project=project, user=alice, name="Tray", settings=PLAIN)
    client.force_login(alice)
    url = f"/projects/{project.pk}/segmentations/"
    assert client.post(url, {"recipe": recipe.pk}).status_code == 400
    answer = client.post(url, {"recipe": recipe.pk, "scan": [scan.pk]})
    run = SegmentationRun.objects.get()
    assert answer.url == f"/jobs/{run.job_id}/"
    assert (run.scan_id, run.recipe, run.owner) == (scan.pk, recipe, alice)
    assert b"It is on its way" in client.get(f"{url}{run.pk}/").content


def test_a_project_goes_with_its_recipes_and_runs(project, scan, alice):
    recipe = save_recipe(project=project, user=alice, name="Tray", settings=PLAIN)
    run = SegmentationRun.objects.create(project=project, scan=scan, recipe=recipe, segments=1)
    run.tiles.create(number=1, content=b"x")
    project.delete()
    assert not SavedRecipe.objects.exists() and not SegmentationRun.objects.exists()


@pytest.mark.parametrize(("name", "prefix"), [("two_page2.tif", "two_page2"), ("two.tif", "two_p2")])
def test_the_number_of_a_page_stands_once_in_the_names_of_its_objects(name, prefix):
    scan = Scan(page=1, parent=ParentImage(file_name=name))
    assert prefix_of(scan) == prefix
