"""Where the errors of a finished check are: by taxon, by sample, by score; what is wrong opens on the bench."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection

from annotations.checks.models import QualityCheck
from annotations.common.plots.intervals import Interval
from annotations.samples.naming import readable_id

MOST_LINES = 50
NOT_NAMED = 0  # as a filter has it

BY_TAXON = """
SELECT t.id, t.display_name, n.id, n.display_name, count(*), count(*) FILTER (WHERE l.answer = 'wrong')
FROM checks_qualitylook l JOIN taxonomy_taxon t ON t.id = taxonomy_in_use(l.taxon_id)
LEFT JOIN taxonomy_taxon n ON n.id = taxonomy_in_use(l.named_id) AND l.answer = 'wrong'
WHERE l.quality_check_id = %s AND l.answer IN ('right', 'wrong') GROUP BY 1, 2, 3, 4 ORDER BY 6 DESC, 4
"""
BY_SAMPLE = """
SELECT s.id, s.original_id, count(*), count(*) FILTER (WHERE l.answer = 'wrong') AS wrong
FROM checks_qualitylook l JOIN samples_object o ON o.id = l.object_id JOIN samples_sample s ON s.id = o.sample_id
WHERE l.quality_check_id = %s AND o.project_id = %s AND l.answer IN ('right', 'wrong')
GROUP BY 1, 2 HAVING count(*) FILTER (WHERE l.answer = 'wrong') > 0 ORDER BY wrong DESC, 2 LIMIT %s
"""
# the score that it had when it was drawn; what people have labelled has none
BY_SCORE = """
SELECT width_bucket(l.score, ARRAY[0.5, 0.7, 0.8, 0.9, 0.95]), count(*), count(*) FILTER (WHERE l.answer = 'wrong')
FROM checks_qualitylook l
WHERE l.quality_check_id = %s AND l.answer IN ('right', 'wrong') AND l.score IS NOT NULL GROUP BY 1 ORDER BY 1
"""
BANDS = ("below 0.5", "0.5 to 0.7", "0.7 to 0.8", "0.8 to 0.9", "0.9 to 0.95", "0.95 and above")


@dataclass
class Confusion:
    """Objects of one label that were said to be another taxon; `taxon` is NOT_NAMED where none was named."""

    taxon: int
    name: str
    count: int


@dataclass
class ErrorLine:
    """Looks at one part of the set, and how many of them found the label wrong."""

    key: int
    name: str
    judged: int
    wrong: int
    confusions: list[Confusion] = field(default_factory=list)

    @property
    def interval(self) -> Interval:
        """Of its precision by Wilson: of one part at one moment, not of who looks until they like it."""
        return Interval.of_share(self.judged - self.wrong, self.judged)

    def as_dict(self, name: str) -> dict:
        """In the API's shape, the part under its `name`."""
        return {name: self.name, "id": self.key, "judged": self.judged, "wrong": self.wrong}


@dataclass(frozen=True)
class CheckErrors:
    taxa: list[ErrorLine]
    samples: list[ErrorLine]
    scores: list[ErrorLine]

    @property
    def named(self) -> int:
        """Objects that are wrong and have another taxon's name now."""
        return sum(part.count for line in self.taxa for part in line.confusions if part.taxon != NOT_NAMED)

    def as_dict(self) -> dict:
        """In the API's shape."""
        return {
            "taxa": [
                {
                    **line.as_dict("label"),
                    "confusions": [
                        {"taxon": part.taxon or None, "name": part.name, "count": part.count}
                        for part in line.confusions
                    ],
                }
                for line in self.taxa
            ],
            "samples": [line.as_dict("sample") for line in self.samples],
            "scores": [line.as_dict("band") for line in self.scores],
        }


def errors_of(check: QualityCheck) -> CheckErrors:
    """The worst first; of samples only those with errors. MOST_LINES each."""
    samples = _rows(BY_SAMPLE, check.pk, check.project_id, MOST_LINES)
    bands = _rows(BY_SCORE, check.pk)
    return CheckErrors(
        taxa=_taxa(check)[:MOST_LINES],
        samples=[ErrorLine(pk, readable_id(name), *counts) for pk, name, *counts in samples],
        scores=[ErrorLine(band, BANDS[band], *counts) for band, *counts in bands],
    )


def _taxa(check: QualityCheck) -> list[ErrorLine]:
    lines: dict[tuple[int, str], ErrorLine] = {}
    confusions: dict[tuple[int, str], list[Confusion]] = defaultdict(list)
    for pk, name, other, other_name, judged, wrong in _rows(BY_TAXON, check.pk):
        line = lines.setdefault((pk, name), ErrorLine(pk, name, 0, 0, confusions[pk, name]))
        line.judged, line.wrong = line.judged + judged, line.wrong + wrong
        if wrong:
            line.confusions.append(Confusion(other or NOT_NAMED, other_name or "not named", wrong))
    return sorted(lines.values(), key=lambda line: (-line.wrong, -line.judged, line.name))


def _rows(sql: str, *params: int) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
