"""Looks for the pictures of a package while its lines are read, and has them looked at."""

from functools import partial

from annotations.common.problems import Problems
from annotations.imports.archive import Package
from annotations.imports.ecotaxa.table import TableLine
from annotations.imports.missing_pictures import MissingPictures
from annotations.imports.names import FileMatch
from annotations.imports.pictures import PictureInspector, PictureLocation
from annotations.imports.windows import AcquisitionKey, AcquisitionRanges


class PictureCheck(PictureInspector):
    """Those that lines name."""

    def __init__(
        self, package: Package, problems: Problems, ranges: AcquisitionRanges, missing: MissingPictures
    ):
        super().__init__(package, problems, ranges)
        self.missing = missing

    def check(self, line: TableLine, file_name: str) -> None:
        """Tells `problems` whether the line's picture is missing, lies elsewhere than it says, or can't be shown."""
        match = line.table.find_picture(file_name)
        if match.path is None:
            message = f"The picture {file_name} is not in the package. {_remedy(match)}"
            report = partial(self.report, self.problems.add, message, place_of(line), "missing", file_name)
            self.missing.note(str(line.values.get("object_id")), report)
            return
        if match.difference:
            message = f"The picture {file_name} was found as {match.path} ({match.difference})."
            self.report(self.problems.warn, message, place_of(line), "found otherwise", file_name)
        self.check_content(match.path, place_of(line))


def place_of(line: TableLine) -> PictureLocation:
    """What is kept of a line until its picture has been looked at: whole lines would keep the memory busy."""
    return PictureLocation(line.table.name, line.number, "img_file_name", acquisition_of(line))


def acquisition_of(line: TableLine) -> AcquisitionKey:
    """The names of its sample and acquisition, empty where there is none."""
    return str(line.values.get("sample_id") or ""), str(line.values.get("acq_id") or "")


def _remedy(match: FileMatch) -> str:
    if not match.near:
        return "Add it, or correct its name."
    near = ", ".join(f"{path} ({how})" if how else path for path, how in match.near)
    if match.is_ambiguous:
        return f"Several may be meant: {near}. Write the path of one."
    return f"Add it, or correct its name. Near it: {near}."
