"""Packages whose traits are wrong: all of it is said, with file, line, column and remedy, and nothing is changed."""

import json

import pytest

from annotations.imports.ecotaxa import validate
from annotations.jobs.errors import JobError
from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon
from annotations.traits.models import Trait, TraitValue, VocabularyVersion
from annotations.traits.vocabulary import define_trait
from tests.imports.packages import package, row, run_import

pytestmark = pytest.mark.django_db
SAC = {"key": "egg_sac", "name": "Egg sac", "kind": "flag"}
LENGTH = {"key": "length", "name": "Length", "kind": "measure", "unit": "µm"}
HEAD = "object_id\ttrait\tvalue\tstate"


def vocabulary(*traits: object, **more: object) -> str:
    return json.dumps({"number": 1, "traits": list(traits), "taxa": {}, **more})


def bring(
    project: Project, tmp_path, lines: list[str] | None = None, words: str | bytes | None = None
) -> dict:
    files: dict = {} if lines is None else {"traits.tsv": "\n".join(lines) + "\n"}
    if words is not None:
        files["vocabulary.json"] = words
    return run_import(project, package(tmp_path / "p.zip", [row(1), row(2)], **files))


def test_a_table_written_by_hand_uses_the_words_of_the_project(project, alice, tmp_path):
    define_trait(project=project, user=alice, name="Egg sac", kind="flag")
    result = bring(
        project, tmp_path, [HEAD, "o1\tegg_sac\tyes\tvalidated", "", "o2\tegg_sac\t(not visible)\tdubious"]
    )
    assert result["trait_values"] == 2
    assert set(TraitValue.objects.values_list("state", "is_hidden")) == {("V", False), ("D", True)}


def test_a_vocabulary_comes_alone(project, tmp_path):
    bring(project, tmp_path, words=vocabulary(SAC, LENGTH))
    assert list(Trait.objects.values_list("key", flat=True)) == ["egg_sac", "length"]
    assert VocabularyVersion.objects.count() == 1


def test_a_value_without_a_name_or_date_is_the_importers(project, alice, tmp_path):
    define_trait(project=project, user=alice, name="Egg sac", kind="flag")
    path = package(tmp_path / "p.zip", [row(1)], **{"traits.tsv": f"{HEAD}\no1\tegg_sac\tno\tvalidated\n"})
    run_import(project, path, alice)
    value = TraitValue.objects.get()
    assert value.annotator == alice
    assert value.set_at is not None


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("o9\tegg_sac\tyes\tvalidated", "object_id", "No table of the package has an object o9"),
        ("o1\tcolour\tred\tvalidated", "trait", "The vocabulary has egg_sac, length"),
        ("o1\tegg_sac\tperhaps\tvalidated", "value", "takes one of yes, no"),
        ("o1\tegg_sac\t\tvalidated", "value", "takes one of yes, no"),
        ("o1\tlength\tlong\tvalidated", "value", "takes a number in µm"),
        ("o1\tegg_sac\tyes\tsure", "state", "Use predicted, validated, dubious"),
        ("o1\tegg_sac\tyes\t", "state", "The cell is empty"),
        ("o1\tegg_sac\tyes\tpredicted\t2", "score", "outside 0 to 1"),
        ("o1\tegg_sac\tyes\tvalidated\t\tyesterday", "date", "Write it as 2026-04-12T09:30:00Z"),
        ("o1\tegg_sac\ty\0es\tvalidated", "value", "NUL"),
    ],
)
def test_a_wrong_line_is_named_with_its_remedy(project, tmp_path, line, column, says):
    lines = [f"{HEAD}\tscore\tdate", "o2\tegg_sac\tyes\tvalidated", line]
    with pytest.raises(JobError) as refused:
        bring(project, tmp_path, lines, vocabulary(SAC, LENGTH))
    (problem,) = refused.value.errors
    assert (problem["file"], problem["line"], problem["column"]) == ("traits.tsv", 3, column)
    assert says in problem["message"]
    assert (
        not Trait.objects.exists() and not Object.objects.exists() and not VocabularyVersion.objects.exists()
    )


