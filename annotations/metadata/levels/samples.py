"""Samples: what stands with their objects is read and written as that of all of them."""

from collections import Counter
from collections.abc import Sequence

from annotations.accounts.models import User
from annotations.metadata.columns import FIELD, moment_of
from annotations.metadata.current import current_cells
from annotations.metadata.models import CorrectedValue
from annotations.projects.models import Project
from annotations.samples.models import Sample
from annotations.samples.naming import readable_id
from annotations.samples.updating import OF_OBJECTS, SampleUpdate, lock_samples, update_samples

cells = current_cells


def ids(project: Project, row_ids: Sequence[int]) -> list[int]:
    return list(Sample.objects.filter(project=project, pk__in=row_ids).values_list("pk", flat=True))


def ids_by_name(project: Project, names: Sequence[str]) -> dict[str, int | None]:
    return dict(
        Sample.objects.filter(project=project, original_id__in=names).values_list("original_id", "pk")
    )


def names(row_ids: Sequence[int]) -> dict[int, str]:
    rows = Sample.objects.filter(pk__in=row_ids).values_list("pk", "original_id")
    return {pk: readable_id(name) for pk, name in rows}


def stored_names(row_ids: Sequence[int]) -> dict[int, str]:
    return dict(Sample.objects.filter(pk__in=row_ids).values_list("pk", "original_id"))


def lock(project: Project, row_ids: Sequence[int]) -> None:
    lock_samples(project.pk, row_ids)


def twins(project: Project, new_names: dict[int, str]) -> list[str]:
    others = Sample.objects.filter(project=project, original_id__in=new_names.values()).exclude(
        pk__in=new_names
    )
    counts = Counter([*new_names.values(), *others.values_list("original_id", flat=True)])
    return sorted(name for name, count in counts.items() if count > 1)


def write(project: Project, user: User | None, values: Sequence[CorrectedValue]) -> None:
    update = SampleUpdate({}, {column: {} for column in OF_OBJECTS}, {}, {})
    for value in values:
        sample = value.row_id
        if value.column == "name":
            update.names[sample] = value.new
        elif value.column == "taken_at":
            update.moments[sample] = moment_of(value.new)
        elif value.column in OF_OBJECTS:
            update.numbers[value.column][sample] = float(value.new) if value.new else None
        else:
            update.fields.setdefault(sample, {})[value.column.removeprefix(FIELD)] = value.new or None
    update_samples(update=update)
