"""How far a project is: per sample, taxon, person and day. Counts come from the tallies."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection

from annotations.accounts.models import User
from annotations.assignments.imported import imported_labels
from annotations.assignments.models import Assignment
from annotations.labels.tally import project_counts
from annotations.samples.models import Sample, State
from annotations.taxonomy.queries import names_of

DAYS = 60  # of the plot
PACE = 14  # days that a forecast looks back at most
LEAST_PACE = 3  # days since the first label, before which a forecast would be hardly more than chance
LETTERS = [
    State.VALIDATED,
    State.DUBIOUS,
    State.MACHINE_VALIDATED,
    State.PREDICTED,
    State.UNCLASSIFIED,
]
MOST_SAMPLES = 200  # a page


def unsettled(project_id: int) -> dict[int, int]:
    """sample → objects that neither a person nor a rule has settled."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT sample_id, sum(count)::bigint FROM labels_tally
               WHERE project_id = %s AND state IN ('U', 'P') GROUP BY 1""",
            [project_id],
        )
        return dict(cursor.fetchall())


def states(project_id: int) -> dict[str, int]:
    """state → objects of the whole project."""
    counts: Counter[str] = Counter()
    for _, state, count in project_counts(project_id):
        counts[state] += count
    return {letter.word: counts[letter.value] for letter in LETTERS}


def by_sample(project_id: int, after: str = "", limit: int | None = MOST_SAMPLES) -> list[dict]:
    """[{id, name, states, total, people: [{id, name, due}]}] by name, after a name."""
    samples = Sample.objects.filter(project=project_id, original_id__gt=after).order_by("original_id")
    rows = list(samples.values_list("pk", "original_id")[:limit])
    numbers = [pk for pk, _ in rows]
    counts, people = _states_of(project_id, numbers), _people_of(numbers)
    return [
        {
            "id": pk,
            "name": name,
            "states": {letter.word: counts[pk][letter.value] for letter in LETTERS},
            "total": counts[pk].total(),
            "people": sorted(people[pk], key=lambda person: person["name"]),
        }
        for pk, name in rows
    ]


def _states_of(project_id: int, samples: list[int]) -> dict[int, Counter]:
    """How many objects of each sample have which state; 0 where nothing is counted."""
    counts: dict[int, Counter] = defaultdict(Counter)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT sample_id, state, sum(count)::bigint FROM labels_tally
               WHERE project_id = %s AND sample_id = ANY(%s) GROUP BY 1, 2""",
            [project_id, samples],
        )
        for sample, state, count in cursor.fetchall():
            counts[sample][state] = count
    return counts


def _people_of(samples: list[int]) -> dict[int, list[dict]]:
    people = defaultdict(list)
    for assignment in Assignment.objects.filter(sample__in=samples).select_related("user"):
        people[assignment.sample_id].append(
            {"id": assignment.user_id, "name": assignment.user.display_name, "due": assignment.due}
        )
    return people


def by_taxon(project_id: int) -> list[dict]:
    """[{taxon: {id, name}, states, total}], most objects first."""
    counts: dict[int, Counter] = defaultdict(Counter)
    for taxon, state, count in project_counts(project_id):
        if taxon is not None:
            counts[taxon][state] += count
    names = names_of(set(counts))
    entries = [
        {
            "taxon": {"id": taxon, "name": names[taxon]},
            "states": {letter.word: counted[letter.value] for letter in LETTERS},
            "total": counted.total(),
        }
        for taxon, counted in counts.items()
    ]
    return sorted(entries, key=lambda entry: (-entry["total"], entry["taxon"]["name"]))


# Each object once, for who settled it as it is now: what was relabelled or taken back since is nobody's any more. The
# moment of the last one is looked for among those of its day.
BY_PERSON = """
SELECT t.annotator_id, t.count, t.week, t.month, last.labelled_at FROM (
    SELECT annotator_id, sum(count)::bigint AS count, max(day) AS day,
           coalesce(sum(count) FILTER (WHERE day > %(today)s - 7), 0)::bigint AS week,
           coalesce(sum(count) FILTER (WHERE day > %(today)s - 30), 0)::bigint AS month
    FROM (SELECT annotator_id, day, sum(count) AS count FROM labels_settledtally WHERE project_id = %(project)s
          GROUP BY 1, 2 HAVING sum(count) <> 0) AS settled GROUP BY 1
) t CROSS JOIN LATERAL (
    SELECT o.labelled_at FROM samples_object o
    WHERE o.project_id = %(project)s AND o.annotator_id = t.annotator_id AND o.state IN ('V', 'D')
      AND o.labelled_at >= t.day::timestamp AT TIME ZONE 'UTC' ORDER BY o.labelled_at DESC LIMIT 1
) last ORDER BY 2 DESC, 1
"""
BY_DAY = """
SELECT day, sum(count)::bigint FROM labels_settledtally WHERE project_id = %s AND day >= %s GROUP BY 1
"""


