"""What a table of corrections stands on: samples, acquisitions with their processes, objects.

Each says how its rows are read, locked and written; planning, previews, the log and undo are the same for all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import Http404

from annotations.accounts.models import User
from annotations.metadata.columns import CorrectableColumn
from annotations.metadata.current import CurrentCells
from annotations.metadata.levels import acquisitions, objects, samples
from annotations.metadata.models import CorrectedValue
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn

RowNames = dict[int, str]
NewNames = dict[int, str]  # of rows that get another name


@dataclass(frozen=True)
class Level:
    key: str
    path: str  # in addresses
    one: str
    many: str
    heading: str  # of the column of a file that says which row a line is about
    prefix: str  # of free columns in a file
    ids: Callable[[Project, Sequence[int]], list[int]]  # those of the rows that are the project's
    ids_by_name: Callable[[Project, Sequence[str]], dict[str, int | None]]  # None where several have it
    names: Callable[[Sequence[int]], RowNames]  # for people
    stored_names: Callable[[Sequence[int]], RowNames]  # for files
    cells: Callable[[Sequence[int], Sequence[CorrectableColumn]], CurrentCells]
    lock: Callable[[Project, Sequence[int]], None]  # nobody else corrects them until the transaction ends
    write: Callable[[Project, User | None, Sequence[CorrectedValue]], None]
    twins: Callable[[Project, NewNames], list[str]]  # names that two rows would have
    makes_columns: bool = True  # a file may bring new free columns


LEVELS = (
    Level(
        key=FreeColumn.Level.SAMPLE, path="samples", one="sample", many="samples",
        heading="sample_id", prefix="sample_",
        ids=samples.ids, ids_by_name=samples.ids_by_name, names=samples.names,
        stored_names=samples.stored_names, cells=samples.cells,
        lock=samples.lock, write=samples.write, twins=samples.twins,
    ),
    Level(
        key=FreeColumn.Level.ACQUISITION, path="acquisitions", one="acquisition", many="acquisitions",
        heading="acq_id", prefix="acq_",
        ids=acquisitions.ids, ids_by_name=acquisitions.ids_by_name, names=acquisitions.names,
        stored_names=acquisitions.stored_names,
        cells=acquisitions.cells, lock=acquisitions.lock, write=acquisitions.write, twins=acquisitions.twins,
    ),
    Level(
        key=FreeColumn.Level.PROCESS, path="processes", one="process", many="processes",
        heading="acq_id", prefix="process_",
        ids=acquisitions.ids, ids_by_name=acquisitions.ids_by_name, names=acquisitions.names,
        stored_names=acquisitions.stored_names,
        cells=acquisitions.process_cells, lock=acquisitions.lock, write=acquisitions.write_processes,
        twins=lambda project, names: [],
    ),
    Level(
        key=FreeColumn.Level.OBJECT, path="objects", one="object", many="objects",
        heading="object_id", prefix="object_",
        ids=objects.ids, ids_by_name=objects.ids_by_name, names=objects.names,
        stored_names=objects.names, cells=objects.cells,
        lock=objects.lock, write=objects.write, twins=lambda project, names: [], makes_columns=False,
    ),
)  # fmt: skip
BY_KEY = {level.key: level for level in LEVELS}


def level_of(key: str) -> Level:
    return BY_KEY[key]


def level_at(path: str) -> Level:
    """Raises Http404 for a level that there is not."""
    for level in LEVELS:
        if level.path == path:
            return level
    raise Http404("There is no such table. There are samples, acquisitions, processes and objects.")
