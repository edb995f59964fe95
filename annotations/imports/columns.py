"""The free columns that a package brings into a project."""

from annotations.common.problems import Problems
from annotations.imports.survey import Survey
from annotations.projects.models import Project
from annotations.samples.columns import ColumnTypeConflict, ensure_columns, refuse_conflicts
from annotations.samples.models import FreeColumn
from annotations.samples.rows import NewColumn

Level = FreeColumn.Level


def ensure_columns_of(
    survey: Survey, project: Project, problems: Problems, dry_run: bool = False
) -> dict[str, int]:
    """Makes the project's free columns that are missing; gives the positions of the numbers.

    Reports columns that the project knows with the other type, and makes none when anything is wrong.
    """
    columns = [NewColumn(Level.OBJECT, name, is_number) for name, is_number in survey.types.items()]
    columns += [NewColumn(Level(level), name) for level, names in survey.parents.items() for name in names]
    try:
        if not problems and not dry_run:
            return ensure_columns(project=project, columns=columns)
        refuse_conflicts(project, columns)
    except ColumnTypeConflict as conflict:
        for column in conflict.columns:
            new_type, old_type = ("a number", "text") if column.is_number else ("text", "a number")
            problems.add(
                f"The project knows this column as {old_type}, here it is {new_type}. "
                "Correct its type in line 2, or rename it.",
                survey.tables[0],
                2,
                f"object_{column.name}",
            )
    return {}
