"""The taxa on a person's digits: the only writes of the gallery."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.gallery.models import TaxonSlot
from annotations.projects.models import Project
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.replacements import in_use


@transaction.atomic
def save_slots(*, project: Project, user: User, slots: Sequence[dict]) -> None:
    """Replaces a person's slots in the project by these: `number` (the digit), `taxon` (its id), `is_pinned`;
    the one used last comes first. A merged taxon is saved as what it became.

    Raises ValidationError for a number or a taxon that comes twice, and for a taxon that there isn't.
    """
    _refuse_twice("number", (slot["number"] for slot in slots))
    _refuse_twice("taxon", (slot["taxon"] for slot in slots))
    ids = {slot["taxon"] for slot in slots}
    if unknown := ids - set(Taxon.objects.filter(pk__in=ids).values_list("pk", flat=True)):
        raise ValidationError(f"There is no taxon {min(unknown)}: look it up with taxa/?q=.")
    became = in_use(ids)
    holders: dict[int, dict] = {}  # where two taxa became one, the pinned slot or the one used last
    for slot in sorted(slots, key=lambda slot: not slot["is_pinned"]):
        holders.setdefault(became[slot["taxon"]], slot)
    numbers = {slot["number"]: taxon for taxon, slot in holders.items()}
    User.objects.select_for_update().get(pk=user.pk)  # two tabs may save at once
    TaxonSlot.objects.filter(project=project, user=user).delete()
    TaxonSlot.objects.bulk_create(
        TaxonSlot(
            project=project,
            user=user,
            number=slot["number"],
            taxon_id=numbers[slot["number"]],
            is_pinned=slot["is_pinned"],
            unused=place,
        )
        for place, slot in enumerate(slots)
        if slot["number"] in numbers
    )


def _refuse_twice(name: str, values: Iterable[int]) -> None:
    value, count = next(iter(Counter(values).most_common(1)), (0, 0))
    if count > 1:
        raise ValidationError(
            f"The {name} {value} comes twice: each slot has a number and a taxon of its own."
        )
