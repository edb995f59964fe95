"""Growing a cluster: a page of candidates at a time, and what a person says of it. Each answer is kept at once, so that
nothing is lost when the page is left."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from annotations.accounts.models import User
from annotations.clusters.bisection import PAGE, BorderSearch
from annotations.clusters.candidates import nearest_candidates
from annotations.clusters.claims import OF_OTHERS, locked, of_others
from annotations.clusters.members import count_again, divide_candidates
from annotations.clusters.models import Cluster, ClusterMember, ClusterState, Growth, MemberState

STILL_FREE = f"""
SELECT page.id FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS page (id, place)
JOIN samples_object o ON o.id = page.id AND o.project_id = %(project)s
WHERE o.state IN ('U', 'P')
AND NOT EXISTS (SELECT FROM clusters_clustermember m WHERE m.object_id = page.id AND m.cluster_id = %(cluster)s)
AND NOT {OF_OTHERS.format(object="page.id")}
ORDER BY page.place
"""


class PageAnswer:
    """What a person says of a page of candidates."""

    ALL = "all"  # but for those that are taken out
    NONE = "none"
    ALL_ANSWERS = (ALL, NONE)


@dataclass(frozen=True)
class Candidates:
    """The page that is to be looked at: `number` from 0 on, of `search.total`; the objects, the nearest first."""

    number: int
    ids: list[int]
    search: BorderSearch


@transaction.atomic
def begin_growth(*, cluster: Cluster, user: User, anew: bool = False) -> None:
    """Looks for candidates; with `anew` also where that was done, and then what had been accepted is let go.

    Raises ValidationError where the cluster is not validated yet, or is in somebody else's hand.
    """
    cluster = locked(cluster, user)
    if cluster.state not in (ClusterState.VALIDATED, ClusterState.GROWN):
        raise ValidationError(
            f"{cluster} is {cluster.get_state_display().lower()}: accept its members first."
        )
    if not anew and Growth.objects.filter(cluster=cluster).exists():
        return
    Growth.objects.filter(cluster=cluster).delete()
    ClusterMember.objects.filter(cluster=cluster, state=MemberState.GROWN).delete()
    near = nearest_candidates(cluster)
    search = BorderSearch.begin(-(-len(near) // PAGE))
    Growth.objects.create(
        cluster=cluster,
        candidates=[pk for pk, _ in near],
        distances=[distance for _, distance in near],
        search=search.as_json(),
    )
    count_again([cluster.pk])
    _set_state(cluster, ClusterState.VALIDATED if near else ClusterState.GROWN)


@transaction.atomic
def answer_candidates(
    *, cluster: Cluster, user: User, page: int, answer: str, out: Collection[int] = ()
) -> None:
    """Says of the page of candidates that is to be looked at that all of it belongs but `out`, or that none does.

    Raises ValidationError for another page: somebody has answered it meanwhile.
    """
    cluster = locked(cluster, user)
    growth = Growth.objects.select_for_update().filter(cluster=cluster).first()
    search = BorderSearch(**growth.search) if growth else None
    if growth is None or search is None or search.at != page:
        raise ValidationError(
            f"Page {page + 1} of the candidates of {cluster} was answered meanwhile: look again."
        )
    if answer not in PageAnswer.ALL_ANSWERS:
        raise ValidationError(f"`answer` is {answer!r}, but takes all or none.")
    of_page = _slice(growth, page, page + 1)[0]
    unknown = set(out) - set(of_page)
    if unknown:
        raise ValidationError(f"Object {min(unknown)} is not on this page.")
    # somebody may have settled some since it was shown
    candidates = set(out) | set(still_free(cluster, of_page))
    if answer == PageAnswer.NONE or (out and len(candidates) == len(set(out))):
        following = search.none_belong()
    else:
        following = search.some_belong(len(set(out)) / len(candidates)) if out else search.all_belong()
        _accept(cluster, growth, search, following, page, set(out))
    Growth.objects.filter(pk=growth.pk).update(search=following.as_json(), pages=growth.pages + 1)
    _skip_empty(cluster, growth, following)


@transaction.atomic
def end_growth(*, cluster: Cluster, user: User) -> None:
    """It is large enough: it waits for its name."""
    cluster = locked(cluster, user)
    if cluster.state != ClusterState.VALIDATED:
        raise ValidationError(f"{cluster} is {cluster.get_state_display().lower()}: it does not grow.")
    _set_state(cluster, ClusterState.GROWN)


def candidates_of(cluster: Cluster) -> Candidates | None:
    """None where none are to be looked at."""
    growth = Growth.objects.filter(cluster=cluster).first()
    if growth is None:
        return None
    search = BorderSearch(**growth.search)
    if search.at is None:
        return None
    return Candidates(search.at, still_free(cluster, _slice(growth, search.at, search.at + 1)[0]), search)


def still_free(cluster: Cluster, ids: list[int]) -> list[int]:
    """Those that nobody has settled, answered or taken in hand since they were found, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(STILL_FREE, {"ids": ids, "project": cluster.project_id, **of_others(cluster)})
        return [pk for (pk,) in cursor.fetchall()]


def _accept(
    cluster: Cluster, growth: Growth, before: BorderSearch, after: BorderSearch, page: int, out: set[int]
) -> None:
    """The page but what is taken out, and, where the page belongs, all pages before it that nobody has looked at."""
    first = before.good if after.good > page and not before.is_single else page
    near = list(zip(*_slice(growth, first, page + 1), strict=True))
    divide_candidates(cluster, near, out)


def _skip_empty(cluster: Cluster, growth: Growth, search: BorderSearch) -> None:
    """A page of which nothing is left asks nobody: the one before it is looked at. Without one it has grown."""
    while search.at is not None and not _has_candidates(cluster, growth, search.at):
        search = search.without_page()
    Growth.objects.filter(pk=growth.pk).update(search=search.as_json())
    if search.at is None:
        _set_state(cluster, ClusterState.GROWN)


def _has_candidates(cluster: Cluster, growth: Growth, page: int) -> bool:
    return bool(still_free(cluster, _slice(growth, page, page + 1)[0]))


def _slice(growth: Growth, first: int, last: int) -> tuple[list[int], list[float]]:
    part = slice(first * PAGE, last * PAGE)
    return growth.candidates[part], growth.distances[part]


def _set_state(cluster: Cluster, state: ClusterState) -> None:
    Cluster.objects.filter(pk=cluster.pk).update(state=state)
    cluster.state = state
