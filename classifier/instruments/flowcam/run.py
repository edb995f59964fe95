"""What stands beside the list of a FlowCam run: its context (`.ctx`) and its summary. It may lack both."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from classifier.contract.days import is_short_day, order_of
from classifier.instruments.days import moment_in

LINE_OF_SUMMARY = re.compile(r"\s*([A-Za-z][^:,;=]*?)\s*([:,;=])\s*(.*?)\s*")
DECIMAL_COMMA = re.compile(r"(-?\d+),(\d+)(?![\d,])")
# Of `289,606` none: nobody can tell whether its comma stands before thousands or before a fraction.
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\d.,eE])")
OF_ACQUISITION = (
    "software_",
    "general_",
    "fluid_",
    "captureparameters_",
    "captureregion_",
    "camerabehavior_",
)
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
VOLUME = re.compile(r"[\d.eE+-]+\s*([a-zµμ]*)", re.IGNORECASE)
IN_ML = {"": 1.0, "ml": 1.0, "l": 1000.0, "ul": 0.001, "µl": 0.001, "μl": 0.001}


@dataclass
class FlowCamRun:
    """`context` and `summary` hold what the files say, `section_name` and `name` in lower case with underscores."""

    context: dict[str, str] = field(default_factory=dict)
    summary: dict[str, str] = field(default_factory=dict)
    dates: str = ""  # in which order days are written that don't tell, as `DATE_ORDERS` has it

    @property
    def started_at(self) -> datetime | None:
        """By the clock of the instrument's computer; no file says reliably in which time zone."""
        texts = [
            self.context.get("general_runstarttime"),
            self.summary.get("start"),
            self.summary.get("start_time"),
        ]
        return next(filter(None, (self.moment(text or "") for text in texts)), None)

    def moment(self, text: str) -> datetime | None:
        """As VisualSpreadsheet writes it by the habits of its computer's country; None where it could be two."""
        return moment(text) or moment_in(text, self.order)

    @property
    def order(self) -> str:
        """Of the days of this run: as was said, or as the end of the run tells where its start doesn't."""
        ends = (
            self.summary.get(name, "").partition(" ")[0]
            for name in ("start", "start_time", "end", "end_time")
        )
        return self.dates or order_of(ends) or ""

    @property
    def open_moment(self) -> str:
        """The text of a start that could be two moments."""
        starts = (self.summary.get(name, "") for name in ("start", "start_time"))
        return next(
            (text for text in starts if is_short_day(text.partition(" ")[0]) and not self.moment(text)), ""
        )

    @property
    def pixel_um(self) -> float | None:
        """Side of a pixel in µm: what VisualSpreadsheet calls calibration factor."""
        return positive(self.context.get("fluid_calibrationconstant")) or positive(
            self.summary.get("calibration_factor")
        )

    @property
    def imaged_ml(self) -> float | None:
        """Volume that was imaged; the context has 0 where the run ended otherwise than by it."""
        return volume_ml(self.summary.get("fluid_volume_imaged")) or positive(
            self.context.get("fluid_fluidvolumeimaged_ml")
        )

    @property
    def position(self) -> tuple[float | None, float | None]:
        """Degrees north and east, as the operator typed them; None where they are no numbers."""
        north = decimal(self.context.get("general_locationlatitude"))
        east = decimal(self.context.get("general_locationlongitude"))
        return (north, east) if north is not None and east is not None else (None, None)

    @property
    def unread_volume(self) -> str:
        """What the summary says of the volume, where that can't be read."""
        text = self.summary.get("fluid_volume_imaged", "")
        return text if number(text) != 0 and volume_ml(text) is None else ""

    def fields(self) -> dict[str, str]:
        """The summary first, for EcoTaxa takes thirty; of the context what is not of the camera's registers."""
        context = {name: value for name, value in self.context.items() if name.startswith(OF_ACQUISITION)}
        return {name: value for name, value in (self.summary | context).items() if value}


def read_context(content: bytes) -> dict[str, str]:
    """A `.ctx`: `[Section]` and `Name=value`; `fluid_calibrationconstant`."""
    values, section = {}, ""
    for line in map(str.strip, decode(content).splitlines()):
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif "=" in line:
            name, _, value = line.partition("=")
            values[key(f"{section} {name}")] = value.strip()
    return values


def read_summary(content: bytes) -> dict[str, str]:
    """A `_run_summary.txt` (`Name:  value`) or `_summary.csv` (`Name, value` or `Name; value`); a name counts once."""
    values: dict[str, str] = {}
    for line in decode(content).splitlines():
        match = LINE_OF_SUMMARY.fullmatch(line)
        if match and match[3]:
            value = match[3].strip(' ,;"')
            if match[2] == ";":  # of a country where a comma stands before decimals
                value = DECIMAL_COMMA.sub(r"\1.\2", value, count=1)
            values.setdefault(key(match[1]), value)
    return values


def decode(content: bytes) -> str:
    """The text of a file of VisualSpreadsheet: Latin-1, unless a byte order mark says otherwise."""
    mark = b"\xef\xbb\xbf"
    return content.removeprefix(mark).decode("utf-8" if content.startswith(mark) else "latin-1", "replace")


def key(name: str) -> str:
    return "_".join(re.findall(r"[a-z0-9]+", name.lower()))


def number(text: str | None) -> float | None:
    """The number that a value begins with: of `289.6065 ml` 289.6065."""
    match = NUMBER.match((text or "").strip())
    return float(match[0]) if match else None


def decimal(text: str | None) -> float | None:
    """A number with nothing behind it: `43°41 N` and `7.3 W` are no decimal degrees, and none is guessed."""
    match = NUMBER.fullmatch((text or "").strip())
    return float(match[0]) if match else None


def positive(text: str | None) -> float | None:
    value = number(text)
    return value if value is not None and value > 0 else None


def volume_ml(text: str | None) -> float | None:
    """`289.6 ml`, `250 µl` or `0.25 l` in ml; None of another unit."""
    value, unit = positive(text), VOLUME.fullmatch((text or "").strip())
    factor = IN_ML.get(unit[1].lower()) if unit else None
    return value * factor if value and factor else None


def moment(text: str) -> datetime | None:
    """A moment with its year first, to the second."""
    for form in FORMATS:
        try:
            return datetime.strptime(text.strip()[:19], form)
        except ValueError:
            continue
    return None
