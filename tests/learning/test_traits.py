"""A learning set keeps what people have validated of each object's traits, and the version of the vocabulary."""

import pyarrow.parquet as pq
import pytest

from annotations.labels.targets import Target
from annotations.projects.actions import create_project
from annotations.samples.models import State
from annotations.traits.actions import set_trait_values
from annotations.traits.models import TraitValue
from annotations.traits.vocabulary import define_trait
from classifier.contract.manifest import SCHEMA
from tests.learning.sets import rows_of
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@shared_rows
def scored(lake, alice, carla):
    """Of the first objects: two with eggs, one to which a model gave them, one dubious, one not to be seen."""

    def define(**fields):
        return define_trait(project=lake.project, user=alice, **fields)

    def give(trait, n, value, **more):
        targets = [Target(lake.settled[n].pk, 0)]
        set_trait_values(trait=trait, user=carla, targets=targets, value=value, **more)

    sac = define(name="Egg sac", kind="flag")
    antennae = define(name="Antennae", kind="several", choices=["spread", "folded"])
    length = define(name="Length", kind="measure", unit="µm")
    remark = define(name="Remark", kind="text")
    for n in range(3):
        give(sac, n, "yes")
    TraitValue.objects.filter(trait=sac, object=lake.settled[2]).update(state="P")
    give(sac, 3, "yes", state=State.DUBIOUS)
    give(sac, 4, {"hidden": True})
    give(antennae, 0, ["folded", "spread"])
    give(length, 0, 1250.5)
    give(remark, 1, "odd")
    return lake


def column(path, name: str) -> list:
    return pq.read_table(path)[name].to_pylist()


def test_validated_values_are_columns(scored, tmp_path):
    path = tmp_path / "set.parquet"
    facts = rows_of(path, scored.project)
    assert column(path, "object_id")[:5] == [each.pk for each in scored.settled[:5]]
    assert column(path, "trait_egg_sac")[:5] == ["yes", "yes", None, None, None]
    assert column(path, "trait_antennae")[:2] == [["spread", "folded"], None]
    assert column(path, "trait_length")[:2] == [1250.5, None]
    assert column(path, "trait_remark")[:2] == [None, "odd"]
    assert facts["vocabularies"] == {str(scored.project.pk): 4}
    assert facts["traits"] == ["antennae", "egg_sac", "length", "remark"]


def test_without_traits_the_set_is_as_it_was(lake, tmp_path):
    path = tmp_path / "set.parquet"
    facts = rows_of(path, lake.project)
    assert pq.read_schema(path).names == SCHEMA.names
    assert (facts["vocabularies"], facts["traits"]) == ({}, [])


def test_two_projects_that_mean_different_things_by_one_key(scored, alice, tmp_path):
    other = create_project(title="Elsewhere", owner=alice)
    define_trait(project=other, user=alice, name="Length", kind="ordinal", choices=["short", "long"])
    path = tmp_path / "set.parquet"
    facts = rows_of(path, scored.project, other)
    assert column(path, "trait_length")[0] == "1250.5"
    assert facts["vocabularies"][str(other.pk)] == 1
