"""The samples that have public objects, as pies of taxa on the map: from the tally, as exact as it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from annotations.common.plots.stacks import OTHERS, StackedKind
from annotations.public.models import PublicFace
from annotations.public.queries import PublicTaxon
from annotations.samples.naming import readable_id

MOST_PLACES = 1000  # samples, those with the most objects
PLACES = """
WITH counted AS (
    SELECT sample_id, CASE WHEN taxon_id = ANY(%(taxa)s) THEN taxon_id END AS taxon, sum(count)::bigint AS count
    FROM labels_tally WHERE project_id = %(project)s AND state = ANY(%(states)s) GROUP BY 1, 2 HAVING sum(count) > 0
), placed AS (
    SELECT s.id, s.original_id, s.latitude, s.longitude
    FROM (SELECT sample_id, sum(count) AS count FROM counted GROUP BY 1) n
    JOIN samples_sample s ON s.id = n.sample_id
    WHERE s.latitude IS NOT NULL AND s.longitude IS NOT NULL ORDER BY n.count DESC, s.id LIMIT %(most)s
)
SELECT p.id, p.original_id, p.latitude, p.longitude, c.taxon, c.count
FROM placed p JOIN counted c ON c.sample_id = p.id ORDER BY p.original_id, p.id
"""


@dataclass(frozen=True)
class PublicMap:
    places: list[
        list
    ]  # [name, latitude, longitude, objects, [of each kind], address], as `piemap.js` reads them
    kinds: list[StackedKind]

    @property
    def names(self) -> list[str]:
        return [kind.name for kind in self.kinds]


def map_of(face: PublicFace, taxa: Sequence[PublicTaxon]) -> PublicMap:
    frequent = [each for each in taxa if each.taxon][:OTHERS]
    numbers = [each.taxon for each in frequent]
    params = {"project": face.pk, "states": face.letters, "taxa": numbers, "most": MOST_PLACES}
    with connection.cursor() as cursor:
        cursor.execute(PLACES, params)
        rows = cursor.fetchall()
    samples: dict[tuple, dict[int | None, int]] = defaultdict(dict)
    for *sample, taxon, count in rows:
        samples[tuple(sample)][taxon] = count
    places = [_place(face, sample, counts, [*numbers, None]) for sample, counts in samples.items()]
    kinds = [StackedKind(place, each.name, each.is_italic) for place, each in enumerate(frequent)]
    has_others = any(None in counts for counts in samples.values())
    return PublicMap(places, kinds + ([StackedKind(OTHERS, "others")] if has_others else []))


def _place(
    face: PublicFace, sample: tuple, counts: dict[int | None, int], kinds: Sequence[int | None]
) -> list:
    number, name, latitude, longitude = sample
    parts = [counts.get(kind, 0) for kind in kinds]
    address = f"{reverse('public:objects', args=[face.pk])}?{urlencode({'sample': number})}"
    return [readable_id(name), latitude, longitude, sum(counts.values()), parts, address]
