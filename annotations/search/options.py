"""What filters let one choose of a project: its acquisitions, who labelled, its free columns."""

from django.db.models import QuerySet

from annotations.projects.models import Role
from annotations.projects.optionlists import Chooser, ListEntry, OptionList, register
from annotations.projects.options import as_option
from annotations.samples.models import Acquisition, FreeColumn
from annotations.samples.naming import NO_ID, name_in_package, readable_id
from annotations.search.conditions.labels import annotators_in


def _acquisitions(chooser: Chooser) -> QuerySet[Acquisition]:
    acquisitions = Acquisition.objects.filter(sample__project=chooser.in_project)
    return acquisitions.select_related("sample").order_by("original_id", "pk")


def _acquisition(one: Acquisition) -> ListEntry:
    """Of one without an id its sample tells it apart."""
    nameless = f"{NO_ID}, of sample {readable_id(one.sample.original_id)}"
    return ListEntry(str(one.pk), name_in_package(one.original_id) or nameless)


def _columns(chooser: Chooser) -> QuerySet[FreeColumn]:
    columns = FreeColumn.objects.filter(project=chooser.in_project, level=FreeColumn.Level.OBJECT)
    return columns.order_by("name")


def _column(column: FreeColumn) -> ListEntry:
    """With the operator that one mostly wants, to go on writing."""
    return ListEntry(f"{column.name}{'=' if column.is_number else '~'}", column.name)


register(
    OptionList(
        key="acquisitions",
        rows=_acquisitions,
        option=_acquisition,
        searched=("original_id", "sample__original_id"),
        least=Role.VIEWER,
    ),
    OptionList(
        key="annotators",
        rows=lambda chooser: annotators_in(chooser.in_project),
        option=as_option,
        searched=("shown_name",),
        least=Role.VIEWER,
    ),
    OptionList(
        key="columns", rows=_columns, option=_column, searched=("name",), field="name", least=Role.VIEWER
    ),
)
