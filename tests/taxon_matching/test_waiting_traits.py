"""Traits of a package wait for the taxa that the site does not know: they apply to no object by a name."""

import orjson
import pytest

from annotations.exports.actions import export_project
from annotations.imports import actions
from annotations.imports.actions import import_package
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.targets import Target
from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.search.filter import Filter
from annotations.taxon_matching.actions import map_name, refuse_name
from annotations.taxon_matching.labelling import settle_name
from annotations.taxon_matching.models import NameState, PendingName
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from annotations.traits.actions import set_trait_values
from annotations.traits.models import Trait, TraitValue
from annotations.traits.queries import applicable, counts_of
from annotations.traits.vocabulary import current_version, move_condition
from tests.imports.packages import import_job, package, row
from tests.run_jobs import work
from tests.worker.runs import Killed

pytestmark = pytest.mark.django_db
HEAD = "object_id\ttrait\tvalue\tstate"
VALUES = f"{HEAD}\no1\tegg_sac\tyes\tvalidated\no2\tegg_sac\tno\tvalidated\no2\tcolour\tred\tvalidated\n"
SAC = {"key": "egg_sac", "name": "Egg sac", "kind": "flag", "applies_to": [7]}
FAT = {"key": "lipid_sac", "name": "Lipid sac", "kind": "flag", "applies_to": [7, 8]}
COLOUR = {"key": "colour", "name": "Colour", "kind": "text"}
TAXA = {"7": {"name": "Calanoida", "lineage": ["Crustacea"], "ecotaxa_id": 45}, "8": {"name": "Copepoda"}}


def labelled(number: int, category: str, **more: object) -> dict:
    return row(number, object_annotation_category=category, object_annotation_status="validated", **more)


ABOVE = {"object_annotation_hierarchy": "Crustacea>Calanoida", "object_annotation_category_id": 45}
ROWS = [labelled(1, "Calanoida", **ABOVE), labelled(2, "Copepoda"), row(3)]
WORDS = {"number": 1, "traits": [SAC, FAT, COLOUR], "taxa": TAXA}


@pytest.fixture
def job(project, alice, tmp_path):
    """Makes the import of a package: the site knows the copepods, and not the calanoids to which a trait applies."""
    ensure_taxa([TaxonName("Copepoda")])

    def job(words: dict = WORDS, values: str = VALUES, **params: object) -> Job:
        files = {"vocabulary.json": orjson.dumps(words), "traits.tsv": values}
        created = import_job(project, package(tmp_path / "p.zip", ROWS, **files), alice)
        created.params |= {"create_taxa": False, **params}
        created.state = "queued"
        created.save()
        return created

    return job


@pytest.fixture
def bring(job):
    def bring(*args: object, **more: object) -> Job:
        done = work(job(*args, **more), import_package)
        assert done.state == "done", done.message
        return done

    return bring


def trait(key: str = "egg_sac") -> Trait:
    return Trait.objects.get(key=key)


def calanoida() -> PendingName:
    return PendingName.objects.get(name="Calanoida")


def taxon(name: str) -> Taxon:
    return Taxon.objects.get(name=name)


def test_no_taxon_is_made_and_the_trait_applies_to_nothing_meanwhile(bring, project, alice):
    job = bring()
    assert [each.name for each in Taxon.objects.all()] == ["Copepoda"]
    assert (job.result["made_taxa"], job.result["unknown_names"]) == (0, ["Calanoida"])
    assert job.result["waiting_traits"] == ["Egg sac", "Lipid sac"]
    assert "1 name waits to be settled." in job.message
    assert "Until then 2 traits apply to known taxa only." in job.message
    name = calanoida()
    assert (name.lineage, name.ecotaxa_id) == (["Crustacea", "Calanoida"], 45)
    assert (trait().applies_to, trait().applies_to_names) == ([], [name.pk])
    assert trait("lipid_sac").applies_to == [taxon("Copepoda").pk]
    objects = list(Object.objects.order_by("id"))
    assert applicable(project.pk, [o.pk for o in objects]) == [trait("lipid_sac").pk, trait("colour").pk]
    assert counts_of(trait(), Filter()) == []
    targets = [Target(o.pk, 0) for o in objects]
    outcome = set_trait_values(trait=trait(), user=alice, targets=targets, value="yes")
    assert (outcome.changed, outcome.inapplicable) == (0, 3)


def test_values_of_what_waits_come_with_the_same_package_once_it_is_settled(bring, alice):
    job = bring()
    assert (job.result["trait_values"], job.result["trait_values_left_out"]) == (1, 2)
    assert "Import the package again when its names are settled" in job.message
    work(map_name(pending=calanoida(), taxon=taxon("Copepoda"), user=alice), settle_name)
    job = bring()
    assert (job.result["trait_values"], job.result["unknown"]) == (2, 0)
    assert "again" not in job.message
    assert TraitValue.objects.filter(trait=trait()).count() == 2


