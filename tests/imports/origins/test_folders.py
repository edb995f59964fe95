"""Folders of the server that the administrator opens: browsed and read in place, and nothing outside of them."""

import os
import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from annotations.imports.origins.folders import FolderPlace
from annotations.jobs.models import Job
from annotations.samples.models import Object
from tests.imports.packages import package, row
from tests.run_jobs import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def cruises(tmp_path, settings) -> Path:
    """A folder with `2024/tow.zip`, `2024/net/`, a link out and one inside; beside it something secret."""
    root = tmp_path / "data"
    (root / "2024").mkdir(parents=True)
    package(root / "2024" / "tow.zip", [row(1)])
    with zipfile.ZipFile(package(tmp_path / "net.zip", [row(2), row(3)])) as net:
        net.extractall(root / "2024" / "net")
    package(tmp_path / "secret.zip", [row(9)])
    (root / "2024" / "readme.txt").write_text("hello")
    (root / "2024" / ".hidden").mkdir()
    (root / "out.zip").symlink_to(tmp_path / "secret.zip")
    (root / "up").symlink_to(tmp_path)
    (root / "circle").symlink_to(root / "circle")
    (root / "newest").symlink_to(root / "2024")
    settings.IMPORT_FOLDERS = {"cruises": str(root)}
    return root


def page(project, path: str = "", place: str = "cruises") -> str:
    return f"/projects/{project.pk}/import/from/{place}/{f'?path={path}' if path else ''}"


def followed(answer) -> Job:
    assert answer.status_code == 302, answer.content.decode()
    return work(Job.objects.get(pk=answer.url.split("/")[-2]))


def names() -> list[str]:
    return sorted(Object.objects.values_list("wide__original_id", flat=True))


def test_a_name_that_is_no_utf8_hides_no_folder(alices, project, cruises):
    (cruises / "2024" / os.fsdecode(b"station_\xe9")).mkdir()
    answer = alices.get(page(project, "2024"))
    assert answer.status_code == 200 and "tow.zip" in answer.content.decode()
    assert FolderPlace("cruises", str(cruises)).listing("2024").others == 2
    assert alices.get(f"/api/v1/projects/{project.pk}/imports/places/cruises/?path=2024").status_code == 200


def test_a_link_shows_nothing_hidden(cruises):
    (cruises / "newer").symlink_to(cruises / "2024" / ".hidden")
    with pytest.raises(ValidationError):
        FolderPlace("cruises", str(cruises)).listing("newer")


def test_a_folder_that_is_away_does_not_tell_where_it_lay(tmp_path):
    with pytest.raises(ValidationError) as refused:
        FolderPlace("cruises", str(tmp_path / "unmounted")).listing("")
    assert str(tmp_path) not in str(refused.value)


def test_a_folder_lists_what_can_be_opened_and_imported(cruises):
    place = FolderPlace("cruises", str(cruises))
    outermost, inner = place.listing(""), place.listing("2024")
    assert (outermost.folders, outermost.files) == (["2024", "newest"], []), (
        "links that lead out are not there"
    )
    assert (inner.folders, inner.others, inner.is_cut) == (["net"], 1, False)
    assert inner.files == [("tow.zip", (cruises / "2024" / "tow.zip").stat().st_size)]


@pytest.mark.parametrize(
    "path",
    [
        "../secret.zip",
        "2024/../../secret.zip",
        "out.zip",
        "up/secret.zip",
        "up",
        "circle",
        "nothing",
        "2024/..",
        "2024/.hidden",
        "a\0b",
    ],
)
def test_no_path_leads_out(cruises, path):
    place = FolderPlace("cruises", str(cruises))
    for look in (place.listing, place.package):
        with pytest.raises(ValidationError):
            look(path)


def test_a_path_that_looks_absolute_is_one_in_the_place(cruises):
    assert FolderPlace("cruises", str(cruises)).package("/2024/tow.zip").path == cruises / "2024" / "tow.zip"


def test_a_manager_opens_folders_and_imports_one_where_it_lies(alices, project, cruises):
    assert "Folder cruises" in alices.get(f"/projects/{project.pk}/import/").content.decode()
    first = alices.get(page(project)).content.decode()
    assert 'href="?path=2024"' in first and "secret" not in first
    second = alices.get(page(project, "2024")).content.decode()
    assert 'value="./2024/tow.zip"' in second and 'href="?path=2024/net"' in second
    job = followed(alices.post(page(project), {"path": "2024/net", "package": "./2024/net"}))
    assert (job.state, names()) == ("done", ["o2", "o3"])
    assert job.params["name"] == "net" and job.params["origin"]["place"] == "cruises"
    assert (cruises / "2024" / "net" / "o2.png").exists(), "what lies there stays"


def test_what_was_only_checked_is_imported_from_there(alices, project, cruises):
    checked = followed(
        alices.post(page(project), {"path": "2024", "package": "./2024/tow.zip", "dry_run": "on"})
    )
    assert names() == []
    assert "read where it lies" in alices.get(f"/jobs/{checked.pk}/").content.decode()
    job = followed(alices.post(f"/projects/{project.pk}/import/{checked.pk}/", {}))
    assert (job.state, names()) == ("done", ["o1"])
    assert (cruises / "2024" / "tow.zip").exists()


