"""What readers see, how far they are, and what they said of the same objects."""

import json
from collections import Counter, defaultdict
from itertools import combinations

import numpy as np
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Count, QuerySet
from django.http import Http404

from annotations.accounts.models import User
from annotations.gallery.reading_conditions import SAID
from annotations.labels.actions import Target
from annotations.pictures.keys import image_url
from annotations.projects.models import Project, Role
from annotations.readings import agreement
from annotations.readings.models import Choice, Reader, Reading
from annotations.readings.subjects import CANT_TELL, Answer, Subject, subject_of
from annotations.traits.values import NOT_VISIBLE

ANSWER = SAID.format("c")
FURTHEST = 30  # pairs of numbers that are shown


def readings_seen_by(project: Project, user: User) -> QuerySet[Reading]:
    """Experts and managers see all readings of the project, others those that they read."""
    found = (
        Reading.objects.filter(project=project)
        .select_related("trait")
        .annotate(size=Count("drawn", distinct=True))
    )
    return found if project.role.rank >= Role.EXPERT.rank else found.filter(seats__user=user)


def open_reading(project: Project, user: User, reading_id: int) -> Reading:
    """Raises Http404 for who may not know of it."""
    reading = readings_seen_by(project, user).filter(pk=reading_id).first()
    if reading is None:
        raise Http404("There is no such reading in this project.")
    return reading


def closed(reading: Reading) -> Reading:
    """The reading itself; raises PermissionDenied while its readers are at it."""
    if reading.closed is None:
        raise PermissionDenied("The readers are not done: until then nobody sees what they chose.")
    return reading


def seat_of(reading: Reading, user: User) -> Reader:
    """Raises PermissionDenied for who is no reader."""
    seat = Reader.objects.filter(reading=reading, user=user).first()
    if seat is None:
        raise PermissionDenied("You are not one of the readers.")
    return seat


def progress(readings: list[Reading]) -> dict[int, list[dict]]:
    """reading → [{user, name, done, handed_in}], without a word of what they chose."""
    done = Counter(
        {
            (reading, reader): n
            for reading, reader, n in Choice.objects.filter(reading__in=readings)
            .values_list("reading", "reader")
            .annotate(n=Count("id"))
            .order_by()
        }
    )
    return {
        reading.pk: [
            {
                "user": seat.user_id,
                "name": seat.user.display_name,
                "done": done[reading.pk, seat.user_id],
                "handed_in": seat.handed_in,
            }
            for seat in reading.seats.select_related("user").order_by("user__username")
        ]
        for reading in readings
    }


PAGE = f"""
SELECT d.object_id, CASE WHEN c.id IS NOT NULL THEN {ANSWER} END, i.key, i.width, i.height, a.pixel_um
FROM readings_drawn d
JOIN samples_object o ON o.id = d.object_id
JOIN samples_acquisition a ON a.id = o.acquisition_id
LEFT JOIN readings_choice c ON c.reading_id = d.reading_id AND c.object_id = d.object_id AND c.reader_id = %(user)s
CROSS JOIN LATERAL (
    SELECT key, width, height FROM samples_image WHERE object_id = d.object_id ORDER BY rank LIMIT 1
) i
WHERE d.reading_id = %(reading)s
ORDER BY hashint8extended(d.object_id, %(user)s), d.object_id
"""


def to_read(reading: Reading, user: User) -> list[dict]:
    """The objects of the reading with what the reader has said of them: named without a taxon is “can't tell”.

    In an order of the reader's own, so that nobody's neighbour gives a hint. Nothing of labels, models or others.
    """
    subject = subject_of(reading)
    with connection.cursor() as cursor:
        cursor.execute(PAGE, {"reading": reading.pk, "user": user.pk})
        rows = cursor.fetchall()
    said = {pk: _answer(subject, text) for pk, text, *_ in rows if text is not None}
    shown = subject.shown(set(said.values()))
    return [
        {
            "id": pk,
            "is_named": pk in said,
            subject.one: _unless_untold(shown[said[pk]]) if pk in said else None,
            "image": {"url": image_url(key), "width": width, "height": height},
            "pixel_um": pixel_um,
        }
        for pk, _, key, width, height, pixel_um in rows
    ]


def _unless_untold(shown: dict) -> dict | None:
    """The API says “can't tell” as it is told it: a taxon that is null."""
    return None if shown.get("id") == CANT_TELL else shown


def _answer(subject: Subject, text: str) -> Answer:
    return subject.answer(json.loads(text))


