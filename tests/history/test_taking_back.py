"""Taking back one action, or all of a person's: on the page, by the API, as a job."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from annotations.history import actions as history
from annotations.history.undo_job import roll_back_person, take_back_in_chunks
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job, JobState
from annotations.labels.actions import write_predictions
from annotations.labels.models import Batch, BatchKind
from annotations.samples.models import Object, State
from annotations.taxon_matching.merging import merge_taxa, relabel_merged, undo_merge, unlabel_merged
from annotations.taxon_matching.models import Merge
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from annotations.traits.models import TraitValue
from tests.history.test_sitting import label, undo
from tests.run_jobs import work


def state_of(tow) -> list[tuple]:
    return list(Object.objects.order_by("id").values_list("taxon", "state", "score", "margin", "entropy"))


def predict(tow, user) -> Batch:
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.PREDICTION, user=user, model_id=1)
    write_predictions(batch=batch, rows=[(o.pk, tow.appendicularia, 0.9, 0.5, 0.2) for o in tow.objects])
    batch.refresh_from_db()
    return batch


def in_chunks(monkeypatch, most: int = 3) -> None:
    monkeypatch.setattr(history, "MOST_AT_ONCE", most)
    monkeypatch.setattr("annotations.history.undo_job.CHUNK", 2)


def test_what_was_undone_and_redone_is_taken_back_by_its_first_number(bobs, tow):
    """A toast's *Undo* knows the batch of what it says, whatever Ctrl + Z and Ctrl + Y did meanwhile."""
    before = state_of(tow)
    batch = label(bobs, tow, 0, taxon=tow.appendicularia)
    undo(bobs, undo(bobs, batch))
    undo(bobs, batch)
    assert state_of(tow) == before
    answer = bobs.post(f"/api/v1/batches/{batch}/undo/")
    assert (answer.status_code, answer.json()["detail"]) == (400, "This has been undone already.")


def test_an_annotator_gives_not_again_what_an_expert_took_back(bobs, carlas, tow):
    undone = undo(carlas, label(bobs, tow, 0, taxon=tow.appendicularia))
    assert bobs.post(f"/api/v1/batches/{undone}/undo/").status_code == 403
    assert carlas.post(f"/api/v1/batches/{undone}/undo/").json()["changed"] == 1


def test_a_large_one_is_a_job(carlas, tow, carla, monkeypatch):
    in_chunks(monkeypatch)
    before = state_of(tow)
    batch = predict(tow, None)
    label(carlas, tow, 9, state="validated")
    answer = carlas.post(f"/api/v1/batches/{batch.pk}/undo/")
    assert answer.status_code == 202
    job = work(Job.objects.get(pk=answer.json()["id"]), take_back_in_chunks)
    assert job.state == JobState.DONE
    assert job.message == "6 put back. 1 stay as they are: they were changed since."
    assert state_of(tow)[:9] == before[:9]
    assert state_of(tow)[9][:2] == (tow.appendicularia, "V")
    undone = Batch.objects.get(pk=job.result["batch"])
    assert (undone.user, undone.changed, undone.details) == (carla, 6, {})


def test_a_large_one_that_was_stopped_goes_on(carlas, tow, monkeypatch):
    in_chunks(monkeypatch)
    before = state_of(tow)
    batch = predict(tow, None)
    first = carlas.post(f"/api/v1/batches/{batch.pk}/undo/").json()
    assert carlas.post(f"/api/v1/batches/{batch.pk}/undo/").json()["id"] == first["id"], "it is under way"
    undo_id = Job.objects.get(pk=first["id"]).params["undo"]
    refused = carlas.post(f"/api/v1/batches/{undo_id}/undo/")
    assert "put back just now, by job" in refused.json()["detail"]
    carlas.post(f"/api/v1/jobs/{first['id']}/cancel/")
    listed = carlas.get(f"/api/v1/projects/{tow.project.pk}/actions/?person=all").json()["results"][0]
    assert (listed["is_undone"], listed["is_unfinished"]) == (True, True)
    again = carlas.post(f"/api/v1/batches/{batch.pk}/undo/")
    assert again.status_code == 202
    work(Job.objects.get(pk=again.json()["id"]), take_back_in_chunks)
    assert state_of(tow) == before
    assert not Batch.objects.get(pk=undo_id).details


