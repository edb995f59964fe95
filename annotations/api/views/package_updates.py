"""Updates from packages: what one changes, and taking it back. `imports/` plans and applies them."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import CURSOR
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.package_updates import PackageUpdateOut
from annotations.api.views.jobs import started
from annotations.common.forms import cleaned
from annotations.metadata.forms import ChangedColumnForm
from annotations.metadata.models import PackageUpdate, UpdateOutcome
from annotations.metadata.packages.labels.queries import LabelLine, label_groups, label_page
from annotations.metadata.packages.queries import (
    ChangedColumn,
    ChangedValue,
    changed_columns,
    column_page,
    open_column,
    open_package_update,
)
from annotations.metadata.packages.undoing import start_undo
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.samples.models import FreeColumn

NAMES = ("file_name", "new", "changed", "same", "left", "created", "applied", "taken_back")


def serialize_update(update: PackageUpdate, columns: list[ChangedColumn]) -> dict:
    return {
        "id": update.pk,
        "user": update.user.display_name if update.user else None,
        "job": update.job_id,
        **{name: getattr(update, name) for name in NAMES},
        "columns": [_column(one) for one in columns],
        "label_groups": [vars(group) for group in label_groups(update)],
    }


def _column(one: ChangedColumn) -> dict:
    examples = [value._asdict() for value in one.examples]
    return {
        "level": one.level,
        "key": one.key,
        "heading": one.heading,
        "values": one.values,
        "examples": examples,
    }


@extend_schema(
    parameters=[
        OpenApiParameter("level", str, enum=FreeColumn.Level.values, description="of the column"),
        OpenApiParameter("column", str, description="`key` of the column of which all values are wanted"),
        OpenApiParameter("labels", str, enum=UpdateOutcome.values, description="of which labels"),
        CURSOR,
    ],
    responses=PackageUpdateOut,
)
@api_view(["GET"])
def package_update(request: Request, project_id: int, update_id: int) -> Response:
    """What an update from a package would change, or has changed, for managers: by column, with examples.

    A preview is applied by `imports/` with its `job` and itself as `update`, as long as the job's package is kept.
    """
    project = open_project(request.user, project_id, Role.MANAGER)
    update = open_package_update(project, request.user, update_id)
    choice = cleaned(ChangedColumnForm(request.query_params))
    values: list[ChangedValue] = []
    following = None
    columns = changed_columns(update)
    if choice["column"]:
        chosen = open_column(columns, choice["level"], choice["column"])
        values, following = column_page(update, chosen.level, chosen.key, choice["cursor"])
    labels: list[LabelLine] = []
    if choice["labels"]:
        labels, following = label_page(update, choice["labels"], choice["cursor"])
    page = {
        "values": [value._asdict() for value in values],
        "labels": [vars(line) for line in labels],
        "next": following,
    }
    return Response(serialize_update(update, columns) | page)


@extend_schema(request=None, responses={202: JobOut})
@api_view(["POST"])
def undo_package_update(request: Request, project_id: int, update_id: int) -> Response:
    """Takes an update back by a job, all its levels as one; the job's warnings name what somebody changed since."""
    project = open_project(request.user, project_id, Role.MANAGER)
    update = open_package_update(project, request.user, update_id)
    return started(start_undo(update=update, user=request.user))
