"""Freezing a learning set: what gets in, what falls away and why, how it is split, and what a killed worker leaves."""

import json

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from annotations.jobs.models import Job, JobState
from annotations.learning.files import learning_set_folder
from annotations.learning.models import LearningSet
from annotations.learning.sets.actions import new_set
from annotations.learning.sets.recipe import Recipe
from annotations.samples.models import Image, Object
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from annotations.traits.actions import set_trait_values
from annotations.traits.vocabulary import define_trait
from classifier.contract.manifest import described, labelled, read_manifest
from classifier.contract.messages import TrainRequest
from classifier.data.learning_set import load_learning_set
from classifier.run_folder import RunFolder
from tests.lake import add_image, draw
from tests.learning.sets import freeze, recipe_of
from tests.worker.runs import Killed, die_at, run
from tests.worlds import shared_rows
from worker.learning import sets as learning_sets
from worker.learning.sets import LEARNING_SET, ensure_frozen, freeze_learning_set

pytestmark = pytest.mark.django_db(transaction=True)


def table_of(made: LearningSet):
    return read_manifest(learning_set_folder(made) / LEARNING_SET)


def child(name: str, parent: int) -> int:
    (taxon,) = ensure_taxa([TaxonName(name)]).values()
    above = Taxon.objects.get(pk=parent)
    Taxon.objects.filter(pk=taxon).update(parent=above, path=[*above.path, taxon])
    return taxon


def test_a_frozen_set_has_folds_a_tree_and_facts(lake):
    created, job = freeze(recipe_of(lake.project))
    assert job.state == JobState.DONE
    assert job.message == "Frozen: 24 objects of 2 taxa from 3 samples."
    table = table_of(created)
    assert table.schema.metadata[b"split"] == b"sample"
    tree, traits = described(table)
    assert (tree.name(str(lake.disc)), traits) == ("Noctiluca", [])
    facts = created.facts
    assert facts["folds"] == {
        fold: table["fold"].to_pylist().count(fold) for fold in ("train", "tune", "test")
    }
    assert facts["folds"]["test"] == 8
    assert facts["fold_samples"]["test"] == 1
    assert (facts["split"], facts["warnings"]) == ("sample", [])
    assert facts["duplicates"] == {"exact": 0, "near": 0, "dropped": 0}
    assert facts["contradictions"] == {"count": 0, "pairs": []}
    assert facts["left_out"] == [lake.rare]
    assert facts["too_rare"] == [[lake.rare, 1]]
    assert {entry["taxon"] for entry in facts["per_taxon"]} == {lake.disc, lake.bar}
    assert all(
        entry["train"] and entry["test"] == 4 and entry["samples"] == 3 for entry in facts["per_taxon"]
    )


def test_unlabelled_objects_lie_beside_the_others_and_are_counted_nowhere_else(lake, client, alice):
    plain, _ = freeze(recipe_of(lake.project))
    made, job = freeze(recipe_of(lake.project, unlabelled=True))
    assert job.message == "Frozen: 24 objects of 2 taxa from 3 samples."
    table = table_of(made)
    bare = table.filter(pc.equal(table["fold"], "unlabelled"))
    assert set(bare["object_id"].to_pylist()) == {o.pk for o in lake.unsettled}
    assert set(bare["label"].to_pylist()) == {""}
    assert labelled(table).equals(table_of(plain))
    about = {"unlabelled": 10, "frozen": made.facts["frozen"]}
    assert made.facts == plain.facts | about
    client.force_login(alice)
    assert "10 unlabelled objects beside these" in client.get(f"/learning-sets/{made.pk}/").content.decode()
    lines = client.get(f"/learning-sets/{made.pk}/download/?format=csv").getvalue().decode().splitlines()
    assert len(lines) == 1 + 24 + 10
    compared = client.get(f"/api/v1/learning-sets/compare/?a={made.pk}&b={plain.pk}").json()
    assert (compared["both"], compared["only_a"], compared["only_b"]) == (24, 0, 0)


