"""What a package holds: gathered while it is checked, kept in the job's checkpoint, read by the loader."""

from dataclasses import asdict, dataclass, field
from typing import Self

from annotations.imports.windows import AcquisitionRanges
from annotations.samples.models import FreeColumn
from annotations.taxonomy.actions import TaxonName

PARENTS = tuple(level.value for level in FreeColumn.Level if level != FreeColumn.Level.OBJECT)


@dataclass
class Survey:
    """What any package holds; a format whose records need more of the check adds fields that are JSON."""

    lines: int = 0  # records: pictures of objects
    samples: int = 0
    tables: list[str] = field(default_factory=list)  # paths of the files that name free columns
    types: dict[str, bool] = field(default_factory=dict)  # free columns of objects: is it a number?
    parents: dict[str, list[str]] = field(default_factory=lambda: {level: [] for level in PARENTS})
    taxa: dict[TaxonName, None] = field(default_factory=dict)
    ranges: AcquisitionRanges = field(default_factory=AcquisitionRanges)  # of deep pictures
    ignored: int = 0  # values that differ from those of the project, which are left as they are
    takeable: int = 0  # those of them that an update would take over
    ignored_columns: int = 0
    ignored_objects: int = 0  # objects of which any value of their own differs so
    objects: int = 0
    here: int = 0  # those of them that the project holds already
    absent: int = 0  # objects that an update passes over, for they are not here
    is_scattered: bool = False  # lines of one object lie apart, with those of others between
    pictures: int = 0  # that lines name and the package holds
    broken: int = 0  # objects or files that can't be read, while the others come in

    def as_dict(self) -> dict:
        """For a job's checkpoint."""
        taxa = [asdict(name) for name in self.taxa]
        return {**vars(self), "taxa": taxa, "ranges": self.ranges.as_list()}

    @classmethod
    def from_dict(cls, fields: dict) -> Self:
        taxa = {
            TaxonName(name["name"], tuple(name["lineage"]), name["ecotaxa_id"]): None
            for name in fields["taxa"]
        }
        ranges = AcquisitionRanges.from_list(fields.get("ranges", []))
        return cls(**{**fields, "taxa": taxa, "ranges": ranges})
