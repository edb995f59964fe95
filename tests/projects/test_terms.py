"""What others may do with a project's data, and whom to ask: said in Settings, shown to members, and in exports."""

import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from annotations.exports.actions import export_path, start_export
from annotations.projects.actions import remove_member, set_role, update_project
from annotations.projects.doi import clean_doi
from annotations.projects.models import Role
from tests.imports.packages import package, row, run_import
from tests.run_jobs import work

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
TERMS = {"title": "Villefranche 2026", "licence": "CC BY 4.0", "doi": "https://doi.org/10.17882/55741"}


@pytest.mark.parametrize(
    "text",
    [
        "10.17882/55741",
        " https://doi.org/10.17882/55741 ",
        "doi:10.17882/55741",
        "http://dx.doi.org/10.17882/55741",
    ],
)
def test_a_doi_is_read_as_people_paste_it(text):
    assert clean_doi(text) == "10.17882/55741"


@pytest.mark.parametrize(
    "text", ["17882/55741", "10.1/x", "https://example.org/10.17882/55741", "10.17882/ 5", "10.17882/"]
)
def test_what_is_no_doi_is_refused(text):
    with pytest.raises(ValidationError, match="no DOI"):
        clean_doi(text)


def test_a_manager_says_it_in_settings_and_members_read_it(client, project, alice, bob):
    client.force_login(alice)
    until = TODAY + timedelta(days=10)
    body = TERMS | {"contact": alice.pk, "embargo_until": until.isoformat()}
    url = f"/projects/{project.pk}/settings/"
    assert client.post(url, body).status_code == 302
    assert f'value="{until}"' in client.get(url).content.decode()
    client.force_login(bob)
    for page in (client.get("/"), client.get(f"/projects/{project.pk}/export/")):
        text = page.content.decode()
        assert "contact Alice" in text and f"under embargo until {until}" in text
        assert '<a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>' in text
        assert '<a href="https://doi.org/10.17882/55741">10.17882/55741</a>' in text


def test_a_wrong_doi_stands_beside_its_field(client, project, alice):
    client.force_login(alice)
    answer = client.post(f"/projects/{project.pk}/settings/", TERMS | {"doi": "my paper"})
    assert answer.status_code == 400 and "my paper is no DOI" in answer.content.decode()
    project.refresh_from_db()
    assert project.licence == ""


def test_an_embargo_that_is_over_is_not_shown(project):
    today = timezone.now().date()  # TODAY may be yesterday by now
    assert update_project(project=project, embargo_until=today + timedelta(days=1)).is_under_embargo
    assert not update_project(project=project, embargo_until=today).is_under_embargo


def test_the_contact_is_a_member_and_no_longer_when_they_leave(project, alice, bob, dan):
    with pytest.raises(ValidationError, match="member"):
        update_project(project=project, contact=dan)
    project.refresh_from_db()
    update_project(project=project, contact=bob)
    set_role(project=project, user=bob, role=Role.VIEWER)
    remove_member(project=project, user=bob)
    project.refresh_from_db()
    assert project.contact is None


def test_an_export_says_it_and_its_import_is_no_worse(project, alice, tmp_path):
    run_import(project, package(tmp_path / "tow.zip", [row(1)]), alice)
    update_project(
        project=project, licence="CC0 1.0", contact=alice, doi="10.17882/55741", embargo_until=TODAY
    )
    job = work(start_export(project=project, user=alice))
    with zipfile.ZipFile(export_path(job)) as file:
        text = file.read("README.txt").decode()
    assert text.startswith("Villefranche 2026\n\n") and "Contact: Alice\n" in text
    assert "Licence: CC0 1.0: use it freely (https://creativecommons.org/publicdomain/zero/1.0/)\n" in text
    assert f"Embargo: not to be passed on before {TODAY}, UTC (over)\n" in text
    warnings = [warning["file"] for warning in run_import(project, export_path(job), alice)["warnings"]]
    assert not [name for name in warnings if "README" in (name or "")]


def test_by_the_api(client, project, alice, bob, dan):
    client.force_login(alice)
    url = f"/api/v1/projects/{project.pk}/"

    def patch(**body):
        return client.patch(url, body, content_type="application/json")

    answer = patch(
        licence="CC BY-NC 4.0", contact=bob.pk, doi="doi:10.17882/55741", embargo_until="2031-05-01"
    ).json()
    assert answer["contact"] == {"id": bob.pk, "name": "Bob"}
    assert (answer["licence"], answer["doi"], answer["embargo_until"]) == (
        "CC BY-NC 4.0",
        "10.17882/55741",
        "2031-05-01",
    )
    assert patch(contact=None).json()["contact"] is None
    for wrong in ({"licence": "mine"}, {"doi": "x"}, {"contact": dan.pk}, {"embargo_until": "May"}):
        assert patch(**wrong).status_code == 400
    assert client.get("/api/v1/projects/").json()[0]["licence"] == "CC BY-NC 4.0"
