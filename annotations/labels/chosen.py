"""The objects that are about to be labelled: those that a person saw, or all that match a filter.

They are locked in the order of their ids, so that two writers never deadlock, in a temporary table `locked`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection

from annotations.common.arrays import array_of
from annotations.labels.statements import LOCK_MATCHING, LOCK_TARGETS
from annotations.projects.models import Project
from annotations.samples.models import State
from annotations.taxonomy.models import Taxon

MOST_AT_ONCE = 200_000  # some ten seconds: longer, nobody would wait for their own locks


@dataclass(frozen=True)
class Target:
    """An object as the person saw it."""

    id: int
    version: int


def lock_chosen(
    project: Project,
    targets: Iterable[Target] | None,
    where: tuple[str, list] | None,
    expected: int | None,
    *,
    names_taxon: bool = False,
) -> dict[int, int] | None:
    """Locks the objects that are named, or that match; the versions of those that are named."""
    if targets is not None:
        versions = {target.id: target.version for target in targets}
        _lock_targets(project, versions, names_taxon)
        return versions
    if where is None:
        raise ValidationError("Say which objects: `objects` with id and version, or a `filter`.")
    _lock_matching(project, where, expected)
    return None


def _lock_targets(project: Project, versions: dict[int, int], names_taxon: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            LOCK_TARGETS,
            {
                "ids": array_of(versions),
                "versions": array_of(versions.values()),
                "project": project.pk,
                "names_taxon": names_taxon,
            },
        )


def _lock_matching(project: Project, where: tuple[str, list], expected: int | None) -> None:
    condition, params = where
    with connection.cursor() as cursor:
        cursor.execute(LOCK_MATCHING.format(condition=condition), [project.pk, *params, MOST_AT_ONCE + 1])
        if cursor.rowcount > MOST_AT_ONCE:
            raise ValidationError(
                f"More than {MOST_AT_ONCE:,} objects match: narrow the filter, to a sample or a taxon."
            )
        if expected is not None and cursor.rowcount != expected:
            raise ValidationError(
                f"{cursor.rowcount:,} objects match by now, not {expected:,}: somebody changed some. "
                "Nothing was done; look again."
            )


def refuse_without_taxon(taxon: Taxon | None, state: State) -> None:
    if taxon is not None or state == State.UNCLASSIFIED:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM locked WHERE taxon_id IS NULL")
        (bare,) = cursor.fetchone()
    if bare:
        raise ValidationError(f"{bare:,} of these objects have no taxon yet: give them one first.")
