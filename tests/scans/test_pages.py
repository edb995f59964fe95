"""What people see of scans, and what a member may ask of them."""

import re
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from annotations.pictures.keys import may_open, signature
from annotations.projects.actions import set_role
from annotations.projects.models import Role
from annotations.samples.models import Acquisition, Image, Object, ParentImage
from annotations.scans import viewport
from annotations.scans.models import Outline, Scan
from annotations.scans.segmentation.models import SegmentationRun
from annotations.scans.segmentation.recipes import save_recipe
from annotations.search.filter import Filter
from annotations.search.selecting import count_matching
from classifier.contract.segmentation import SegmentationRecipe
from tests.plankton import make_tow
from tests.scans.drawing import HEIGHT, WIDTH, bring, ground, png, the_scan
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@shared_rows
def scan(project, alice, tmp_path) -> Scan:
    bring(project, alice, tmp_path / "tray.png", png(ground(), dpi=(2400, 2400)))
    return the_scan(project)


@shared_rows
def tow(project, scan):
    """Of its objects the first three lie on the scan, the second with an outline."""
    tow = make_tow(project)
    for place, each in enumerate(tow.objects[:3]):
        Image.objects.filter(object=each).update(
            parent=scan.parent, region_x=10 + 400 * place, region_y=20, region_width=30, region_height=40
        )
    Outline.objects.create(
        object=tow.objects[1],
        parent=scan.parent,
        x=410,
        y=20,
        width=2,
        height=2,
        counts=b"04",
        source="recipe",
    )
    return tow


def page(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(f"scans:{name}", args=args), query)


def test_the_page_says_what_is_missing_and_proposes_the_pixel(client, project, alice, scan):
    words = page(client, alice, "list", project.pk).content.decode()
    assert f"{WIDTH:,} × {HEIGHT} px" in words and "No objects yet" in words
    assert "Missing: the size of a pixel, the volume, the fraction, the position, the date." in words
    assert "10.583 µm a pixel" in words and "can be completed" in words
    client.post(reverse("scans:accept_pixel", args=[project.pk, scan.pk]))
    words = page(client, alice, "list", project.pk).content.decode()
    assert "13.8 × 7.4 mm" in words and "10.583 µm a pixel" not in words


def test_frames_of_an_acquisition_are_one_card_and_a_page_of_their_own(
    client, project, alice, scan, monkeypatch
):
    parent = scan.parent
    frames = [
        Scan.objects.create(
            parent=ParentImage.objects.create(
                acquisition=parent.acquisition, key=f"{n}", file_name=f"frame{n}.png", width=90, height=80
            ),
            taken_at=datetime(2024, 5, 1, 10, n, tzinfo=UTC),
            depth_min=n,
        )
        for n in range(3)
    ]
    words = page(client, alice, "list", project.pk).content.decode()
    assert "4 scans, 2024-05-01 10:00 to 2024-05-01 10:02 UTC, 0–2 m deep" in words
    assert words.count('<li class="card">') == 1 and "frame0.png" not in words
    monkeypatch.setattr("annotations.scans.queries.PAGE", 3)
    words = page(client, alice, "acquisition", project.pk, parent.acquisition_id).content.decode()
    assert re.findall(r"</span>([\w.]+)</a>", words) == ["frame2.png", "frame1.png", "frame0.png"]
    assert f"?before={frames[0].pk}" in words
    later = page(client, alice, "acquisition", project.pk, parent.acquisition_id, before=frames[0].pk)
    assert "tray.png" in later.content.decode() and "Earlier scans" not in later.content.decode()


def test_an_acquisition_that_is_called_as_its_sample_is_named_once(client, project, alice, scan):
    acquisition = scan.parent.acquisition
    for name, words in (("tray", "tray"), ("tray_7", "tray, tray_7")):
        acquisition.original_id = name
        acquisition.save()
        html = page(client, alice, "acquisition", project.pk, acquisition.pk).content.decode()
        assert f"<h1>Scans of {words}</h1>" in html.replace("<wbr>", "")


def test_acquisitions_come_by_pages_and_those_without_scans_not_at_all(
    client, project, alice, scan, monkeypatch
):
    monkeypatch.setattr("annotations.scans.queries.PAGE", 1)
    sample = scan.parent.acquisition.sample
    later, nothing = (
        Acquisition.objects.create(sample=sample, original_id=name) for name in ("later", "none")
    )
    picture = ParentImage.objects.create(
        acquisition=later, key="later", file_name="later.png", width=9, height=9
    )
    Scan.objects.create(parent=picture)
    first = page(client, alice, "list", project.pk).content.decode()
    assert "later.png" in first and "tray.png" not in first
    assert "tray.png" in page(client, alice, "list", project.pk, before=later.pk).content.decode()
    assert page(client, alice, "acquisition", project.pk, nothing.pk).status_code == 404