def test_an_import_and_a_merge_say_why_not(carlas, tow):
    imported = Batch.objects.create(project=tow.project, kind=BatchKind.IMPORT, changed=3)
    merged = Batch.objects.create(project=tow.project, kind=BatchKind.REMAP, changed=2)
    Merge.objects.create(taxon_id=tow.copepoda, into_id=tow.appendicularia).batches.add(merged)
    for batch, sentence in (
        (imported, "An import cannot be undone here"),
        (merged, "A merge of taxa is undone"),
    ):
        answer = carlas.post(f"/api/v1/batches/{batch.pk}/undo/")
        assert answer.status_code == 400
        assert sentence in answer.json()["detail"]
    listed = carlas.get(f"/api/v1/projects/{tow.project.pk}/actions/?person=all").json()["results"]
    assert [(entry["reverse"], entry["what"]) for entry in listed] == [
        (None, "Merged Copepoda into Appendicularia"),
        (None, "Imported"),
    ]


# --- All that a person did --------------------------------------------------------------------------------------------


def roll_backs(client: APIClient, tow, method: str = "get", **window: object):
    since = (timezone.now() - timedelta(hours=1)).isoformat()
    return getattr(client, method)(
        f"/api/v1/projects/{tow.project.pk}/roll-backs/", {"since": since, **window}, format="json"
    )


def test_all_that_a_person_did_since_a_moment_is_previewed_put_back_and_given_again(
    bobs, carlas, lagoon, bob, carla
):
    before = state_of(lagoon)
    for n in range(4):
        label(bobs, lagoon, n, taxon=lagoon.appendicularia)
    label(carlas, lagoon, 3, state="dubious")
    body = {"objects": [{"id": lagoon.objects[8].pk, "version": 0}], "trait": lagoon.length.key, "value": 7}
    bobs.post(f"/api/v1/projects/{lagoon.project.pk}/trait-values/", body, format="json")
    after = state_of(lagoon)
    preview = roll_backs(carlas, lagoon, person=bob.pk).json()
    assert preview == {"labels": 3, "values": 1, "changed_since": [{"by": "Carla", "count": 1}]}
    answer = roll_backs(carlas, lagoon, "post", person=bob.pk)
    assert (answer.status_code, answer.json()["preview"]) == (202, preview)
    job = work(Job.objects.get(pk=answer.json()["id"]), roll_back_person)
    assert (job.state, job.message) == (JobState.DONE, "4 labels and values put back.")
    assert state_of(lagoon)[:3] == before[:3]
    assert state_of(lagoon)[3][1] == "D"
    assert TraitValue.objects.get().state == "U"
    first, *_ = carlas.get(f"/api/v1/projects/{lagoon.project.pk}/actions/").json()["results"]
    assert first["what"].startswith("Rolled back what Bob did from 20")
    undo(carlas, first["reverse"])
    assert state_of(lagoon) == after
    assert TraitValue.objects.get().number == 7


def test_one_rolls_back_ones_own_but_only_experts_others(bobs, tow, bob, carla):
    label(bobs, tow, 0, taxon=tow.appendicularia)
    assert roll_backs(bobs, tow).json()["labels"] == 1
    assert roll_backs(bobs, tow, "post").status_code == 202
    assert roll_backs(bobs, tow, person=carla.pk).status_code == 403
    assert roll_backs(bobs, tow, "post", person=carla.pk).status_code == 403


@pytest.mark.parametrize(
    ("window", "sentence"),
    [
        ({}, "Nothing would go back"),
        ({"since": "yesterday"}, "`since` is 'yesterday', but takes a date"),
        ({"since": "2026-02-30"}, "`since`"),
        ({"since": ""}, "since"),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "`until` must be later"),
        ({"person": "all"}, "Say whose"),
        ({"person": "99999999999999999999"}, "`person`"),
    ],
)
def test_a_roll_back_that_makes_no_sense_is_refused(carlas, tow, window, sentence):
    answer = roll_backs(carlas, tow, "post", **window)
    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]
    assert not Job.objects.exists()


