"""The only writer of regroupings. Whoever changes one says which revision they saw: what another changed meanwhile is
not overwritten. Each change is one transaction, and leaves its sentences in the log."""

from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from annotations.accounts.models import User
from annotations.common.refusals import Refusal
from annotations.projects.models import Project
from annotations.regroupings.models import OtherTaxa, Regrouping, RegroupingEdit
from annotations.regroupings.rows import change_groups, change_rows

MOST_REGROUPINGS = 200  # of a project
MOST_SENTENCES = 50  # of a change in the log


class RegroupingConflict(Refusal):
    """Somebody changed it since the person looked."""

    status = 409


@transaction.atomic
def create_regrouping(
    *,
    project: Project,
    user: User | None,
    name: str,
    rows: Mapping[int, str],
    others: str = OtherTaxa.TOGETHER,
    left_out: Collection[str] = (),
    source: str = "",
) -> Regrouping:
    """`rows`: the name of a group by taxon; `left_out`: names of groups that results leave out.

    Raises ValidationError that names the field.
    """
    _check_room(project)
    regrouping = Regrouping(project=project, creator=user, source=source[:500])
    _describe(regrouping, name, others)
    _save(regrouping)
    change_rows(regrouping, rows)
    groups = list(regrouping.groups.all())
    names = {each.casefold() for each in left_out}
    change_groups(regrouping, {each.pk: (each.name, each.name.casefold() in names) for each in groups})
    _log(regrouping, user, [f"Made with {len(rows):,} taxa in {len(groups):,} groups {source}".strip()])
    return regrouping


@transaction.atomic
def change_regrouping(
    *,
    regrouping: Regrouping,
    user: User | None,
    revision: int,
    name: str | None = None,
    others: str | None = None,
    rows: Mapping[int, str] | None = None,
    groups: Mapping[int, tuple[str, bool]] | None = None,
) -> Regrouping:
    """`rows`: by taxon the group that it counts for from now on, empty to take its row away. `groups`: by number a new
    name, and whether results leave it out; who gets the name of another is joined with it.

    Raises ValidationError that names the field, RegroupingConflict where another changed it meanwhile.
    """
    current = _locked(regrouping, revision)
    sentences = _describe(
        current, current.name if name is None else name, current.others if others is None else others
    )
    sentences += change_groups(current, groups or {})
    sentences += change_rows(current, rows or {})
    if sentences:
        current.revision += 1
        _save(current)
        _log(current, user, sentences)
    return current


@transaction.atomic
def retire_regrouping(*, regrouping: Regrouping, user: User, revision: int, is_retired: bool) -> Regrouping:
    """Takes it out of the lists, or puts it back. Raises ValidationError where they are full."""
    current = _locked(regrouping, revision)
    if current.is_retired and not is_retired:
        _check_room(current.project)
    current.is_retired = is_retired
    current.revision += 1
    _save(current)
    _log(current, user, ["Retired" if is_retired else "Put back"])
    return current


def _check_room(project: Project) -> None:
    if Regrouping.objects.filter(project=project, is_retired=False).count() >= MOST_REGROUPINGS:
        raise ValidationError(f"A project has at most {MOST_REGROUPINGS} regroupings: retire one first.")


def _locked(regrouping: Regrouping, revision: int) -> Regrouping:
    current = Regrouping.objects.select_for_update().get(pk=regrouping.pk)
    if current.revision != revision:
        raise RegroupingConflict(
            f"Somebody changed {current.name} meanwhile, and nothing of theirs was overwritten: look at it as it is "
            "now, then make your change again."
        )
    return current


def _describe(regrouping: Regrouping, name: str, others: str) -> list[str]:
    """Returns what it changes, in words."""
    before = (regrouping.name, regrouping.others)
    regrouping.name, regrouping.others = " ".join(name.split()), others
    regrouping.full_clean(exclude=["project", "creator"], validate_constraints=False)
    sentences = [] if before[0] == regrouping.name else [f"Name: {before[0]} → {regrouping.name}"]
    if before[1] != regrouping.others:
        sentences.append(f"Taxa in no row {OtherTaxa(regrouping.others).label}")
    return sentences


def _save(regrouping: Regrouping) -> None:
    try:
        with transaction.atomic():
            regrouping.save()
    except IntegrityError:
        raise ValidationError(
            {"name": f"The project has a regrouping {regrouping.name} already: choose another name."}
        ) from None


def _log(regrouping: Regrouping, user: User | None, sentences: list[str]) -> None:
    more = len(sentences) - MOST_SENTENCES
    changes = sentences[:MOST_SENTENCES] + ([f"And {more:,} more changes"] if more > 0 else [])
    RegroupingEdit.objects.create(
        regrouping=regrouping, user=user, revision=regrouping.revision, changes=changes
    )