def test_a_classifier_passes_over_unlabelled_objects(lake, tmp_path):
    created, _ = freeze(recipe_of(lake.project, unlabelled=True))
    request = TrainRequest(str(learning_set_folder(created) / LEARNING_SET), str(tmp_path), image_size=32)
    learning_set = load_learning_set(request, RunFolder(tmp_path), lambda done, total: None)
    assert learning_set.classes == sorted([str(lake.disc), str(lake.bar)])
    assert len(learning_set.object_ids) == 24
    assert not {o.pk for o in lake.unsettled} & set(learning_set.object_ids.tolist())


def test_a_filter_narrows_the_unlabelled_too(lake):
    tows = sorted({o.sample_id for o in lake.unsettled})
    sources = [{"project": lake.project.pk, "filter": {"sample": tows[:2]}}]
    created, _ = freeze(Recipe.read({"projects": sources, "unlabelled": True}))
    table = table_of(created)
    ids = table.filter(pc.equal(table["fold"], "unlabelled"))["object_id"].to_pylist()
    assert ids == [o.pk for o in lake.unsettled if o.sample_id in tows[:2]]


def test_the_same_recipe_gives_the_same_set(lake):
    first, second = (freeze(recipe_of(lake.project, cap=7, seed=5))[0] for _ in range(2))
    assert table_of(first).equals(table_of(second))


def test_filters_leaving_out_and_merging(lake):
    sample = lake.settled[0].sample_id
    sources = [{"project": lake.project.pk, "filter": {"sample": [sample]}}]
    one_tow, _ = freeze(recipe_of(projects=sources))
    assert one_tow.facts["samples"] == 1
    assert one_tow.facts["split"] == "object"
    assert "fewer than three samples" in one_tow.facts["warnings"][0]
    merged, _ = freeze(recipe_of(lake.project, merge={lake.rare: lake.bar}))
    assert {e["taxon"]: e["train"] + e["tune"] + e["test"] for e in merged.facts["per_taxon"]} == {
        lake.disc: 12,
        lake.bar: 13,
    }
    assert [lake.rare, lake.bar] in merged.facts["grouped"]
    without, job = freeze(recipe_of(lake.project, leave_out=[lake.bar]))
    assert job.state == JobState.FAILED
    assert "at least two taxa" in job.message
    assert not without.is_frozen


def test_rare_taxa_fall_to_the_nearest_ancestor_that_is_frequent_enough(lake):
    living, crustacea = ensure_taxa([TaxonName("living"), TaxonName("Crustacea")]).values()
    Taxon.objects.filter(pk=crustacea).update(parent=living, path=[living, crustacea])
    genus = child("Evadne", child("Podonidae", crustacea))
    for n, created in enumerate(lake.settled[:5]):
        Object.objects.filter(pk=created.pk).update(taxon=genus if n < 3 else crustacea)
    Taxon.objects.filter(pk=lake.rare).update(parent=living, path=[living, lake.rare])
    created, _ = freeze(recipe_of(lake.project, least_per_taxon=4, rest="parent"))
    assert {e["taxon"]: e["train"] + e["tune"] + e["test"] for e in created.facts["per_taxon"]} == {
        crustacea: 5,
        lake.disc: 9,
        lake.bar: 10,
    }
    assert created.facts["fallen"] == [[genus, crustacea]]
    assert created.facts["left_out"] == [lake.rare], "what lies right below the root has nowhere to fall to"
    tree, _ = described(table_of(created))
    assert tree.lineage(str(crustacea)) == [str(living), str(crustacea)]


def test_a_cap_draws_by_turns_from_each_sample(lake):
    created, _ = freeze(recipe_of(lake.project, cap=6, caps={lake.bar: 3}))
    counts = {
        e["taxon"]: (e["train"] + e["tune"] + e["test"], e["samples"]) for e in created.facts["per_taxon"]
    }
    assert counts == {lake.disc: (6, 3), lake.bar: (3, 3)}
    assert sorted(created.facts["capped"]) == sorted([[lake.disc, 12], [lake.bar, 12]])
    other, _ = freeze(recipe_of(lake.project, cap=6, seed=1))
    assert set(table_of(other)["object_id"].to_pylist()) != set(table_of(created)["object_id"].to_pylist())


