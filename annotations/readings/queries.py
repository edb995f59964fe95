"""What readers see, how far they are, and what they said of the same objects."""

from collections import Counter, defaultdict
from itertools import combinations

import numpy as np
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.http import Http404

from annotations.accounts.models import User
from annotations.labels.actions import Target
from annotations.projects.models import Project, Role
from annotations.readings import agreement
from annotations.readings.models import Choice, Reader, Reading
from annotations.taxonomy.queries import names_of
from seston.storage import image_url

CANT_TELL = 0  # in place of a taxon


def readings_seen_by(project: Project, user: User) -> QuerySet[Reading]:
    """Experts and managers see all readings of the project, others those that they read."""
    found = Reading.objects.filter(project=project).annotate(size=Count("drawn", distinct=True))
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


PAGE = """
SELECT d.object_id, c.id IS NOT NULL, c.taxon_id, i.key, i.width, i.height, a.pixel_um
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
    """The objects of the reading with what the reader has called them: named without a taxon is “can't tell”.

    In an order of the reader's own, so that nobody's neighbour gives a hint. Nothing of labels, models or others.
    """
    with connection.cursor() as cursor:
        cursor.execute(PAGE, {"reading": reading.pk, "user": user.pk})
        found = cursor.fetchall()
    names = names_of({taxon for _, _, taxon, *_ in found if taxon})
    return [
        {
            "id": pk,
            "is_named": is_named,
            "taxon": {"id": taxon, "name": names[taxon]} if taxon else None,
            "image": {"url": image_url(key), "width": width, "height": height},
            "pixel_um": pixel_um,
        }
        for pk, is_named, taxon, key, width, height, pixel_um in found
    ]


def _choices(reading: Reading) -> dict[int, dict[int, int]]:
    """object → reader → taxon."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for pk, reader, taxon in Choice.objects.filter(reading=reading).values_list("object", "reader", "taxon"):
        found[pk][reader] = taxon or CANT_TELL
    return found


def figures(reading: Reading) -> dict:
    """Agreement of all readers and of each pair, with intervals; per taxon; and each pair's confusion matrix."""
    people = [seat.user for seat in reading.seats.select_related("user").order_by("user__username")]
    choices = _choices(reading)
    taxa = sorted({taxon for named in choices.values() for taxon in named.values()})
    place = {taxon: n for n, taxon in enumerate(taxa)}
    table = np.full((len(choices), len(people)), agreement.MISSING)
    for row, named in enumerate(choices.values()):
        for column, person in enumerate(people):
            if person.pk in named:
                table[row, column] = place[named[person.pk]]
    names = _names(taxa)
    statistics = {"percent": agreement.percent_agreement, "alpha": agreement.krippendorffs_alpha}
    if len(people) > 2:
        statistics["fleiss"] = agreement.fleiss_kappa
    return {
        "objects": len(choices),
        "overall": {
            name: figure.as_dict() for name, figure in agreement.with_intervals(statistics, table).items()
        },
        "pairs": [
            _pair(table, people, taxa, names, first, second)
            for first, second in combinations(range(len(people)), 2)
        ],
        "taxa": _per_taxon(table, taxa, names),
    }


def _names(taxa: list[int]) -> dict[int, str]:
    return {**names_of({taxon for taxon in taxa if taxon}), CANT_TELL: "can't tell"}


def _pair(
    table: np.ndarray, people: list[User], taxa: list[int], names: dict, first: int, second: int
) -> dict:
    """Kappa of two readers, and how often one said this while the other said that."""
    both = table[:, [first, second]]
    both = both[(both != agreement.MISSING).all(axis=1)]
    cells = Counter((taxa[a], taxa[b]) for a, b in both.tolist())
    statistics = {"kappa": agreement.cohens_kappa, "percent": agreement.percent_agreement}
    found = agreement.with_intervals(statistics, both)
    order = [taxon for taxon, _ in Counter(taxa[a] for a in both.ravel().tolist()).most_common()]
    return {
        "readers": [
            {"id": person.pk, "name": person.display_name} for person in (people[first], people[second])
        ],
        **{name: figure.as_dict() for name, figure in found.items()},
        "taxa": [{"id": taxon, "name": names[taxon]} for taxon in order],
        "matrix": [[cells[row, column] for column in order] for row in order],
    }


def _per_taxon(table: np.ndarray, taxa: list[int], names: dict) -> list[dict]:
    """Of the pairs in which one said this taxon: how many of the other said it, too."""
    counts = agreement.counted(table)
    readers = counts.sum(axis=1, keepdims=True)
    agreeing, all_pairs = (counts * (counts - 1)).sum(axis=0), (counts * (readers - 1)).sum(axis=0)
    found = [
        {
            "taxon": {"id": taxon, "name": names[taxon]},
            "named": int(counts[:, n].sum()),
            "agreement": round(float(agreeing[n] / all_pairs[n]), 4) if all_pairs[n] else None,
        }
        for n, taxon in enumerate(taxa)
    ]
    return sorted(found, key=lambda entry: -entry["named"])


def agreed_taxa(reading: Reading) -> dict[int, list[Target]]:
    """taxon → the objects that every reader called so and that have no such validated label yet, as they are now."""
    with connection.cursor() as cursor:
        cursor.execute(AGREED, [reading.pk, reading.seats.count()])
        found = defaultdict(list)
        for taxon, pk, version in cursor.fetchall():
            found[taxon].append(Target(pk, version))
    return found


AGREED = """
SELECT agreed.taxon, o.id, o.version FROM (
    SELECT object_id, min(taxon_id) AS taxon, reading_id FROM readings_choice WHERE reading_id = %s
    GROUP BY object_id, reading_id
    HAVING count(taxon_id) = %s AND count(DISTINCT taxon_id) = 1
) agreed
JOIN samples_object o ON o.id = agreed.object_id
WHERE NOT (o.state = 'V' AND o.taxon_id = agreed.taxon) ORDER BY o.id
"""


def disputed(reading: Reading) -> list[int]:
    """The objects with different names that nobody has settled, by id."""
    with connection.cursor() as cursor:
        cursor.execute(DISPUTED, [reading.pk])
        return [pk for (pk,) in cursor.fetchall()]


DISPUTED = """
SELECT d.object_id FROM readings_drawn d JOIN readings_choice c USING (reading_id, object_id)
WHERE d.reading_id = %s AND d.settled IS NULL
GROUP BY d.object_id HAVING count(DISTINCT COALESCE(c.taxon_id, 0)) > 1 ORDER BY d.object_id
"""


def names_given(reading: Reading, objects: list[int]) -> dict[int, list[dict]]:
    """object → [{taxon, readers}], the name most readers gave first."""
    found: dict[int, dict[int, list[str]]] = {pk: defaultdict(list) for pk in objects}
    choices = Choice.objects.filter(Q(reading=reading), object__in=objects).select_related("reader")
    for choice in choices.order_by("reader__username"):
        found[choice.object_id][choice.taxon_id or CANT_TELL].append(choice.reader.display_name)
    names = _names([taxon for given in found.values() for taxon in given])
    return {
        pk: [
            {"taxon": {"id": taxon, "name": names[taxon]}, "readers": given[taxon]}
            for taxon in sorted(given, key=lambda taxon: -len(given[taxon]))
        ]
        for pk, given in found.items()
    }
