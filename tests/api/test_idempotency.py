"""A request sent again because its answer got lost: the same answer, and nothing is written twice."""

from datetime import timedelta
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from annotations.api.idempotency import forget_answered_requests
from annotations.api.models import AnsweredRequest
from annotations.discussions.models import Comment, TaxonNote
from annotations.labels.models import Batch, Change
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon
from annotations.traits.models import Trait, TraitChange
from tests.api.test_objects import url

__all__ = ["url"]


def send(client, path, body, key=None, **headers):
    return client.post(path, body, headers={"Idempotency-Key": str(key or uuid4()), **headers})


def target(row) -> dict:
    return {"id": row.pk, "version": Object.objects.get(pk=row.pk).version}


def test_a_label_sent_twice_is_in_the_log_once(bobs, tow, url):
    free, overtaken = tow.objects[:2]
    body = {"objects": [target(free), {"id": overtaken.pk, "version": 77}], "state": "dubious"}
    key = uuid4()
    first, again = (send(bobs, f"{url}annotations/", body, key) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["changed"] == 1
    assert [conflict["id"] for conflict in again.json()["conflicts"]] == [overtaken.pk]
    assert Change.objects.filter(object=free).count() == 1
    assert Batch.objects.count() == 1


def test_it_is_the_key_that_counts_whatever_version_is_sent_with_it(bobs, tow, url):
    """Between two tries the page may have learnt of a newer version."""
    stale, key = target(tow.objects[0]), uuid4()
    send(bobs, f"{url}annotations/", {"objects": [stale], "state": "dubious"}, key)
    newer = {**stale, "version": stale["version"] + 1}
    assert (
        send(bobs, f"{url}annotations/", {"objects": [newer], "state": "dubious"}, key).json()["changed"] == 1
    )
    assert Change.objects.filter(object=tow.objects[0]).count() == 1


def test_another_key_is_another_label(bobs, tow, url):
    for _ in range(2):
        send(bobs, f"{url}annotations/", {"objects": [target(tow.objects[0])], "state": "dubious"})
    assert Change.objects.filter(object=tow.objects[0]).count() == 2


def test_all_that_match_a_filter_are_labelled_once(bobs, tow, url):
    body, key = {"filter": {"state": "predicted"}, "expected": 4, "state": "validated"}, uuid4()
    assert [send(bobs, f"{url}annotations/", body, key).json()["changed"] for _ in range(2)] == [4, 4]
    assert Change.objects.count() == 4


def test_what_was_refused_may_be_tried_again_with_its_key(bobs, tow, url):
    Taxon.objects.filter(pk=tow.copepoda).update(status="D")
    body, key = {"objects": [target(tow.objects[7])], "taxon": tow.copepoda}, uuid4()
    assert send(bobs, f"{url}annotations/", body, key).status_code == 400
    Taxon.objects.filter(pk=tow.copepoda).update(status="A")
    assert send(bobs, f"{url}annotations/", body, key).json()["changed"] == 1


def test_a_key_is_one_request_of_one_person(bobs, alices, tow, url):
    body, key = {"objects": [target(tow.objects[0])], "state": "dubious"}, uuid4()
    batch = send(bobs, f"{url}annotations/", body, key).json()["batch"]
    assert send(alices, f"{url}annotations/", body, key).json()["changed"] == 0, "hers came too late"
    refused = send(bobs, f"/api/v1/batches/{batch}/undo/", {}, key)
    assert refused.status_code == 400
    assert "another request" in refused.json()["detail"]


def test_an_undo_sent_twice_undoes_once(bobs, tow, url):
    body = {"objects": [target(tow.objects[0])], "state": "dubious"}
    batch, key = send(bobs, f"{url}annotations/", body).json()["batch"], uuid4()
    first, again = (send(bobs, f"/api/v1/batches/{batch}/undo/", {}, key) for _ in range(2))
    assert first.json() == again.json()
    assert again.status_code == 200


def test_a_value_sent_twice_is_in_the_log_once(bobs, tow, url):
    Trait.objects.create(project=tow.project, key="eggs", name="Eggs", kind="count", unit="eggs")
    body, key = {"trait": "eggs", "value": 3, "objects": [{"id": tow.objects[0].pk, "version": 0}]}, uuid4()
    first, again = (send(bobs, f"{url}trait-values/", body, key) for _ in range(2))
    assert first.json() == again.json()
    assert first.json()["changed"] == 1
    assert TraitChange.objects.count() == 1


def test_nothing_is_written_in_the_name_of_who_signed_in_since(bobs, bob, alice, tow, url):
    body = {"objects": [target(tow.objects[0])], "state": "dubious"}
    refused = send(bobs, f"{url}annotations/", body, **{"Seston-Person": str(alice.pk)})
    assert refused.status_code == 401
    assert "signed in as" in refused.json()["detail"]
    assert Change.objects.count() == 0
    assert send(bobs, f"{url}annotations/", body, **{"Seston-Person": str(bob.pk)}).json()["changed"] == 1


def test_a_key_is_a_uuid(bobs, tow, url):
    body = {"objects": [target(tow.objects[0])], "state": "dubious"}
    refused = send(bobs, f"{url}annotations/", body, "first try")
    assert refused.status_code == 400
    assert "`Idempotency-Key` takes a UUID" in refused.json()["detail"]
    assert Change.objects.count() == 0


def test_answers_are_forgotten_in_the_end(bobs, tow, url):
    for n in range(2):
        send(bobs, f"{url}annotations/", {"objects": [target(tow.objects[n])], "state": "dubious"})
    AnsweredRequest.objects.filter(pk=AnsweredRequest.objects.earliest("id").pk).update(
        created=timezone.now() - timedelta(days=91)
    )
    assert forget_answered_requests() == 1
    assert AnsweredRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_write_once(bobs, tow, url):
    """As two tabs may, and a browser whose first request is still on its way."""
    body, key, answers = {"objects": [target(tow.objects[0])], "state": "dubious"}, uuid4(), []

    def post() -> None:
        answers.append(send(bobs, f"{url}annotations/", body, key).json())
        connection.close()

    threads = [Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer["changed"] for answer in answers] == [1, 1, 1, 1]
    assert len({answer["batch"] for answer in answers}) == 1
    assert Change.objects.filter(object=tow.objects[0]).count() == 1


def test_a_comment_or_a_note_sent_twice_stands_once(bobs, alices, tow, url):
    of_an_object = f"/api/v1/objects/{tow.objects[0].pk}/comments/"
    of_a_taxon = f"{url}taxa/{tow.objects[0].taxon_id}/comments/"
    note = f"{url}taxa/{tow.objects[0].taxon_id}/notes/"
    for client, path in ((bobs, of_an_object), (bobs, of_a_taxon), (alices, note)):
        key = uuid4()
        first, again = (send(client, path, {"text": "An egg"}, key) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
    assert (Comment.objects.count(), TaxonNote.objects.count()) == (2, 1)
