"""The demo's animals are scored as they were drawn."""

import pytest

from annotations.demo.package import write_package
from annotations.demo.trait_values import set_drawn_trait_values
from annotations.samples.models import FreeColumn, Object
from annotations.traits.models import Trait, TraitValue
from annotations.traits.vocabulary import adopt_set
from tests.imports.packages import run_import

pytestmark = pytest.mark.django_db


def test_what_is_scored_is_what_was_drawn(project, alice, bob, carla, tmp_path):
    write_package(tmp_path / "drawn.zip", objects=160, seed=5, samples=4, settled=0.8)
    run_import(project, tmp_path / "drawn.zip", alice)
    for name in ("Reproduction", "Feeding"):
        adopt_set(project=project, user=alice, name=name)
    count = set_drawn_trait_values(project, alice, [bob, carla])

    place = FreeColumn.objects.get(project=project, name="trait_eggs").position
    values = TraitValue.objects.filter(trait__project=project).select_related("object__taxon", "trait")
    by_trait = {(value.object_id, value.trait.key): value for value in values}
    scored = Object.objects.filter(pk__in={pk for pk, _ in by_trait}).select_related("wide")
    assert len(scored) == count > 10
    for animal in scored:
        eggs = animal.wide.values[place]
        assert by_trait[animal.pk, "egg_sac"].choices == ["yes" if eggs else "no"]
        assert not eggs or by_trait[animal.pk, "egg_number"].number == eggs
        assert by_trait[animal.pk, "gut_fullness"].choices
    assert {value.annotator for value in values} == {bob, carla}
    assert len(set(scored.values_list("sample", flat=True))) == 2, "two samples are left to do"
    assert Trait.objects.get(project=project, key="egg_sac").applies_to, "eggs are asked of crustaceans"
