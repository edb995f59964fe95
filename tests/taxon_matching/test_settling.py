"""Many names at one stroke, and taking it back: names, labels, traits and taxa are as they were."""

import pytest
from django.core.exceptions import ValidationError

from annotations.imports.actions import import_package
from annotations.jobs.models import Job, JobState
from annotations.jobs.progress import Progress
from annotations.labels.actions import label_objects
from annotations.labels.models import Batch, Change
from annotations.labels.targets import Target
from annotations.samples.models import Object
from annotations.taxon_matching import labelling
from annotations.taxon_matching.actions import Decision, map_name, refuse_name, settle_names, undo_settling
from annotations.taxon_matching.models import PendingName, Settling
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from annotations.traits.models import Trait
from tests.imports.packages import import_job, package, row
from tests.run_jobs import work
from tests.worker.runs import Killed, die_at
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@shared_rows
def waiting(project, alice, tmp_path):
    """Three objects wait for `Kopepoda`, two for `Oithonna`, one for `Rubbish`; the tree has Copepoda and Fish."""
    ensure_taxa([TaxonName("Copepoda"), TaxonName("Fish")])
    names = ["Kopepoda", "Kopepoda", "Kopepoda", "Oithonna", "Oithonna", "Rubbish"]
    rows = [
        row(n, object_annotation_category=name, object_annotation_status="validated")
        for n, name in enumerate(names, start=1)
    ]
    job = import_job(project, package(tmp_path / "p.zip", rows), alice)
    job.params |= {"create_taxa": False}
    import_package(job, Progress(job))
    return {name.name: name for name in PendingName.objects.all()}


def taxon(name: str) -> Taxon:
    return Taxon.objects.get(name=name)


def labels() -> list[str]:
    return [str(o.taxon) for o in Object.objects.order_by("id").select_related("taxon")]


def states() -> dict[str, str]:
    return dict(PendingName.objects.values_list("name", "state"))


def do_all() -> None:
    """The work of all jobs that were started."""
    for job in Job.objects.filter(state=JobState.QUEUED).order_by("id"):
        assert work(job).state == "done"


ALL_WAIT = {"Kopepoda": "waiting", "Oithonna": "waiting", "Rubbish": "waiting"}


@shared_rows
def created(waiting, project, alice) -> Settling:
    """Two names were created below Copepoda."""
    decisions = [Decision(waiting[name], "create", taxon("Copepoda")) for name in ("Oithonna", "Rubbish")]
    return settle_names(project=project, user=alice, decisions=decisions)


def test_many_are_created_below_one_taxon_by_one_job(created):
    assert [taxon(name).parent.name for name in ("Oithonna", "Rubbish")] == ["Copepoda", "Copepoda"]
    job = work(created.job)
    assert job.message == "3 objects of 2 names have their labels now."
    assert labels() == ["None", "None", "None", "Oithonna", "Oithonna", "Rubbish"]
    assert Batch.objects.get(kind="remap").changed == 3, "one stroke is one batch of the log"


def test_taken_back_before_the_job_nothing_is_left_of_it(created, alice):
    undo_settling(settling=created, user=alice)
    assert states() == ALL_WAIT
    assert [each.name for each in Taxon.objects.order_by("name")] == ["Copepoda", "Fish"]
    created.job.refresh_from_db()
    assert created.job.state == "cancelled" and not Change.objects.exists()


def test_taken_back_after_the_job_the_objects_wait_again_but_for_what_somebody_said(
    created, project, alice, carla
):
    work(created.job)
    labelled = Object.objects.order_by("id").last()
    label_objects(
        project=project, user=carla, targets=[Target(labelled.pk, labelled.version)], taxon=taxon("Fish")
    )
    undo = work(undo_settling(settling=created, user=alice).job)
    assert undo.message.startswith("2 objects wait for their names again.")
    assert "Oithonna" in undo.message, "the log speaks of it: it stays, and that is said"
    assert labels() == ["None"] * 5 + ["Fish"]
    assert states() == ALL_WAIT
    again = settle_names(project=project, user=alice, decisions=_create_again())
    work(again.job)
    assert labels()[3:5] == ["Oithonna", "Oithonna"] and Taxon.objects.filter(name="Oithonna").count() == 1
    with pytest.raises(ValidationError, match="taken back already"):
        undo_settling(settling=created, user=alice)


def _create_again() -> list[Decision]:
    return [Decision(PendingName.objects.get(name="Oithonna"), "create", taxon("Copepoda"))]


