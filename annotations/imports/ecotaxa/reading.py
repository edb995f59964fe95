"""Makes records of the lines of a package that was checked."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from annotations.common.problems import Problems
from annotations.imports.archive import Package
from annotations.imports.ecotaxa.picture_check import acquisition_of
from annotations.imports.ecotaxa.survey import EcotaxaSurvey
from annotations.imports.ecotaxa.table import TableLine, taxon_name
from annotations.imports.ecotaxa.validate import open_tables
from annotations.imports.records import Record, RecordLabel
from annotations.samples.models import State
from annotations.samples.rows import NewAcquisition


def read_records(package: Package, survey: EcotaxaSurvey) -> Iterator[Record]:
    """The pictures of the package, in the order of its tables and lines."""
    parents = _Parents(survey)
    for table in open_tables(package, survey.tables, Problems(), needs_pictures=False):
        for line in table.lines():
            yield _record(line, parents)


@dataclass
class _Parents:
    """What the package says of samples and acquisitions; each is worked out once, at its first line."""

    survey: EcotaxaSurvey
    samples: dict[str, dict[str, str]] = field(default_factory=dict)
    acquisitions: dict[tuple[str, str], NewAcquisition] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pixel_sizes = {
            (sample, run): (um, source) for sample, run, um, source in self.survey.pixel_sizes
        }
        self.late = {(level, sample, run): cells for level, sample, run, cells in self.survey.late}

    def sample_fields(self, line: TableLine) -> dict[str, str]:
        name, _ = acquisition_of(line)
        if name not in self.samples:
            self.samples[name] = self._fields("sample", line)
        return self.samples[name]

    def acquisition(self, line: TableLine) -> NewAcquisition:
        key = acquisition_of(line)
        if key not in self.acquisitions:
            self.acquisitions[key] = self._acquisition(key, line)
        return self.acquisitions[key]

    def _acquisition(self, key: tuple[str, str], line: TableLine) -> NewAcquisition:
        fields, process = self._fields("acq", line), self._fields("process", line)
        pixel_um, source = self.pixel_sizes.get(key, (None, ""))
        return NewAcquisition(
            original_id=key[1],
            instrument=fields.pop("instrument", ""),
            pixel_um=pixel_um,
            pixel_source=source,
            fields=fields,
            process_original_id=process.pop("id", ""),
            process_fields=process,
        )

    def _fields(self, level: str, line: TableLine) -> dict[str, str]:
        """What the package says of the line's sample, acq or process, whichever of its lines says it first."""
        own = {"acq": "acq_instrument", "process": "process_id"}.get(level, "")
        sample, run = acquisition_of(line)
        late = self.late.get((level, sample, "" if level == "sample" else run), {})
        fields = {name.removeprefix(f"{level}_"): value for name, value in late.items()} | line.parent(level)
        if value := line.values.get(own):
            fields[own.removeprefix(f"{level}_")] = str(value)
        return fields


def _record(line: TableLine, parents: _Parents) -> Record:
    values = line.values
    file_name, rank = str(values.get("img_file_name") or ""), values.get("img_rank")
    return Record(
        object_id=str(values["object_id"]),
        path=(file_name and line.table.find_picture(file_name).path) or "",
        file_name=file_name,
        rank=rank if isinstance(rank, int) else None,
        sample=acquisition_of(line)[0],
        sample_fields=parents.sample_fields(line),
        acquisition=parents.acquisition(line),
        label=_label(line),
        history=line.history,
        latitude=line.real("object_lat"),
        longitude=line.real("object_lon"),
        depth_min=line.real("object_depth_min"),
        depth_max=line.real("object_depth_max"),
        taken_at=line.taken_at,
        has_time=bool(values.get("object_time")) or not values.get("object_date"),
        numbers=dict(zip(line.table.number_names, line.numbers, strict=True)),
        texts=line.texts,
        columns=line.table.named,
        file=line.table.name,
        line=line.number,
    )


def _label(line: TableLine) -> RecordLabel | None:
    state = State(str(line.values.get("object_annotation_status") or "U"))
    if state == State.UNCLASSIFIED:
        return None
    taxon = taxon_name(line)
    assert taxon is not None  # the check of the package refuses a state without one
    return RecordLabel(
        state,
        taxon,
        *_scores(line, state),
        annotator=str(line.values.get("object_annotation_person_name") or ""),
        annotator_email=str(line.values.get("object_annotation_person_email") or ""),
        labelled_at=line.labelled_at,
    )


def _scores(line: TableLine, state: State) -> tuple[float | None, float | None, float | None]:
    """Score, margin and entropy: only what is predicted has them."""
    if state != State.PREDICTED:
        return None, None, None
    names = ("score", "margin", "entropy")
    score, margin, entropy = (line.real(f"object_seston_{name}") for name in names)
    return score, margin, entropy
