"""Lines of labels: `class x y width height` or `class x1 y1 x2 y2 x3 y3 …`, as shares of the picture; a number more
is a score.

https://docs.ultralytics.com/datasets/detect/ and /segment/.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.core.exceptions import ValidationError

from annotations.imports.coco.entries import Annotation, Box, Category, Figure
from annotations.imports.coco.figures import ROUNDING
from annotations.imports.drawn.figures import Drawn, annotation_of_mask, mask_of_parts
from annotations.imports.drawn.file import FileReading
from annotations.imports.drawn.names import state_of
from annotations.imports.yolo.classes import YoloClasses
from annotations.marks.figures import Size
from annotations.marks.geometry import checked

MOST_BYTES = 16 * 2**20
BOX = ("x", "y", "width", "height")
DIGITS = 2  # of pixels: shares have six digits
LEAST_CORNERS = 3
SHAPES = "A box takes `class x y width height`, a polygon `class x1 y1 x2 y2 x3 y3 …`."


class WrongCellError(ValueError):
    """What is wrong with one number of a line; `column` is what it stands for."""

    def __init__(self, message: str, column: str):
        super().__init__(message)
        self.column = column


def read_labels(reading: FileReading, classes: YoloClasses, size: Size) -> Iterator[Annotation]:
    """What is wrong with a line is told, and the line left out."""
    with reading.package.stream(reading.path) as stream:
        text = stream.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        reading.report(f"This file has more than {MOST_BYTES // 2**20} MiB, for one picture. Write it anew.")
        return
    for number, line in enumerate(text.decode("utf-8-sig", "replace").splitlines(), start=1):
        if cells := line.split():
            try:
                yield _Line(number, cells, classes, size).annotation()
            except WrongCellError as error:
                reading.report(str(error), number, error.column)


@dataclass(frozen=True)
class _Line:
    number: int
    cells: Sequence[str]
    classes: YoloClasses
    size: Size

    def annotation(self) -> Annotation:
        category = self._category()
        shares, score = self._numbers()
        if len(shares) == len(BOX):
            return self._drawn(category, score, self._box(shares))
        return self._outlined(category, score, self._points(shares))

    def _category(self) -> Category:
        text = self.cells[0]
        number = int(text) if text.isdecimal() else -1
        if number not in self.classes.names:
            most = max(self.classes.names, default=0)
            raise WrongCellError(
                f"The class is {text!r}, but takes a number that `names` has, as 0 to {most}. Correct it, or name the "
                "class.",
                "class",
            )
        category = self.classes.names[number]
        return Category(category.name, category.taxon, is_mark=number in self.classes.marks)

    def _numbers(self) -> tuple[list[float], float | None]:
        """The shares, and the score that may stand behind them: a polygon has two a corner, a box four."""
        count = len(self.cells) - 1
        if count < len(BOX) or (count > len(BOX) + 1 and count < 2 * LEAST_CORNERS):
            raise WrongCellError(f"The line has {count} numbers behind the class. {SHAPES} Correct it.", "")
        has_score = count % 2 == 1
        values = [self._share(place) for place in range(1, count + 1)]
        if not has_score:
            return values, None
        if not 0 <= values[-1] <= 1:
            raise WrongCellError(
                f"The score is {values[-1]:g}, but takes a number from 0 to 1. Correct it.", "score"
            )
        return values[:-1], values[-1]

    def _share(self, place: int) -> float:
        text = self.cells[place]
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if math.isfinite(value) and -1 < value < 2:  # a little beyond is judged in pixels
            return value
        what = "looks like pixels: divide it by the width or height" if value >= 2 else "is none: correct it"
        raise WrongCellError(
            f"{text!r} takes a share of the picture, from 0 to 1. This {what}.", self._column(place)
        )

    def _column(self, place: int) -> str:
        count = len(self.cells) - 1
        if count <= len(BOX) + 1:
            return (*BOX, "score")[place - 1]
        is_score = count % 2 == 1 and place == count
        return "score" if is_score else f"{'y' if place % 2 == 0 else 'x'}{(place + 1) // 2}"

    def _box(self, shares: Sequence[float]) -> Box:
        across, down = self.size
        x, y, width, height = (share * side for share, side in zip(shares, (across, down) * 2, strict=True))
        if width <= 0 or height <= 0:
            raise WrongCellError("This box has no area. Draw it anew, or remove the line.", "width")
        left, right = self._within(x - width / 2, across, "x"), self._within(x + width / 2, across, "width")
        top, bottom = self._within(y - height / 2, down, "y"), self._within(y + height / 2, down, "height")
        return Box(left, top, round(right - left, DIGITS), round(bottom - top, DIGITS))

    def _points(self, shares: Sequence[float]) -> list[list[float]]:
        return [
            [
                self._within(x * self.size[0], self.size[0], f"x{corner}"),
                self._within(y * self.size[1], self.size[1], f"y{corner}"),
            ]
            for corner, (x, y) in enumerate(zip(shares[::2], shares[1::2], strict=True), start=1)
        ]

    def _within(self, pixels: float, side: int, column: str) -> float:
        if not -ROUNDING <= pixels <= side + ROUNDING:
            raise WrongCellError(
                f"This reaches {pixels:.1f} pixels into a picture of {self.size[0]} × {self.size[1]}: it lies beyond. "
                "Correct the line: x and y of a box are its middle.",
                column,
            )
        return round(min(max(pixels, 0.0), float(side)), DIGITS)

    def _drawn(self, category: Category, score: float | None, box: Box) -> Annotation:
        geometry = dict(zip(BOX, box, strict=True))
        return self._annotation(category, score, box, ("box", geometry))

    def _annotation(
        self, category: Category, score: float | None, box: Box | None, figure: Figure
    ) -> Annotation:
        return Annotation(
            self.number, f"line {self.number}", category, box, figure, score, state_of(category)
        )

    def _outlined(self, category: Category, score: float | None, points: list[list[float]]) -> Annotation:
        """A polygon; a mask where its line crosses itself, as programs join the parts of one organism."""
        try:
            polygon = checked("polygon", {"points": points}, *self.size)
        except ValidationError:
            return self._masked(category, score, points)
        return self._annotation(category, score, None, ("polygon", polygon))

    def _masked(self, category: Category, score: float | None, points: list[list[float]]) -> Annotation:
        drawn = Drawn(self.number, f"line {self.number}", category, state_of(category), score)
        try:
            return annotation_of_mask(drawn, mask_of_parts([[np.asarray(points)]], self.size), self.size)
        except ValidationError as error:
            raise WrongCellError(f"Of this polygon {error.messages[0]}", "x1") from error
