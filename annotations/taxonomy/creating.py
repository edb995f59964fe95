"""Making a taxon by hand, wherever somebody misses one: who may, what is alike, and the taxon."""

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from annotations.accounts.models import User
from annotations.projects.models import Membership, Project, Role
from annotations.taxonomy.actions import add_taxon, lock_tree
from annotations.taxonomy.editing import PLAIN, refuse_what_cannot_stand
from annotations.taxonomy.models import Taxon, TaxonEdit, TaxonKind
from annotations.taxonomy.names import caseless, clean_name, is_scientific
from annotations.taxonomy.queries import looked_up
from annotations.taxonomy.replacements import all_in_use, taxon_in_use

ADMINISTRATOR = "administrator"  # of `SESTON_TAXON_CREATORS`; the others are roles in a project


class SameSpelling(ValidationError):
    """There are taxa of this name, or of this AphiaID: `taxa` are their ids."""

    def __init__(self, message: str, taxa: list[int]):
        super().__init__(message)
        self.taxa = taxa


def may_create_taxa(user: User, project: Project | None = None) -> bool:
    """Whoever has the role that the site's setting names, in this project or, where none is named, in any."""
    if user.is_superuser:
        return True
    if settings.TAXON_CREATORS == ADMINISTRATOR:
        return False
    roles = [role for role in Role if creates_taxa(role)]
    memberships = Membership.objects.filter(user=user, role__in=roles, project__deleted=None)
    return memberships.filter(project=project).exists() if project else memberships.exists()


def creates_taxa(role: Role) -> bool:
    """Whether the site's setting lets that role in a project."""
    creators = settings.TAXON_CREATORS
    return creators != ADMINISTRATOR and role.rank >= Role(creators).rank


def require_taxon_creator(user: User, project: Project | None = None) -> None:
    if not may_create_taxa(user, project):
        raise PermissionDenied(f"{who_creates_taxa()}: ask one.")


def who_creates_taxa() -> str:
    """The beginning of a sentence."""
    who = settings.TAXON_CREATORS
    return f"Taxa are created by {who}s{' of a project' if who != ADMINISTRATOR else ''}"


@transaction.atomic
def create_taxon(
    *,
    user: User,
    name: str,
    parent: Taxon | None,
    project: Project | None = None,
    kind: str = "",
    rank: str = "",
    aphia_id: int | None = None,
    is_homonym: bool = False,
) -> Taxon:
    """A new taxon below `parent`; of no kind, it is a morphotype if its name begins small.

    Only administrators make roots.

    Raises SameSpelling where the parent has one of this name, or another one of this AphiaID is there; and, unless
    `is_homonym` says that another one is meant, where a scientific name stands elsewhere in the tree or is a synonym.
    Raises ValidationError where the name or the parent can't stand.
    """
    require_taxon_creator(user, project)
    lock_tree()
    name, parent = clean_name(name), parent and taxon_in_use(parent)
    _refuse_parent(user, parent)
    kind = kind or (TaxonKind.PHYLO if is_scientific(name) else TaxonKind.MORPHO)
    fields = {"kind": kind, "rank": rank.strip(), "aphia_id": aphia_id}
    _refuse_same(name, parent, aphia_id, is_homonym)
    refuse_what_cannot_stand(Taxon(name=name, parent=parent, **fields))
    taxon = add_taxon(name=name, parent=parent, **fields)
    _log(taxon, user)
    return taxon


def same_spelling(name: str) -> list[int]:
    """Taxa of this name, with or without accents, in any case, and those that it is a synonym of; as in use now."""
    folded = looked_up(clean_name(name))
    taxa = Taxon.objects.filter(Q(name_folded=folded) | Q(synonyms__folded=folded)).order_by("id")
    return all_in_use(dict.fromkeys(taxa.values_list("pk", flat=True)))


def _refuse_parent(user: User, parent: Taxon | None) -> None:
    if parent is None and not user.is_superuser:
        raise ValidationError("Name the `parent`: only administrators make roots of the site's tree.")
    if parent is not None and not parent.is_active:
        raise ValidationError(f"{parent} is deprecated: choose a parent that is in use.")


def _refuse_same(name: str, parent: Taxon | None, aphia_id: int | None, is_homonym: bool) -> None:
    alike = list(Taxon.objects.filter(pk__in=same_spelling(name)))
    siblings = [
        taxon.pk for taxon in alike if taxon.parent == parent and caseless(taxon.name) == caseless(name)
    ]
    if siblings:
        raise SameSpelling(f"{name} stands under this parent already: take that one.", siblings)
    if aphia_id is not None and (
        same := list(Taxon.objects.filter(aphia_id=aphia_id).values_list("pk", flat=True))
    ):
        raise SameSpelling(f"The AphiaID {aphia_id} is that of another taxon: take that one.", same)
    # every parent may have an egg of its own; a scientific name stands once in the tree, but for true homonyms
    if (
        alike
        and not is_homonym
        and any(is_scientific(each) for each in (name, *(taxon.name for taxon in alike)))
    ):
        raise SameSpelling(
            f"{name} is in the tree already. Take that one, or say that yours is a homonym.",
            [taxon.pk for taxon in alike],
        )


def _log(taxon: Taxon, user: User) -> None:
    created = {
        field: getattr(taxon, field) for field in ("name", "parent_id", *PLAIN) if getattr(taxon, field)
    }
    TaxonEdit.objects.create(taxon=taxon, user=user, before=dict.fromkeys(created), after=created)
