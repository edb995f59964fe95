"""Starting a check, answering its looks, finishing it, and giving what was wrong the taxa that were named."""

import secrets
from dataclasses import asdict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.checks.drawing import draw_looks
from annotations.checks.figures import figures_of, target_of, waiting_looks
from annotations.checks.models import CheckAnswer, QualityCheck, QualityLook
from annotations.checks.queries import looked_at_by
from annotations.jobs.actions import start_job
from annotations.labels.actions import name_objects
from annotations.labels.outcomes import Outcome
from annotations.labels.targets import Target
from annotations.projects.models import Project
from annotations.search.counting import count_within_bounds
from annotations.search.describing import filter_words
from annotations.search.filter import Filter
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.replacements import in_use, taxon_in_use

AT_ONCE = 50_000  # objects that a request draws from, a fraction of a second; of more a job does


@transaction.atomic
def start_check(
    *,
    project: Project,
    user: User,
    criteria: Filter,
    half_width: float | None = None,
    least: float | None = None,
    is_blind: bool = False,
    seed: int | None = None,
) -> QualityCheck:
    """Freezes the set that the filter matches, and draws the objects to look at: at once, or by a job.

    `half_width` (of the interval) and `least` (a precision), as shares, say what is to be known; one of them at least.
    Raises ValidationError where neither is, one isn't within 0 and 1, or nothing matches.
    """
    check = QualityCheck(
        project=project,
        user=user,
        criteria=criteria.as_dict(),
        words=", ".join(filter_words(project, criteria)),
        half_width=half_width,
        least=least,
        is_blind=is_blind,
        seed=secrets.randbits(62) if seed is None else seed,
    )
    _refuse_target(check)
    check.save()
    count = count_within_bounds(project.pk, criteria)
    if count.count is not None and not count.is_at_least and count.count <= AT_ONCE:
        draw_looks(check, criteria)
    else:
        check.job = start_job(kind="draw_check", owner=user, project=project, params={"check": check.pk})
        check.save(update_fields=["job"])
    return check


def _refuse_target(check: QualityCheck) -> None:
    try:
        target_of(check)
    except ValueError:
        raise ValidationError(
            "Say what you want to know: a precision of which to be certain, the half width of the interval, or both; "
            "each above 0 and at most 100 %."
        ) from None


@transaction.atomic
def answer_look(
    *,
    check: QualityCheck,
    user: User,
    place: int,
    answer: CheckAnswer | None = None,
    taxon: Taxon | None = None,
) -> QualityLook:
    """Notes what a look says of the label that was frozen: an answer, or the taxon that the object is.

    A taxon that is that of the label, or lies below it, says that the label is right; any other, that it is wrong. The
    looks have an order, and who skipped some would choose: the next one is answered, or once more one that was, but not
    of a blind check, whose figures have given it away. Raises PermissionDenied for who didn't start the check,
    ValidationError when it is finished, for another look, and for what is no answer.
    """
    check = QualityCheck.objects.select_for_update().get(pk=check.pk)
    looked_at_by(check, user)
    if check.finished:
        raise ValidationError("This check is finished: nothing is answered any more.")
    look = _look_at(check, place)
    judged = _judge(check, look, answer, taxon)
    if look.answer is not None and check.is_blind:
        return _same_or_refused(look, judged, taxon)
    look.answer, look.named, look.answered = judged, taxon and taxon_in_use(taxon), timezone.now()
    look.save(update_fields=["answer", "named", "answered"])
    return look


def _look_at(check: QualityCheck, place: int) -> QualityLook:
    """One that was answered, or the next."""
    look = QualityLook.objects.filter(quality_check=check, place=place, answer__isnull=False).first()
    if look is not None:
        return look
    following = waiting_looks(check).first()
    if following is None or following.place != place:
        raise ValidationError("This isn’t the next object to look at: ask for the next one.")
    return following


def _judge(
    check: QualityCheck, look: QualityLook, answer: CheckAnswer | None, taxon: Taxon | None
) -> CheckAnswer:
    if taxon is None and answer is None:
        raise ValidationError("Say whether the label is right, or name the taxon.")
    if taxon is None and check.is_blind and answer != CheckAnswer.CANNOT_TELL:
        raise ValidationError("This check is blind: name the taxon, or say that you cannot tell.")
    if taxon is not None and answer in (CheckAnswer.RIGHT, CheckAnswer.CANNOT_TELL):
        raise ValidationError(
            "Who names a taxon says that the label is wrong: leave the one or the other out."
        )
    if taxon is not None:
        return CheckAnswer.RIGHT if agrees(look.taxon_id, taxon) else CheckAnswer.WRONG
    assert answer is not None
    return answer


def agrees(label: int, named: Taxon) -> bool:
    """Whether what was named is the taxon of the label, or lies below it; of what was merged counts what it became."""
    return in_use([label])[label] in taxon_in_use(named).path


def _same_or_refused(look: QualityLook, judged: CheckAnswer, taxon: Taxon | None) -> QualityLook:
    """A request that comes twice says the same."""
    if (look.answer, look.named_id) != (judged, taxon and taxon_in_use(taxon).pk):
        raise ValidationError(
            "This has been answered, and the figures told whether it agrees with the label: it stays."
        )
    return look


@transaction.atomic
def finish_check(*, check: QualityCheck, user: User) -> QualityCheck:
    """Stores the figures and opens them to the project's members. Nothing is answered any more.

    Raises PermissionDenied for who didn't start it, ValidationError before the first look.
    """
    check = QualityCheck.objects.select_for_update().get(pk=check.pk)
    looked_at_by(check, user)
    if check.finished:
        return check
    figures = figures_of(check)
    if not figures.judged:
        raise ValidationError("Nothing has been judged yet: look at some objects first.")
    check.figures, check.finished = asdict(figures), timezone.now()
    check.save(update_fields=["figures", "finished"])
    return check


@transaction.atomic
def discard_check(*, check: QualityCheck, user: User) -> None:
    """Removes a check that isn't finished, with its looks.

    Raises PermissionDenied for who didn't start it, ValidationError when it is finished: then it stays on record.
    """
    check = QualityCheck.objects.select_for_update().get(pk=check.pk)
    looked_at_by(check, user)
    if check.finished:
        raise ValidationError("A finished check stays: its figures are on record.")
    check.delete()


@transaction.atomic
def correct_labels(*, check: QualityCheck, user: User) -> Outcome:
    """Gives the objects whose label was judged wrong the taxa that were named, as one action that can be undone.

    What changed its label since it was drawn stays, and comes back as a conflict. Raises ValidationError before the
    check is finished, and where no taxon was named.
    """
    if not check.finished:
        raise ValidationError("Finish the check first: then what is wrong can be set right.")
    wrong = check.looks.filter(answer=CheckAnswer.WRONG).select_related("named")
    taxa = {Target(look.object_id, look.version): look.named for look in wrong if look.named}
    if not taxa:
        raise ValidationError("No taxon was named for what is wrong: there is nothing to give.")
    return name_objects(project=check.project, user=user, taxa=taxa)
