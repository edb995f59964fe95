"""How rows and groups of a regrouping are written; who calls holds its lock."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError

from annotations.regroupings.models import GroupedTaxon, Regrouping, RegroupingGroup
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import names_of
from annotations.taxonomy.replacements import in_use

MOST_ROWS = 20_000  # of a regrouping
MOST_GROUPS = 1000
LONGEST = 100  # letters of a group's name
FREED = "\x01"  # before the number of a group while it is renamed: no name that a person gives has it


def change_rows(regrouping: Regrouping, rows: Mapping[int, str]) -> list[str]:
    """Sets the groups of taxa, by name; an empty one takes the row away. Returns what it changes, in words."""
    cleaned = {taxon: clean_group(name) for taxon, name in rows.items()}
    _refuse_unknown(rows)
    present = dict(regrouping.rows.values_list("taxon", "group__name"))
    became = in_use(cleaned.keys() - present.keys())  # a row that stands stays of its taxon
    targets = {became.get(taxon, taxon): name for taxon, name in cleaned.items()}
    differing = {taxon: name for taxon, name in targets.items() if present.get(taxon, "") != name}
    emptied = [taxon for taxon, name in differing.items() if not name]
    regrouping.rows.filter(taxon__in=emptied).delete()
    _write(regrouping, {taxon: name for taxon, name in differing.items() if name})
    remove_empty(regrouping)
    names = names_of(set(differing))
    return [
        f"{names[taxon]}: {present.get(taxon) or 'no group'} → {name or 'no group'}"
        for taxon, name in differing.items()
    ]


def change_groups(regrouping: Regrouping, groups: Mapping[int, tuple[str, bool]]) -> list[str]:
    """Renames groups and says which of them results leave out. Returns what it changes, in words."""
    by_number = {each.pk: each for each in regrouping.groups.all()}
    changes: list[tuple[RegroupingGroup, str, bool]] = []
    for number, (text, is_left_out) in groups.items():
        group, name = by_number.get(number), clean_group(text)
        if group is None:
            raise ValidationError("A group is gone meanwhile: load the page again.")
        if not name:
            raise ValidationError({"groups": f"{group.name} needs a name."})
        if (group.name, group.is_left_out) != (name, is_left_out):
            changes.append((group, name, is_left_out))
    _free_names([group for group, name, _ in changes if group.name != name])
    return [sentence for change in changes for sentence in _changed(*change)]


def clean_group(text: str) -> str:
    name = " ".join(text.replace("\0", "").split())
    if len(name) > LONGEST:
        raise ValidationError({"groups": f"{name[:40]}… is longer than the {LONGEST} letters of a group."})
    return name


def remove_empty(regrouping: Regrouping) -> None:
    regrouping.groups.filter(rows=None).delete()


def _free_names(groups: Iterable[RegroupingGroup]) -> None:
    """Of groups that get others, so that each finds only those under a name that keep or get it."""
    for group in groups:
        RegroupingGroup.objects.filter(pk=group.pk).update(name=f"{FREED}{group.pk}")


def _changed(group: RegroupingGroup, name: str, is_left_out: bool) -> list[str]:
    namesake = group.regrouping.groups.filter(name__iexact=name).exclude(pk=group.pk).first()
    if namesake:
        group.rows.update(group=namesake)
        group.delete()
        return [f"Group {group.name} joined with {namesake.name}"]
    sentences = [] if group.name == name else [f"Group {group.name} → {name}"]
    if group.is_left_out != is_left_out:
        sentences.append(f"Group {name} {'left out of results' if is_left_out else 'back in results'}")
    group.name, group.is_left_out = name, is_left_out
    group.save()
    return sentences


def _write(regrouping: Regrouping, rows: Mapping[int, str]) -> None:
    groups = _groups_called(regrouping, rows.values())
    GroupedTaxon.objects.bulk_create(
        (
            GroupedTaxon(regrouping=regrouping, taxon_id=taxon, group_id=groups[name.casefold()])
            for taxon, name in rows.items()
        ),
        update_conflicts=True,
        unique_fields=["regrouping", "taxon"],
        update_fields=["group"],
    )
    if regrouping.rows.count() > MOST_ROWS:
        raise ValidationError({"rows": f"A regrouping has at most {MOST_ROWS:,} rows."})


def _groups_called(regrouping: Regrouping, names: Iterable[str]) -> dict[str, int]:
    """Numbers by name in small letters; what is not there is made."""
    present = {each.name.casefold(): each.pk for each in regrouping.groups.all()}
    missing = {name.casefold(): name for name in names if name.casefold() not in present}
    if len(present) + len(missing) > MOST_GROUPS:
        raise ValidationError({"groups": f"A regrouping has at most {MOST_GROUPS:,} groups."})
    created = RegroupingGroup.objects.bulk_create(
        RegroupingGroup(regrouping=regrouping, name=name) for name in missing.values()
    )
    return present | {each.name.casefold(): each.pk for each in created}


def _refuse_unknown(taxa: Iterable[int]) -> None:
    numbers = set(taxa)
    missing = numbers - set(Taxon.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    if missing:
        raise ValidationError({"rows": f"There is no taxon {min(missing)}: look it up with taxa/?q=."})
