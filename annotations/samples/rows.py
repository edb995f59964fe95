"""What is to be written about samples and objects, as plain data: importers make these, `actions` writes them."""

from dataclasses import dataclass, field
from datetime import datetime

from annotations.common.forked import pickled_by_fields
from annotations.pictures.actions import StoredPicture
from annotations.samples.models import FreeColumn, ParentImage, State


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A free column that a source has."""

    level: FreeColumn.Level
    name: str
    is_number: bool = False  # of objects only: what is said of samples and acquisitions is text


@pickled_by_fields
@dataclass(frozen=True, slots=True)
class NewAcquisition:
    """An acquisition with the process that cut its vignettes; `pixel_um` is the side of a pixel in micrometres."""

    original_id: str
    instrument: str = ""
    pixel_um: float | None = None
    pixel_source: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    process_original_id: str = ""
    process_fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewLabel:
    """What is said of an object, by whom and when; a prediction has scores instead of an annotator."""

    state: State = State.UNCLASSIFIED
    taxon_id: int | None = None
    score: float | None = None
    margin: float | None = None
    entropy: float | None = None
    annotator_id: int | None = None
    labelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewObject:
    """An object without its pictures: degrees north and east, metres of depth, UTC.

    `numbers` holds the value of the free column of position n at place n, `texts` the others by name.
    """

    original_id: str
    sample_id: int
    acquisition_id: int
    label: NewLabel = NewLabel()
    latitude: float | None = None
    longitude: float | None = None
    depth_min: float | None = None
    depth_max: float | None = None
    taken_at: datetime | None = None
    has_time: bool = True
    numbers: list[float | None] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Region:
    """Where an image lies in the larger one that it was cut from: pixels of that, from its upper left corner."""

    parent: ParentImage
    x: int
    y: int
    width: int
    height: int

    @property
    def is_inside(self) -> bool:
        has_area = self.x >= 0 and self.y >= 0 and self.width > 0 and self.height > 0
        return (
            has_area
            and self.x + self.width <= self.parent.width
            and self.y + self.height <= self.parent.height
        )


@dataclass(frozen=True, slots=True)
class NewImage:
    """A stored picture of an object; without a rank it gets the next free one."""

    object_id: int
    file_name: str
    picture: StoredPicture
    rank: int | None = None
    region: Region | None = None
