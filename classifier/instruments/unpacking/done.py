"""What a folder of packages holds already, so that an interrupted run goes on there: a line of JSON a finished part."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from classifier.instruments.records import BrokenFile

NAME = ".unpacked.jsonl"  # hidden: no importer takes it for a part of the package


@dataclass(frozen=True)
class DonePart:
    """`made_by` is the instrument with its options: another choice makes the part again."""

    part: str
    made_by: str
    vignettes: int = 0
    broken: list[BrokenFile] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # columns that were one too many for EcoTaxa


def made_by(
    instrument: str, options: Mapping[str, str], sizes: Mapping[str, int], imaged: Mapping[str, float]
) -> str:
    """Also by the files as they were: one that has grown since is read again.

    And by what its samples' acquisitions imaged together (ml): a sequence that was added changes those of its profile.
    """
    created = [instrument, *(dict(sorted(each.items())) for each in (options, sizes))]
    return json.dumps([*created, dict(sorted(imaged.items()))] if imaged else created)


def read_done(out: Path) -> dict[str, DonePart]:
    """By the parts' names. A line that was cut off by a crash is passed over."""
    done = {}
    for line in (out / NAME).read_text("utf-8").splitlines() if (out / NAME).exists() else []:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        broken = [BrokenFile(**each) for each in entry.pop("broken")]
        done[entry["part"]] = DonePart(**entry, broken=broken)
    return done


def note_done(out: Path, part: DonePart) -> None:
    with (out / NAME).open("a", encoding="utf-8") as file:
        file.write("\n" * _is_cut_off(out / NAME) + json.dumps(asdict(part)) + "\n")


def _is_cut_off(file: Path) -> bool:
    content = file.read_bytes()[-1:] if file.exists() else b""
    return content not in (b"", b"\n")
