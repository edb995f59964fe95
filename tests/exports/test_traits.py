"""A project's traits go out with it and come back: the vocabulary, every value, and who gave it when."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from types import SimpleNamespace

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.accounts.models import User
from annotations.labels.models import Batch, BatchKind
from annotations.labels.targets import Target
from annotations.projects.models import Project
from annotations.samples.models import Object, State
from annotations.search.filter import Filter
from annotations.taxonomy.models import Taxon
from annotations.traits.actions import set_trait_values
from annotations.traits.models import Trait, TraitChange, TraitValue
from annotations.traits.vocabulary import change_trait, current_version, define_trait, order_traits
from tests.exports.test_export import again, run_export
from tests.imports.packages import package, row, run_import
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@shared_rows
def bay(project, alice, tmp_path) -> SimpleNamespace:
    """Four copepods and a salp, with a vocabulary of every kind of trait."""
    names = ["Copepoda"] * 4 + ["Salpida"]
    rows = [
        row(n, object_annotation_status="validated", object_annotation_category=name)
        for n, name in enumerate(names)
    ]
    run_import(project, package(tmp_path / "bay.zip", rows), alice)
    copepoda = Taxon.objects.get(name="Copepoda").pk

    def define(**fields):
        return define_trait(project=project, user=alice, **fields)

    sac = define(name="Egg sac", kind="flag", quick_key="e", applies_to=[copepoda], help="Below the urosome")
    number = define(name="Eggs", kind="count", only_if=sac, only_if_choices=["yes"])
    antennae = define(name="Antennae", kind="several", choices=["spread", "folded", "broken"])
    length = define(name="Length", kind="measure", unit="µm")
    remark = define(name="Remark", kind="text")
    order_traits(project=project, user=alice, keys=["eggs", "egg_sac"])  # what depends comes first
    objects = list(Object.objects.filter(project=project).order_by("id"))
    return SimpleNamespace(
        project=project,
        objects=objects,
        sac=sac,
        number=number,
        antennae=antennae,
        length=length,
        remark=remark,
    )


def give(trait, user, objects, value, **more):
    outcome = set_trait_values(
        trait=trait, user=user, targets=[Target(o.pk, 0) for o in objects], value=value, **more
    )
    assert outcome.changed == len(objects)


@shared_rows
def scored(bay, bob, carla):
    give(bay.sac, bob, bay.objects[:2], "yes")
    give(bay.sac, carla, bay.objects[2:3], "no", state=State.DUBIOUS)
    give(bay.sac, bob, bay.objects[3:4], {"hidden": True})
    give(bay.number, bob, bay.objects[:1], 0)
    give(bay.antennae, bob, bay.objects[:1], ["spread", "broken"])
    give(bay.length, bob, bay.objects[:1], 0.1 + 0.2)
    give(bay.remark, bob, bay.objects[4:], 'a "tab\t" and\na line, ≈ µ')
    TraitValue.objects.filter(trait=bay.sac, object=bay.objects[1]).update(
        state="P", score=0.75, annotator=None, set_at=datetime(2025, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    )
    return bay


def value_rows(project: Project) -> set[tuple]:
    """All that is said of the project's traits, without the numbers that the database gives out."""
    values = TraitValue.objects.filter(object__project=project).exclude(state="U")
    return {
        (
            value.object.wide.original_id,
            value.trait.key,
            (tuple(value.choices), value.number, value.text, value.is_hidden),
            (value.state, value.score, str(value.annotator), value.set_at),
        )
        for value in values.select_related("object__wide", "trait")
    }


def traits_of(project: Project) -> list[dict]:
    return current_version(project.pk).content


