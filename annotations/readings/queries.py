"""What readers see, how far they are, and what they said of the same objects."""

from collections import Counter, defaultdict

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Count, QuerySet
from django.http import Http404

from annotations.accounts.models import User
from annotations.labels.targets import Target
from annotations.pictures.keys import image_url
from annotations.projects.models import Project, Role
from annotations.readings.conditions import CHOSEN
from annotations.readings.measuring import answer_of, choices_of, keep_figures
from annotations.readings.models import Choice, Reader, Reading
from annotations.readings.subjects import CANT_TELL, Answer, Subject, subject_of
from annotations.samples.queries import first_image

LEFT = "somebody who left"
ANSWER = CHOSEN.format("c")


def readings_seen_by(project: Project, user: User) -> QuerySet[Reading]:
    """Experts and managers see all readings of the project, others those that they read."""
    readings = (
        Reading.objects.filter(project=project)
        .select_related("trait")
        .annotate(size=Count("reading_objects", distinct=True))
    )
    return readings if project.role.rank >= Role.EXPERT.rank else readings.filter(reader__user=user)


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


def reader_of(reading: Reading, user: User) -> Reader:
    """Raises PermissionDenied for who is no reader."""
    reader = Reader.objects.filter(reading=reading, user=user).first()
    if reader is None:
        raise PermissionDenied("You are not one of the readers.")
    return reader


def progress(readings: list[Reading]) -> dict[int, list[dict]]:
    """reading → [{user, name, done, submitted}], without a word of what they chose."""
    done = Counter(
        {
            (reading, person): n
            for reading, person, n in Choice.objects.filter(reading__in=readings)
            .values_list("reading", "reader")
            .annotate(n=Count("id"))
            .order_by()
        }
    )
    by_reading: dict[int, list[dict]] = {reading.pk: [] for reading in readings}
    readers = Reader.objects.filter(reading__in=readings).select_related("user").order_by("user__username")
    for reader in readers:
        by_reading[reader.reading_id].append(
            {
                "user": reader.user_id,
                "name": reader.user.display_name,
                "done": done[reader.reading_id, reader.user_id],
                "submitted": reader.submitted,
            }
        )
    return by_reading


PAGE = f"""
SELECT d.object_id, CASE WHEN c.id IS NOT NULL THEN {ANSWER} END, i.key, i.width, i.height, a.pixel_um
FROM readings_readingobject d
JOIN samples_object o ON o.id = d.object_id AND o.project_id = %(project)s
JOIN samples_acquisition a ON a.id = o.acquisition_id
LEFT JOIN readings_choice c ON c.reading_id = d.reading_id AND c.object_id = d.object_id AND c.reader_id = %(user)s
{first_image("d.object_id")}
WHERE d.reading_id = %(reading)s
ORDER BY hashint8extended(d.object_id, %(user)s), d.object_id
"""


def to_read(reading: Reading, user: User) -> list[dict]:
    """The objects of the reading with what the reader has said of them: named without a taxon is “can't tell”.

    In an order of the reader's own, so that nobody's neighbour gives a hint. Nothing of labels, models or others.
    """
    subject = subject_of(reading)
    with connection.cursor() as cursor:
        cursor.execute(PAGE, {"reading": reading.pk, "project": reading.project_id, "user": user.pk})
        rows = cursor.fetchall()
    answers = {pk: answer_of(subject, text) for pk, text, *_ in rows if text is not None}
    described = subject.described(set(answers.values()))
    return [
        {
            "id": pk,
            "is_named": pk in answers,
            subject.field_name: _null_if_cant_tell(described[answers[pk]]) if pk in answers else None,
            "image": {"url": image_url(key), "width": width, "height": height},
            "pixel_um": pixel_um,
        }
        for pk, _, key, width, height, pixel_um in rows
    ]


def _null_if_cant_tell(described: dict) -> dict | None:
    """The API says “can't tell” as it is told it: a taxon that is null."""
    return None if described.get("id") == CANT_TELL else described


