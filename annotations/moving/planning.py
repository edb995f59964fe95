"""What moving or copying a filter's objects would do, and what is in its way: said before anything happens."""

from dataclasses import asdict, dataclass

from django.db import connection

from annotations.samples.following import Conflict, Transfer, conflicts_of
from annotations.samples.models import FreeColumn
from annotations.search.filter import Filter
from annotations.search.selecting import count_matching, selection_of

SAMPLES = """
SELECT count(*), count(*) FILTER (WHERE NOT EXISTS (
    SELECT FROM samples_sample t WHERE t.project_id = %s AND t.original_id = s.original_id))
FROM samples_sample s WHERE s.id IN (SELECT o.sample_id FROM samples_object o WHERE o.id IN ({objects}))
"""


@dataclass(frozen=True)
class TransferPlan:
    """Nothing happens while there are conflicts; of each kind the first ones are named."""

    objects: int
    samples: int
    new_samples: int
    new_columns: list[str]
    conflicts: list[Conflict]

    def as_dict(self) -> dict:
        return asdict(self)


def plan_transfer(transfer: Transfer, criteria: Filter) -> TransferPlan:
    selection = selection_of(transfer, criteria)
    with connection.cursor() as cursor:
        cursor.execute(SAMPLES.format(objects=selection.sql), [transfer.target.pk, *selection.params])
        samples, new_samples = cursor.fetchone()
    return TransferPlan(
        objects=count_matching(transfer.source, criteria),
        samples=samples,
        new_samples=new_samples,
        new_columns=_new_columns(transfer),
        conflicts=conflicts_of(selection),
    )


def _new_columns(transfer: Transfer) -> list[str]:
    there = set(FreeColumn.objects.filter(project=transfer.target).values_list("level", "name"))
    here = FreeColumn.objects.filter(project=transfer.source).values_list("level", "name")
    return [f"{level}_{name}" for level, name in here if (level, name) not in there]
