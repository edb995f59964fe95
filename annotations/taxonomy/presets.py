"""What a project makes of the site's tree: taxa that its picker shows first, and what is learnt as what."""

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.projects.models import Project
from annotations.taxonomy.models import Favourite, Taxon, TrainingRule
from annotations.taxonomy.replacements import all_in_use, in_use

MOST_FAVOURITES = 200


@transaction.atomic
def set_favourites(*, project: Project, taxa: list[int]) -> None:
    """The project's favourites, in their order."""
    if len(taxa) > MOST_FAVOURITES:
        raise ValidationError(f"A picker shows at most {MOST_FAVOURITES} favourites: choose fewer.")
    _refuse_unknown(taxa)
    once = all_in_use(taxa)
    Favourite.objects.filter(project=project).delete()
    rows = [Favourite(project=project, taxon_id=taxon, position=n) for n, taxon in enumerate(once)]
    Favourite.objects.bulk_create(rows)


@transaction.atomic
def set_training_rules(*, project: Project, rules: dict[int, int | None]) -> None:
    """What each taxon with all below it is learnt as: another one, or None for nothing."""
    _refuse_unknown([*rules, *(into for into in rules.values() if into is not None)])
    became = in_use([*rules, *(into for into in rules.values() if into is not None)])
    TrainingRule.objects.filter(project=project).delete()
    current = {became[taxon]: None if into is None else became[into] for taxon, into in rules.items()}
    rows = [TrainingRule(project=project, taxon_id=taxon, into_id=into) for taxon, into in current.items()]
    TrainingRule.objects.bulk_create(rows)


def _refuse_unknown(taxa: list[int]) -> None:
    present = set(Taxon.objects.filter(pk__in=taxa).values_list("pk", flat=True))
    missing = sorted(set(taxa) - present)
    if missing:
        raise ValidationError(f"There is no taxon {missing[0]}: look it up with taxa/?q=.")
