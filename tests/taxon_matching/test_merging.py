"""An administrator renames, moves, deprecates and merges taxa; a merge relabels what has it and can be undone."""

import pytest

from annotations.jobs.models import Job
from annotations.labels.models import Batch, Change
from annotations.samples.models import Object
from annotations.taxon_matching.merging import relabel_merged, unlabel_merged
from annotations.taxon_matching.models import Merge
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.editing import edit_taxon
from annotations.taxonomy.models import Taxon, TaxonEdit
from annotations.taxonomy.queries import complete
from tests.plankton import tow
from tests.worlds import shared_rows
from worker.runner import run_job

__all__ = ["tow"]
pytestmark = pytest.mark.django_db
WORK = {"merge_taxa": relabel_merged, "undo_merge": unlabel_merged}


@pytest.fixture
def page(client, root):
    """Posts to a page of a taxon, and gives what it answers in the end."""
    client.force_login(root)

    def page(taxon: Taxon, part: str = "", **body: object) -> str:
        return client.post(f"/taxa/{taxon.pk}/{part}", body, follow=True).content.decode()

    return page


@shared_rows
def chain(db) -> dict[str, Taxon]:
    ensure_taxa([TaxonName("Calanus", ("living", "Copepoda", "Calanus")), TaxonName("egg<Copepoda")])
    return {taxon.name: taxon for taxon in Taxon.objects.all()}


def fresh(taxon: Taxon) -> Taxon:
    return Taxon.objects.get(pk=taxon.pk)


def work() -> Job:
    job = Job.objects.latest("id")
    run_job(job.pk, WORK[job.kind])
    job.refresh_from_db()
    assert job.state == "done", job.message
    return job


def put_back(client, edit: TaxonEdit) -> str:
    return client.post(f"/taxa/edits/{edit.pk}/undo/", follow=True).content.decode()


def test_what_was_changed_of_a_taxon_is_told_and_put_back(page, client, chain, root):
    calanus, copepoda, living = chain["Calanus"], chain["Copepoda"], chain["living"]
    edit_taxon(taxon=calanus, user=root, name="Calanoides", parent=living, note="Long antennae")
    html = page(calanus, "status/", replaced_by="Copepoda")
    assert "Calanus → Calanoides" in html
    assert "Copepoda → living" in html
    assert "active → deprecated" in html
    renamed, deprecated = calanus.edits.order_by("id")
    assert "Undone." in put_back(client, deprecated)
    assert fresh(calanus).is_active
    assert "Undone." in put_back(client, renamed)
    now = fresh(calanus)
    assert (now.name, now.parent_id, now.path[-2], now.note) == ("Calanus", copepoda.pk, copepoda.pk, "")
    put_back(client, calanus.edits.latest("id"))
    assert fresh(calanus).name == "Calanoides", "undoing an undo redoes"


def test_what_was_changed_again_is_not_put_back_over_it(page, client, chain, root):
    calanus = chain["Calanus"]
    edit_taxon(taxon=calanus, user=root, name="Calanoides")
    edit_taxon(taxon=calanus, user=root, name="Calanopia")
    html = put_back(client, calanus.edits.earliest("id"))
    assert "The name of Calanopia was changed again since" in html
    assert fresh(calanus).name == "Calanopia"


def test_renamed_taxa_take_their_morphotypes_along(page, chain):
    page(chain["Copepoda"], name="Copepods", kind="P", parent="living", rank="Subclass", aphia_id="1080")
    changed = fresh(chain["Copepoda"])
    assert (changed.display_name, changed.rank, changed.aphia_id) == ("Copepods", "Subclass", 1080)
    assert fresh(chain["egg"]).display_name == "egg<Copepods"


def test_moved_taxa_take_their_descendants_along(page, chain):
    page(chain["Copepoda"], name="Copepoda", kind="P", parent="")
    assert fresh(chain["Calanus"]).path == [chain["Copepoda"].pk, chain["Calanus"].pk]
    page(chain["Copepoda"], name="Copepoda", kind="P", parent="living")
    assert fresh(chain["Calanus"]).path[0] == chain["living"].pk


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"name": "living", "parent": "Calanus"}, "stands below living itself"),
        ({"name": "living", "parent": "living"}, "stands below living itself"),
        ({"name": "living", "parent": "Nowhere"}, "There is no taxon"),
        ({"name": "a<b", "parent": ""}, "no `&lt;`"),
    ],
)
def test_what_cannot_stand_is_refused(page, chain, body, says):
    before = list(Taxon.objects.order_by("id").values())
    assert says in page(chain["living"], kind="P", **body).replace("&#x27;", "'")
    assert list(Taxon.objects.order_by("id").values()) == before


