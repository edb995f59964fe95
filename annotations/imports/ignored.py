"""What a package says otherwise than the project does. An import that only adds changes nothing: such values are left
as they are, and that is said. An empty cell says nothing then.
"""

from dataclasses import dataclass, field
from datetime import date, time
from typing import NamedTuple

from annotations.common.problems import Problems
from annotations.imports.pictures import PictureLocation


class Difference(NamedTuple):
    column: str
    in_project: object  # in the project
    in_package: object  # in the package


NEVER_TAKEN = "acq_id"  # where an object belongs


@dataclass
class Ignored:
    """Counts the values that differ, and names the first of each column. Of them an update takes those `takeable`."""

    problems: Problems
    values: int = 0
    takeable: int = 0
    columns: set[str] = field(default_factory=set)

    def note(self, owner: str, difference: Difference, table: str, line: int) -> None:
        column, in_project, in_package = difference
        self.values += 1
        self.takeable += column != NEVER_TAKEN
        self.columns.add(column)
        has = "is empty" if in_project in (None, "") else f"is {_written(in_project)}"
        message = (
            f"{column} of {owner} {has} in the project and {_written(in_package)} here. It is left as it is."
        )
        self.problems.warn(message, table, line, column, fault="left as it is", cell=_written(in_package))

    def note_picture(self, file_name: str, object_id: str, place: PictureLocation) -> None:
        self.values += 1
        self.columns.add("img_file_name")
        message = (
            f"The picture {file_name} of object {object_id} in the project is another one than here. It is left as it "
            "is: give the new one another name to add it."
        )
        where = (place.file, place.line, place.column)
        self.problems.warn(message, *where, fault="another picture", cell=file_name)


def _written(value: object) -> str:
    if isinstance(value, (date, time)):
        return value.isoformat()
    return f"{value:.10g}" if isinstance(value, float) else f"{str(value)[:60]!r}"
