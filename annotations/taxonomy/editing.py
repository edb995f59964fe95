"""Changing the tree by hand: an administrator makes, renames, moves and deprecates taxa, experts note synonyms."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from annotations.accounts.models import User
from annotations.projects.models import Membership, Role
from annotations.taxonomy.actions import free_name, lock_tree
from annotations.taxonomy.models import Synonym, Taxon, TaxonEdit, TaxonStatus
from annotations.taxonomy.names import clean_name

PLAIN = ("rank", "authority", "note", "kind", "aphia_id", "ecotaxa_id")  # fields that nothing else hangs on
WORDS = {
    "parent_id": "parent",
    "replaced_by_id": "replacement",
    "aphia_id": "AphiaID",
    "ecotaxa_id": "EcoTaxa number",
}


def require_administrator(user: User) -> None:
    if not user.is_superuser:
        raise PermissionDenied("The tree is the whole site's: only administrators change it.")


def may_add_synonyms(user: User) -> bool:
    """Experts and managers of any project, and administrators."""
    ranks = [role for role in Role if role.rank >= Role.EXPERT.rank]
    memberships = Membership.objects.filter(user=user, role__in=ranks, project__deleted=None)
    return user.is_superuser or memberships.exists()


@transaction.atomic
def edit_taxon(*, taxon: Taxon, user: User, **changes: object) -> Taxon:
    """Renames, moves and describes a taxon; `changes` are fields of it. Raises ValidationError in words."""
    require_administrator(user)
    lock_tree()
    taxon = Taxon.objects.select_for_update().get(pk=taxon.pk)
    old, before = (taxon.name, taxon.parent_id), _state(taxon)
    for field in (*PLAIN, "name", "parent"):
        if field in changes:
            setattr(taxon, field, changes[field])
    taxon.name = clean_name(str(taxon.name))
    refuse_what_cannot_stand(taxon)
    if (taxon.name, taxon.parent_id) != old:
        taxon.display_name = free_name(taxon)
    taxon.save()
    if taxon.parent_id != old[1]:
        _renew_paths(taxon)
    if taxon.name != old[0]:
        _rename_below(taxon)
    _log(taxon, user, before)
    return taxon


@transaction.atomic
def undo_edit(*, edit: TaxonEdit, user: User) -> Taxon:
    """Puts back what was changed of a taxon, by a new change. Undoing an undo redoes.

    Raises ValidationError where somebody has changed it again since, or where what it was can't stand any more.
    """
    require_administrator(user)
    lock_tree()
    taxon = edit.taxon
    if edit.before.get("name", "") is None:
        raise ValidationError(f"This made {taxon}: take it out of use instead, or merge it into another.")
    now = _state(Taxon.objects.get(pk=taxon.pk))
    if again := [field for field, value in edit.after.items() if now[field] != value]:
        raise ValidationError(
            f"The {WORDS.get(again[0], again[0])} of {taxon} was changed again since: undo that first."
        )
    described = {field: value for field, value in edit.before.items() if field in (*PLAIN, "name")}
    if "parent_id" in edit.before:
        described["parent"] = _existing(edit.before["parent_id"])
    if described:
        taxon = edit_taxon(taxon=taxon, user=user, **described)
    if edit.before.keys() & {"status", "replaced_by_id"}:
        was = now | edit.before
        is_active = was["status"] == TaxonStatus.ACTIVE
        taxon = set_status(
            taxon=taxon, user=user, is_active=is_active, replaced_by=_existing(was["replaced_by_id"])
        )
    return taxon


def _existing(taxon_id: int | None) -> Taxon | None:
    if taxon_id is None:
        return None
    taxon = Taxon.objects.filter(pk=taxon_id).first()
    if taxon is None:
        raise ValidationError(f"Taxon {taxon_id}, to which this goes back, is gone.")
    return taxon


def _state(taxon: Taxon) -> dict:
    return {
        field: getattr(taxon, field) for field in (*PLAIN, "name", "parent_id", "status", "replaced_by_id")
    }


def _log(taxon: Taxon, user: User, before: dict) -> None:
    after = _state(taxon)
    changed = [field for field in after if after[field] != before[field]]
    if changed:
        TaxonEdit.objects.create(
            taxon=taxon,
            user=user,
            before={field: before[field] for field in changed},
            after={field: after[field] for field in changed},
        )


@transaction.atomic
def set_status(*, taxon: Taxon, user: User, is_active: bool, replaced_by: Taxon | None = None) -> Taxon:
    """Takes a taxon out of use, naming what to take instead; or back into use. Its objects keep it."""
    require_administrator(user)
    lock_tree()
    if replaced_by is not None and (replaced_by.pk == taxon.pk or not replaced_by.is_active):
        raise ValidationError("A taxon is replaced by another one that is in use.")
    before = _state(taxon)
    taxon.status = TaxonStatus.ACTIVE if is_active else TaxonStatus.DEPRECATED
    taxon.replaced_by = None if is_active else replaced_by
    taxon.save(update_fields=["status", "replaced_by"])
    _log(taxon, user, before)
    return taxon


def add_synonym(*, taxon: Taxon, name: str, user: User) -> Synonym:
    if not may_add_synonyms(user):
        raise PermissionDenied("Experts and managers note synonyms: ask one of your project.")
    name = clean_name(name)
    if not name or len(name) > 200:
        raise ValidationError("A synonym is a name of at most 200 signs.")
    try:
        with transaction.atomic():
            return Synonym.objects.create(taxon=taxon, name=name)
    except IntegrityError:
        raise ValidationError(f"{name} is noted as a synonym of {taxon} already.") from None


def remove_synonym(*, synonym: Synonym, user: User) -> None:
    if not may_add_synonyms(user):
        raise PermissionDenied("Experts and managers take synonyms away: ask one of your project.")
    synonym.delete()


def refuse_what_cannot_stand(taxon: Taxon) -> None:
    if not taxon.name or len(taxon.name) > 200 or "<" in taxon.name or "\0" in taxon.name:
        raise ValidationError("A name has 1 to 200 signs and no `<`, which parts it from the parent's.")
    if taxon.parent is not None and taxon.pk in taxon.parent.path:
        raise ValidationError(f"{taxon.parent} stands below {taxon} itself: choose a parent outside of it.")
    same = Taxon.objects.filter(name__iexact=taxon.name, parent=taxon.parent).exclude(pk=taxon.pk).first()
    if same is not None and taxon.is_active and same.is_active:
        raise ValidationError(f"{same} stands under this parent already: merge the two instead.")
    for field in ("aphia_id", "ecotaxa_id"):
        number = getattr(taxon, field)
        other = Taxon.objects.filter(**{field: number}).exclude(pk=taxon.pk).first() if number else None
        if other is not None:
            raise ValidationError(f"The number {number} is that of {other} already.")


RENEW_PATHS = """
WITH RECURSIVE walk (id, path) AS (
    SELECT t.id, coalesce(p.path, ARRAY[]::bigint[]) || t.id
    FROM taxonomy_taxon t LEFT JOIN taxonomy_taxon p ON p.id = t.parent_id WHERE t.id = ANY(%s)
    UNION ALL
    SELECT t.id, walk.path || t.id FROM walk JOIN taxonomy_taxon t ON t.parent_id = walk.id
)
UPDATE taxonomy_taxon t SET path = walk.path FROM walk WHERE walk.id = t.id
"""


def _renew_paths(*moved: Taxon) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RENEW_PATHS, [[taxon.pk for taxon in moved]])


def _rename_below(taxon: Taxon) -> None:
    """`egg<Old` is `egg<New` now."""
    children = Taxon.objects.filter(parent=taxon, display_name__contains="<")
    for child in children.exclude(display_name__contains=f"<{taxon.name}"):
        child.display_name = free_name(child, is_short=False)
        child.save(update_fields=["display_name"])


# --- Merging: the tree's part of it; taxon_matching/merging.py relabels the objects ----------------------------------


@transaction.atomic
def merge_taxon(*, taxon: Taxon, into: Taxon) -> dict:
    """Hangs the children of a taxon under another, gives that its name as a synonym, and deprecates it.

    Returns what to hand to `unmerge_taxon`. Raises ValidationError where a circle would form.
    """
    lock_tree()
    taxon, into = Taxon.objects.get(pk=taxon.pk), Taxon.objects.get(pk=into.pk)
    refuse_merge(taxon, into)
    children = list(Taxon.objects.filter(parent=taxon))
    note: dict = {
        "children": [child.pk for child in children],
        "status": taxon.status,
        "replaced_by": taxon.replaced_by_id,
        "replaced": list(Taxon.objects.filter(replaced_by=taxon).values_list("pk", flat=True)),
        "synonyms": list(taxon.synonyms.values_list("name", flat=True)),
    }
    names = [Synonym(taxon=into, name=name) for name in (taxon.name, *note["synonyms"])]
    present = {name.lower() for name in into.synonyms.values_list("name", flat=True)} | {into.name.lower()}
    note["noted"] = [name.name for name in names if name.name.lower() not in present]
    Synonym.objects.bulk_create(names, ignore_conflicts=True)
    Taxon.objects.filter(pk__in=note["children"]).update(parent=into)
    Taxon.objects.filter(pk__in=note["replaced"]).update(replaced_by=into)
    Taxon.objects.filter(pk=taxon.pk).update(status=TaxonStatus.DEPRECATED, replaced_by=into)
    _renew_paths(*children)
    _rename_below(into)
    return note


@transaction.atomic
def unmerge_taxon(*, taxon: Taxon, into: Taxon, note: dict) -> None:
    """Puts back what `merge_taxon` changed, but for what somebody has changed since."""
    lock_tree()
    children = list(Taxon.objects.filter(pk__in=note["children"], parent=into))
    Taxon.objects.filter(pk__in=[child.pk for child in children]).update(parent=taxon)
    Taxon.objects.filter(pk__in=note["replaced"], replaced_by=into).update(replaced_by=taxon)
    replaced_by = note["replaced_by"] if note["status"] == TaxonStatus.DEPRECATED else None
    Taxon.objects.filter(pk=taxon.pk).update(status=note["status"], replaced_by=replaced_by)
    Synonym.objects.filter(taxon=into, name__in=note["noted"]).delete()
    _renew_paths(*children)
    _rename_below(taxon)


def refuse_merge(taxon: Taxon, into: Taxon) -> None:
    if taxon.pk == into.pk:
        raise ValidationError("A taxon cannot be merged into itself: choose another one.")
    if taxon.pk in into.path:
        raise ValidationError(f"{into} stands below {taxon}: merge that way round, or move it first.")
    if not into.is_active:
        raise ValidationError(f"{into} is deprecated: choose a taxon that is in use.")
