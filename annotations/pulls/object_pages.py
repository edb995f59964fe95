"""Pages of the objects of a sample, each object once: others may delete some and add some meanwhile.

The server knows pages by their place alone. So each begins with the last object of the one before it; where another one
stands there, some were deleted, and the place is looked for by their numbers, which only grow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from annotations.pulls.errors import OtherAnswer
from annotations.pulls.server import EcotaxaServer

SIZE = 200  # some ten seconds of pictures and histories
MOST_ADDRESS = 4000  # characters of names of columns in an address
OWN_FIELDS = (
    "obj.orig_id",
    "obj.latitude",
    "obj.longitude",
    "obj.depth_min",
    "obj.depth_max",
    "obj.objdate",
    "obj.objtime",
    "obj.object_link",
    "obj.complement_info",
    "obj.classif_id",
    "obj.classif_qual",
    "obj.classif_who",
    "obj.classif_when",
    "obj.classif_auto_score",
    "obj.classif_auto_when",
    "obj.imgcount",
    "img.imgid",
    "img.imgrank",
    "img.file_name",
    "img.orig_file_name",
)


@dataclass
class RemoteObject:
    """`values` by the fields' names, `acquisition` by its number."""

    number: int
    acquisition: str
    values: dict[str, Any]


@dataclass
class SamplePlace:
    """How far a sample was read: so many of its objects, the last of this number."""

    read: int = 0
    last: int = 0


def next_page(
    server: EcotaxaServer, project: int, sample: int, place: SamplePlace, columns: Sequence[str]
) -> list[RemoteObject]:
    """What stands behind `place`, which moves on; empty at the end."""
    fields = (*OWN_FIELDS, *(f"fre.{name}" for name in columns))
    overlap = 1 if place.read else 0
    page = _page(server, project, sample, fields, place.read - overlap, SIZE + overlap)
    if overlap and (not page or page[0].number != place.last):
        return _searched(server, project, sample, place, fields)
    new = page[overlap:]
    _move_on(place, place.read, new)
    return new


def _searched(
    server: EcotaxaServer, project: int, sample: int, place: SamplePlace, fields: tuple[str, ...]
) -> list[RemoteObject]:
    """The first page that has objects behind the last one, from the beginning of the sample."""
    start = 0
    while page := _page(server, project, sample, fields, start, SIZE):
        new = [each for each in page if each.number > place.last]
        if new:
            _move_on(place, start + len(page) - len(new), new)
            return new
        start += len(page)
    return []


def _move_on(place: SamplePlace, start: int, new: list[RemoteObject]) -> None:
    if new:
        place.read, place.last = start + len(new), new[-1].number


def _page(
    server: EcotaxaServer, project: int, sample: int, fields: tuple[str, ...], start: int, size: int
) -> list[RemoteObject]:
    """Asks for as many fields at once as an address holds, and puts the answers together."""
    objects: dict[int, RemoteObject] = {}
    for number, names in enumerate(_groups(fields)):
        answer = server.objects(project, sample, names, start, size)
        rows = zip(map(int, answer["object_ids"]), answer["acquisition_ids"], answer["details"], strict=True)
        for object_id, acquisition, row in rows:
            if len(row) != len(names):  # it leaves columns out that it does not know: of an older server
                raise OtherAnswer(server.address)
            if number == 0:
                objects[object_id] = RemoteObject(object_id, str(acquisition), {})
            if object_id in objects:
                objects[object_id].values.update(zip(names, row, strict=True))
    return [each for each in objects.values() if len(each.values) == len(fields)]


def _groups(fields: Sequence[str]) -> Iterator[list[str]]:
    group: list[str] = []
    for name in fields:
        if group and sum(map(len, group)) + len(group) + len(name) > MOST_ADDRESS:
            yield group
            group = []
        group.append(name)
    yield group