def test_a_run_leads_to_its_objects_on_the_bench(client, project, alice, scan):
    settings = SegmentationRecipe().values
    recipe = save_recipe(project=project, user=alice, name="Discs", settings=settings)
    SegmentationRun.objects.create(project=project, scan=scan, recipe=recipe, segments=3, written=3)
    client.force_login(alice)
    runs = client.get(reverse("segmentation:runs", args=[project.pk])).content.decode()
    assert f'href="/projects/{project.pk}/?scan={scan.pk}"' in runs
    settings_page = client.get(reverse("segmentation:recipe", args=[project.pk, recipe.pk]))
    assert "100,000,000" in settings_page.content.decode()


def test_a_tile_opens_by_its_address_and_by_no_other(client, project, alice, scan):
    key = f"{scan.tiles_prefix}/2/0_0.jpg"
    assert may_open(key, signature(scan.tiles_prefix))
    assert not may_open(key, signature(key))
    assert not may_open(f"{scan.tiles_prefix}/../x/0_0.jpg", signature(scan.tiles_prefix))


def test_what_is_seen_is_what_lies_in_the_box(client, project, alice, scan, tow):
    body = page(client, alice, "objects", project.pk, scan.pk, box="380,0,100,100").json()
    assert [one["id"] for one in body["objects"]] == [tow.objects[1].pk]
    assert body["objects"][0]["outline"] == {"box": [410, 20, 2, 2], "counts": "04"}
    assert body["objects"][0]["revision"] == 1
    everything = page(client, alice, "objects", project.pk, scan.pk).json()
    assert [one["revision"] for one in everything["objects"]] == [0, 1, 0] and everything["cells"] == []


def test_of_many_only_their_numbers_are_sent(client, project, alice, scan, tow, monkeypatch):
    monkeypatch.setattr(viewport, "MOST_OBJECTS", 2)
    monkeypatch.setattr(viewport, "COUNT", viewport.COUNT.replace("LIMIT 1501", "LIMIT 3"))
    body = page(client, alice, "objects", project.pk, scan.pk).json()
    assert body["objects"] == [] and sum(cell["objects"] for cell in body["cells"]) == 3


@pytest.mark.parametrize(("role", "has_tools"), [(Role.VIEWER, False), (Role.ANNOTATOR, True)])
def test_who_may_only_look_sees_no_tools(client, project, bob, scan, role, has_tools):
    set_role(project=project, user=bob, role=role)
    words = page(client, bob, "viewer", project.pk, scan.pk).content.decode()
    assert ('aria-label="Correct outlines"' in words) == has_tools


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "0,0,0,5", "0,0,9999999999,1"])
def test_a_box_that_is_none_is_refused(client, project, alice, scan, box):
    assert page(client, alice, "objects", project.pk, scan.pk, box=box).status_code == 400


def test_the_filter_finds_the_objects_of_a_scan(project, alice, scan, tow):
    assert count_matching(project, Filter.parse({"scan": str(scan.pk)}, alice)) == 3


def test_the_chip_of_a_scan_has_its_name_for_who_may_know_it(project, alice, dan, scan):
    assert [str(each) for each in Filter.parse({"scan": str(scan.pk)}, alice).conditions] == ["on tray.png"]
    assert [str(each) for each in Filter.parse({"scan": "999999"}, dan).conditions] == ["on scan 999999"]
    with pytest.raises(ValidationError):
        Filter.parse({"scan": str(scan.pk)}, dan)


def test_how_the_first_taxon_is_given_stands_beside_the_objects_of_a_scan(client, project, alice, scan, tow):
    client.force_login(alice)
    Object.objects.filter(project=project).update(taxon=None, state="U")
    panel = client.get(reverse("gallery:panel", args=[project.pk]), {"scan": scan.pk})
    assert b"type the name of its taxon" in panel.content


def test_the_viewer_rings_an_object_of_this_scan_alone(client, project, alice, scan, tow):
    def ringed(number):
        return page(client, alice, "viewer", project.pk, scan.pk, object=number).context["ringed"]

    assert ringed(tow.objects[0].pk) == {"id": tow.objects[0].pk, "box": [10, 20, 30, 40]}
    assert ringed(tow.objects[5].pk) is None


def test_a_scan_with_objects_is_not_deleted(client, project, alice, scan, tow):
    address = reverse("scans:delete", args=[project.pk, scan.pk])
    client.force_login(alice)
    client.post(address)
    assert Scan.objects.count() == 1
    Outline.objects.all().delete()
    Object.objects.all().delete()
    client.post(address)
    assert Scan.objects.count() == 0 and not project.samples.filter(acquisitions__parent_images__isnull=False)


def test_who_only_looks_changes_nothing(client, project, alice, bob, scan):
    set_role(project=project, user=bob, role=Role.VIEWER)
    client.force_login(bob)
    for name in ("delete", "accept_pixel"):
        assert client.post(reverse(f"scans:{name}", args=[project.pk, scan.pk])).status_code == 403
    assert page(client, bob, "viewer", project.pk, scan.pk).status_code == 200


def test_a_form_that_says_nonsense_names_the_field(client, project, alice, tmp_path):
    client.force_login(alice)
    with (tmp_path / "a.png").open("wb+") as file:
        file.write(png(ground(90, 80)))
        file.seek(0)
        answer = client.post(reverse("scans:new", args=[project.pk]), {"package": file, "pixel_um": "-2"})
    assert "is not more than 0." in answer.content.decode() and not project.jobs.exists()