def test_a_deprecated_taxon_finds_its_replacement(page, chain):
    page(chain["Calanus"], "status/", replaced_by="Copepoda")
    assert [(t["name"], t["synonym"]) for t in complete("calan")] == [("Copepoda", "Calanus")]
    page(chain["Calanus"], "status/", active="1")
    assert [t["name"] for t in complete("calan")] == ["Calanus"]


def test_a_merge_is_undone_though_everybody_who_asked_for_it_has_left(client, page, tow):
    page(Taxon.objects.get(pk=tow.copepoda), "merge/", into="Appendicularia")
    work()
    client.post(f"/taxa/merges/{Merge.objects.get().pk}/undo/")
    Job.objects.update(owner=None)
    Merge.objects.update(user=None)
    work()
    assert Object.objects.filter(taxon=tow.copepoda).count() == 6


def test_a_merge_relabels_by_rule_and_is_undone(client, page, tow, bob):
    copepoda, other = Taxon.objects.get(pk=tow.copepoda), Taxon.objects.get(pk=tow.appendicularia)
    ensure_taxa([TaxonName("egg<Copepoda")])
    Object.objects.filter(state="V").update(annotator=bob, labelled_at="2024-01-02T03:04:05Z")
    before = list(Object.objects.order_by("id").values("taxon", "state", "score", "annotator", "labelled_at"))
    page(copepoda, "merge/", into="Appendicularia")
    assert "6 objects of Copepoda are Appendicularia now." in work().message
    after = list(Object.objects.order_by("id").values("taxon", "state", "score", "annotator", "labelled_at"))
    assert {row["taxon"] for row in after} == {other.pk, None}
    assert [{**row, "taxon": 0} for row in after] == [{**row, "taxon": 0} for row in before], (
        "who and when stays"
    )
    assert Change.objects.filter(batch=Batch.objects.get(kind="remap"), to_taxon=other).count() == 6
    assert (fresh(copepoda).status, fresh(copepoda).replaced_by) == ("D", other)
    assert Taxon.objects.get(name="egg").parent == other
    assert complete("copep")[0]["id"] == other.pk
    client.post(f"/taxa/merges/{Merge.objects.get().pk}/undo/")
    assert "6 objects" in work().message
    assert before == list(
        Object.objects.order_by("id").values("taxon", "state", "score", "annotator", "labelled_at")
    )
    assert fresh(copepoda).is_active and Taxon.objects.get(name="egg").parent == copepoda
    assert not other.synonyms.exists()


def test_merges_that_would_close_a_circle_are_refused(page, chain):
    assert "stands below Copepoda" in page(chain["Copepoda"], "merge/", into="Calanus")
    assert "into itself" in page(chain["Copepoda"], "merge/", into="Copepoda")
    assert not Merge.objects.exists() and not Job.objects.exists()


def test_synonyms_on_the_page_of_a_taxon_in_a_project(client, tow, carla, bob):
    path = f"/projects/{tow.project.pk}/taxa/{tow.copepoda}/"
    Taxon.objects.filter(pk=tow.copepoda).update(
        aphia_id=1080, authority="Milne Edwards, 1840", rank="Subclass"
    )
    client.force_login(carla)
    body = {"name": "Copepods of old", "back": path}
    answer = client.post(f"/taxa/{tow.copepoda}/synonyms/", body, follow=True)
    html = answer.content.decode()
    assert answer.redirect_chain[-1][0] == path
    for fact in ("Copepods of old", "AphiaID 1080", "Milne Edwards, 1840", "Subclass"):
        assert fact in html
    assert "already" in client.post(f"/taxa/{tow.copepoda}/synonyms/", body, follow=True).content.decode()
    away = client.post(f"/taxa/{tow.copepoda}/synonyms/", {"name": "x", "back": "https://elsewhere.example/"})
    assert away.status_code == 302 and "elsewhere" not in away.url
    client.force_login(bob)
    assert "Add the synonym" not in client.get(path).content.decode()


def test_the_page_of_a_taxon_in_a_project_leads_administrators_to_where_it_is_changed(
    client, tow, root, alice
):
    way = f'href="/taxa/{tow.copepoda}/"'
    for user, is_there in ((root, True), (alice, False)):
        client.force_login(user)
        html = client.get(f"/projects/{tow.project.pk}/taxa/{tow.copepoda}/").content.decode()
        assert (way in html) == is_there