def test_a_dry_run_foretells_it_and_changes_nothing(bring, client, alice):
    job = bring(dry_run=True)
    assert "1 name would wait to be settled. Until then 2 traits apply to" in job.message
    assert job.result["waiting_traits"] == ["Egg sac", "Lipid sac"]
    assert not PendingName.objects.exists() and not Trait.objects.exists() and Taxon.objects.count() == 1
    client.force_login(alice)
    assert "known taxa only: Egg sac, Lipid sac" in client.get(f"/jobs/{job.pk}/").content.decode()


def test_a_mapped_name_gives_the_traits_their_taxon(bring, client, project, alice):
    bring()
    before = current_version(project.pk).number
    client.force_login(alice)
    page = f"/projects/{project.pk}/names/"
    assert "Traits that wait for it: Egg sac, Lipid sac" in client.get(page).content.decode()
    (oithona,) = ensure_taxa([TaxonName("Oithona")]).values()
    body = {"act": "map", "taxon": "Oithona"}
    answer = client.post(f"{page}{calanoida().pk}/", body, follow=True).content.decode()
    assert "Egg sac, Lipid sac apply to it." in answer
    assert (trait().applies_to, trait().applies_to_names) == ([oithona], [])
    assert trait("lipid_sac").applies_to == [taxon("Copepoda").pk, oithona]
    version = current_version(project.pk)
    assert (version.number, version.user) == (before + 1, alice)
    job = work(Job.objects.get(kind="settle_name"), settle_name)
    assert job.message == "1 objects are Oithona now. Egg sac, Lipid sac apply to Oithona."


def test_a_created_name_gives_the_traits_the_new_taxon(bring, client, project, alice):
    bring()
    client.force_login(alice)
    url = f"/api/v1/projects/{project.pk}/pending-names/"
    (name,) = client.get(url).json()
    assert name["traits"] == ["Egg sac", "Lipid sac"]
    answer = client.post(
        f"{url}{name['id']}/", {"act": "create", "root": True}, content_type="application/json"
    )
    assert answer.status_code == 202
    created = taxon("Calanoida")
    assert created.parent.name == "Crustacea"
    assert trait().applies_to == [created.pk]
    work(Job.objects.get(pk=answer.json()["id"]), settle_name)
    score = [Target(Object.objects.get(wide__original_id="o1").pk, 0)]
    assert set_trait_values(trait=trait(), user=alice, targets=score, value="yes").changed == 1


def test_a_refused_name_is_told_and_never_makes_a_trait_apply_to_everything(bring, client, project, alice):
    bring()
    client.force_login(alice)
    body = {"act": "refuse"}
    page = f"/projects/{project.pk}/names/{calanoida().pk}/"
    answer = client.post(page, body, follow=True).content.decode()
    assert "Lipid sac applies to its other taxa only." in answer
    assert "Egg sac applies to no object: give it a taxon, or retire it." in answer
    assert not trait().applies_to_all and counts_of(trait(), Filter()) == []
    assert trait("lipid_sac").applies_to == [taxon("Copepoda").pk]
    html = client.get(f"/projects/{project.pk}/traits/").content.decode()
    assert ">nothing<" in html and "Calanoida (refused)" in html
    job = bring()
    assert (job.result["unknown"], job.result["waiting_traits"], job.result["trait_values"]) == (0, [], 0)


def test_a_refused_name_can_be_mapped_after_all(bring, alice):
    bring()
    refuse_name(pending=calanoida(), user=alice)
    map_name(pending=calanoida(), taxon=taxon("Copepoda"), user=alice)
    assert trait().applies_to == trait("lipid_sac").applies_to == [taxon("Copepoda").pk]


def test_the_same_package_again_while_it_waits(bring, project):
    bring()
    version = current_version(project.pk)
    job = bring()
    assert (job.result["unknown_names"], job.result["waiting_traits"]) == (
        ["Calanoida"],
        ["Egg sac", "Lipid sac"],
    )
    assert PendingName.objects.count() == 1
    assert trait().applies_to_names == [calanoida().pk]
    assert current_version(project.pk) == version


def test_a_trait_that_comes_later_finds_the_name_settled(bring, alice):
    bring({**WORDS, "traits": [COLOUR]}, values=HEAD)
    map_name(pending=calanoida(), taxon=taxon("Copepoda"), user=alice)
    job = bring()
    assert trait().applies_to == [taxon("Copepoda").pk]
    assert job.result["waiting_traits"] == []


def test_a_worker_that_died_behind_the_traits_leaves_nothing_to_tell_twice(job, monkeypatch):
    waiting = job()

    def killed(*args, **more):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(actions, "taxa_report", killed)
        with pytest.raises(Killed):
            work(waiting, import_package)
    assert trait().applies_to_names == [calanoida().pk]
    Job.objects.filter(pk=waiting.pk).update(state="queued")
    work(waiting, import_package)
    assert (waiting.result["unknown"], waiting.result["made_taxa"]) == (1, 0)
    assert waiting.result["waiting_traits"] == ["Egg sac", "Lipid sac"]
    assert PendingName.objects.count() == 1 and Trait.objects.count() == 3


