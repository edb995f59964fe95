"""What a package holds: gathered while it is validated, kept in the job's checkpoint, read by the loader."""

from dataclasses import asdict, dataclass, field

from annotations.imports.ecotaxa.columns import PARENTS
from annotations.imports.windows import AcquisitionRanges
from annotations.taxonomy.actions import TaxonName


@dataclass
class Survey:
    """What a package holds, gathered while it is validated."""

    lines: int = 0
    samples: int = 0
    tables: list[str] = field(default_factory=list)
    types: dict[str, bool] = field(default_factory=dict)  # free columns of objects: is it a number?
    parents: dict[str, list[str]] = field(default_factory=lambda: {level: [] for level in PARENTS})
    taxa: dict[TaxonName, None] = field(default_factory=dict)
    ranges: AcquisitionRanges = field(default_factory=AcquisitionRanges)  # of deep pictures
    pixel_sizes: list[list] = field(default_factory=list)  # see `AcquisitionSizes.decided`
    # level, sample, acquisition, values: what other lines than the first say of a sample or acquisition
    late: list[list] = field(default_factory=list)
    ignored: int = 0  # values that differ from those of the project, which are left as they are
    ignored_columns: int = 0

    def as_dict(self) -> dict:
        """For a job's checkpoint."""
        taxa = [asdict(name) for name in self.taxa]
        return {**vars(self), "taxa": taxa, "ranges": self.ranges.as_list()}

    @classmethod
    def from_dict(cls, fields: dict) -> "Survey":
        taxa = {
            TaxonName(name["name"], tuple(name["lineage"]), name["ecotaxa_id"]): None
            for name in fields["taxa"]
        }
        ranges = AcquisitionRanges.from_list(fields.get("ranges", []))
        return cls(**{**fields, "taxa": taxa, "ranges": ranges})
