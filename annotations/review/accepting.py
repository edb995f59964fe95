"""Accepting by a rule that a person sets: what a model calls a taxon with at least some score is machine-validated.

Nobody looks at these objects one by one, so they are not validated: `labels.actions` gives them a state of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.labels.actions import Coarser, machine_validate_some
from annotations.labels.models import Batch, BatchKind
from annotations.labels.outcomes import Outcome
from annotations.projects.models import Project
from annotations.review.backoff.sums import WAITS, sum_at
from annotations.review.thresholds.scores import ACCEPTABLE
from annotations.samples.models import State
from annotations.search.filter import Filter
from annotations.search.registry import Sql
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.replacements import taxon_in_use

MOST_AT_ONCE = 5000  # objects that a person waits for, half a second; more are a job


@dataclass(frozen=True)
class Rule:
    """Predicted as the taxon with a score from `threshold` on, among what the filter matches.

    With `guesses` it backs off: what is predicted as one of these with less than the threshold, and of whose scores
    those at or below the taxon add up to it, becomes the taxon, with that sum as its score.

    `until` leaves out what a model has said anew since then: the person who set the rule has not seen that score. What
    somebody took out of a page of the review, as not the taxon, and what is unlike anything that the model has learnt,
    is not accepted either.
    """

    taxon: int
    threshold: float
    criteria: Filter
    until: datetime
    guesses: tuple[int, ...] = ()

    def where(self, project_id: int) -> Sql:
        """An SQL condition over the predicted ones of samples_object `o`, with its parameters."""
        condition, params = self.criteria.narrowed(project_id).where(project_id)
        if self.guesses:
            total, inside = sum_at(self.taxon)
            own = "o.taxon_id = ANY(%s) AND o.score < %s AND (o.labelled_at IS NULL OR o.labelled_at <= %s)"
            reached = f"{own} AND {WAITS} AND {total} >= %s AND ({condition})"
            return reached, [
                list(self.guesses),
                self.threshold,
                self.until,
                *inside,
                self.threshold,
                *params,
            ]
        own = "o.taxon_id = %s AND o.score >= %s AND (o.labelled_at IS NULL OR o.labelled_at <= %s)"
        return f"{own} AND {ACCEPTABLE} AND ({condition})", [self.taxon, self.threshold, self.until, *params]

    def details(self) -> dict:
        """What its batch tells of it."""
        filtered = {"filter": self.criteria.as_dict()} if self.criteria != Filter() else {}
        guesses = {"guesses": list(self.guesses)} if self.guesses else {}
        return {"taxon": self.taxon, "threshold": self.threshold, **guesses, **filtered}

    @property
    def coarser(self) -> Coarser | None:
        """What it makes of the objects, where that is not what they are predicted to be."""
        return Coarser(self.taxon, *sum_at(self.taxon)) if self.guesses else None


@transaction.atomic
def accept_above(
    *,
    project: Project,
    user: User,
    taxon: Taxon,
    threshold: float,
    expected: int,
    criteria: Filter | None = None,
    guesses: Iterable[Taxon] = (),
) -> Outcome | Job:
    """Makes what is predicted as the taxon with at least that score machine-validated: one action, undone as one. With
    `guesses`, what lies below that score as one of these, and reaches it as the taxon: see `Rule`.

    More than MOST_AT_ONCE objects are a job. Raises ValidationError where their number is not the `expected` one, that
    of the objects that the person saw, or there are none; JobUnderWay where another rule of the taxon is at work.
    """
    if not 0 <= threshold <= 1:
        raise ValidationError(f"`threshold` is {threshold:g}, but a score lies between 0 and 1.")
    taxon = taxon_in_use(taxon)
    guesses = [taxon_in_use(guess) for guess in guesses]
    _refuse_what_is_not_coarser(taxon, guesses)
    rule = Rule(
        taxon.pk, threshold, criteria or Filter(), timezone.now(), tuple(guess.pk for guess in guesses)
    )
    _refuse_other_number(count_above(project=project, rule=rule), expected, _in_words(rule, taxon))
    if expected > MOST_AT_ONCE:
        params = {**rule.details(), "until": rule.until.isoformat(), "expected": expected}
        return start_job(kind="machine_validate", owner=user, project=project, params=params)
    batch = begin_rule(project=project, user=user, rule=rule)
    _, changed = machine_validate_some(
        batch=batch, where=rule.where(project.pk), after=0, most=MOST_AT_ONCE, coarser=rule.coarser
    )
    return Outcome(None if remove_if_empty(batch) else batch.pk, changed)


def count_above(*, project: Project, rule: Rule) -> int:
    """How many objects the rule would make machine-validated."""
    condition, params = rule.where(project.pk)
    sql = f"SELECT count(*) FROM samples_object o WHERE o.project_id = %s AND o.state = %s AND {condition}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [project.pk, State.PREDICTED.value, *params])
        return cursor.fetchone()[0]


def begin_rule(*, project: Project, user: User | None, rule: Rule) -> Batch:
    return Batch.objects.create(project=project, kind=BatchKind.RULE, user=user, details=rule.details())


def remove_if_empty(batch: Batch) -> bool:
    """Whether it has changed nothing: then it is no action, and goes."""
    removed, _ = Batch.objects.filter(pk=batch.pk, changed=0).delete()
    return bool(removed)


def _refuse_what_is_not_coarser(taxon: Taxon, guesses: list[Taxon]) -> None:
    if guesses and not taxon.is_active:
        raise ValidationError(f"{taxon} is deprecated: choose another taxon.")
    for guess in guesses:
        if taxon.pk not in guess.path[:-1]:
            raise ValidationError(f"{taxon} is not above {guess} in the tree: back off to a taxon above it.")


def _in_words(rule: Rule, taxon: Taxon) -> str:
    if rule.guesses:
        return f"less sure than {rule.threshold:g} as the best guess, and so sure as {taxon}"
    return f"predicted as {taxon} with a score of {rule.threshold:g} or more"


def _refuse_other_number(count: int, expected: int, above: str) -> None:
    if count != expected:
        are = "object is" if count == 1 else "objects are"
        raise ValidationError(
            f"{count:,} {are} {above} by now, not {expected:,}: people or a model have changed some. "
            "Nothing was done; look again."
        )
    if not count:
        raise ValidationError(f"No object is {above}: choose a lower threshold, or another taxon.")
