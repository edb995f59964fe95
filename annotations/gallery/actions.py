"""Saved views, and the taxa on a person's digits: the only writes of the gallery."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.gallery.captions import parse_captions
from annotations.gallery.filter import Filter
from annotations.gallery.models import TaxonSlot, View
from annotations.gallery.order import parse_order
from annotations.projects.models import Project, Role
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.replacements import in_use

FLEETING = ["cursor", "ids"]  # about a page, not about a view


@transaction.atomic
def save_view(*, project: Project, user: User, name: str, query: str, is_shared: bool) -> View:
    """Keeps the query string under the name; one's own view of that name is replaced.

    Raises ValidationError for a name that is empty or too long, and for a query that the bench would refuse.
    """
    name = name.strip()
    if not 0 < len(name) <= 100:
        raise ValidationError("A view needs a name of at most 100 characters.")
    asked = QueryDict(query.removeprefix("?"), mutable=True)
    for gone in FLEETING:
        asked.pop(gone, None)
    kept = asked.urlencode()
    if len(kept) > 4000:
        raise ValidationError("This filter is too long to be kept: name fewer taxa or samples.")
    Filter.parse(asked, user).where(project.pk)
    parse_order(asked.get("order"), project.pk)
    parse_captions(asked.getlist("show"), project.pk)
    view, _ = View.objects.update_or_create(
        project=project, owner=user, name=name, defaults={"query": kept, "is_shared": is_shared}
    )
    return view


def remove_view(*, view: View, user: User, role: Role) -> None:
    """Raises PermissionDenied for somebody else's, except to a manager."""
    if view.owner_id != user.pk and role != Role.MANAGER:
        raise PermissionDenied("This view is somebody else's: they or a manager can remove it.")
    view.delete()


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
