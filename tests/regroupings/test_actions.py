"""Regroupings are made and changed; whoever is late overwrites nothing."""

import pytest
from django.core.exceptions import ValidationError

from annotations.regroupings.actions import (
    RegroupingConflict,
    change_regrouping,
    create_regrouping,
    retire_regrouping,
)
from annotations.regroupings.membership import GroupMembership
from annotations.taxonomy.models import Taxon, TaxonStatus
from tests.worlds import shared_rows


@shared_rows
def crustaceans(project, alice, tree):
    rows = {tree.copepoda: "Copepods", tree.calanus: "Large calanoids"}
    return create_regrouping(project=project, user=alice, name="Crustaceans", rows=rows)


def names(regrouping, *taxa: int) -> list[str | None]:
    groups = dict(regrouping.groups.values_list("pk", "name"))
    membership = GroupMembership.of(regrouping).groups_of(taxa)
    return [groups.get(membership[taxon]) for taxon in taxa]


def test_a_taxon_counts_for_the_nearest_row_above_it(crustaceans, tree):
    taxa = (tree.copepoda, tree.calanoida, tree.calanus, tree.oithona, tree.appendicularia)
    assert names(crustaceans, *taxa) == ["Copepods", "Copepods", "Large calanoids", "Copepods", None]


def test_a_row_is_changed_made_and_taken_away(crustaceans, alice, tree):
    rows = {tree.calanus: "", tree.oithona: "Small ones", tree.copepoda: "Copepods"}
    changed = change_regrouping(regrouping=crustaceans, user=alice, revision=1, rows=rows)
    assert names(changed, tree.calanus, tree.oithona) == ["Copepods", "Small ones"]
    assert sorted(group.name for group in changed.groups.all()) == ["Copepods", "Small ones"]
    sentences = changed.edits.first().changes
    assert sorted(sentences) == ["Calanus: Large calanoids → no group", "Oithona: no group → Small ones"]


def test_who_saw_an_older_revision_overwrites_nothing(crustaceans, alice, carla, tree):
    change_regrouping(regrouping=crustaceans, user=carla, revision=1, rows={tree.oithona: "Small ones"})
    with pytest.raises(RegroupingConflict, match="Somebody changed Crustaceans meanwhile"):
        change_regrouping(regrouping=crustaceans, user=alice, revision=1, rows={tree.oithona: "Others"})
    assert names(crustaceans, tree.oithona) == ["Small ones"]


def test_what_changes_nothing_makes_no_revision(crustaceans, alice, tree):
    same = change_regrouping(
        regrouping=crustaceans, user=alice, revision=1, rows={tree.calanus: "Large calanoids"}
    )
    assert (same.revision, same.edits.count()) == (1, 1)


def test_a_group_that_gets_the_name_of_another_is_joined_with_it(crustaceans, alice, tree):
    large = crustaceans.groups.get(name="Large calanoids")
    changed = change_regrouping(
        regrouping=crustaceans, user=alice, revision=1, groups={large.pk: ("copepods", False)}
    )
    assert names(changed, tree.calanus) == ["Copepods"]
    assert changed.groups.count() == 1


def test_a_group_can_be_left_out_and_keeps_its_number_when_it_is_renamed(crustaceans, alice):
    group = crustaceans.groups.get(name="Copepods")
    changed = change_regrouping(
        regrouping=crustaceans, user=alice, revision=1, groups={group.pk: ("All copepods", True)}
    )
    assert GroupMembership.of(changed).is_left_out(group.pk)
    assert changed.groups.get(pk=group.pk).name == "All copepods"


def test_a_name_is_of_one_regrouping_until_that_is_retired(crustaceans, project, alice, tree):
    rows = {tree.copepoda: "Copepods"}
    with pytest.raises(ValidationError, match="has a regrouping crustaceans already"):
        create_regrouping(project=project, user=alice, name="crustaceans", rows=rows)
    retire_regrouping(regrouping=crustaceans, user=alice, revision=1, is_retired=True)
    assert create_regrouping(project=project, user=alice, name="crustaceans", rows=rows).pk


def test_the_row_of_a_merged_taxon_is_of_what_that_became(crustaceans, tree):
    """Of the two that became one, the row of the one that stays counts."""
    Taxon.objects.filter(pk=tree.copepoda).update(
        status=TaxonStatus.DEPRECATED, replaced_by=tree.appendicularia
    )
    assert names(crustaceans, tree.appendicularia) == ["Copepods"]
    assert names(crustaceans, tree.calanus) == ["Large calanoids"]


def test_a_taxon_that_is_not_there_is_refused(project, alice, tree):
    with pytest.raises(ValidationError, match="There is no taxon 999999"):
        create_regrouping(project=project, user=alice, name="x", rows={999999: "Copepods"})


def renamed(regrouping, alice, names_now: dict[str, str]) -> dict[str, set[str]]:
    """The taxa of each group after one change of the names of groups."""
    groups = {each.name: each.pk for each in regrouping.groups.all()}
    changes = {groups[old]: (new, False) for old, new in names_now.items()}
    changed = change_regrouping(regrouping=regrouping, user=alice, revision=1, groups=changes)
    return {
        group.name: set(group.rows.values_list("taxon__name", flat=True)) for group in changed.groups.all()
    }


def test_two_groups_change_their_names_with_each_other(crustaceans, alice):
    swap = {"Copepods": "Large calanoids", "Large calanoids": "Copepods"}
    assert renamed(crustaceans, alice, swap) == {"Copepods": {"Calanus"}, "Large calanoids": {"Copepoda"}}


def test_a_group_takes_a_name_that_another_gives_up(crustaceans, alice):
    change = {"Copepods": "Large calanoids", "Large calanoids": "Large"}
    assert renamed(crustaceans, alice, change) == {"Large calanoids": {"Copepoda"}, "Large": {"Calanus"}}


def merge(taxon: int, into: int) -> None:
    Taxon.objects.filter(pk=taxon).update(status=TaxonStatus.DEPRECATED, replaced_by=into)


def test_a_row_of_a_merged_taxon_is_saved_and_taken_away_as_itself(project, alice, tree):
    rows = {tree.oithona: "Small ones", tree.appendicularia: "Jelly"}
    created = create_regrouping(project=project, user=alice, name="Sorts", rows=rows)
    merge(tree.oithona, into=tree.appendicularia)
    same = change_regrouping(regrouping=created, user=alice, revision=1, rows=rows)
    assert (same.revision, names(same, tree.appendicularia)) == (1, ["Jelly"])
    change_regrouping(regrouping=created, user=alice, revision=1, rows={tree.oithona: ""})
    assert list(created.rows.values_list("taxon", flat=True)) == [tree.appendicularia]


def test_a_merged_taxon_counts_for_the_group_of_what_it_became(project, alice, tree):
    """Oithona stood below Copepoda; merged into Appendicularia it is what that is."""
    rows = {tree.copepoda: "Copepods", tree.appendicularia: "Jelly"}
    created = create_regrouping(project=project, user=alice, name="Sorts", rows=rows)
    merge(tree.oithona, into=tree.appendicularia)
    assert names(created, tree.oithona) == ["Jelly"]
