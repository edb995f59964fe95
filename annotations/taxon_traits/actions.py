"""The only writer of traits of taxa: by administrators, who keep the tree that they hang on."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.taxon_traits.models import TaxonTrait, TaxonTraitImport, TaxonTraitValue
from annotations.taxon_traits.tables import taxa_called
from annotations.taxonomy.editing import require_administrator


@transaction.atomic
def import_trait(
    *,
    user: User,
    name: str,
    source: str,
    values: Mapping[str, str],
    licence: str = "",
    link: str = "",
    value_names: Mapping[str, str] | None = None,
    file: str = "",
) -> TaxonTrait:
    """Makes the trait, or brings the one of that name to what the list says: what the list has no more goes.

    Raises PermissionDenied, ValidationError by field.
    """
    require_administrator(user)
    cleaned = " ".join(name.split())
    trait = TaxonTrait.objects.select_for_update().filter(name__iexact=cleaned).first() or TaxonTrait()
    trait.name, trait.source, trait.licence, trait.link = (
        cleaned,
        source.strip(),
        licence.strip(),
        link.strip(),
    )
    trait.value_names = dict(value_names or {})
    if not trait.source:
        raise ValidationError({"source": "Say where the list comes from: a citation."})
    trait.full_clean()
    trait.save()
    counts = _write(trait, values)
    _log(trait, user, f"{file or 'A list'}: {counts}")
    return trait


@transaction.atomic
def match_again(*, trait: TaxonTrait, user: User) -> int:
    """Looks for taxa of the names that the site did not know; how many it knows now."""
    require_administrator(user)
    waiting = list(trait.values.filter(taxon=None).select_for_update())
    taxa = taxa_called([value.name for value in waiting])
    matched = [value for value in waiting if taxa[value.name]]
    for value in matched:
        value.taxon_id = taxa[value.name]
    TaxonTraitValue.objects.bulk_update(matched, ["taxon"])
    _log(trait, user, f"{len(matched):,} more names matched with taxa")
    return len(matched)


def _write(trait: TaxonTrait, values: Mapping[str, str]) -> str:
    """Returns what it changed, in words."""
    before = dict(trait.values.values_list("name", "value"))
    removed = before.keys() - values.keys()
    trait.values.filter(name__in=removed).delete()
    taxa = taxa_called(list(values))
    TaxonTraitValue.objects.bulk_create(
        (
            TaxonTraitValue(trait=trait, name=name, value=value, taxon_id=taxa[name])
            for name, value in values.items()
        ),
        update_conflicts=True,
        unique_fields=["trait", "name"],
        update_fields=["value", "taxon"],
    )
    new = len(values.keys() - before.keys())
    changed = sum(before[name] != value for name, value in values.items() if name in before)
    matched = sum(taxon is not None for taxon in taxa.values())
    return (
        f"{new:,} new, {changed:,} changed, {len(removed):,} removed; "
        f"{matched:,} of {len(values):,} names are taxa of the site"
    )


def _log(trait: TaxonTrait, user: User, sentence: str) -> None:
    TaxonTraitImport.objects.create(trait=trait, user=user, sentence=sentence[:500])