def _choices(reading: Reading) -> dict[int, dict[int, Answer]]:
    """object → reader → answer."""
    subject = subject_of(reading)
    found: dict[int, dict[int, Answer]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(CHOICES, [reading.pk])
        for pk, reader, text in cursor.fetchall():
            found[pk][reader] = _answer(subject, text)
    return found


CHOICES = (
    f"SELECT c.object_id, c.reader_id, {ANSWER} FROM readings_choice c WHERE c.reading_id = %s ORDER BY c.id"
)


def figures(reading: Reading) -> dict:
    """Agreement of all readers and of each pair, with intervals; per answer; and each pair's confusion matrix."""
    subject = subject_of(reading)
    people = [seat.user for seat in reading.seats.select_related("user").order_by("user__username")]
    choices = _choices(reading)
    answers = subject.in_order({answer for said in choices.values() for answer in said.values()})
    place = {answer: n for n, answer in enumerate(answers)}
    table = np.full((len(choices), len(people)), agreement.MISSING)
    for row, said in enumerate(choices.values()):
        for column, person in enumerate(people):
            if person.pk in said:
                table[row, column] = place[said[person.pk]]
    shown = subject.shown(answers)
    found = agreement.with_intervals(subject.overall(answers, len(people)), table)
    return {
        "objects": len(choices),
        "metric": subject.metric,
        "overall": {name: figure.as_dict() for name, figure in found.items()},
        "pairs": [
            _pair(subject, table, people, answers, shown, first, second)
            for first, second in combinations(range(len(people)), 2)
        ],
        subject.many: [] if subject.metric == "interval" else _per_answer(subject, table, answers, shown),
    }


def _pair(
    subject: Subject,
    table: np.ndarray,
    people: list[User],
    answers: list[Answer],
    shown: dict[Answer, dict],
    first: int,
    second: int,
) -> dict:
    """How far two readers agree, and how often one said this while the other said that."""
    both = table[:, [first, second]]
    both = both[(both != agreement.MISSING).all(axis=1)]
    found = agreement.with_intervals(subject.of_pair(answers), both)
    cells = Counter((answers[a], answers[b]) for a, b in both.tolist())
    confused = _furthest if subject.metric == "interval" else _matrix
    return {
        "readers": [
            {"id": person.pk, "name": person.display_name} for person in (people[first], people[second])
        ],
        **{name: figure.as_dict() for name, figure in found.items()},
        **confused(subject, cells, shown),
    }


def _matrix(subject: Subject, cells: Counter, shown: dict[Answer, dict]) -> dict:
    """Names in the order of how often they were given, what has an order in its own."""
    named: Counter = Counter()
    for (this, that), count in cells.items():
        named.update({this: count})
        named.update({that: count})
    common = [answer for answer, _ in named.most_common()]
    order = subject.in_order(common) if subject.metric == "ordinal" else common
    return {
        subject.many: [shown[answer] for answer in order],
        "matrix": [[cells[row, column] for column in order] for row in order],
    }


def _furthest(subject: Subject, cells: Counter, shown: dict[Answer, dict]) -> dict:
    """Of numbers there may be as many as objects: not a matrix, but the pairs that lie furthest apart."""
    apart = sorted(((this, that) for this, that in cells if this != that), key=lambda pair: -_distance(*pair))
    return {
        "furthest": [
            {"values": [shown[this], shown[that]], "count": cells[this, that]}
            for this, that in apart[:FURTHEST]
        ]
    }


def _distance(this: Answer, that: Answer) -> float:
    """What only one could see is further apart than any numbers."""
    return float("inf") if NOT_VISIBLE in (this, that) else abs(float(this) - float(that))


def _per_answer(
    subject: Subject, table: np.ndarray, answers: list[Answer], shown: dict[Answer, dict]
) -> list[dict]:
    """Of the pairs in which one said this: how many of the other said it, too."""
    counts = agreement.counted(table)
    readers = counts.sum(axis=1, keepdims=True)
    agreeing, all_pairs = (counts * (counts - 1)).sum(axis=0), (counts * (readers - 1)).sum(axis=0)
    found = [
        {
            subject.one: shown[answer],
            "named": int(counts[:, n].sum()),
            "agreement": round(float(agreeing[n] / all_pairs[n]), 4) if all_pairs[n] else None,
        }
        for n, answer in enumerate(answers)
    ]
    return sorted(found, key=lambda entry: -entry["named"])


def agreed(reading: Reading) -> dict[Answer, list[Target]]:
    """answer → the objects of which every reader said so and that the project does not hold validated so, as now."""
    subject = subject_of(reading)
    with connection.cursor() as cursor:
        cursor.execute(AGREED, [reading.pk, reading.seats.count()])
        said = {pk: _answer(subject, text) for pk, text in cursor.fetchall()}
    found = defaultdict(list)
    for pk, now in subject.now(list(said)).items():
        if subject.is_decisive(said[pk]) and not (now.is_validated and now.answer == said[pk]):
            found[said[pk]].append(Target(pk, now.version))
    return found


AGREED = f"""
SELECT c.object_id, min(({ANSWER})::text) FROM readings_choice c WHERE c.reading_id = %s
GROUP BY c.object_id HAVING count(*) = %s AND count(DISTINCT {ANSWER}) = 1
"""


def disputed(reading: Reading) -> list[int]:
    """The objects with different answers that nobody has settled, by id."""
    with connection.cursor() as cursor:
        cursor.execute(DISPUTED, [reading.pk])
        return [pk for (pk,) in cursor.fetchall()]


DISPUTED = f"""
SELECT d.object_id FROM readings_drawn d JOIN readings_choice c USING (reading_id, object_id)
WHERE d.reading_id = %s AND d.settled IS NULL
GROUP BY d.object_id HAVING count(DISTINCT {ANSWER}) > 1 ORDER BY d.object_id
"""


def answers_given(reading: Reading, objects: list[int]) -> dict[int, list[dict]]:
    """object → [{taxon or value, readers}], the answer that most readers gave first."""
    subject = subject_of(reading)
    found: dict[int, dict[Answer, list[str]]] = {pk: defaultdict(list) for pk in objects}
    names = {seat.user_id: seat.user for seat in reading.seats.select_related("user")}
    for pk, said in _choices(reading).items():
        for reader, answer in sorted(said.items(), key=lambda entry: names[entry[0]].username):
            if pk in found:
                found[pk][answer].append(names[reader].display_name)
    shown = subject.shown({answer for given in found.values() for answer in given})
    return {
        pk: [
            {subject.one: shown[answer], "readers": given[answer]}
            for answer in sorted(given, key=lambda answer: -len(given[answer]))
        ]
        for pk, given in found.items()
    }
