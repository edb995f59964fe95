"""Acquisitions, and the process that stands in the row of each."""

from collections import Counter
from collections.abc import Sequence

from annotations.accounts.models import User
from annotations.measurements.pixel_sizes import set_pixel_size
from annotations.metadata.columns import FIELD, CorrectableColumn, number_text
from annotations.metadata.current import CurrentCell, CurrentCells
from annotations.metadata.models import CorrectedValue, Correction
from annotations.projects.models import Project
from annotations.samples.acquisition_updating import AcquisitionUpdate, lock_acquisitions, update_acquisitions
from annotations.samples.models import Acquisition
from annotations.samples.naming import readable_id


def ids(project: Project, row_ids: Sequence[int]) -> list[int]:
    mine = Acquisition.objects.filter(sample__project=project, pk__in=row_ids)
    return list(mine.values_list("pk", flat=True))


def ids_by_name(project: Project, names: Sequence[str]) -> dict[str, int | None]:
    """Acquisitions of two samples may have one id: such a name stands for none of them."""
    rows = Acquisition.objects.filter(sample__project=project, original_id__in=names)
    by_name: dict[str, int | None] = {}
    for name, pk in rows.values_list("original_id", "pk"):
        by_name[name] = None if name in by_name else pk
    return by_name


def names(row_ids: Sequence[int]) -> dict[int, str]:
    rows = Acquisition.objects.filter(pk__in=row_ids).values_list("pk", "original_id", "sample__original_id")
    return {pk: f"{readable_id(name)} of {readable_id(sample)}" for pk, name, sample in rows}


def cells(row_ids: Sequence[int], columns: Sequence[CorrectableColumn]) -> CurrentCells:
    texts = {
        "name": lambda row: row.original_id,
        "instrument": lambda row: row.instrument,
        "pixel_um": lambda row: number_text(row.pixel_um),
    }
    return {
        (row.pk, column.key): CurrentCell(
            str(row.fields.get(column.field, "")) if column.field else texts[column.key](row)
        )
        for row in Acquisition.objects.filter(pk__in=row_ids)
        for column in columns
    }


def process_cells(row_ids: Sequence[int], columns: Sequence[CorrectableColumn]) -> CurrentCells:
    return {
        (row.pk, column.key): CurrentCell(
            str(row.process_fields.get(column.field, "")) if column.field else row.process_original_id
        )
        for row in Acquisition.objects.filter(pk__in=row_ids)
        for column in columns
    }


def stored_names(row_ids: Sequence[int]) -> dict[int, str]:
    return dict(Acquisition.objects.filter(pk__in=row_ids).values_list("pk", "original_id"))


def lock(project: Project, row_ids: Sequence[int]) -> None:
    lock_acquisitions(project.pk, row_ids)


def twins(project: Project, new_names: dict[int, str]) -> list[str]:
    """Names that two acquisitions of one sample would have."""
    rows = dict(Acquisition.objects.filter(pk__in=new_names).values_list("pk", "sample_id"))
    others = Acquisition.objects.filter(sample__in=rows.values(), original_id__in=new_names.values())
    counts = Counter((rows[pk], name) for pk, name in new_names.items() if pk in rows)
    counts.update(others.exclude(pk__in=new_names).values_list("sample_id", "original_id"))
    return sorted({name for (_, name), count in counts.items() if count > 1})


def write(project: Project, user: User | None, values: Sequence[CorrectedValue]) -> None:
    """What was computed of another size of a pixel follows by a job; where the size is from is noted."""
    update = AcquisitionUpdate()
    sizes: dict[str, list[int]] = {}
    for value in values:
        if value.column == "pixel_um":
            sizes.setdefault(value.new, []).append(value.row_id)
        elif value.column == "name":
            update.names[value.row_id] = value.new
        elif value.column == "instrument":
            update.instruments[value.row_id] = value.new
        else:
            update.patch("fields", value.row_id, value.column.removeprefix(FIELD), value.new)
    update_acquisitions(update=update)
    for size, rows in sizes.items():
        micrometres = float(size) if size else None
        if user is not None:  # it is signed
            set_pixel_size(
                project=project,
                user=user,
                acquisitions=rows,
                micrometres=micrometres,
                is_of_package=_is_of_package(values),
            )


def _is_of_package(values: Sequence[CorrectedValue]) -> bool:
    """All are of one correction."""
    return Correction.objects.filter(pk=values[0].correction_id, package__isnull=False).exists()


def write_processes(project: Project, user: User | None, values: Sequence[CorrectedValue]) -> None:
    update = AcquisitionUpdate()
    for value in values:
        if value.column == "name":
            update.process_names[value.row_id] = value.new
        else:
            update.patch("process_fields", value.row_id, value.column.removeprefix(FIELD), value.new)
    update_acquisitions(update=update)
