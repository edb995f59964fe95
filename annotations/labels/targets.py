"""The objects that are about to be labelled: those that a person saw, or all that match a filter.

They are locked in the order of their ids, so that two writers never deadlock, as `locked`: by the statement that
changes them, or in a temporary table of that name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection

from annotations.common.arrays import array_of
from annotations.common.refusals import Refusal
from annotations.labels.statements import (
    BARE_MATCHING,
    BARE_TARGETS,
    LOCK_MATCHING,
    LOCK_TARGETS,
    WITH_TARGETS,
)
from annotations.projects.models import Project

MOST_AT_ONCE = 200_000  # some ten seconds: longer, nobody would wait for their own locks


class Target(NamedTuple):
    """An object as the person saw it."""

    id: int
    version: int


@dataclass(frozen=True)
class Chosen:
    """What a statement has as `locked`: by itself, where objects were named; else a temporary table has it already."""

    versions: dict[int, int] | None = None  # of those that were named
    sql: str = ""  # in front of the statement's own parts
    params: Mapping[str, Any] = field(default_factory=dict)


def choose(
    project: Project,
    targets: Iterable[Target] | None,
    where: tuple[str, list] | None,
    expected: int | None,
    *,
    names_taxon: bool = False,
) -> Chosen:
    """The objects that are named, or locks all that match."""
    if targets is None:
        lock_matching(project, where, expected)
        return Chosen()
    versions = {target.id: target.version for target in targets}
    return Chosen(versions, WITH_TARGETS, _target_params(project, versions, names_taxon))


def lock_chosen(
    project: Project,
    targets: Iterable[Target] | None,
    where: tuple[str, list] | None,
    expected: int | None,
) -> dict[int, int] | None:
    """Locks the objects that are named, or that match, in the temporary table; the versions of those that are named."""
    if targets is None:
        lock_matching(project, where, expected)
        return None
    versions = {target.id: target.version for target in targets}
    with connection.cursor() as cursor:
        cursor.execute(LOCK_TARGETS, _target_params(project, versions, names_taxon=False))
    return versions


def _target_params(project: Project, versions: dict[int, int], names_taxon: bool) -> dict[str, Any]:
    return {
        "ids": array_of(versions),
        "versions": array_of(versions.values()),
        "project": project.pk,
        "names_taxon": names_taxon,
    }


class NumberChanged(Refusal):
    """Another number matches than the person has read."""

    status = 409


def refuse_another_number(count: int, expected: int) -> None:
    if count != expected:
        raise NumberChanged(
            f"{count:,} objects match by now, not {expected:,}: somebody changed some. Nothing was done; look again."
        )


def lock_matching(project: Project, where: tuple[str, list] | None, expected: int | None) -> None:
    """Locks all that match in the temporary table. Raises ValidationError where they are too many, or not as many."""
    if where is None:
        raise ValidationError("Say which objects: `objects` with id and version, or a `filter`.")
    condition, params = where
    with connection.cursor() as cursor:
        cursor.execute(LOCK_MATCHING.format(condition=condition), [project.pk, *params, MOST_AT_ONCE + 1])
        if cursor.rowcount > MOST_AT_ONCE:
            raise ValidationError(
                f"More than {MOST_AT_ONCE:,} objects match: narrow the filter, to a sample or a taxon."
            )
        if expected is not None:
            refuse_another_number(cursor.rowcount, expected)


def refuse_without_taxon(chosen: Chosen) -> None:
    """Raises ValidationError where some of the objects have no taxon to keep."""
    with connection.cursor() as cursor:
        cursor.execute(BARE_TARGETS if chosen.sql else BARE_MATCHING, chosen.params)
        (bare,) = cursor.fetchone()
    if bare:
        raise ValidationError(f"{bare:,} of these objects have no taxon yet: give them one first.")
