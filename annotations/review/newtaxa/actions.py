"""Naming objects of a page as a taxon that is made for them: the taxon and the labels, or neither."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.labels.outcomes import Outcome
from annotations.labels.targets import Target
from annotations.review.actions import ReviewAnswer, answer_page, hand_over
from annotations.review.models import ReviewPage
from annotations.review.newtaxa.naming import free_name_below, is_left_over, propose_new_taxon
from annotations.taxonomy.actions import lock_tree
from annotations.taxonomy.creating import create_taxon, require_taxon_creator
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.names import same_name

NOTHING_NEAR = "Name the `parent`: nothing is known that these objects are near to, so none is proposed."
ALL_CHANGED = (
    "Others have labelled all of these meanwhile: no taxon was created, and nothing was labelled. Look again."
)


@dataclass(frozen=True)
class NewTaxonAnswer:
    taxon: Taxon
    outcome: Outcome
    rest: ReviewPage | None  # what the person has not seen of the page yet: it is offered as the same taxon


@transaction.atomic
def name_new_taxon(
    *,
    page: ReviewPage,
    user: User,
    targets: list[Target],
    name: str = "",
    parent: Taxon | None = None,
    is_homonym: bool = False,
) -> NewTaxonAnswer:
    """Makes a taxon and labels the objects with it; without a name and a parent those that are proposed.

    The labels are one batch: taking it back leaves the taxon in the tree without an object, since the log speaks of it,
    and the same person gets it again by its name. Raises what `create_taxon` and `answer_page` raise, PermissionDenied
    for who may not create taxa, and ValidationError where others were faster with all of the objects.
    """
    require_taxon_creator(user, page.project)
    lock_tree()
    if parent is None:
        parent = propose_new_taxon(page=page, user=user).parent
    if parent is None:
        raise ValidationError(NOTHING_NEAR)
    taxon = _taxon(page, user, name or free_name_below(parent, user, page.project_id), parent, is_homonym)
    outcome = answer_page(page=page, user=user, answer=ReviewAnswer(taxon=taxon, accepted=targets))
    if not outcome.changed:
        raise ValidationError(ALL_CHANGED)
    return NewTaxonAnswer(taxon, outcome, hand_over(page=page, taxon=taxon))


def _taxon(page: ReviewPage, user: User, name: str, parent: Taxon, is_homonym: bool) -> Taxon:
    """The person's own of that name whose labels were taken back, else a new one."""
    siblings = Taxon.objects.filter(parent=parent).filter(name__iexact=name)
    for sibling in siblings:
        if same_name(sibling.name, name) and is_left_over(sibling, user, page.project_id):
            return sibling
    return create_taxon(user=user, name=name, parent=parent, project=page.project, is_homonym=is_homonym)
