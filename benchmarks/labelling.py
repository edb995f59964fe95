"""What labels take, by number in a call: on the clock, of a core by Python and by PostgreSQL, and of its log; and how
eight annotators fare at once."""

from functools import partial
from itertools import cycle

from django.db import connection

from annotations.accounts.models import User
from annotations.labels.actions import label_objects
from annotations.labels.models import Change
from annotations.labels.targets import Target
from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon
from benchmarks.people import PEOPLE, SECONDS, people_at_once
from benchmarks.timing import CoreTime, Figures, p95, timed

CALLS = {
    50: 20,
    500: 4,
    10_000: 1,
}  # labels in a call: calls a turn, so that a turn is long enough to be measured
TURNS = 5  # the least counts: what else the machine does can only add to it
ANNOTATORS, SITTING = 8, 20.0  # people, seconds


def labels(figures: Figures, project: Project, user: User, size: int) -> None:
    """Objects labelled, conflict-checked, logged and tallied, each time as another taxon."""
    taxa = cycle(Taxon.objects.filter(replaced_by=None).order_by("-id")[:20])
    for count, calls in CALLS.items():
        waited: list[float] = []
        spent, logged = [], []
        for _ in range(TURNS):
            work = [
                partial(label_objects, project=project, user=user, targets=targets, taxon=next(taxa))
                for targets in _seen(project, count, min(calls, size // count))
            ]
            before = _log_position()
            spent.append(CoreTime.of(partial(_timed_each, work, waited)))
            logged.append(_log_position() - before)
        labelled = count * len(work)
        name = f"{count:,} labels at {size:,}"
        least = min(spent, key=lambda each: each.both)
        figures.add(f"{name}, least", min(waited), "ms")
        figures.add(f"{name}, slowest of {len(waited)}", max(waited), "ms")
        figures.add(f"{name}, Python", 1000 * least.python / len(work), "ms of a core")
        figures.add(f"{name}, PostgreSQL", 1000 * least.database / len(work), "ms of a core")
        figures.add(f"{name}, rate", labelled / least.both, "labels/s of a core")
        figures.add(f"{name}, written ahead", min(logged) / labelled, "bytes a label")


def _seen(project: Project, count: int, pages: int) -> list[list[Target]]:
    """Pages of so many objects each, as they are now."""
    rows = Object.objects.filter(project=project).order_by("id").values_list("id", "version")
    targets = [Target(*row) for row in rows[: count * pages]]
    return [targets[place * count :][:count] for place in range(pages)]


def _timed_each(work: list[partial], waited: list[float]) -> None:
    """Appends the milliseconds of each to `waited`."""
    waited.extend(map(timed, work))


def _log_position() -> int:
    """How many bytes PostgreSQL has ever written ahead."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint")
        return cursor.fetchone()[0]


def together(
    figures: Figures,
    project: Project,
    user: User,
    size: int,
    *,
    people: int = PEOPLE,
    seconds: float = SECONDS,
) -> None:
    """People who fetch pages of 200 and label 50 objects a call, over HTTP; nothing of theirs may be lost."""
    taxon = Taxon.objects.order_by("id").last()
    assert taxon is not None
    before = _labels_by(project, user)
    sitting = people_at_once(project, user, taxon.pk, people, seconds)
    works, durations = sitting.works, sitting.milliseconds
    name = f"{people} people at {size:,}, pages of 200 and 50 labels"
    figures.add(name, len(durations) / sitting.wall, "actions/s")
    figures.add(f"{name}, web process", 1000 * sitting.web / len(durations), "ms of a core an action")
    figures.add(f"{name}, PostgreSQL", 1000 * sitting.database / len(durations), "ms of a core an action")
    figures.add(f"{name}, p95", p95(durations), "ms")
    figures.add(f"{name}, slowest", max(durations), "ms")
    figures.add(f"{name}, failures", sum(work.failures for work in works), "requests")
    labelled, conflicts = sum(work.labelled for work in works), sum(work.conflicts for work in works)
    figures.add(f"{name}, objects labelled", labelled, "objects")
    lost = labelled - (_labels_by(project, user) - before)
    figures.add(f"{name}, lost updates", lost, "objects")
    figures.add(f"{name}, conflicts reported", conflicts, "objects")


def annotators(figures: Figures, project: Project, user: User, size: int) -> None:
    """Eight of them."""
    together(figures, project, user, size, people=ANNOTATORS, seconds=SITTING)


def _labels_by(project: Project, user: User) -> int:
    """In the log."""
    return Change.objects.filter(batch__project=project, batch__user=user, batch__kind="label").count()
