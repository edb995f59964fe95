"""What a format yields, whatever it read it from: plain data without any number of the database. `load` writes it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import numpy as np

from annotations.common.forked import pickled_by_fields
from annotations.samples.models import State
from annotations.samples.rows import NewAcquisition
from annotations.taxonomy.actions import TaxonName

NO_ACQUISITION = NewAcquisition("")


@pickled_by_fields
@dataclass(frozen=True, slots=True)
class RecordLabel:
    """What the source says of an object; a person's label without a name or date gets who imports, and now."""

    state: State
    taxon: TaxonName
    score: float | None = None
    margin: float | None = None
    entropy: float | None = None
    annotator: str = ""
    annotator_email: str = ""
    labelled_at: datetime | None = None


@pickled_by_fields
@dataclass(frozen=True, slots=True)
class Record:
    """One picture of one object, and where the object belongs; further records of the object bring pictures only.

    `path` is the picture's in the package, `file_name` what it is called afterwards. Sample and acquisition are known
    by their ids, empty where the source has none; the first record of one says what its `fields` are. Degrees north and
    east, metres of depth, UTC. `columns` are all that its table has: what one is empty of here is said to be empty.
    Without a `path` it brings no picture; with a `crop` (x, y, width, height in pixels of that at `path`) only
    what lies there, cut out; with `pixels` (see `classifier.instruments.records`) these, which lie somewhere in it.
    """

    object_id: str
    path: str
    file_name: str
    rank: int | None = None
    sample: str = ""
    sample_fields: dict[str, str] = field(default_factory=dict)
    acquisition: NewAcquisition = NO_ACQUISITION
    label: RecordLabel | None = None
    history: tuple[RecordLabel, ...] = ()  # labels before that one, the oldest first
    latitude: float | None = None
    longitude: float | None = None
    depth_min: float | None = None
    depth_max: float | None = None
    taken_at: datetime | None = None
    has_time: bool = True
    numbers: dict[str, float | None] = field(default_factory=dict)  # free columns of the object
    texts: dict[str, str] = field(default_factory=dict)
    columns: frozenset[str] = frozenset()
    file: str = ""
    line: int | None = None
    crop: tuple[int, int, int, int] | None = None
    pixels: np.ndarray | None = field(default=None, compare=False)


class RecordOutline(NamedTuple):
    """Where an object lies on the larger picture that it was cut from: the box there, and the compressed run lengths
    of its mask within the box."""

    object_id: str
    file_name: str
    box: tuple[int, int, int, int]  # x, y, width, height
    counts: str


class RecordFigure(NamedTuple):
    """A mark on a picture of an object; `label` is its label's name, `geometry` as `marks.geometry` has it."""

    object_id: str
    file_name: str
    label: str
    kind: str
    geometry: dict