def test_chosen_traits_are_told_to_the_classifier(lake, carla, alice):
    for name, kind in (("Egg sac", "flag"), ("Length", "measure"), ("Remark", "text")):
        trait = define_trait(
            project=lake.project, user=alice, name=name, kind=kind, unit="mm" * (kind == "measure")
        )
        value = {"flag": "yes", "measure": 2.5, "text": "odd"}[kind]
        set_trait_values(trait=trait, user=carla, where=("TRUE", []), value=value)
    created, _ = freeze(recipe_of(lake.project))
    _, traits = described(table_of(created))
    assert [(trait.key, trait.kind, trait.choices) for trait in traits] == [
        ("egg_sac", "flag", ("yes", "no")),
        ("length", "measure", ()),
    ]
    fewer, _ = freeze(recipe_of(lake.project, traits=["length"]))
    assert [name for name in table_of(fewer).column_names if name.startswith("trait_")] == ["trait_length"]


def test_duplicates_do_not_reach_into_another_fold_and_contradictions_are_listed(lake):
    alone, _ = freeze(recipe_of(lake.project))
    folds = dict(zip(*(table_of(alone)[name].to_pylist() for name in ("object_id", "fold")), strict=True))
    in_test = next(o for o in lake.settled if folds.get(o.pk) == "test" and o.taxon_id == lake.disc)
    in_train = next(o for o in lake.settled if folds.get(o.pk) == "train" and o.taxon_id == lake.bar)
    key = in_train.images.get().key
    Image.objects.filter(object=in_test).update(key=key)
    created, _ = freeze(recipe_of(lake.project))
    assert created.facts["duplicates"] == {"exact": 1, "near": 0, "dropped": 1}
    assert in_test.pk not in table_of(created)["object_id"].to_pylist()
    assert created.facts["objects"] == 23
    assert created.facts["contradictions"] == {"count": 1, "pairs": [sorted([in_test.pk, in_train.pk])]}
    learning_set, _ = freeze(recipe_of(lake.project, duplicates=False))
    assert learning_set.facts["objects"] == 24


def test_by_object_says_why_it_flatters(lake):
    created, _ = freeze(recipe_of(lake.project, split="object"))
    assert created.facts["split"] == "object"
    assert "expect less on new samples" in created.facts["warnings"][0]


def test_a_killed_worker_leaves_what_its_successor_ends_in_the_same_set(lake, monkeypatch):
    whole, _ = freeze(recipe_of(lake.project))
    cut = new_set(recipe=recipe_of(lake.project))
    job = Job.objects.create(kind="freeze_set", params={"learning_set": cut.pk})

    def killed(*args, **more):
        raise Killed

    for place in ("find_duplicates", "_write_folds"):
        with monkeypatch.context() as patch:
            patch.setattr(learning_sets, place, killed)
            die_at(job, freeze_learning_set)
        Object.objects.filter(pk=lake.settled[0].pk).update(taxon=lake.rare)  # seen by nobody who goes on
    assert run(job, freeze_learning_set).state == JobState.DONE
    cut.refresh_from_db()
    assert table_of(cut).equals(table_of(whole))
    assert {path.name for path in learning_set_folder(cut).iterdir()} == {LEARNING_SET}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learning_sets, "write_rows", killed)
        ensure_frozen(cut, None)
    assert table_of(cut).equals(table_of(whole)), "what is frozen stays"


