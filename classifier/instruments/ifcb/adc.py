"""The `.adc` of a bin: a line a region, or a line a trigger that has none. Numbers without a header.

A trigger with several regions has several lines; a region's number is that of its line, from 1, as in `…_00002`.
"""

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from classifier.instruments.records import BrokenFile

OLD = (
    "trigger", "processing_end_time", "fluorescence_low", "fluorescence_high", "scattering_low",
    "scattering_high", "comparator_pulse", "trigger_open_time", "frame_grab_time", "roi_x", "roi_y",
    "roi_width", "roi_height", "start_byte", "valve_status",
)  # fmt: skip
NEW = (
    "trigger", "adc_time", "pmt_a", "pmt_b", "pmt_c", "pmt_d", "peak_a", "peak_b", "peak_c", "peak_d",
    "time_of_flight", "grab_time_start", "grab_time_end", "roi_x", "roi_y", "roi_width", "roi_height",
    "start_byte", "comparator_out", "start_point", "signal_length", "status", "run_time", "inhibit_time",
)  # fmt: skip
LAST_NEEDED = "start_byte"  # what stands behind it differs by the version of the software
OTHER_LINE = "stitched_line"  # the number of the second line of two that are one object
REMEDY = "Copy the file again from the instrument."


@dataclass(frozen=True, slots=True)
class AdcLine:
    """A region of 0 × 0 pixels is a trigger without one. Some 370 bytes: bins of a million lines exist."""

    number: int  # from 1
    columns: tuple[str, ...]  # OLD or NEW; of the last ones the line may have none
    numbers: array  # of doubles

    @property
    def values(self) -> dict[str, float]:
        """By the columns' names."""
        return dict(zip(self.columns, self.numbers, strict=False))

    @property
    def trigger(self) -> float:
        return self._at("trigger")

    @property
    def has_place(self) -> bool:
        """Whether the line says where on the camera's frame its region lay."""
        return all(math.isfinite(self._at(name)) for name in ("roi_x", "roi_y"))

    @property
    def x(self) -> int:
        return int(self._at("roi_x"))

    @property
    def y(self) -> int:
        return int(self._at("roi_y"))

    @property
    def width(self) -> int:
        return int(self._at("roi_width"))

    @property
    def height(self) -> int:
        return int(self._at("roi_height"))

    @property
    def start(self) -> int:
        return int(self._at("start_byte"))

    def _at(self, column: str) -> float:
        return self.numbers[self.columns.index(column)]

    @property
    def end(self) -> int:
        """The byte behind the last one of its region."""
        return self.start + self.width * self.height

    def with_box(self, x: int, y: int, width: int, height: int, other: int) -> "AdcLine":
        """The line of a region that was put together with that of line `other`, which it says as well."""
        numbers = self.numbers[:]
        box = {"roi_x": x, "roi_y": y, "roi_width": width, "roi_height": height}
        for column, value in box.items():
            numbers[self.columns.index(column)] = value
        columns = (*self.columns[: len(numbers)], OTHER_LINE)
        numbers.append(other)
        return AdcLine(self.number, columns, numbers)


def read_adc(path: str, content: bytes, is_new: bool) -> Iterator[AdcLine | BrokenFile]:
    """What each line says, or what is wrong with it. Blank lines hold a place of their own, as for other readers."""
    columns = NEW if is_new else OLD
    for number, line in enumerate(content.decode("latin-1").splitlines(), 1):
        cells = line.strip().rstrip(",").split(",")
        if line.strip():
            yield _line(path, number, cells, columns)


def _line(path: str, number: int, cells: list[str], columns: tuple[str, ...]) -> AdcLine | BrokenFile:
    least = columns.index(LAST_NEEDED) + 1
    if len(cells) < least:
        message = f"The line has {len(cells)} columns where a bin of this kind has {least} or more."
        return BrokenFile(path, message, REMEDY, line=number)
    numbers = array("d")
    for place, (name, cell) in enumerate(zip(columns, cells, strict=False), 1):
        try:
            numbers.append(float(cell.replace("_", "?")))  # which Python reads over, as in 1_000
        except ValueError:
            message = f"Column {place} ({name}) is {cell.strip()!r}, which is no number."
            return BrokenFile(path, message, REMEDY, line=number)
    return _whole(path, AdcLine(number, columns, numbers))


def _whole(path: str, line: AdcLine) -> AdcLine | BrokenFile:
    """Refuses regions that can be none: sides and bytes are whole numbers, and both sides are 0 or neither."""
    values = line.values
    for name in ("roi_width", "roi_height", "start_byte"):
        value = values[name]
        if not math.isfinite(value) or value != int(value) or value < 0:
            message = f"{name} is {value:g}, where a whole number from 0 belongs."
            return BrokenFile(path, message, REMEDY, line=line.number)
    if (line.width == 0) != (line.height == 0):
        message = f"Its region is {line.width} × {line.height} pixels: one side is 0."
        return BrokenFile(path, message, REMEDY, line=line.number)
    return line
