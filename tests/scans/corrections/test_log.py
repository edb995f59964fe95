"""Who corrected which outlines, and who may take that back."""

import pytest

from tests.scans.corrections.correcting import ACROSS, RING, correct, undo

pytestmark = pytest.mark.django_db


def test_the_log_says_who_did_and_undid_what(client, project, alice, bob, scan, disc):
    client.force_login(bob)
    done = correct(client, project, scan, "cut", [disc], line=ACROSS).json()
    correct(client, project, scan, "draw", line=RING)
    client.force_login(alice)
    undo(client, project, scan, done["id"])
    url = f"/api/v1/projects/{project.pk}/scans/{scan.pk}/corrections/"
    page = client.get(url).json()
    drawn, cut = page["results"]
    assert (drawn["words"], drawn["undone"], page["next"]) == ("1 object drawn", None, None)
    assert (cut["author"], cut["undone"]["who"]) == (bob.display_name, alice.display_name)
    assert cut["objects"] == sorted(shape["id"] for shape in done["objects"])
    assert client.get(url, {"before": drawn["id"]}).json()["results"] == [cut]


def test_somebody_elses_correction_is_undone_by_an_expert(client, project, bob, alice, scan, disc):
    client.force_login(alice)
    done = correct(client, project, scan, "delete", [disc]).json()
    url = f"/api/v1/projects/{project.pk}/scans/{scan.pk}/corrections/"
    assert client.get(url).json()["results"][0]["may_undo"]
    client.force_login(bob)
    assert not client.get(url).json()["results"][0]["may_undo"]
    assert undo(client, project, scan, done["id"]).status_code == 403


def test_the_panel_of_an_object_says_who_cut_it(client, project, bob, scan, disc):
    client.force_login(bob)
    done = correct(client, project, scan, "cut", [disc], line=ACROSS).json()
    panel = f"/projects/{project.pk}/vignettes/{disc.pk}/"
    assert b"Outline cut<br>" in client.get(panel).content
    undo(client, project, scan, done["id"])
    assert b"Outline cut, undone" in client.get(panel).content