def recent_imports(project_id: int, today: date | None = None) -> Counter[tuple[int, date]]:
    """(person, day) → objects of the last 60 days (UTC) whose labels came with a package. A page reads it once for
    `by_person` and `by_day`: it goes through each of these labels."""
    return imported_labels(project_id, (today or datetime.now(UTC).date()) - timedelta(DAYS - 1))


def by_person(
    project_id: int, today: date | None = None, imported: Counter[tuple[int, date]] | None = None
) -> list[dict]:
    """[{id, name, labels, week, month, last}]: objects that each person settled, as they are now; most first. Weeks and
    months are the last 7 and 30 days (UTC), today included, without what came with a package."""
    today = today or datetime.now(UTC).date()
    imported = recent_imports(project_id, today) if imported is None else imported
    week, month = (_people_since(imported, today - timedelta(days - 1)) for days in (7, 30))
    with connection.cursor() as cursor:
        cursor.execute(BY_PERSON, {"project": project_id, "today": today})
        rows = cursor.fetchall()
    names = {user.pk: user.display_name for user in User.objects.filter(pk__in=[row[0] for row in rows])}
    return [
        {
            "id": pk,
            "name": names.get(pk, "somebody who left"),
            "labels": n,
            "week": in_week - week[pk],
            "month": in_month - month[pk],
            "last": last,
        }
        for pk, n, in_week, in_month, last in rows
    ]


def _people_since(labels: Counter[tuple[int, date]], first: date) -> Counter[int]:
    people: Counter[int] = Counter()
    for (person, day), count in labels.items():
        people[person] += count if day >= first else 0
    return people


def by_day(
    project_id: int, today: date | None = None, imported: Counter[tuple[int, date]] | None = None
) -> list[dict]:
    """[{day, labels}] of the last 60 days (UTC), those without work included: objects that were settled here then, and
    have stayed so."""
    today = today or datetime.now(UTC).date()
    first = today - timedelta(DAYS - 1)
    of_packages: Counter[date] = Counter()
    for (_, day), count in (recent_imports(project_id, today) if imported is None else imported).items():
        of_packages[day] += count
    with connection.cursor() as cursor:
        cursor.execute(BY_DAY, [project_id, first])
        settled = dict(cursor.fetchall())
    days = [first + timedelta(n) for n in range(DAYS)]
    return [{"day": day, "labels": settled.get(day, 0) - of_packages[day]} for day in days]


@dataclass(frozen=True)
class EndForecast:
    """`days_left` is how long what waits takes at the pace of the last `pace_days`; None while these are
    too few to tell."""

    days_left: int | None
    pace_days: int


def forecast(waiting: int, days: list[dict]) -> EndForecast | None:
    """At the pace of the last two weeks, or of the days since the first label where these are fewer; None when nobody
    worked then."""
    settled = sum(day["labels"] for day in days[-PACE:])
    if not settled:
        return None
    first = next(n for n, day in enumerate(days) if day["labels"])
    pace_days = min(len(days) - first, PACE)
    return EndForecast(-(-waiting * pace_days // settled) if pace_days >= LEAST_PACE else None, pace_days)


def samples_of(project_id: int, user: User, today: date | None = None) -> list[dict]:
    """A person's samples: [{id, name, due, waiting, is_late}], what is due first."""
    today = today or datetime.now(UTC).date()
    waiting = unsettled(project_id)
    assignments = Assignment.objects.filter(sample__project=project_id, user=user).select_related("sample")
    entries = [
        {
            "id": one.sample_id,
            "name": one.sample.original_id,
            "due": one.due,
            "waiting": waiting.get(one.sample_id, 0),
            "is_late": one.due is not None and one.due < today and waiting.get(one.sample_id, 0) > 0,
        }
        for one in assignments
    ]
    return sorted(
        entries, key=lambda sample: (not sample["waiting"], sample["due"] or date.max, sample["name"])
    )
