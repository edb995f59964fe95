"""The groups of near-duplicates as pages and the API show them."""

from dataclasses import dataclass, replace

from django.http import Http404

from annotations.labels.models import Batch
from annotations.projects.models import Project
from annotations.samples.models import State
from annotations.search.rows import rows
from annotations.similarity.models import DuplicateGroup, DuplicateMember, DuplicateSearch

PAGE = 20  # groups
SIDE_BY_SIDE = 24  # objects of a group
LONGEST, MOST_ENLARGED = 180, 3  # screen pixels of the longest side; times as large as the picture


@dataclass(frozen=True)
class GroupView:
    """`objects` are rows of the API's shape, up to SIDE_BY_SIDE of `size`; `taxa` those that its objects have now."""

    group: DuplicateGroup
    objects: list[dict]
    size: int
    taxa: list[dict]
    is_contradictory: bool
    is_settled: bool = False  # all of it is validated as one taxon
    batch: Batch | None = None  # that made it so from here, and was not taken back since
    following: int | None = None  # the group that comes next on the page, else the one before it

    @property
    def more(self) -> int:
        return self.size - len(self.objects)

    @property
    def scale(self) -> float:
        """Screen pixels a picture's pixel: one for all of the group, so that their largest is as long as LONGEST."""
        sides = [max(i["width"] or 1, i["height"] or 1) for row in self.objects for i in row["images"][:1]]
        return round(min(LONGEST / max(sides, default=LONGEST), MOST_ENLARGED), 3)

    @property
    def seen(self) -> str:
        """The objects that are shown, with their versions: `id:version`, separated by commas."""
        return ",".join(f"{row['id']}:{row['version']}" for row in self.objects)

    @property
    def kept_first(self) -> int:
        """The one that is kept where the others go: the first that somebody has validated, else the first."""
        validated = (row["id"] for row in self.objects if row["state"] == State.VALIDATED.word)
        return next(validated, self.objects[0]["id"])


def last_search(project: Project) -> DuplicateSearch | None:
    return DuplicateSearch.objects.select_related("space").filter(project=project).first()


def groups_of(project: Project, *, is_kept: bool, after: int = 0) -> tuple[list[GroupView], int | None]:
    """A page of groups behind a place, and the place where the next begins behind; without those of one object."""
    groups = DuplicateGroup.objects.filter(project=project, is_kept=is_kept, place__gt=after)
    page = list(groups.order_by("place", "id")[: PAGE + 1])
    members = _members([group.pk for group in page[:PAGE]])
    shapes = {
        row["id"]: row
        for row in rows(project.pk, [pk for ids in members.values() for pk in ids[:SIDE_BY_SIDE]])
    }
    batches = Batch.objects.in_bulk([group.batch_id for group in page[:PAGE] if group.batch_id])
    as_shown = [_group_shown(group, members.get(group.pk, []), shapes, batches) for group in page[:PAGE]]
    last = page[PAGE - 1].place if len(page) > PAGE else None
    return _with_following([each for each in as_shown if each.size > 1 and each.objects]), last


def _with_following(groups: list[GroupView]) -> list[GroupView]:
    numbers = [each.group.pk for each in groups]
    before: list[int | None] = [None, *numbers]
    return [
        replace(each, following=numbers[place + 1] if place + 1 < len(numbers) else before[place])
        for place, each in enumerate(groups)
    ]


def open_group(project: Project, group_id: int) -> DuplicateGroup:
    """Raises Http404 for a group of another project, or one that a later search has replaced."""
    group = DuplicateGroup.objects.filter(project=project, pk=group_id).first()
    if group is None:
        raise Http404("There are no such near-duplicates in this project: a later search has found others.")
    return group


def ids_of(group: DuplicateGroup) -> list[int]:
    return _members([group.pk]).get(group.pk, [])


def _members(groups: list[int]) -> dict[int, list[int]]:
    """The objects of each group, the oldest first."""
    members: dict[int, list[int]] = {}
    rows_of_members = DuplicateMember.objects.filter(group__in=groups).order_by("object_id")
    for group, pk in rows_of_members.values_list("group_id", "object_id"):
        members.setdefault(group, []).append(pk)
    return members


def _group_shown(
    group: DuplicateGroup, ids: list[int], shapes: dict[int, dict], batches: dict[int, Batch]
) -> GroupView:
    objects = [shapes[pk] for pk in ids[:SIDE_BY_SIDE] if pk in shapes]
    taxa = {row["taxon"]["id"]: row["taxon"] for row in objects if row["taxon"]}
    settled = {row["taxon"]["id"] for row in objects if row["taxon"] and row["state"] == State.VALIDATED.word}
    validated = sum(row["state"] == State.VALIDATED.word for row in objects)
    is_settled = len(taxa) == 1 and validated == len(ids)
    batch = batches.get(group.batch_id or 0) if is_settled else None
    if batch and batch.is_undone:
        batch = None
    return GroupView(group, objects, len(ids), list(taxa.values()), len(settled) > 1, is_settled, batch)