def test_the_folder_of_another_database_is_not_taken_for_ones_own(lake):
    created = new_set(recipe=recipe_of(lake.project))
    folder = learning_set_folder(created)
    folder.mkdir(parents=True)
    (folder / "rows.json").write_text(json.dumps({"whose": "2020-01-01", "facts": {}}))
    job = Job.objects.create(kind="freeze_set", params={"learning_set": created.pk})
    assert run(job, freeze_learning_set).state == JobState.DONE


def test_in_small_chunks(lake, monkeypatch):
    whole, _ = freeze(recipe_of(lake.project))
    monkeypatch.setattr(learning_sets, "CHUNK", 5)
    monkeypatch.setattr("annotations.learning.sets.rows.CHUNK", 7)
    parts, _ = freeze(recipe_of(lake.project))
    assert pq.ParquetFile(learning_set_folder(parts) / LEARNING_SET).num_row_groups > 1
    assert table_of(parts).equals(table_of(whole))


def test_by_command(lake, capsys):
    call_command(
        "learning_set", project=[lake.project.title], name="By hand", cap=6, split="object", least_per_taxon=2
    )
    output = capsys.readouterr().out
    made = LearningSet.objects.get(name="By hand")
    assert f"Learning set {made.pk}, By hand" in output
    assert "Noctiluca" in output
    assert made.facts["objects"] == 12
    with pytest.raises(CommandError, match="no project 'Nowhere'"):
        call_command("learning_set", project=["Nowhere"])
    with pytest.raises(CommandError, match="`cap` is 1"):
        call_command("learning_set", project=[lake.project.title], cap=1)


def test_near_duplicates_are_found_in_the_storage(storage, lake):
    """A picture saved again, a little darker, as another object of another tow."""
    source = next(o for o in lake.settled if o.taxon_id == lake.disc)
    pixels = np.frombuffer(default_storage.open(source.images.get().key).read(), np.uint8)
    assert len(pixels)
    twin = next(o for o in lake.settled if o.taxon_id == lake.disc and o.sample_id != source.sample_id)
    twin.images.all().delete()
    add_image(twin, _darker(draw(True, 0)))
    created, _ = freeze(recipe_of(lake.project))
    assert created.facts["duplicates"]["near"] == 1


