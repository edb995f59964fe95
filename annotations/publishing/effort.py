"""How samples were taken and looked at: net, mesh, volume, share, instrument, as events and measurements state them.

What ZooProcess and EcoTaxa call these things is read from the columns of samples; a device has the number of BODC's
list where `terms/` has one for it, and its own name anyway.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from annotations.publishing.vocabulary import NO_TERM, VocabularyTerm, measurement_terms
from annotations.samples.models import Acquisition
from annotations.volumes.cells import positive_in
from annotations.volumes.formulas.evaluation import evaluate
from annotations.volumes.formulas.syntax import parse_formula
from annotations.volumes.models import VolumeSettings
from annotations.volumes.sampling import value_of

CRUISE_COLUMNS = ("cruise", "scientificprog", "program")
NET_NAMES = {"jb": "Juday-Bogorov net", "regent": "Regent net", "rg": "Regent net", "bongo": "Bongo net"}
INSTRUMENTS = {  # what a name begins with, in small letters without signs → the term
    "zooscan": "TOOL1581",
    "uvp5": "TOOL1577",
    "uvp6": "TOOL1578",
    "flowcam": "TOOL1583",
    "ifcb": "TOOL1588",
    "planktoscope": "TOOL1579",
    "zoocam": "TOOL1587",
    "cpics": "TOOL1582",
    "isiis": "TOOL1561",
    "cytosense": "TOOL1209",
}
NOT_IN_L22 = {"isiis2"}  # begins like one that is


@dataclass(frozen=True)
class NamedDevice:
    name: str
    term: VocabularyTerm = NO_TERM


def instrument_of(name: str) -> NamedDevice:
    letters = re.sub(r"[^a-z0-9]", "", name.lower())
    code = next((code for prefix, code in INSTRUMENTS.items() if letters.startswith(prefix)), "")
    is_known = code and not letters.startswith(tuple(NOT_IN_L22))
    return NamedDevice(name, measurement_terms()[code]) if is_known else NamedDevice(name)


@dataclass(frozen=True)
class Net:
    """What a sample's columns say of the net; nothing where they don't."""

    device: NamedDevice | None
    mesh_um: float | None  # as ZooProcess has it, in micrometres
    mouth_m2: float | None


def net_of(fields: Mapping[str, object]) -> Net:
    name = str(fields.get("net_type", "")).strip()
    mesh, mouth = positive_in(fields.get("net_mesh", "")), positive_in(fields.get("net_surf", ""))
    return Net(_net_device(name, mesh, mouth) if name else None, mesh, mouth)


def _net_device(name: str, mesh_um: float | None, mouth_m2: float | None) -> NamedDevice:
    kind = name.lower().replace("-", "")
    if kind == "wp2" and mesh_um == 200 and mouth_m2 == 0.25:
        return NamedDevice("WP-2 net", measurement_terms()["TOOL0979"])
    if kind == "bongo":
        return NamedDevice("Bongo net", measurement_terms()["NETT0176"])
    return NamedDevice(NET_NAMES.get(kind, name))


def cruise_of(fields: Mapping[str, object]) -> str:
    names = (str(fields.get(column, "")).strip() for column in CRUISE_COLUMNS)
    return next((name for name in names if name), "")


@dataclass(frozen=True)
class AcquisitionEffort:
    """Of what is known; the volume is of the sample that the acquisition is of."""

    volume_m3: float | None
    share: float | None  # of the sample that was looked at, 0 to 1 by its nature
    instrument: NamedDevice | None


def effort_of(settings: VolumeSettings, row: Acquisition) -> AcquisitionEffort:
    unit = settings.unit
    volume = _positive(settings.volume, row)
    return AcquisitionEffort(
        volume_m3=volume * unit.in_cubic_metres if unit and volume else None,
        share=_positive(settings.coefficient, row),
        instrument=instrument_of(row.instrument.strip()) if row.instrument.strip() else None,
    )


def _positive(text: str, row: Acquisition) -> float | None:
    """What the project's formula comes to for an acquisition; None where it is no number above 0."""
    formula = parse_formula(text)
    columns = {column: value_of(column, row) for column in formula.columns}
    value = float(evaluate(formula, columns, row.pixel_um / 1000 if row.pixel_um else np.nan))
    return value if value > 0 else None


def volume_of_all(efforts: Sequence[AcquisitionEffort]) -> float | None:
    """The one that all acquisitions of a sample state; None where they differ or one states none."""
    volumes = {effort.volume_m3 for effort in efforts}
    return volumes.pop() if len(volumes) == 1 else None


def protocol_of(net: Net, efforts: Sequence[AcquisitionEffort]) -> str:
    """In a sentence, of what is known: `Bongo net, mesh 200 µm; imaged by zooscan`."""
    parts = [net.device.name] if net.device else []
    parts += [f"mesh {net.mesh_um:g} µm"] if net.mesh_um else []
    instruments = dict.fromkeys(effort.instrument.name for effort in efforts if effort.instrument)
    sentences = [", ".join(parts)] if parts else []
    sentences += [f"imaged by {', '.join(instruments)}"] if instruments else []
    return "; ".join(sentences)