def figures(reading: Reading) -> dict:
    """With names, as pages and the API show them. A reading that was closed before figures were kept gets them now."""
    if not reading.figures:
        keep_figures(reading)
    stored, subject = reading.figures, subject_of(reading)
    described = subject.described(stored["answers"])
    names = [described[answer] for answer in stored["answers"]]
    people = User.objects.in_bulk({person for pair in stored["pairs"] for person in pair["readers"]})
    return {
        **{name: stored[name] for name in ("objects", "metric", "overall")},
        "pairs": [_named_pair(subject, pair, names, people) for pair in stored["pairs"]],
        subject.field_name_plural: [
            {subject.field_name: names[place], **figure} for place, figure in stored["per_answer"]
        ],
    }


def _named_pair(subject: Subject, pair: dict, names: list[dict], people: dict[int, User]) -> dict:
    readers = [
        {"id": pk, "name": people[pk].display_name if pk in people else LEFT} for pk in pair["readers"]
    ]
    named = {**pair["figures"], "readers": readers}
    if "furthest" in pair:
        named["furthest"] = [
            {"values": [names[this], names[that]], "count": count} for this, that, count in pair["furthest"]
        ]
        return named
    return named | {
        subject.field_name_plural: [names[place] for place in pair["order"]],
        "matrix": pair["matrix"],
    }


def agreed(reading: Reading) -> dict[Answer, list[Target]]:
    """answer → the objects of which every reader said so and that the project does not hold validated so, as now."""
    subject = subject_of(reading)
    with connection.cursor() as cursor:
        cursor.execute(AGREED, [reading.project_id, reading.pk, reading.reader_set.count()])
        answers = {pk: answer_of(subject, text) for pk, text in cursor.fetchall()}
    targets = defaultdict(list)
    for pk, now in subject.now(list(answers)).items():
        if subject.is_decisive(answers[pk]) and not (now.is_validated and now.answer == answers[pk]):
            targets[answers[pk]].append(Target(pk, now.version))
    return targets


AGREED = f"""
SELECT c.object_id, min(({ANSWER})::text) FROM readings_choice c
JOIN samples_object o ON o.id = c.object_id AND o.project_id = %s WHERE c.reading_id = %s
GROUP BY c.object_id HAVING count(*) = %s AND count(DISTINCT {ANSWER}) = 1
"""


def disputed(reading: Reading) -> list[int]:
    """The objects with different answers that nobody has settled, by id."""
    with connection.cursor() as cursor:
        cursor.execute(DISPUTED, [reading.project_id, reading.pk])
        return [pk for (pk,) in cursor.fetchall()]


DISPUTED = f"""
SELECT d.object_id FROM readings_readingobject d JOIN readings_choice c USING (reading_id, object_id)
JOIN samples_object o ON o.id = d.object_id AND o.project_id = %s
WHERE d.reading_id = %s AND d.settled IS NULL
GROUP BY d.object_id HAVING count(DISTINCT {ANSWER}) > 1 ORDER BY d.object_id
"""


def answers_of_readers(reading: Reading, objects: list[int]) -> dict[int, list[dict]]:
    """object → [{taxon or value, readers}], the answer that most readers gave first."""
    subject = subject_of(reading)
    by_object: dict[int, dict[Answer, list[str]]] = {pk: defaultdict(list) for pk in objects}
    names = {reader.user_id: reader.user for reader in reading.reader_set.select_related("user")}
    for pk, by_reader in choices_of(reading).items():
        for reader, answer in sorted(by_reader.items(), key=lambda entry: names[entry[0]].username):
            if pk in by_object:
                by_object[pk][answer].append(names[reader].display_name)
    described = subject.described({answer for readers in by_object.values() for answer in readers})
    return {
        pk: [
            {subject.field_name: described[answer], "readers": readers[answer]}
            for answer in sorted(readers, key=lambda answer: -len(readers[answer]))
        ]
        for pk, readers in by_object.items()
    }