def test_a_job_that_is_taken_back_in_the_middle_labels_no_more(created, alice, monkeypatch):
    monkeypatch.setattr(labelling, "CHUNK", 1)
    place = labelling.place_pending_labels

    def taken_back(**params):
        place(**params)
        if not Settling.objects.get().undone:
            Settling.objects.update(undone=created.created)

    monkeypatch.setattr(labelling, "place_pending_labels", taken_back)
    work(created.job)
    assert labels() == ["None", "None", "None", "Oithonna", "None", "None"]


@pytest.mark.django_db(transaction=True)
def test_a_killed_job_goes_on_with_the_name_it_was_at(created, monkeypatch):
    monkeypatch.setattr(labelling, "CHUNK", 1)
    some, calls = labelling._label_some, []

    def killed(*args):
        calls.append(some(*args))
        if len(calls) == 2:
            raise Killed
        return calls[-1]

    with monkeypatch.context() as patched:
        patched.setattr(labelling, "_label_some", killed)
        die_at(created.job, labelling.settle_name)
    assert work(created.job).result["batch"] == Batch.objects.get(kind="remap").pk
    assert labels()[3:] == ["Oithonna", "Oithonna", "Rubbish"]
    assert Change.objects.filter(batch__kind="remap").count() == 3, "each is labelled once"


def test_what_was_settled_anew_is_taken_back_first(created, project, alice):
    map_name(pending=PendingName.objects.get(name="Rubbish"), taxon=taxon("Fish"), user=alice)
    with pytest.raises(ValidationError, match="Rubbish was settled anew since"):
        undo_settling(settling=created, user=alice)
    undo_settling(settling=Settling.objects.first(), user=alice)
    undo_settling(settling=created, user=alice)
    assert states() == ALL_WAIT


def test_traits_wait_for_the_name_again(waiting, project, alice):
    name = waiting["Kopepoda"]
    fish = taxon("Fish").pk
    trait = Trait.objects.create(
        project=project, key="sac", name="Sac", kind="flag", applies_to=[fish], applies_to_names=[name.pk]
    )
    map_name(pending=name, taxon=taxon("Copepoda"), user=alice)
    trait.refresh_from_db()
    assert (trait.applies_to, trait.applies_to_names) == (sorted([fish, taxon("Copepoda").pk]), [])
    undo_settling(settling=Settling.objects.get(), user=alice)
    trait.refresh_from_db()
    assert (trait.applies_to, trait.applies_to_names) == ([fish], [name.pk])


def test_one_that_cannot_be_settled_leaves_all_as_they_were(waiting, project, alice):
    decisions = [
        Decision(waiting["Oithonna"], "create", taxon("Copepoda")),
        Decision(waiting["Rubbish"], "map"),
    ]
    with pytest.raises(ValidationError, match="Say which taxon Rubbish means"):
        settle_names(project=project, user=alice, decisions=decisions)
    assert states() == ALL_WAIT and not Taxon.objects.filter(name="Oithonna").exists()


def test_a_refusal_is_taken_back(waiting, alice):
    refuse_name(pending=waiting["Rubbish"], user=alice)
    undo_settling(settling=Settling.objects.get(), user=alice)
    assert states() == ALL_WAIT


# --- The page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client, alice, project):
    client.force_login(alice)
    return f"/projects/{project.pk}/names/"


def test_the_page_shows_pictures_counts_and_the_best_proposal_chosen(client, page, waiting):
    text = client.get(page).content.decode()
    assert ">3</strong> of 3 names left" in text and ">6</span> objects wait" in text
    assert text.count("/vignettes/") == 6, "of each name at most four"
    chosen = f'value="map:{taxon("Copepoda").pk}" checked'
    assert chosen in text and "one letter differs" in text


def test_a_line_is_answered_with_itself_and_what_is_left(client, page, waiting):
    name = waiting["Kopepoda"]
    body = {"act": "accept", "choice": f"map:{taxon('Copepoda').pk}"}
    answer = client.post(f"{page}{name.pk}/", body, **HTMX)
    text = answer.content.decode()
    assert f'id="name-{name.pk}"' in text and "Rubbish" not in text and "<html" not in text
    assert ">2</strong> of 3 names left" in text and "Undo" in text
    assert str(Settling.objects.get().pk) in answer["HX-Trigger"]


def test_nothing_chosen_is_said(client, page, waiting):
    answer = client.post(f"{page}{waiting['Rubbish'].pk}/", {"act": "accept"}, **HTMX)
    assert answer.status_code == 400 and "Choose one of the proposals" in answer.content.decode()


