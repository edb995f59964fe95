"""The table of samples, its cells, previews and corrections, as people see them."""

import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from annotations.metadata.models import Correction
from annotations.samples.models import FreeColumn, Object, Sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def names(page: str) -> list[str]:
    return re.findall(r'aria-label="Sample of ([^:]+):', page)


def table(client, project, **query) -> str:
    return client.get(reverse("metadata:samples", args=[project.pk]), query).content.decode()


def test_samples_are_found_and_sorted_by_any_column(as_alice, cruise):
    Sample.objects.create(project=cruise.project, original_id="empty")
    assert names(table(as_alice, cruise.project)) == ["empty", "net", "profile"]
    assert names(table(as_alice, cruise.project, order="-depth_max")) == ["net", "profile", "empty"]
    assert names(table(as_alice, cruise.project, order="field:tot_vol")) == ["profile", "net", "empty"], (
        "9 < 12.5"
    )
    assert names(table(as_alice, cruise.project, order="-field:tot_vol")) == ["net", "profile", "empty"]
    assert names(table(as_alice, cruise.project, q="tar")) == ["net"], "its ship"
    page = table(as_alice, cruise.project, order="taken_at")
    assert "2026-04-12 12:00:00 – 12:02:00" in page
    assert names(table(as_alice, cruise.project, q="100%")) == []


def test_moments_are_read_to_the_second_and_corrected_as_they_are(as_alice, cruise):
    Object.objects.filter(sample__original_id="net").update(
        taken_at=datetime(2026, 4, 12, 9, 30, 1, 215099, UTC)
    )
    page = table(as_alice, cruise.project)
    assert ">2026-04-12 09:30:01 – 12:00:00<" in page
    assert 'data-value="2026-04-12 09:30:01.215099"' in page


@pytest.mark.parametrize("order", ["name", "-name", "latitude", "-objects", "field:ship", "-field:ship"])
def test_pages_hold_every_sample_once(as_alice, cruise, monkeypatch, order):
    monkeypatch.setattr("annotations.metadata.queries.A_PAGE", 3)
    for n in range(8):
        Sample.objects.create(
            project=cruise.project, original_id=f"s{n}", fields={"ship": "B"} if n % 2 else {}
        )
    listed, query = [], {"order": order}
    while query:
        page = table(as_alice, cruise.project, **query)
        listed += names(page)
        cursor = re.search(r'href="\?[^"]*cursor=([^"&]+)', page)
        query = {"order": order, "cursor": cursor[1]} if cursor else {}
    assert len(listed) == 10
    assert len(set(listed)) == 10


def test_free_columns_behind_the_third_wait_on_a_phone(as_alice, cruise):
    net = Sample.objects.get(original_id="net")
    net.fields = dict.fromkeys(("a", "b", "c", "d", "e"), "1")
    net.save()
    names = ["a", "b", "c", "d", "e"]
    FreeColumn.objects.bulk_create(
        FreeColumn(project=cruise.project, level="sample", name=name) for name in names
    )
    page = table(as_alice, cruise.project, column=[f"field:{name}" for name in names])
    row = page.split("Tick net", 1)[1].split("</tr>")[0]
    assert row.count("further") == 2
    assert "All 5 free columns" in page


def test_a_viewer_reads_and_has_nothing_to_correct(client, vera, cruise):
    client.force_login(vera)
    page = table(client, cruise.project)
    assert "43.1" in page
    assert 'class="cell"' not in page
    assert 'id="many"' not in page


