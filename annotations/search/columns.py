"""The free columns of objects, as parameters name them."""

from django.core.exceptions import ValidationError

from annotations.samples.models import FreeColumn


def free_column(name: str, project_id: int, parameter: str) -> FreeColumn:
    """Raises ValidationError where the project has no such column, or has it no more, as a saved view may find."""
    columns = FreeColumn.objects.filter(project_id=project_id, level=FreeColumn.Level.OBJECT)
    column = None if "\0" in name else columns.filter(name=name).first()  # PostgreSQL has no text with NUL
    if column is None:
        raise ValidationError(
            f"`{parameter}` is about {name!r}, but objects of this project have no such column."
        )
    return column