# --- The list ---------------------------------------------------------------------------------------------------------


def listed(client: APIClient, tow, **query: object) -> list[dict]:
    answer = client.get(f"/api/v1/projects/{tow.project.pk}/actions/", query)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_the_list_says_what_was_done_and_what_became_of_it(bobs, carlas, tow, bob, carla):
    first = label(bobs, tow, 0, taxon=tow.appendicularia)
    second = label(bobs, tow, 1, state="dubious")
    third = label(bobs, tow, 2, taxon=tow.copepoda, state="dubious")
    undone = undo(carlas, third)
    label(carlas, tow, 0, state="validated")
    mine = [(e["id"], e["what"], e["is_undone"], e["why_not"] is None) for e in listed(bobs, tow)]
    assert mine == [
        (third, "Copepoda, dubious", True, False),
        (second, "Marked dubious", False, True),
        (first, "Appendicularia, validated", False, False),
    ]
    (entry, *_) = listed(bobs, tow)
    assert (entry["undone_by"]["name"], entry["reverse"]) == ("Carla", None)
    hers = [(e["what"], e["reverse"]) for e in listed(carlas, tow)]
    assert hers[1] == ("Took back: Copepoda, dubious by Bob", undone)
    assert len(listed(carlas, tow, person="all")) == 5
    assert [e["id"] for e in listed(carlas, tow, person=bob.pk)] == [third, second, first]


def test_by_day_kind_and_page(bobs, tow):
    batches = [label(bobs, tow, n, taxon=tow.copepoda) for n in range(5)]
    old = Batch.objects.get(pk=batches[0])
    Batch.objects.filter(pk=old.pk).update(created=old.created - timedelta(days=3))
    today, day = f"{timezone.now():%Y-%m-%d}", f"{old.created - timedelta(days=3):%Y-%m-%d}"
    assert [e["id"] for e in listed(bobs, tow, since=day, until=day)] == batches[:1]
    assert [e["id"] for e in listed(bobs, tow, since=today)] == batches[:0:-1]
    assert listed(bobs, tow, kind="import") == []
    page = bobs.get(f"/api/v1/projects/{tow.project.pk}/actions/?limit=2").json()
    rest = bobs.get(f"/api/v1/projects/{tow.project.pk}/actions/?cursor={page['next']}").json()
    assert [e["id"] for e in page["results"] + rest["results"]] == batches[::-1]


def test_others_actions_are_for_experts(bobs, tow, carla):
    assert bobs.get(f"/api/v1/projects/{tow.project.pk}/actions/?person=all").status_code == 403
    assert bobs.get(f"/api/v1/projects/{tow.project.pk}/actions/?person={carla.pk}").status_code == 403


def test_nobody_learns_the_names_of_people_who_did_nothing_here(carlas, tow, dan):
    dan.first_name, dan.last_name = "Daniela", "Secret"
    dan.save()
    refused = carlas.get(f"/api/v1/projects/{tow.project.pk}/actions/?person={dan.pk}")
    assert refused.status_code == 400 and "did something in this project" in refused.json()["detail"]
    for page in ("", "roll-back/"):
        answer = carlas.get(f"/projects/{tow.project.pk}/actions/{page}?person={dan.pk}&since=2026-01-01")
        assert "Secret" not in answer.content.decode()


def test_an_action_says_what_taking_it_back_would_change(bobs, carlas, tow, bob):
    batch = bobs.post(
        f"/api/v1/projects/{tow.project.pk}/annotations/",
        {"filter": {"state": "predicted"}, "taxon": tow.appendicularia},
        format="json",
    ).json()["batch"]
    label(carlas, tow, 1, state="dubious")
    preview = bobs.get(f"/api/v1/projects/{tow.project.pk}/actions/{batch}/").json()["preview"]
    assert preview == {"labels": 3, "values": 0, "changed_since": [{"by": "Carla", "count": 1}]}
    html = bobs.get(f"/projects/{tow.project.pk}/actions/{batch}/").content.decode()
    assert "1 stays as it is, changed since: 1 by Carla." in html
    objects = bobs.get(f"/api/v1/projects/{tow.project.pk}/objects/?batch={batch}").json()["results"]
    assert [o["id"] for o in objects] == [o.pk for o in tow.objects[:4]]