def test_a_cell_is_saved_and_its_row_comes_back_with_undo(as_alice, cruise):
    address = reverse("metadata:cell", args=[cruise.project.pk, cruise.net.pk])
    answer = as_alice.post(
        address, {"column": "latitude", "value": "43.7", "was": "43.1"}, headers={"hx-request": "true"}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Latitude, °: 43.1 → 43.7" in page
    assert page.strip().startswith("<tr")
    undo = re.search(r'action="([^"]+/undo/)"', page)
    as_alice.post(undo[1], {"query": "order=taken"})
    cruise.net.refresh_from_db()
    assert cruise.net.latitude == 43.1


def test_a_cell_that_cannot_be_is_said_beside_it(as_alice, cruise):
    address = reverse("metadata:cell", args=[cruise.project.pk, cruise.net.pk])
    answer = as_alice.post(
        address, {"column": "latitude", "value": "143", "was": "43.1"}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 400
    assert 'id="cell-error"' in answer.content.decode()
    assert "It may be the longitude" in answer.content.decode()


def test_many_change_after_a_preview(as_alice, cruise):
    body = {"column": "field:ship", "value": "Thalassa", "all": "on"}
    preview = as_alice.post(reverse("metadata:plan", args=[cruise.project.pk]), body, follow=True)
    assert "2 samples change in 1 column (ship)" in preview.content.decode()
    cruise.net.refresh_from_db()
    assert cruise.net.fields["ship"] == "Tara", "not yet"
    (correction,) = Correction.objects.all()
    done = as_alice.post(reverse("metadata:apply", args=[cruise.project.pk, correction.pk]), follow=True)
    assert "Done: 2 samples changed in 1 column (ship)" in done.content.decode()
    cruise.profile.refresh_from_db()
    assert cruise.profile.fields == {"tot_vol": "9", "ship": "Thalassa"}
    listed = as_alice.get(reverse("metadata:corrections", args=[cruise.project.pk])).content.decode()
    assert "2 samples changed in 1 column (ship)" in listed
    assert "Alice" in listed


def test_a_table_goes_out_and_comes_back(as_alice, cruise):
    address = reverse("metadata:download", args=[cruise.project.pk])
    text = b"".join(as_alice.get(address)).decode("utf-8-sig")
    head, net, _ = text.splitlines()
    assert head.startswith(
        "sample_id,latitude,longitude,taken_at,depth_min,depth_max,sample_tot_vol,sample_ship"
    )
    assert net.startswith("net,43.1,7.3,2026-04-12 12:00:00,0,200,12.5,Tara")
    address = reverse("metadata:table", args=[cruise.project.pk])
    same = as_alice.post(address, {"table": SimpleUploadedFile("t.csv", text.encode())})
    assert (same.status_code, "Nothing would change" in same.content.decode()) == (400, True)
    text = text.replace("12.5", "125").replace("Tara", "=1+1")
    preview = as_alice.post(address, {"table": SimpleUploadedFile("t.csv", text.encode())}, follow=True)
    assert "1 sample changes in 2 columns (tot_vol; ship)" in preview.content.decode()


def test_a_table_with_faults_changes_nothing_and_lists_them(as_alice, cruise):
    sent = SimpleUploadedFile("t.csv", b"sample_id,latitude\nnet,91\nprofile,44\nnot,3\n")
    answer = as_alice.post(reverse("metadata:table", args=[cruise.project.pk]), {"table": sent})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "outside −90 to +90" in page
    assert "differ in this" in page
    assert "no sample &#x27;not&#x27;" in page
    assert re.findall(r'data-is="(?:Line|Column)">([^<]+)<', page) == [
        "2",
        "latitude",
        "3",
        "latitude",
        "4",
        "sample_id",
    ]
    assert not Correction.objects.exists()


def test_a_preview_is_ones_own(client, alice, carla, cruise):
    from annotations.projects.actions import set_role

    set_role(project=cruise.project, user=carla, role="manager")
    client.force_login(alice)
    body = {"column": "field:ship", "value": "Thalassa", "all": "on"}
    client.post(reverse("metadata:plan", args=[cruise.project.pk]), body)
    client.force_login(carla)
    (correction,) = Correction.objects.all()
    assert client.post(reverse("metadata:apply", args=[cruise.project.pk, correction.pk])).status_code == 404
