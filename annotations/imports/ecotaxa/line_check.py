"""What a line of a table must hold, what is hardly meant, and what must not stand in two lines."""

from datetime import date, timedelta
from functools import partial

from django.utils import timezone

from annotations.common.problems import Problems
from annotations.imports.ecotaxa.acquisition_sizes import AcquisitionSizes
from annotations.imports.ecotaxa.categories import Categories
from annotations.imports.ecotaxa.objects import Objects
from annotations.imports.ecotaxa.parents import Parents
from annotations.imports.ecotaxa.picture_check import PictureCheck, place_of
from annotations.imports.ecotaxa.survey import EcotaxaSurvey
from annotations.imports.ecotaxa.table import TableLine, taxon_name
from annotations.imports.modes import Taking
from annotations.imports.project_pictures import ProjectPictures
from annotations.imports.unknown_values import warn_of_unknown_measures, warn_of_unknown_place
from annotations.imports.values import UNKNOWN_MEASURES
from annotations.taxonomy.names import caseless

PLACES = ("object_lat", "object_lon", "object_depth_min", "object_depth_max")


class LineCheck:
    """What a line must hold, and must not repeat."""

    def __init__(
        self,
        problems: Problems,
        survey: EcotaxaSurvey,
        pictures: PictureCheck,
        objects: Objects,
        parents: Parents,
        sizes: AcquisitionSizes,
        project_pictures: ProjectPictures | None,
        taking: Taking,
    ):
        self.taking = taking
        self.problems = problems
        self.survey = survey
        self.pictures = pictures
        self.objects = objects
        self.parents = parents
        self.sizes = sizes
        self.project_pictures = project_pictures
        self.categories = Categories(problems)
        self.tomorrow = (timezone.now() + timedelta(days=1)).date()

    def __call__(self, line: TableLine) -> None:
        if self.taking.reads_labels:
            self._label(line)
            self.survey.taxa.update((label.taxon, None) for label in line.history)
        self._place(line)
        self._times(line)
        if not UNKNOWN_MEASURES.isdisjoint(line.numbers):
            measured = zip(line.table.number_columns, line.numbers, strict=True)
            warn_of_unknown_measures(measured, self.problems, line.table.name, line.number)
        self.parents.note(line)
        self.sizes.note(line)
        object_id, file_name = line.values.get("object_id"), line.values.get("img_file_name")
        if object_id == "":
            self._add(line, "object_id", "The cell is empty. Every line needs the id of its object.")
        elif object_id:
            self.objects.note(str(object_id), line)
        if file_name == "" and self.pictures.missing.every_line_names_one:
            message = "The cell is empty. Every line names a picture."
            report = partial(self._add, line, "img_file_name", message)
            self.pictures.missing.note(str(object_id), report)
        elif file_name:
            self.pictures.check(line, str(file_name))
        if object_id and file_name:
            self.objects.note_picture(str(object_id), str(file_name), line)
            self._compare_picture(str(object_id), str(file_name), line)

    def _compare_picture(self, object_id: str, file_name: str, line: TableLine) -> None:
        if self.project_pictures is not None and self.project_pictures.has_objects:
            path = line.table.find_picture(file_name).path
            if path is not None:
                self.project_pictures.note(object_id, file_name, path, place_of(line))

    def _place(self, line: TableLine) -> None:
        """Positions and depths that can be stored, but are hardly meant."""
        values = line.values
        for column in PLACES:
            if values.get(column, 0) is None and (cell := line.cells[line.table.columns.index(column)]):
                warn_of_unknown_place(cell, self.problems, line.table.name, line.number, column)
        latitude, longitude = values.get("object_lat"), values.get("object_lon")
        if (latitude is None) != (longitude is None):
            column = "object_lat" if latitude is None else "object_lon"
            if not _is_unreadable(line, column):
                self._warn(line, column, "There is a latitude or a longitude, but not both. Fill the other.")
        top, bottom = values.get("object_depth_min"), values.get("object_depth_max")
        if isinstance(top, float) and isinstance(bottom, float) and top > bottom:
            message = f"object_depth_min is {top:g}, which is below object_depth_max, {bottom:g}."
            self._warn(line, "object_depth_min", message)
        elif isinstance(top, float) and top < 0:
            message = f"The depth is {top:g}: depths are metres below the surface, positive downwards."
            self._warn(line, "object_depth_min", message)

    def _times(self, line: TableLine) -> None:
        """A time without a day is no moment, and nobody has been to the future."""
        for what in ("object", "object_annotation"):
            day, clock = line.values.get(f"{what}_date"), line.values.get(f"{what}_time")
            if isinstance(day, date) and day > self.tomorrow:
                self._warn(line, f"{what}_date", f"{day} lies in the future. Correct it if it is a slip.")
            elif day is None and clock is not None and not _is_unreadable(line, f"{what}_date"):
                message = f"There is a time, but no date, so it was left out. Fill {what}_date."
                self._warn(line, f"{what}_time", message)

    def _lineages(self, line: TableLine) -> None:
        one, other = line.values.get("object_annotation_hierarchy"), line.values.get("object_seston_lineage")
        if isinstance(one, tuple) and isinstance(other, tuple) and one and other and one != other:
            shared = min(len(one), len(other))
            if [*map(caseless, one)][-shared:] != [*map(caseless, other)][-shared:]:
                message = (
                    f"The lineage is {'>'.join(other)} here and {'>'.join(one)} in object_annotation_hierarchy, which "
                    "was taken. Correct one of the two."
                )
                self._warn(line, "object_seston_lineage", message)

    def _warn(self, line: TableLine, column: str, message: str) -> None:
        self.problems.warn(message, line.table.name, line.number, column)

    def _label(self, line: TableLine) -> None:
        taxon = taxon_name(line)
        state = line.values.get("object_annotation_status", "" if _lacks_status(line) else None)
        if state is None or _is_unreadable(line, "object_annotation_category"):
            return  # it could not be read, which was said already
        if state and taxon is None:
            message = (
                "There is a status, but no category. Fill object_annotation_category, or empty the status."
            )
            self._add(line, "object_annotation_category", message)
        elif taxon is not None and not state:
            message = (
                "There is a category, but no status. "
                "Fill object_annotation_status with predicted, validated or dubious."
            )
            self._add(line, "object_annotation_status", message)
        elif taxon is not None:
            self.survey.taxa[taxon] = None
            self.categories.note(taxon, line)
            self._lineages(line)

    def _add(self, line: TableLine, column: str, message: str) -> None:
        self.problems.add(message, line.table.name, line.number, column)


def _is_unreadable(line: TableLine, column: str) -> bool:
    """Whether the line has such a cell, which was refused: what is missing then was not forgotten."""
    return column not in line.values and column in line.table.columns


def _lacks_status(line: TableLine) -> bool:
    return "object_annotation_status" not in line.table.columns
