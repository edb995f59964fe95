"""A quality check by a script, as the pages do it."""

import json
from uuid import uuid4

import pytest

from annotations.checks.models import QualityLook


@pytest.fixture
def ask(client):
    def asking(user, method, path, body=None, status=200, **headers):
        client.force_login(user)
        answer = client.generic(
            method, f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers
        )
        assert answer.status_code == status, answer.content
        return answer.json()

    return asking


def test_it_is_made_looked_at_finished_and_set_right(net, ask, bob, vera, dan):
    body = {"filter": {"state": ["validated"]}, "least": 0.9, "half_width": 0.05, "seed": 1}
    check = ask(bob, "POST", f"projects/{net.project.pk}/checks/", body, 201)
    assert (check["objects_in_set"], check["words"], check["person"]) == (200, "validated", "Bob")
    path = f"checks/{check['id']}/"
    while True:
        look = ask(bob, "GET", f"{path}looks/")[0]
        is_wrong = look["object"] in net.wrong
        judged = {"taxon": net.calanus.pk} if is_wrong else {"answer": "right"}
        answered = ask(bob, "POST", f"{path}looks/", {"place": look["place"], **judged})
        if answered["figures"]["decision"] != "look on":
            break
    assert look["taxon"] == {"id": net.oithona.pk, "name": "Oithona"}
    ask(vera, "GET", path, status=403)
    finished = ask(bob, "POST", f"{path}finish/")
    assert finished["figures"]["precision"] == answered["figures"]["precision"]
    assert finished["figures"]["precision"]["low"] <= 0.95 <= finished["figures"]["precision"]["high"]
    assert ask(vera, "GET", path)["figures"] == finished["figures"]
    ask(dan, "GET", path, status=404)
    wrong = finished["figures"]["wrong"]
    assert finished["errors"]["taxa"][0]["wrong"] == wrong
    assert ask(bob, "POST", f"{path}correct/")["changed"] == wrong
    assert [entry["id"] for entry in ask(vera, "GET", f"projects/{net.project.pk}/checks/")] == [check["id"]]


def test_an_answer_that_is_sent_again_is_written_once(net, ask, bob):
    check = net.check(bob)
    key = {"Idempotency-Key": str(uuid4())}
    body = {"place": 1, "answer": "right"}
    first = ask(bob, "POST", f"checks/{check.pk}/looks/", body, **key)
    assert ask(bob, "POST", f"checks/{check.pk}/looks/", body, **key) == first
    assert QualityLook.objects.filter(answer="right").count() == 1
    assert first["figures"]["looks"] == 1


def test_a_blind_check_tells_no_label(net, ask, bob):
    check = net.check(bob, is_blind=True)
    looks = ask(bob, "GET", f"checks/{check.pk}/looks/")
    assert {look["taxon"] for look in looks} == {None}
    assert "Oithona" not in json.dumps(looks)
    body = {"place": 1, "answer": "right"}
    assert "blind" in json.dumps(ask(bob, "POST", f"checks/{check.pk}/looks/", body, 400))
