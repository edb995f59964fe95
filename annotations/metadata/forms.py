"""What a table takes from its address, and what is sent to correct it."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from annotations.common.forms import IdsField, NamedChoiceField, NamedMultipleChoiceField, TypedField, cleaned
from annotations.metadata.columns import LONGEST, OWN_OF, CorrectableColumn
from annotations.metadata.levels import Level
from annotations.metadata.models import UpdateOutcome
from annotations.metadata.queries import FREE_SHOWN, check_order, matching_ids
from annotations.projects.models import Project
from annotations.projects.optionfields import LongList, OptionSelect
from annotations.samples.models import FreeColumn

MOST_SHOWN = 20  # free columns beside each other
NO_COLUMN = {"invalid_choice": "The project has no column %(value)s (any more)."}
LARGEST_FILE = 10_000_000  # bytes


class CorrectableTableForm(forms.Form):
    """Which rows are listed, in which order, with which free columns. Objects are chosen by the filter besides, and
    sorted by its orders."""

    q = TypedField(required=False, max_length=200)
    order = TypedField(required=False, max_length=300)
    cursor = forms.CharField(required=False)

    def __init__(self, data: QueryDict, *, level: Level, columns: dict[str, CorrectableColumn]):
        super().__init__(data)
        self.level, self.columns, self.sent = level, columns, data
        self.free = [column for column in columns.values() if column.field]
        choices = [(column.key, column.title) for column in self.free]
        self.fields["column"] = NamedMultipleChoiceField(
            choices=choices, required=False, error_messages=NO_COLUMN
        )

    def clean_order(self) -> str:
        order = self.cleaned_data["order"]
        is_samples = self.level.key == FreeColumn.Level.SAMPLE
        return check_order(order or "name", self.columns) if is_samples else order or "id"

    def clean_column(self) -> list[CorrectableColumn]:
        """Those that somebody chose, or the first ones."""
        keys = self.cleaned_data["column"]
        chosen = [column for column in self.free if column.key in keys] if keys else self.free[:FREE_SHOWN]
        return chosen[:MOST_SHOWN]

    @property
    def listed(self) -> list[CorrectableColumn]:
        """The columns of the valid form: those of all rows, then the free ones."""
        return [*OWN_OF[self.level.key].values(), *self.cleaned_data["column"]]

    @property
    def free_keys(self) -> list[str]:
        return [column.key for column in self.cleaned_data["column"]]

    def address(self, **more: str) -> str:
        """What stands behind the ? of the same table from its first page on, with other values of `more`."""
        query = self.sent.copy()
        query.pop("cursor", None)
        for name, value in more.items():
            query[name] = value
        return query.urlencode()


class ColumnForm(forms.Form):
    """Names one of the columns that can be corrected."""

    def __init__(self, *args: Any, columns: dict[str, CorrectableColumn], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.columns = columns
        choices = [(column.key, column.title) for column in columns.values()]
        self.fields["column"] = NamedChoiceField(label="Column", choices=choices, error_messages=NO_COLUMN)

    def clean_column(self) -> CorrectableColumn:
        return self.columns[self.cleaned_data["column"]]


class CellForm(ColumnForm):
    """A cell: what it becomes, and what the person saw in it."""

    value = TypedField(required=False, max_length=LONGEST["field"])
    was = TypedField(required=False, max_length=LONGEST["field"], strip=False)


class ManyForm(ColumnForm):
    """One value for the rows that are ticked, or for all that match. `offered` are the columns of a page."""

    value = TypedField(label="New value", required=False, max_length=LONGEST["field"])
    all = forms.BooleanField(required=False)
    sample = IdsField(required=False)  # rows, of whichever table
    q = TypedField(required=False, max_length=200)
    filter = TypedField(required=False)  # of objects, as an address has it

    def __init__(
        self,
        *args: Any,
        columns: dict[str, CorrectableColumn],
        offered: LongList | None = None,
        **kwargs: Any,
    ):
        # one name for many samples is never meant
        columns = {key: c for key, c in columns.items() if key != "name"}
        super().__init__(*args, columns=columns, **kwargs)
        if offered:
            self.fields["column"].widget = OptionSelect(offered)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("all") and not data.get("sample"):
            raise ValidationError("Tick what is to change, or choose all that match.")
        return data


class SamplesForm(forms.Form):
    """The samples that are ticked, or all that match."""

    all = forms.BooleanField(required=False)
    sample = IdsField(required=False)
    q = TypedField(required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("all") and not data.get("sample"):
            raise ValidationError("Tick the samples first, or choose all that match.")
        return data

    def ids(self, project: Project) -> list[int]:
        data = cleaned(self)
        return matching_ids(project, data["q"].strip()) if data["all"] else data["sample"]

    def address(self) -> str:
        """What stands behind the ? of a page about them."""
        data = cleaned(self)
        return urlencode(
            {"all": "on", "q": data["q"]} if data["all"] else {"sample": data["sample"]}, doseq=True
        )


class TableFileForm(forms.Form):
    """A table with a line a row."""

    table = forms.FileField(
        label="Table", error_messages={"required": "Choose a table first: CSV, or tab separated text."}
    )
    empties = forms.BooleanField(label="Empty cells empty the value", required=False)

    def clean_table(self) -> UploadedFile:
        table = self.cleaned_data["table"]
        if table.size > LARGEST_FILE:
            raise ValidationError(f"The table has more than {LARGEST_FILE // 10**6} MB. Send it in parts.")
        return table


class SamplePageForm(forms.Form):
    """Where a list of corrections goes on."""

    cursor = forms.CharField(required=False, empty_value=None)


class SampleBackForm(forms.Form):
    """To which view of the table one goes back."""

    query = forms.CharField(required=False, empty_value="")


class ChangedColumnForm(forms.Form):
    """Of an update, the column of which all is listed, or the labels of an outcome."""

    level = NamedChoiceField(choices=FreeColumn.Level, required=False)
    column = forms.CharField(required=False, empty_value="")
    labels = NamedChoiceField(choices=UpdateOutcome, required=False)
    cursor = forms.CharField(required=False, empty_value="")


class ApplyUpdateForm(forms.Form):
    """How the labels of an update are written."""

    file_wins = forms.BooleanField(required=False)
