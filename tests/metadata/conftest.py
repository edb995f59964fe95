"""Two samples off Villefranche: one net of a single place and moment, one profile whose objects differ."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from annotations.projects.models import Project
from annotations.samples.actions import add_objects, ensure_acquisition, ensure_sample, place_samples
from annotations.samples.models import FreeColumn, Sample
from annotations.samples.rows import NewAcquisition, NewObject
from tests.worlds import shared_rows

NOON = datetime(2026, 4, 12, 12, tzinfo=UTC)


@shared_rows
def cruise(project: Project) -> SimpleNamespace:
    return make_cruise(project)


def make_cruise(project: Project) -> SimpleNamespace:
    for name in ("tot_vol", "ship"):
        FreeColumn.objects.create(project=project, level=FreeColumn.Level.SAMPLE, name=name)
    net = ensure_sample(project=project, original_id="net", fields={"tot_vol": "12.5", "ship": "Tara"})
    profile = ensure_sample(project=project, original_id="profile", fields={"tot_vol": "9"})
    objects = [
        NewObject(
            f"n{n}",
            net.pk,
            _acquisition(net),
            latitude=43.1,
            longitude=7.3,
            depth_min=0,
            depth_max=200,
            taken_at=NOON,
        )
        for n in range(3)
    ]
    objects += [
        NewObject(
            f"p{n}", profile.pk, _acquisition(profile), latitude=43 + n / 10, longitude=7.3, depth_min=10 * n,
            depth_max=10 * n, taken_at=NOON + timedelta(minutes=n),
        )
        for n in range(3)
    ]  # fmt: skip
    add_objects(project=project, objects=objects)
    place_samples(project=project)
    return SimpleNamespace(project=project, net=net, profile=profile)


def _acquisition(sample: Sample) -> int:
    return ensure_acquisition(sample_id=sample.pk, new=NewAcquisition(f"acq_{sample.original_id}")).pk
