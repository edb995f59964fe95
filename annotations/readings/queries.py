"""What readers see, how far they are, and what they said of the same objects."""

from collections import Counter, defaultdict

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Count, QuerySet
from django.http import Http404

from annotations.accounts.models import User
from annotations.labels.actions import Target
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
    found: dict[int, list[dict]] = {reading.pk: [] for reading in readings}
    seats = Reader.objects.filter(reading__in=readings).select_related("user").order_by("user__username")
    for seat in seats:
        found[seat.reading_id].append(
            {
                "user": seat.user_id,
                "name": seat.user.display_name,
                "done": done[seat.reading_id, seat.user_id],
                "handed_in": seat.handed_in,
            }
        )
    return found


PAGE = f"""
SELECT d.object_id, CASE WHEN c.id IS NOT NULL THEN {ANSWER} END, i.key, i.width, i.height, a.pixel_um
FROM readings_drawn d
JOIN samples_object o ON o.id = d.object_id
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
        cursor.execute(PAGE, {"reading": reading.pk, "user": user.pk})
        rows = cursor.fetchall()
    said = {pk: answer_of(subject, text) for pk, text, *_ in rows if text is not None}
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


def figures(reading: Reading) -> dict:
    """With names, as pages and the API show them. A reading that was closed before figures were kept gets them now."""
    if not reading.figures:
        keep_figures(reading)
    kept, subject = reading.figures, subject_of(reading)
    shown = subject.shown(kept["answers"])
    names = [shown[answer] for answer in kept["answers"]]
    people = User.objects.in_bulk({person for pair in kept["pairs"] for person in pair["readers"]})
    return {
        **{name: kept[name] for name in ("objects", "metric", "overall")},
        "pairs": [_named_pair(subject, pair, names, people) for pair in kept["pairs"]],
        subject.many: [{subject.one: names[place], **figure} for place, figure in kept["per_answer"]],
    }


def _named_pair(subject: Subject, pair: dict, names: list[dict], people: dict[int, User]) -> dict:
    readers = [
        {"id": pk, "name": people[pk].display_name if pk in people else LEFT} for pk in pair["readers"]
    ]
    found = {**pair["figures"], "readers": readers}
    if "furthest" in pair:
        found["furthest"] = [
            {"values": [names[this], names[that]], "count": count} for this, that, count in pair["furthest"]
        ]
        return found
    return found | {subject.many: [names[place] for place in pair["order"]], "matrix": pair["matrix"]}


def agreed(reading: Reading) -> dict[Answer, list[Target]]:
    """answer → the objects of which every reader said so and that the project does not hold validated so, as now."""
    subject = subject_of(reading)
    with connection.cursor() as cursor:
        cursor.execute(AGREED, [reading.pk, reading.seats.count()])
        said = {pk: answer_of(subject, text) for pk, text in cursor.fetchall()}
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
    for pk, said in choices_of(reading).items():
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
