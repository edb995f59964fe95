"""One change of a clustering's tree: who works on rows that somebody has changed since they were seen is told so, and
what was before is stored, so that it can be taken back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.clusters.models import Cluster, Clustering, ClusterState, TreeChange
from annotations.common.live import publish_event

MOST_ROWS = 1000  # that are moved or put into a group at once
FIELDS = ("parent_id", "place", "name", "taxon_id", "state")  # of a row, as a change stores them


class TreeConflict(ValidationError):
    """Somebody has changed these rows since the person saw them: nothing was done."""


@dataclass
class TreeEdit:
    """To be used in a transaction: the clustering is locked, so that changes come one after the other.

    `seen` is the revision of the tree that the person saw; None where it does not matter what others did.
    """

    clustering: Clustering
    user: User | None
    seen: int | None
    before: dict[int, dict] = field(default_factory=dict)
    changed: dict[int, Cluster] = field(default_factory=dict)

    @classmethod
    def begin(cls, clustering: Clustering, user: User | None, seen: int | None) -> Self:
        """Raises ValidationError for a revision that the tree has not reached."""
        row = Clustering.objects.select_for_update(of=("self",)).get(pk=clustering.pk)
        if seen is not None and seen > row.revision:
            raise ValidationError(f"The tree is at revision {row.revision}: it has not reached {seen}.")
        return cls(row, user, seen)

    @property
    def revision(self) -> int:
        return self.clustering.revision + 1

    def rows(self, numbers: Iterable[int]) -> list[Cluster]:
        """Those clusters and groups, as they are now, in the order of the numbers. Raises ValidationError for one that
        is not in this tree, TreeConflict for one that was changed since the person saw it."""
        chosen = list(dict.fromkeys(numbers))
        if not 1 <= len(chosen) <= MOST_ROWS:
            raise ValidationError(f"Choose 1 to {MOST_ROWS:,} clusters or groups.")
        # whoever names or grows one locks it too: what they write there stays
        rows = Cluster.objects.select_for_update(of=("self",)).filter(clustering=self.clustering)
        by_number = {row.pk: row for row in rows.filter(pk__in=chosen).order_by("pk")}
        for number in chosen:
            if number not in by_number:
                raise ValidationError(f"There is no cluster {number} in this clustering.")
            self._refuse_changed(by_number[number])
        return [by_number[number] for number in chosen]

    def write(self, row: Cluster, **values: object) -> None:
        """Fields of `FIELDS`."""
        self._note(row, fields_of(row))
        for name, value in values.items():
            setattr(row, name, value)
        row.revision = self.revision
        row.save(update_fields=[*(name.removesuffix("_id") for name in values), "revision"])

    def created(self, group: Cluster) -> None:
        """A new group: before, it was gone."""
        self._note(group, fields_of(group) | {"state": ClusterState.GONE})

    def close(self, summary: str, job_id: int | None = None) -> TreeChange:
        """Open pages hear of it."""
        self.clustering.revision = self.revision
        self.clustering.save(update_fields=["revision"])
        event = {"clustering": self.clustering.pk, "revision": self.clustering.revision}
        publish_event(self.clustering.project_id, "tree", **event)
        return TreeChange.objects.create(
            clustering=self.clustering,
            revision=self.clustering.revision,
            user=self.user,
            job_id=job_id,
            summary=summary[:300],
            before=self.before,
            after={number: fields_of(row) for number, row in self.changed.items()},
        )

    def _note(self, row: Cluster, before: dict) -> None:
        self.before.setdefault(row.pk, before)
        self.changed[row.pk] = row

    def _refuse_changed(self, row: Cluster) -> None:
        if self.seen is not None and row.revision > self.seen:
            raise TreeConflict(
                f"{_who(self.clustering, row.revision)} has changed {row} meanwhile. Nothing was done: look again."
            )
        if row.state == ClusterState.GONE:
            raise TreeConflict(f"{row} is gone: it was merged or dissolved. Nothing was done: look again.")


def fields_of(row: Cluster) -> dict:
    return {name: getattr(row, name) for name in FIELDS}


def _who(clustering: Clustering, revision: int) -> str:
    change = (
        TreeChange.objects.filter(clustering=clustering, revision=revision).select_related("user").first()
    )
    return change.user.display_name if change and change.user else "Somebody"
