"""One change of a clustering's tree: who works on rows that somebody has changed since they were seen is told so, and
what was before is stored, so that it can be taken back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.clusters.claims import lock_clustering
from annotations.clusters.models import Cluster, Clustering, ClusterState, TreeChange
from annotations.common.live import publish_event

MOST_ROWS = 1000  # that are moved or put into a group at once
FIELDS = ("parent_id", "place", "name", "taxon_id", "state")  # of a row, as a change stores them


class TreeConflict(ValidationError):
    """Somebody has changed these rows since the person saw them: nothing was done."""


@dataclass
class TreeEdit:
    """To be used in a transaction: the clustering is locked, so that changes come one after the other.

    `base_revision` is the revision of the tree that the person saw; None where it does not matter what others did.
    """

    clustering: Clustering
    user: User | None
    base_revision: int | None
    before: dict[int, dict] = field(default_factory=dict)
    changed: dict[int, Cluster] = field(default_factory=dict)
    unsaved: dict[int, set[str]] = field(default_factory=dict)  # fields of rows, until `flush`

    @classmethod
    def begin(cls, clustering: Clustering, user: User | None, base_revision: int | None) -> Self:
        """Raises ValidationError for a revision that the tree has not reached."""
        row = lock_clustering(clustering.pk)
        if base_revision is not None and base_revision > row.revision:
            raise ValidationError(
                f"The tree is at revision {row.revision}: it has not reached {base_revision}."
            )
        return cls(row, user, base_revision)

    @property
    def revision(self) -> int:
        return self.clustering.revision + 1

    @cached_property
    def parents(self) -> dict[int, int | None]:
        """Of each group that was not dissolved the one that it lies in: as all writes of this change leave it."""
        groups = Cluster.objects.filter(clustering=self.clustering, is_group=True)
        return dict(groups.exclude(state=ClusterState.GONE).values_list("pk", "parent_id"))

    def chain_from(self, group: int | None) -> list[int]:
        """That group and those that it lies in, the nearest first."""
        around: list[int] = []
        while group in self.parents and group not in around:
            around.append(group)
            group = self.parents[group]
        return around

    def heights(self) -> dict[int, int]:
        """How many levels of groups lie below each group; none where it holds no group."""
        heights: dict[int, int] = {}
        for parent in self.parents.values():
            for level, group in enumerate(self.chain_from(parent), 1):
                heights[group] = max(level, heights.get(group, 0))
        return heights

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
            self.refuse_changed(by_number[number])
        return [by_number[number] for number in chosen]

    def write(self, row: Cluster, **values: object) -> None:
        """Fields of `FIELDS`; saved by `flush`."""
        self._note(row, fields_of(row))
        for name, value in values.items():
            setattr(row, name, value)
        row.revision = self.revision
        self.unsaved.setdefault(row.pk, {"revision"}).update(values)
        if row.pk in self.parents:
            self.parents[row.pk] = row.parent_id

    def flush(self) -> None:
        """Saves what was written: of each row only that, for people who work on a cluster meanwhile write the rest."""
        alike: dict[frozenset[str], list[Cluster]] = defaultdict(list)
        for number, names in self.unsaved.items():
            alike[frozenset(names)].append(self.changed[number])
        for columns, rows in alike.items():
            Cluster.objects.bulk_update(rows, [name.removesuffix("_id") for name in columns], batch_size=500)
        self.unsaved.clear()

    def created(self, group: Cluster) -> None:
        """A new group: before, it was gone."""
        self.parents[group.pk] = group.parent_id
        self._note(group, fields_of(group) | {"state": ClusterState.GONE})

    def close(self, summary: str, job_id: int | None = None) -> TreeChange:
        """Open pages hear of it."""
        self.flush()
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

    def refuse_changed(self, row: Cluster) -> None:
        """Raises TreeConflict for one that was changed since the person saw it, or is gone."""
        if self.base_revision is not None and row.revision > self.base_revision:
            raise TreeConflict(
                f"{_who(self.clustering, row.revision)} has changed {row} meanwhile. Nothing was done: look again."
            )
        if row.state == ClusterState.GONE:
            raise TreeConflict(f"{row} is gone: it was merged or dissolved. Nothing was done: look again.")

    def _note(self, row: Cluster, before: dict) -> None:
        self.before.setdefault(row.pk, before)
        self.changed[row.pk] = row


def fields_of(row: Cluster) -> dict:
    return {name: getattr(row, name) for name in FIELDS}


def _who(clustering: Clustering, revision: int) -> str:
    change = (
        TreeChange.objects.filter(clustering=clustering, revision=revision).select_related("user").first()
    )
    return change.user.display_name if change and change.user else "Somebody"