def test_with_taxa_created_nothing_waits(bring):
    job = bring(create_taxa=True)
    assert trait().applies_to == [taxon("Calanoida").pk]
    assert (job.result["made_taxa"], job.result["unknown"], trait().applies_to_names) == (2, 0, [])


# --- Going out --------------------------------------------------------------------------------------------------------


def exported(project: Project, path) -> None:
    params = {"images": True, "filter": {}, "out": str(path)}
    job = Job.objects.create(kind="export_project", project=project, state="running", params=params)
    export_project(job, Progress(job))


def carried(project: Project, alice, tmp_path, create_taxa: bool) -> Project:
    """A copy of the project, by its package."""
    exported(project, tmp_path / "out.zip")
    copy = Project.objects.create(title="copy")
    job = import_job(copy, tmp_path / "out.zip", alice)
    job.params |= {"create_taxa": create_taxa}
    import_package(job, Progress(job))
    return copy


def test_a_name_that_waits_goes_out_and_waits_elsewhere(bring, project, alice, tmp_path):
    bring()
    copy = carried(project, alice, tmp_path, create_taxa=False)
    name = PendingName.objects.get(project=copy)
    assert (name.name, name.lineage, name.ecotaxa_id) == ("Calanoida", ["Crustacea", "Calanoida"], 45)
    sac, fat = (Trait.objects.get(project=copy, key=key) for key in ("egg_sac", "lipid_sac"))
    assert (sac.applies_to, sac.applies_to_names) == ([], [name.pk])
    assert (fat.applies_to, fat.applies_to_names) == ([taxon("Copepoda").pk], [name.pk])
    assert name.pk != PendingName.objects.get(project=project).pk


def test_or_becomes_a_taxon_where_those_are_created(bring, project, alice, tmp_path):
    bring()
    copy = carried(project, alice, tmp_path, create_taxa=True)
    assert Trait.objects.get(project=copy, key="egg_sac").applies_to == [taxon("Calanoida").pk]
    assert trait_of(project).applies_to == [], "here it waits on"


def trait_of(project: Project, key: str = "egg_sac") -> Trait:
    return Trait.objects.get(project=project, key=key)


def test_a_refused_name_goes_out_only_where_nothing_else_is_left(bring, project, alice, tmp_path):
    bring()
    refuse_name(pending=calanoida(), user=alice)
    copy = carried(project, alice, tmp_path, create_taxa=False)
    assert PendingName.objects.get(project=copy).state == NameState.WAITING
    assert trait_of(copy, "lipid_sac").applies_to_names == []
    assert not trait_of(copy).applies_to_all


# --- Changing such a trait --------------------------------------------------------------------------------------------


def test_the_form_keeps_a_name_that_waits_or_lets_it_go(bring, client, project, alice):
    bring()
    client.force_login(alice)
    url = f"/projects/{project.pk}/traits/{trait().pk}/"
    assert "not known here, waiting" in client.get(url).content.decode()
    name = str(calanoida().pk)
    fields = {"name": "Egg sacs", "kind": "flag", "applies_to": ["Copepoda"]}
    assert client.post(url, {**fields, "applies_to_names": [name, "999"]}).status_code == 302
    assert (trait().name, trait().applies_to_names) == ("Egg sacs", [int(name)])
    assert client.post(url, fields).status_code == 302
    assert (trait().applies_to, trait().applies_to_names) == ([taxon("Copepoda").pk], [])


def test_the_api_takes_a_name_out_and_none_in(bring, client, project, alice):
    bring()
    client.force_login(alice)
    url = f"/api/v1/traits/{trait().pk}/"
    name = calanoida().pk
    assert client.get(url).json()["applies_to_names"] == [name]

    def change(key: str, **fields: object):
        url = f"/api/v1/traits/{trait(key).pk}/"
        return client.patch(url, fields, content_type="application/json")

    refused = change("colour", applies_to_names=[name])
    assert refused.status_code == 400 and "Packages bring names" in refused.content.decode()
    assert change("egg_sac", applies_to_names=[]).json()["applies_to_names"] == []
    assert trait().applies_to_all, "as a manager asked for it"


def test_numbers_of_names_mean_nothing_in_a_package(job):
    trait = {**SAC, "applies_to": [], "applies_to_names": [3]}
    refused = work(job({**WORDS, "traits": [trait]}), import_package)
    assert refused.state == "failed"
    assert "name its taxa in `taxa`" in refused.errors[0]["message"]


def test_merged_taxa_leave_the_names_alone(bring):
    bring()
    (oithona,) = ensure_taxa([TaxonName("Oithona")]).values()
    move_condition(taxon=taxon("Copepoda").pk, into=oithona)
    assert (trait("lipid_sac").applies_to, trait("lipid_sac").applies_to_names) == (
        [oithona],
        [calanoida().pk],
    )