def files(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_a_project_comes_back_with_its_vocabulary_and_values(scored, tmp_path):
    copy = again(scored.project, tmp_path)
    assert value_rows(copy) == value_rows(scored.project)
    assert len(value_rows(copy)) == 8
    assert traits_of(copy) == traits_of(scored.project)
    assert [trait.key for trait in Trait.objects.filter(project=copy)][:2] == ["eggs", "egg_sac"]


def test_the_table_reads_by_itself(scored, tmp_path):
    run_export(scored.project, tmp_path / "out.zip", images=False)
    table = io.StringIO(files(tmp_path / "out.zip")["traits.tsv"].decode(), newline="")
    lines = list(csv.DictReader(table, delimiter="\t"))
    values = [(line["object_id"], line["trait"], line["value"], line["state"]) for line in lines]
    assert values[:4] == [
        ("o0", "eggs", "0", "validated"),
        ("o0", "egg_sac", "yes", "validated"),
        ("o0", "antennae", "spread,broken", "validated"),
        ("o0", "length", "0.30000000000000004", "validated"),
    ]
    assert values[4:7] == [
        ("o1", "egg_sac", "yes", "predicted"),
        ("o2", "egg_sac", "no", "dubious"),
        ("o3", "egg_sac", "(not visible)", "validated"),
    ]
    assert (lines[5]["annotator"], lines[4]["score"]) == ("Carla", "0.75")
    assert lines[4]["date"] == "2025-01-02T03:04:05.678901Z"


def test_the_vocabulary_names_its_version_and_its_taxa(scored, tmp_path):
    run_export(scored.project, tmp_path / "out.zip", images=False)
    vocabulary = orjson.loads(files(tmp_path / "out.zip")["vocabulary.json"])
    assert vocabulary["number"] == current_version(scored.project.pk).number == 6
    assert [taxon["name"] for taxon in vocabulary["taxa"].values()] == ["Copepoda"]


def test_elsewhere_the_taxa_have_other_numbers(scored, tmp_path):
    out = tmp_path / "out.zip"
    run_export(scored.project, out)
    Object.objects.filter(project=scored.project).delete()
    Project.objects.filter(pk=scored.project.pk).delete()
    Taxon.objects.all().delete()
    User.objects.filter(username__in=["bob", "carla"]).delete()
    copy = Project.objects.create(title="copy")
    run_import(copy, out)
    sac = Trait.objects.get(project=copy, key="egg_sac")
    assert sac.applies_to == [Taxon.objects.get(display_name="Copepoda").pk]
    bob = TraitValue.objects.get(trait__key="eggs").annotator
    assert (bob.display_name, bob.email, bob.is_active) == ("Bob", "bob@example.org", False)


def test_a_filter_takes_the_values_of_what_matches(scored, tmp_path):
    run_export(scored.project, tmp_path / "out.zip", objects=Filter.parse({"original_id": "o3"}))
    assert len(files(tmp_path / "out.zip")["traits.tsv"].splitlines()) == 2


def test_a_package_without_traits_is_as_it_was(project, tmp_path):
    run_import(project, package(tmp_path / "p.zip", [row(1)]))
    run_export(project, tmp_path / "out.zip")
    assert sorted(files(tmp_path / "out.zip")) == ["s1/ecotaxa_s1.tsv", "s1/o1.png"]
    copy = Project.objects.create(title="copy")
    result = run_import(copy, tmp_path / "out.zip")
    assert "trait_values" not in result
    assert not Trait.objects.exists()


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(
    lambda text: text == text.strip() != "(not visible)"
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(WORDS, NUMBERS), min_size=5, max_size=5))
def test_any_words_and_numbers_come_back(bay, bob, tmp_path, cells):
    TraitValue.objects.all().delete()
    for each, (words, number) in zip(bay.objects, cells, strict=True):
        give(bay.remark, bob, [each], words)
        give(bay.length, bob, [each], number)
    copy = again(bay.project, tmp_path)
    assert value_rows(copy) == value_rows(bay.project)
    TraitValue.objects.filter(object__project=copy).delete()


# --- Importing into a project that has its own ------------------------------------------------------------------------


def test_again_into_the_same_project_nothing_changes(scored, tmp_path, alice):
    run_export(scored.project, tmp_path / "out.zip")
    give(scored.length, alice, scored.objects[1:2], 7)
    before, log = value_rows(scored.project), TraitChange.objects.count()
    version = current_version(scored.project.pk)
    result = run_import(scored.project, tmp_path / "out.zip", alice)
    assert (result["trait_values"], value_rows(scored.project), TraitChange.objects.count()) == (
        0,
        before,
        log,
    )
    assert current_version(scored.project.pk) == version


def test_what_was_taken_back_here_stays_taken_back(scored, tmp_path, bob):
    run_export(scored.project, tmp_path / "out.zip")
    one = [Target(scored.objects[0].pk, 1)]
    set_trait_values(trait=scored.length, user=bob, targets=one, state=State.UNCLASSIFIED)
    run_import(scored.project, tmp_path / "out.zip", bob)
    assert TraitValue.objects.get(trait=scored.length, object=scored.objects[0]).state == "U"


def test_the_values_are_logged_in_the_batch_of_the_import(scored, tmp_path, alice):
    out = tmp_path / "out.zip"
    run_export(scored.project, out)
    copy = Project.objects.create(title="copy")
    result = run_import(copy, out, alice)
    assert "8 values of traits imported." in result["message"]
    (batch,) = Batch.objects.filter(project=copy)
    assert (batch.kind, batch.changed) == (BatchKind.IMPORT, 5 + 8)
    assert TraitChange.objects.filter(batch=batch, before__isnull=True).count() == 8


def test_a_value_is_left_out_where_its_trait_does_not_apply(scored, tmp_path):
    salpida = Taxon.objects.get(name="Salpida")
    Object.objects.filter(pk=scored.objects[0].pk).update(taxon=salpida)
    out = tmp_path / "out.zip"
    run_export(scored.project, out)
    copy = Project.objects.create(title="copy")
    result = run_import(copy, out)
    assert result["trait_values_left_out"] == 2, "the egg sac, and the number of eggs that depends on it"
    assert "2 values left out" in result["message"]


def test_the_project_keeps_its_own_words(scored, tmp_path, alice):
    out = tmp_path / "out.zip"
    run_export(scored.project, out)
    change_trait(trait=scored.sac, user=alice, name="Egg pouch")
    run_import(scored.project, out, alice)
    assert Trait.objects.get(project=scored.project, key="egg_sac").name == "Egg pouch"
