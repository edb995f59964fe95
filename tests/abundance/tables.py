"""Tables of abundance and plans that nobody had to work out."""

from annotations.abundance.models import (
    AbundanceTable,
    DrawnObject,
    SampleAbundance,
    SamplingFrame,
    TaxonAbundance,
    ValidationPlan,
)
from annotations.accounts.models import User
from annotations.samples.models import Object


def add_figure(made: Object, taxon: int, user: User, estimate: float = 7.5) -> None:
    """Of the object's sample, in its project's table; the object is drawn by a plan of its own."""
    project, sample = made.project, made.sample
    table, _ = AbundanceTable.objects.get_or_create(
        project=project, defaults={"owner": user, "created": project.created, "objects_seen": 10}
    )
    SampleAbundance.objects.get_or_create(
        table=table,
        sample=sample,
        defaults={
            "basis": "random",
            "uses_model": True,
            "objects_seen": 10,
            "validated": 2,
            "drawn": 2,
            "unnamed": 0,
        },
    )
    TaxonAbundance.objects.create(
        table=table, sample=sample, taxon_id=taxon, counted=2, estimate=estimate, low=4.25, high=9
    )
    table.proposals.append(
        {"sample": sample.pk, "taxon": taxon, "half_width": 2.4, "relative": 0.3, "objects": 40}
    )
    table.save()
    frame = SamplingFrame.objects.create(
        sample=sample, created=project.created, size=9, last_object=made.pk, seed=1
    )
    plan = ValidationPlan.objects.create(project=project, owner=user)
    DrawnObject.objects.create(plan=plan, frame=frame, object=made, place=1)