def test_all_that_are_ticked_are_created_below_one_taxon_and_taken_back(client, page, waiting):
    numbers = [waiting[name].pk for name in ("Oithonna", "Rubbish")]
    body = {"act": "create", "names": numbers, "taxon": "Copepoda"}
    text = client.post(f"{page}settle/", body, **HTMX).content.decode()
    assert "2 names are settled" in text
    do_all()
    assert labels()[3:] == ["Oithonna", "Oithonna", "Rubbish"]
    text = client.post(f"{page}settlings/{Settling.objects.get().pk}/undo/", **HTMX).content.decode()
    assert "2 names are as they were" in text and ">3</strong> of 3 names left" in text
    do_all()
    assert labels() == ["None"] * 6


def test_who_comes_late_with_a_tick_is_told_and_nothing_is_done(client, page, waiting, alice):
    refuse_name(pending=waiting["Rubbish"], user=alice)
    body = {"act": "create", "names": [waiting[n].pk for n in ("Oithonna", "Rubbish")], "taxon": "Copepoda"}
    answer = client.post(f"{page}settle/", body, **HTMX)
    assert answer.status_code == 400 and "1 of the 2 names is settled by now" in answer.content.decode()
    assert states()["Oithonna"] == "waiting"


def test_all_with_one_clear_proposal_are_mapped_once_their_number_was_seen(client, page, waiting):
    text = client.get(f"{page}proposed/").content.decode()
    assert "1 of 3 names has one clear proposal: 1 one letter differs" in text
    stale = client.post(f"{page}proposed/", {"expected": 2}, **HTMX)
    assert (
        stale.status_code == 400 and "1 names have one clear proposal by now, not 2" in stale.content.decode()
    )
    client.post(f"{page}proposed/", {"expected": 1}, **HTMX)
    do_all()
    assert labels() == ["Copepoda"] * 3 + ["None"] * 3


def test_the_page_goes_on_behind_the_last_name(client, page, waiting, monkeypatch):
    monkeypatch.setattr("annotations.taxon_matching.queries.PAGE", 2)
    first = client.get(page)
    assert [line["name"].name for line in first.context["lines"]] == ["Kopepoda", "Oithonna"]
    more = client.get(page, {"cursor": first.context["cursor"]}, **HTMX)
    assert [line["name"].name for line in more.context["lines"]] == ["Rubbish"]
    assert "<html" not in more.content.decode() and not more.context["cursor"]
    assert client.get(page, {"cursor": "nonsense"}).status_code == 400


def test_the_bench_says_to_managers_that_names_wait(client, page, waiting, project, bob):
    bench = f"/projects/{project.pk}/"
    assert "3 names wait" in client.get(bench).content.decode()
    client.force_login(bob)
    assert "names wait" not in client.get(bench).content.decode()


# --- The API ----------------------------------------------------------------------------------------------------------


def test_the_api_proposes_settles_and_takes_back(client, project, alice, waiting):
    client.force_login(alice)
    url = f"/api/v1/projects/{project.pk}/pending-names/"
    first, *_ = client.get(f"{url}proposals/").json()["results"]
    copepoda = taxon("Copepoda").pk
    assert first["name"] == waiting["Kopepoda"].pk
    best = first["proposals"][0]
    assert (best["act"], best["taxon"], best["why"]) == ("map", copepoda, "one letter differs")
    assert best["is_clear"] and best["lineage"] == []

    def send(path: str, **body: object):
        return client.post(f"{url}{path}", body, content_type="application/json")

    mapped = send("map-proposed/", expected=1)
    assert (mapped.status_code, mapped.json()["names"]) == (202, [waiting["Kopepoda"].pk])
    made = {"name": waiting["Oithonna"].pk, "act": "create", "taxon": copepoda}
    refused = {"name": waiting["Rubbish"].pk, "act": "refuse"}
    settled = send("settle/", decisions=[made, refused])
    assert settled.status_code == 202 and settled.json()["undone"] is None
    do_all()
    assert labels() == ["Copepoda"] * 3 + ["Oithonna"] * 2 + ["None"]
    for number in (settled.json()["id"], mapped.json()["id"]):
        assert send(f"settlings/{number}/undo/").json()["undone"] is not None
    do_all()
    assert labels() == ["None"] * 6 and states() == ALL_WAIT
    assert send("settle/", decisions=[{"name": 10**9, "act": "refuse"}]).status_code == 400
