"""Reads of what to validate next, and of how far validation plans are."""

from dataclasses import dataclass

from django.db import connection

from annotations.abundance.models import AbundanceTable, ValidationPlan
from annotations.common.keyset import page_back
from annotations.projects.models import Project
from annotations.samples.models import Sample
from annotations.taxonomy.queries import names_of

WAITING_SAMPLES = """
SELECT DISTINCT o.sample_id FROM abundance_drawnobject d JOIN abundance_validationplan p ON p.id = d.plan_id
JOIN samples_object o ON o.id = d.object_id AND o.project_id = p.project_id
WHERE p.project_id = %s AND o.state NOT IN ('V', 'D')
"""
PLAN_COUNTS = """
SELECT d.plan_id, count(*), count(*) FILTER (WHERE o.state = 'V'), count(*) FILTER (WHERE o.state = 'D'),
       count(DISTINCT o.sample_id)
FROM abundance_drawnobject d JOIN abundance_validationplan p ON p.id = d.plan_id
JOIN samples_object o ON o.id = d.object_id AND o.project_id = p.project_id
WHERE d.plan_id = ANY(%s) GROUP BY 1
"""


@dataclass(frozen=True)
class DrawProposal:
    """The widest interval of a sample, and how many objects drawn by chance make it half as wide."""

    sample: int
    sample_name: str
    taxon: int
    taxon_name: str
    half_width: float  # objects
    relative: float  # of the count
    objects: int


def proposals_of(table: AbundanceTable) -> list[DrawProposal]:
    """The widest first; of samples and taxa that are there still, and in which nothing that was drawn waits."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING_SAMPLES, [table.project_id])
        waiting = {sample for (sample,) in cursor.fetchall()}
    entries = [entry for entry in table.proposals if entry["sample"] not in waiting]
    samples = Sample.objects.filter(project=table.project_id).in_bulk([entry["sample"] for entry in entries])
    names = names_of({entry["taxon"] for entry in entries})
    return [
        DrawProposal(
            sample_name=samples[entry["sample"]].original_id, taxon_name=names[entry["taxon"]], **entry
        )
        for entry in entries
        if entry["sample"] in samples and entry["taxon"] in names
    ]


@dataclass(frozen=True)
class PlanState:
    """How far a validation plan is."""

    plan: ValidationPlan
    objects: int
    validated: int
    dubious: int
    samples: int

    @property
    def is_done(self) -> bool:
        return self.validated + self.dubious == self.objects


def plans_of(project: Project, cursor: str | None, size: int) -> tuple[list[PlanState], str | None]:
    """The newest first, and the cursor of those before them."""
    rows = ValidationPlan.objects.filter(project=project).select_related("owner")
    plans, before = page_back(rows, "plans", cursor, size)
    counts = _plan_counts([plan.pk for plan in plans])
    return [PlanState(plan, *counts.get(plan.pk, (0, 0, 0, 0))) for plan in plans], before


def plan_state(plan: ValidationPlan) -> PlanState:
    return PlanState(plan, *_plan_counts([plan.pk]).get(plan.pk, (0, 0, 0, 0)))


def _plan_counts(plans: list[int]) -> dict[int, tuple[int, int, int, int]]:
    """plan → objects, validated, dubious, samples: of what is in the project still."""
    with connection.cursor() as cursor:
        cursor.execute(PLAN_COUNTS, [plans])
        return {plan: tuple(counts) for plan, *counts in cursor.fetchall()}