def test_the_page_takes_back_and_says_how_many_stay(bobs, carlas, tow):
    url = f"/projects/{tow.project.pk}/actions/"
    assert "You have not done anything here yet" in bobs.get(url).content.decode()
    batch = bobs.post(
        f"/api/v1/projects/{tow.project.pk}/annotations/",
        {"filter": {"state": "predicted"}, "taxon": tow.appendicularia},
        format="json",
    ).json()["batch"]
    label(carlas, tow, 1, state="dubious")
    assert "Take back" in bobs.get(url).content.decode()
    page = bobs.post(f"{url}{batch}/take-back/", {"query": "since=2026-01-01"}, "multipart", follow=True)
    assert page.redirect_chain[-1][0] == f"{url}?since=2026-01-01"
    assert "3 put back. 1 stays as it is, changed since: 1 by Carla." in page.content.decode()
    assert "Give again" in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_as_many_queries_at_three_rows_as_at_one(
    carlas, bobs, tow, rows, django_assert_num_queries
):
    for n in range(rows):
        label(bobs, tow, n, taxon=tow.copepoda)
        undo(carlas, label(bobs, tow, n + 4, state="dubious" if n < 2 else "validated"))
    carlas.get(
        f"/projects/{tow.project.pk}/"
    )  # whoever comes to a project has it in the session from then on
    with django_assert_num_queries(7):
        assert carlas.get(f"/projects/{tow.project.pk}/actions/?person=all").status_code == 200


@pytest.fixture
def merge(tow, root):
    """Merges copepods into what is their name now, and labels all objects of theirs anew."""
    (into,) = ensure_taxa([TaxonName("Copepods")]).values()

    def merge() -> int:
        job = merge_taxa(taxon=Taxon.objects.get(pk=tow.copepoda), into=Taxon.objects.get(pk=into), user=root)
        assert work(job, relabel_merged).state == JobState.DONE
        return into

    return merge


def label_of(tow, n: int) -> tuple:
    created = Object.objects.get(pk=tow.objects[n].pk)
    return created.taxon_id, created.state, created.annotator_id


def test_a_label_is_taken_back_and_given_again_although_its_taxon_was_merged(bobs, carlas, tow, bob, merge):
    before = [label_of(tow, n) for n in (7, 8)]
    batch, other = label(bobs, tow, 7, taxon=tow.copepoda), label(bobs, tow, 8, taxon=tow.copepoda)
    into = merge()
    label(carlas, tow, 8, state="dubious")
    url = f"/api/v1/projects/{tow.project.pk}/actions/"
    assert bobs.get(f"{url}{batch}/").json()["preview"] == {"labels": 1, "values": 0, "changed_since": []}
    assert bobs.get(f"{url}{other}/").json()["why_not"] == "Nothing is left of it: all was changed since."
    undone = undo(bobs, batch)
    assert label_of(tow, 7) == before[0]
    undo(bobs, undone)
    assert label_of(tow, 7) == (into, State.VALIDATED, bob.pk)
    assert bobs.get(f"{url}{batch}/").json()["preview"]["labels"] == 1


def test_what_goes_back_to_a_merged_taxon_goes_to_what_that_became(bobs, tow, merge):
    batch = label(bobs, tow, 0, taxon=tow.appendicularia)
    into = merge()
    undo(bobs, batch)
    assert label_of(tow, 0) == (into, State.PREDICTED, None)