def test_an_update_is_planned_and_applied_from_a_folder(alices, project, cruises):
    followed(alices.post(page(project), {"package": "./2024/tow.zip"}))
    package(cruises / "2024" / "tow.zip", [row(1, object_lat="43")])
    body = {"folder": "cruises", "path": "2024/tow.zip", "mode": "update", "dry_run": True}
    api = f"/api/v1/projects/{project.pk}/imports/"
    checked = work(Job.objects.get(pk=alices.post(api, body, "application/json").json()["id"]))
    assert checked.result["updated"] == 1, checked.message
    body = {"job": checked.pk, "update": checked.result["update"]}
    assert work(Job.objects.get(pk=alices.post(api, body, "application/json").json()["id"])).state == "done"
    assert Object.objects.get().latitude == 43


def test_a_package_that_was_refused_leaves_the_answers_in_the_form(alices, project, cruises):
    answer = alices.post(page(project), {"package": "./2024/gone.zip", "dry_run": "on"})
    text = answer.content.decode()
    assert answer.status_code == 400 and "There is no 2024/gone.zip in Folder cruises." in text.replace(
        "./", ""
    )
    assert 'name="dry_run" id="id_dry_run" checked' in " ".join(text.split())


def test_a_folder_that_was_closed_or_leads_elsewhere_by_then_is_not_read(
    alices, project, cruises, settings, tmp_path
):
    body = {"package": "./2024/tow.zip"}
    jobs = [Job.objects.get(pk=alices.post(page(project), body).url.split("/")[-2]) for _ in range(2)]
    (cruises / "2024" / "tow.zip").unlink()
    (cruises / "2024" / "tow.zip").symlink_to(tmp_path / "secret.zip")
    assert "leads out of Folder cruises" in work(jobs[0]).message
    settings.IMPORT_FOLDERS = {}
    assert "There is no place called cruises" in work(jobs[1]).message
    assert names() == []


def test_who_can_set_nothing_reads_whom_to_ask_and_the_administrator_what_to_set(
    client, project, alice, root
):
    pages = {}
    for person in (alice, root):
        client.force_login(person)
        pages[person] = client.get(f"/projects/{project.pk}/import/from/gone/").content.decode()
    assert "Ask an administrator of the site to open gone to you." in pages[alice]
    assert "SESTON_" not in pages[alice]
    assert "Name its path in SESTON_IMPORT_FOLDERS or SESTON_IMPORT_BUCKETS" in pages[root]


def test_the_administrator_says_who_may(client, project, cruises, settings, alice, root):
    settings.IMPORT_USERS = {"cruises": "carla dora"}
    client.force_login(alice)
    assert "cruises" not in client.get(f"/projects/{project.pk}/import/").content.decode()
    assert client.get(page(project)).status_code == 400
    body = {"folder": "cruises", "path": "2024/tow.zip"}
    assert client.post(f"/api/v1/projects/{project.pk}/imports/", body).status_code == 400
    client.force_login(root)
    assert client.get(page(project)).status_code == 200
    settings.IMPORT_USERS = {"cruises": "carla alice"}
    client.force_login(alice)
    assert client.get(page(project)).status_code == 200


@pytest.mark.parametrize(("name", "status"), [("vera", 403), ("bob", 403), ("carla", 403), ("dan", 404)])
def test_only_managers_see_places(client, request, project, dan, cruises, name, status):
    client.force_login(request.getfixturevalue(name))
    api = f"/api/v1/projects/{project.pk}/imports/"
    assert client.get(page(project)).status_code == status
    assert client.post(page(project), {"package": "./2024/tow.zip"}).status_code == status
    assert (
        client.get(f"{api}places/").status_code == client.get(f"{api}places/cruises/").status_code == status
    )
    assert client.post(api, {"folder": "cruises", "path": "2024/tow.zip"}).status_code == status


def test_the_api_lists_and_imports(alices, project, cruises):
    api = f"/api/v1/projects/{project.pk}/imports/"
    assert alices.get(f"{api}places/").json() == [{"name": "cruises", "kind": "folder"}]
    listing = alices.get(f"{api}places/cruises/?path=2024").json()
    assert (listing["path"], listing["folders"], listing["others"]) == ("2024", ["net"], 1)
    answer = alices.post(api, {"folder": "cruises", "path": "2024/tow.zip"})
    assert work(Job.objects.get(pk=answer.json()["id"])).state == "done"
    assert names() == ["o1"]
    for wrong in (
        {"folder": "cruises", "url": "https://a.example/b.zip"},
        {"path": "a"},
        {"bucket": "cruises"},
    ):
        assert alices.post(api, wrong).status_code == 400


def test_what_lies_somewhere_else_is_offered_only_where_there_is_something(alices, project, settings):
    settings.IMPORT_URLS = False
    assert "Where is it?" not in alices.get(f"/projects/{project.pk}/import/").content.decode()
    assert (
        alices.post(f"/projects/{project.pk}/import/url/", {"url": "https://a.example/b.zip"}).status_code
        == 400
    )
