"""Opening pages of a review, answering and skipping them: their only writers. `labels.actions` writes the labels."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.labels.actions import label_objects, name_objects
from annotations.labels.outcomes import Outcome
from annotations.labels.targets import Target
from annotations.projects.models import Project
from annotations.review.answers import note_answers, proposed_on, set_aside
from annotations.review.models import MOST_PAGE, ReviewOrder, ReviewPage, SetAside
from annotations.review.planning.planner import Planner
from annotations.review.planning.pool import Pool
from annotations.review.queries import held_by_others, not_offered, waiting_of
from annotations.search.filter import Filter
from annotations.taxonomy.models import Taxon

PLANNING_LOCK = 7_351_014  # any number that no other advisory lock of the site uses; with the project's
LEAST_PAGE = 1


@transaction.atomic
def open_page(
    *,
    project: Project,
    user: User,
    order: str = ReviewOrder.PROGRESS,
    size: int = MOST_PAGE,
    criteria: Filter,
) -> ReviewPage | None:
    """What is best done next: the person's own page that isn't finished, else a new one. None where nothing waits.

    Two who ask at once wait for each other, so that they never get the same objects. Raises ValidationError.
    """
    if not LEAST_PAGE <= size <= MOST_PAGE:
        raise ValidationError(f"`size` is {size}, but a page has {LEAST_PAGE} to {MOST_PAGE} objects.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PLANNING_LOCK, project.pk % 2**31])
    unfinished = _unfinished(project, user, order, criteria)
    if unfinished:
        return unfinished
    offer = Planner(Pool(project, criteria, not_offered(project, user)), size).next(order)
    if offer is None:
        return None
    return ReviewPage.objects.create(
        project=project,
        user=user,
        order=order,
        criteria=criteria.as_dict(),
        reason=offer.reason,
        taxon_id=offer.taxon,
        is_mixed=offer.is_mixed,
        may_be_new=offer.may_be_new,
        expected=offer.expected and offer.expected.as_json(),
        object_ids=offer.ids,
    )


@transaction.atomic
def skip_page(*, page: ReviewPage) -> None:
    """Lets go of what is left of it: others may get it at once, the person later."""
    ReviewPage.objects.filter(pk=page.pk, ended=None).update(ended=timezone.now(), is_skipped=True)


@dataclass(frozen=True)
class ReviewAnswer:
    """What a person says of objects on a page: those that are `taxon`, those that are others, those that are not it."""

    taxon: Taxon | None = None
    accepted: list[Target] = field(default_factory=list)
    others: list[tuple[Target, Taxon]] = field(default_factory=list)
    set_aside: list[Target] = field(default_factory=list)
    rejected: dict[int, int] = field(default_factory=dict)  # what is set aside → the taxon that it is not

    @property
    def targets(self) -> list[Target]:
        return [*self.accepted, *(target for target, _ in self.others), *self.set_aside]

    @property
    def taxa(self) -> dict[int, int | None]:
        """object → what it is; None of what is set aside."""
        taxa = {target.id: taxon.pk for target, taxon in self.others}
        taxa |= {target.id: self.taxon.pk for target in self.accepted if self.taxon}
        return {target.id: None for target in self.set_aside} | taxa


@transaction.atomic
def answer_page(*, page: ReviewPage, user: User, answer: ReviewAnswer) -> Outcome:
    """Labels the objects, in one batch, and sets the others aside.

    What another person changed meanwhile is a conflict; what a model says by now is none, for the answer names its
    taxon. Raises ValidationError for objects that are not on the page, or named twice, and for a lack of a taxon.
    """
    page = ReviewPage.objects.select_for_update().select_related("project").get(pk=page.pk)
    _check(page, answer)
    proposed = proposed_on(page, answer.rejected)
    outcome = _label(page, user, answer)
    set_aside(objects=(target.id for target in answer.set_aside), user=user, proposed=proposed)
    note_answers(page=page, taxa=answer.taxa, proposed=proposed)
    _touch(page)
    return outcome


@transaction.atomic
def hand_over(*, page: ReviewPage, taxon: Taxon) -> ReviewPage | None:
    """What is left of a page that has one question is asked for as the taxon that the person has named the others; the
    page itself ends, for it tells of what had been proposed. None where nothing is left, and of a mixed page."""
    page = ReviewPage.objects.get(pk=page.pk)
    if page.ended is not None or page.is_mixed:
        return None
    aside = SetAside.objects.filter(object__in=page.object_ids, created__gte=page.opened)
    answered = set(aside.values_list("object", flat=True))
    _end(page)
    return ReviewPage.objects.create(
        project=page.project,
        user=page.user,
        order=page.order,
        criteria=page.criteria,
        reason=f"The rest of what you have named {taxon}"[:200],
        taxon=taxon,
        may_be_new=True,
        object_ids=[pk for pk in page.object_ids if pk not in answered],
    )


# --- The steps --------------------------------------------------------------------------------------------------------


def _unfinished(project: Project, user: User, order: str, criteria: Filter) -> ReviewPage | None:
    mine = ReviewPage.objects.filter(
        project=project, user=user, order=order, criteria=criteria.as_dict(), ended=None
    )
    elsewhere = set(held_by_others(project, user))
    for page in mine.order_by("-pk"):
        if any(row["id"] not in elsewhere for row in waiting_of(page)):
            ReviewPage.objects.filter(pk=page.pk).update(touched=timezone.now())
            return page
        _end(page)
    return None


def _check(page: ReviewPage, answer: ReviewAnswer) -> None:
    ids = [target.id for target in answer.targets]
    if not ids:
        raise ValidationError("Say something of at least one object: `accepted`, `others` or `set_aside`.")
    if strangers := sorted(set(ids) - set(page.object_ids)):
        raise ValidationError(f"Object {strangers[0]} is not on this page: ask for it as pages give it.")
    if len(set(ids)) < len(ids):
        raise ValidationError("An object is named twice: it gets one answer.")
    if answer.accepted and answer.taxon is None:
        raise ValidationError("`accepted` needs a `taxon`: which one do you accept?")


def _label(page: ReviewPage, user: User, answer: ReviewAnswer) -> Outcome:
    if answer.taxon is not None and answer.accepted and not answer.others:
        return label_objects(project=page.project, user=user, targets=answer.accepted, taxon=answer.taxon)
    taxa = dict(answer.others) | {target: answer.taxon for target in answer.accepted if answer.taxon}
    return name_objects(project=page.project, user=user, taxa=taxa) if taxa else Outcome(None, 0)


def _touch(page: ReviewPage) -> None:
    """The page ends when nothing is left of it."""
    ReviewPage.objects.filter(pk=page.pk).update(touched=timezone.now())
    if not waiting_of(page):
        _end(page)


def _end(page: ReviewPage) -> None:
    ReviewPage.objects.filter(pk=page.pk, ended=None).update(ended=timezone.now())
