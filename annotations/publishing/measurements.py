"""Rows of the table of measurements and facts, with BODC's terms for what is measured and its unit."""

from collections.abc import Iterator
from dataclasses import dataclass

from annotations.publishing.effort import AcquisitionEffort, NamedDevice, Net
from annotations.publishing.tables import ArchiveRow
from annotations.publishing.vocabulary import NO_TERM, VocabularyTerm, measurement_terms
from annotations.results.table import ResultRow

DIGITS = ".10g"
COUNTED = "Counted among the images of the sample, not scaled up to it."
PER_VOLUME = "The count ÷ the share of the sample that was looked at ÷ the volume sampled."
BIOVOLUME = (
    "Sum of the objects’ volumes ÷ the share looked at ÷ the volume sampled. One object: {formula} mm³."
)
SIZE = "Mean diameter of the circle of the same area as the object’s image."
SHARE = "Share of the sample that was imaged."


@dataclass(frozen=True)
class MeasurementKind:
    """`code` and `unit` are of `terms/`; empty where no list that could be read has one."""

    key: str
    code: str
    unit: str
    words: str = ""  # where there is no term

    @property
    def term(self) -> VocabularyTerm:
        return measurement_terms()[self.code] if self.code else VocabularyTerm("", self.words)

    @property
    def unit_term(self) -> VocabularyTerm:
        return measurement_terms()[self.unit] if self.unit else NO_TERM


COUNT = MeasurementKind("count", "OCOUNT01", "UUUU")
ABUNDANCE = MeasurementKind("abundance", "SDBIOL01", "UPMM")
BIOVOLUME_OF_TAXON = MeasurementKind("biovolume", "CVOLUKNB", "CMCM")
MEAN_SIZE = MeasurementKind("esd", "", "UXMM", "Mean equivalent spherical diameter")
VOLUME_SAMPLED = MeasurementKind("volume", "VOLWBSMP", "MCUB")
SHARE_LOOKED_AT = MeasurementKind("share", "SSAMPC01", "UUUU")
SAMPLING_DEVICE = MeasurementKind("device", "NMSPINST", "")
MESH = MeasurementKind("mesh", "MSHSIZE1", "UMIC")
MOUTH = MeasurementKind("mouth", "MTHAREA1", "UMSQ")
IMAGING_DEVICE = MeasurementKind("imaging", "", "", "Imaging instrument name")


def measurement(
    kind: MeasurementKind,
    value: float | NamedDevice,
    event: str,
    occurrence: str = "",
    method: str = "",
    remarks: str = "",
) -> ArchiveRow:
    """A number, or a device with the number that it has in a list."""
    device = value if isinstance(value, NamedDevice) else None
    return {
        "eventID": event,
        "occurrenceID": occurrence,
        "measurementID": f"{occurrence or event}:{kind.key}",
        "measurementType": kind.term.label,
        "measurementTypeID": kind.term.uri,
        "measurementValue": device.name if device else format(value, DIGITS),
        "measurementValueID": device.term.uri if device else "",
        "measurementUnit": kind.unit_term.label,
        "measurementUnitID": kind.unit_term.uri,
        "measurementMethod": method,
        "measurementRemarks": remarks,
    }


def of_occurrence(row: ResultRow, event: str, occurrence: str, formula: str) -> Iterator[ArchiveRow]:
    """Count, abundance, biovolume and size of a row of results, as far as it has them."""
    figures = (
        (COUNT, row.count, COUNTED),
        (ABUNDANCE, row.concentration, PER_VOLUME),
        (BIOVOLUME_OF_TAXON, row.biovolume, BIOVOLUME.format(formula=formula)),
        (MEAN_SIZE, row.mean_size, SIZE),
    )
    for kind, value, method in figures:
        if value is not None:
            yield measurement(kind, value, event, occurrence, method)


def of_sample(net: Net, volume_m3: float | None, event: str) -> Iterator[ArchiveRow]:
    if net.device:
        yield measurement(SAMPLING_DEVICE, net.device, event)
    if net.mesh_um:
        yield measurement(MESH, net.mesh_um, event)
    if net.mouth_m2:
        yield measurement(MOUTH, net.mouth_m2, event)
    if volume_m3:
        yield measurement(VOLUME_SAMPLED, volume_m3, event)


def of_acquisition(effort: AcquisitionEffort, event: str, has_own_volume: bool) -> Iterator[ArchiveRow]:
    if effort.share:
        yield measurement(SHARE_LOOKED_AT, effort.share, event, method=SHARE)
    if effort.instrument:
        yield measurement(IMAGING_DEVICE, effort.instrument, event)
    if has_own_volume and effort.volume_m3:
        yield measurement(VOLUME_SAMPLED, effort.volume_m3, event)