def _darker(content: bytes) -> bytes:
    import io

    from PIL import Image as Picture

    pixels = np.asarray(Picture.open(io.BytesIO(content))).astype(float) * 0.95
    out = io.BytesIO()
    Picture.fromarray(pixels.astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


def test_a_later_set_tests_what_an_earlier_one_tests(lake):
    earlier, _ = freeze(recipe_of(lake.project))
    before = table_of(earlier).to_pandas()
    tested = before[before.fold == "test"]
    (sample,) = set(tested["sample"])
    created = Object.objects.create(
        project=lake.project,
        sample=Object.objects.get(pk=tested.object_id.iloc[0]).sample,
        acquisition=Object.objects.get(pk=tested.object_id.iloc[0]).acquisition,
        state="V",
        taxon_id=lake.disc,
    )
    add_image(created, draw(True, seed=4711))
    later, job = freeze(recipe_of(lake.project, seed=99, tested_as=earlier.pk))
    assert job.state == JobState.DONE, job.message
    after = table_of(later).to_pandas()
    assert set(after[after.fold == "test"].object_id) == {*tested.object_id, created.pk}
    assert set(after[after.fold == "test"]["sample"]) == {sample}


def test_where_nothing_of_what_was_tested_is_left_the_set_is_not_frozen(lake):
    earlier, _ = freeze(recipe_of(lake.project))
    table = table_of(earlier).to_pandas()
    sample = table[table.fold == "test"]["sample"].iloc[0]
    Object.objects.filter(pk__in=table[table["sample"] == sample].object_id).update(
        state="U", taxon_id=None, annotator=None
    )
    _, job = freeze(recipe_of(lake.project, tested_as=earlier.pk))
    assert job.state == JobState.FAILED
    assert "None of the objects that" in job.message


# --- What nobody looked at --------------------------------------------------------------------------------------------


@shared_rows
def ruled(lake):
    """Predicted discs of all three tows that a rule has labelled, and an object of a taxon that nobody validated."""
    ruled = [one for one in lake.unsettled if one.state == "P"]
    assert len({one.sample_id for one in ruled}) == 3
    Object.objects.filter(pk__in=[one.pk for one in ruled]).update(state="M", score=0.97)
    (unseen,) = ensure_taxa([TaxonName("Salpida")]).values()
    Object.objects.filter(pk=lake.unsettled[0].pk).update(state="M", score=0.97, taxon=unseen)
    return ruled


def test_what_a_rule_labelled_is_left_out_by_default(lake, ruled):
    created, _ = freeze(recipe_of(lake.project))
    table = table_of(created)
    assert "weight" not in table.column_names
    assert not {one.pk for one in ruled} & set(table["object_id"].to_pylist())
    assert (created.facts["objects"], created.facts["machine"]) == (24, 0)


def test_with_a_weight_it_is_learnt_from_and_never_held_out(lake, ruled, client, alice):
    plain, _ = freeze(recipe_of(lake.project))
    made, job = freeze(recipe_of(lake.project, machine_weight=0.25))
    table = table_of(made)
    by_rule = table.filter(pc.less(table["weight"], 1))
    samples_held_out = set(table.filter(pc.equal(table["fold"], "test"))["sample"].to_pylist())
    assert by_rule["object_id"].to_pylist() == [
        one.pk for one in ruled if str(one.sample_id) not in samples_held_out
    ]
    assert 0 < len(by_rule) < len(ruled), "of the sample that is tested on nothing is learnt"
    assert set(by_rule["fold"].to_pylist()) == {"train"}
    assert set(by_rule["weight"].to_pylist()) == {0.25}
    by_people = table.filter(pc.equal(table["weight"], 1)).drop_columns(["weight"])
    assert by_people.equals(table_of(plain)), "what people looked at is as without it"
    assert made.facts == plain.facts | {"machine": len(by_rule), "frozen": made.facts["frozen"]}
    assert job.message == "Frozen: 24 objects of 2 taxa from 3 samples."
    client.force_login(alice)
    page = client.get(f"/learning-sets/{made.pk}/").content.decode()
    assert f"{len(by_rule)} machine-validated objects beside these" in page


def test_a_classifier_learns_it_at_its_weight(lake, ruled, tmp_path):
    created, _ = freeze(recipe_of(lake.project, machine_weight=0.25))
    request = TrainRequest(str(learning_set_folder(created) / LEARNING_SET), str(tmp_path), image_size=32)
    learning_set = load_learning_set(request, RunFolder(tmp_path), lambda done, total: None)
    ids = {one.pk for one in ruled}
    expected = [0.25 if object_id in ids else 1 for object_id in learning_set.object_ids.tolist()]
    assert learning_set.weights.tolist() == expected
    assert len(learning_set.looked_at) == created.facts["folds"]["train"]


def test_under_a_cap_what_people_looked_at_comes_first(lake, ruled):
    created, _ = freeze(recipe_of(lake.project, machine_weight=0.25, cap=12))
    assert (created.facts["objects"], created.facts["machine"]) == (24, 0)


def test_a_cap_spares_what_is_tested(lake):
    earlier, _ = freeze(recipe_of(lake.project, cap=6))
    before = table_of(earlier).to_pandas()
    tested = set(before[before.fold == "test"].object_id)
    for n in range(12):
        first = lake.settled[n % 3]
        created = Object.objects.create(
            project=lake.project,
            sample=first.sample,
            acquisition=first.acquisition,
            state="V",
            taxon_id=lake.bar if n % 2 else lake.disc,
        )
        add_image(created, draw(n % 2 == 0, seed=5000 + n))
    later, _ = freeze(recipe_of(lake.project, cap=6, seed=3, tested_as=earlier.pk))
    after = table_of(later).to_pandas()
    assert tested <= set(after[after.fold == "test"].object_id)
    assert len(after) <= 12
