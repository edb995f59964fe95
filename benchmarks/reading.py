"""What a request for a page takes of a core, by the web process and by PostgreSQL: busy machines say the same."""

from functools import partial

from django.db import connection
from django.db.models import QuerySet
from django.test import Client

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn, Object
from benchmarks.timing import CoreTime, Figures, timed

COLUMNS, CHOSEN = 112, 4  # free columns: as many as of a ZooScan with our measurements; that a page shows
ROUNDS, TURNS = 20, 3
SLOW = 1000.0  # milliseconds from which on one round is long enough to be measured
WIDEN = """
UPDATE samples_objectfields w SET "values" = w."values" || (
    SELECT array_agg(round((random() * 1000)::numeric, 4)::float8) FROM generate_series(1, %s + w.object_id * 0))
WHERE project_id = %s"""


def reading(figures: Figures, project: Project, user: User) -> None:
    """Pages of 200 as programs and browsers fetch them, counts, and what is summed up of all objects."""
    size = Object.objects.filter(project=project).count()
    _widen(project)
    reading_of(figures, project, user, size)


def reading_of(figures: Figures, project: Project, user: User, size: int) -> None:
    """The same, of a project that stays as it is."""
    columns = list(_numbers(project).values_list("name", flat=True))
    client = Client()
    client.force_login(user)
    api, page = f"/api/v1/projects/{project.pk}", f"/projects/{project.pk}"
    requests = {
        f"page of 200, {len(columns)} columns": f"{api}/objects/?limit=200",
        f"page of 200, {CHOSEN} columns": f"{api}/objects/?limit=200&fields={','.join(columns[:CHOSEN])}",
        "the bench as HTML": f"{page}/?size=200",
        "the next 200 vignettes as HTML": f"{page}/vignettes/?size=200",
        "counts": f"{api}/counts/",
        "the table of results": f"{page}/results/",
        "size spectra": f"{page}/results/spectra/",
    }
    for name, url in requests.items():
        rounds = ROUNDS if timed(partial(_ask, client, url, 1)) < SLOW else 1
        spent = _least(partial(_ask, client, url, rounds))
        figures.add(f"{name} at {size:,}, web process", 1000 * spent.python / rounds, "ms of a core")
        figures.add(f"{name} at {size:,}, PostgreSQL", 1000 * spent.database / rounds, "ms of a core")


def _ask(client: Client, url: str, rounds: int) -> None:
    for _ in range(rounds):
        assert client.get(url).status_code == 200, url


def _least(work: partial) -> CoreTime:
    """Of several turns: what else the machine does can only add to it."""
    return min((CoreTime.of(work) for _ in range(TURNS)), key=lambda spent: spent.both)


def _numbers(project: Project) -> QuerySet[FreeColumn]:
    return FreeColumn.objects.filter(project=project, position__isnull=False).order_by("position")


def _widen(project: Project) -> None:
    """The project has `COLUMNS` numbers an object from now on."""
    missing = range(_numbers(project).count(), COLUMNS)
    FreeColumn.objects.bulk_create(
        FreeColumn(project=project, level="object", name=f"wide_{place}", is_number=True, position=place)
        for place in missing
    )
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(WIDEN, [len(missing), project.pk])
            cursor.execute("VACUUM ANALYZE samples_objectfields")