def test_two_values_of_one_trait_of_one_object(project, tmp_path):
    lines = [HEAD, "o1\tegg_sac\tyes\tvalidated", "o1\tegg_sac\tno\tvalidated"]
    with pytest.raises(JobError) as refused:
        bring(project, tmp_path, lines, vocabulary(SAC))
    assert "stands in line 2 already" in refused.value.errors[0]["message"]


def test_a_missing_column_and_a_table_that_is_no_text(project, tmp_path):
    with pytest.raises(JobError) as refused:
        bring(project, tmp_path, ["object_id\ttrait\tvalue"], vocabulary(SAC))
    assert (refused.value.errors[0]["line"], refused.value.errors[0]["column"]) == (1, "state")
    latin = f"{HEAD}\no1\tremark\tgrün\tvalidated\n".encode("latin-1")
    with pytest.raises(JobError) as refused:
        run_import(project, package(tmp_path / "q.zip", [row(1)], **{"traits.tsv": latin}))
    assert "not in UTF-8" in refused.value.errors[0]["message"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("{", "no JSON"),
        ("[]", "A vocabulary has"),
        ('{"traits": 3}', "takes a list"),
        (vocabulary("egg sac"), "needs a `key`"),
        (vocabulary({"key": "Egg Sac"}), "needs a `key`"),
        (vocabulary({**SAC, "kind": 3}), "`kind` of egg_sac is 3"),
        (vocabulary({**SAC, "kind": "colour"}), "is none of flag"),
        (vocabulary({**SAC, "choices": [[1]]}), "takes texts, or objects"),
        (vocabulary({**SAC, "colour": "red"}), "A trait has no `colour`"),
        (vocabulary({**SAC, "name": "a\0"}), "NUL"),
        (vocabulary(SAC, SAC), "same key"),
        (vocabulary({**SAC, "only_if": "gone", "only_if_choices": ["yes"]}), "depends on a trait"),
        (vocabulary({**SAC, "applies_to": [7]}), "applies to taxon 7, which `taxa` does not name"),
        (vocabulary(SAC, taxa={"seven": {"name": "x"}}), "names no taxon"),
        (vocabulary(SAC, taxa={"7": "x"}), "names no taxon"),
    ],
)
def test_a_wrong_vocabulary_is_refused_in_words(project, tmp_path, words, says):
    with pytest.raises(JobError) as refused:
        bring(project, tmp_path, [HEAD], words)
    (problem,) = refused.value.errors
    assert problem["file"] == "vocabulary.json"
    assert says in problem["message"]
    assert not Trait.objects.exists() and not Taxon.objects.exists()


@pytest.mark.parametrize("more", [{"kind": "count", "unit": "µm"}, {"kind": "measure", "unit": "mm"}])
def test_one_key_with_two_meanings(project, alice, tmp_path, more):
    define_trait(project=project, user=alice, name="Length", **more)
    with pytest.raises(JobError) as refused:
        bring(project, tmp_path, [HEAD], vocabulary(LENGTH))
    assert "give the trait of the package another key" in refused.value.errors[0]["message"]


def test_a_trait_that_is_defined_while_the_package_is_loaded(project, alice, tmp_path, monkeypatch):
    check = validate.check_trait_values

    def overtaken(*args):
        check(*args)
        define_trait(project=project, user=alice, name="Length", kind="count")

    monkeypatch.setattr(validate, "check_trait_values", overtaken)
    with pytest.raises(JobError, match="Meanwhile somebody changed the traits"):
        bring(project, tmp_path, [HEAD, "o1\tlength\t3\tvalidated"], vocabulary(LENGTH))
    assert not TraitValue.objects.exists()


def test_a_dry_run_writes_nothing(project, tmp_path):
    files = {"traits.tsv": f"{HEAD}\no1\tegg_sac\tyes\tvalidated\n", "vocabulary.json": vocabulary(SAC)}
    run_import(project, package(tmp_path / "p.zip", [row(1)], **files), dry_run=True)
    assert not Trait.objects.exists()