def test_a_merge_is_undone_once_whatever_was_taken_back_and_given_again_meanwhile(bobs, tow, root, merge):
    batch = label(bobs, tow, 7, taxon=tow.copepoda)
    merge()
    undo(bobs, undo(bobs, batch))
    job = undo_merge(merge=Merge.objects.get(), user=root)
    assert work(job, unlabel_merged).state == JobState.DONE
    taxa, versions = (
        [label_of(tow, n)[0] for n in (0, 7)],
        Object.objects.order_by("id").values_list("version"),
    )
    assert taxa == [tow.copepoda] * 2
    before = list(versions.all())
    again = start_job(kind="undo_merge", owner=root, params={"merge": Merge.objects.get().pk})
    work(again, unlabel_merged)
    assert list(versions.all()) == before
    undo(bobs, batch)
    assert label_of(tow, 7)[1] == State.UNCLASSIFIED


def test_a_roll_back_takes_what_was_merged_since(bobs, carlas, tow, bob, merge):
    before, since = label_of(tow, 7), timezone.now() - timedelta(hours=1)
    label(bobs, tow, 7, taxon=tow.copepoda)
    merge()
    body = {"person": bob.pk, "since": since.isoformat()}
    answer = carlas.post(f"/api/v1/projects/{tow.project.pk}/roll-backs/", body, format="json")
    assert answer.json()["preview"] == {"labels": 1, "values": 0, "changed_since": []}
    assert work(Job.objects.get(pk=answer.json()["id"]), roll_back_person).state == JobState.DONE
    assert label_of(tow, 7) == before


def test_of_a_large_action_the_list_looks_at_some(bobs, carlas, tow):
    first = tow.objects[0]
    place = {"project": tow.project, "sample": first.sample, "acquisition": first.acquisition}
    Object.objects.bulk_create(Object(**place) for _ in range(1000))
    url = f"/api/v1/projects/{tow.project.pk}"
    give = {"filter": {"state": "unclassified"}, "taxon": tow.copepoda}
    batch = bobs.post(f"{url}/annotations/", give, format="json").json()["batch"]
    (line,) = listed(bobs, tow)
    assert (line["changed"], line["why_not"], line["note"]) == (1003, None, None)
    change = {"filter": {"taxon": tow.copepoda, "state": "validated"}, "state": "dubious"}
    assert carlas.post(f"{url}/annotations/", change, format="json").json()["changed"] >= 1003
    (line,) = listed(bobs, tow)
    assert line["reverse"] == batch
    assert line["note"] == "More than 1,000: the first 1,000 were all changed since."
    assert line["note"] in bobs.get(f"/projects/{tow.project.pk}/actions/").content.decode()
    action = bobs.get(f"{url}/actions/{batch}/").json()
    assert action["preview"] == {
        "labels": 0,
        "values": 0,
        "changed_since": [{"by": "Carla", "count": 1003}],
    }


def test_where_there_is_more_than_is_counted_it_is_said(bobs, tow, bob, monkeypatch):
    monkeypatch.setattr("annotations.history.queries.MOST_PREVIEWED", 2)
    url, page = f"/api/v1/projects/{tow.project.pk}", f"/projects/{tow.project.pk}/actions/"
    give = {"filter": {"state": "predicted"}, "taxon": tow.appendicularia}
    batch = bobs.post(f"{url}/annotations/", give, format="json").json()["batch"]
    cut = {"labels": 2, "values": 0, "changed_since": [], "more_than": 2}
    assert bobs.get(f"{url}/actions/{batch}/").json()["preview"] == cut
    window = {"person": bob.pk, "since": "2026-01-01"}
    assert bobs.get(f"{url}/roll-backs/", window).json() == cut
    for path, query in ((f"{page}{batch}/", {}), (f"{page}roll-back/", window)):
        words = " ".join(re.sub("<[^>]+>", "", bobs.get(path, query).content.decode()).split())
        assert "More than 2 " in words and "of the first so many: 2 labels would go back" in words


@pytest.mark.parametrize("page", ["actions", "actions/roll-back", "progress", "settings"])
def test_days_are_written_alike_in_every_browser(client, tow, alice, page):
    """A field of the type date shows them as the browser's language does."""
    client.force_login(alice)
    html = client.get(f"/projects/{tow.project.pk}/{page}/").content.decode()
    assert 'placeholder="YYYY-MM-DD"' in html and 'type="date"' not in html
