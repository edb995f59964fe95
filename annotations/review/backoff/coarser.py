"""The coarser taxa of a predicted one: how much each reaches below a threshold, and how much of it is right."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection

from annotations.review.backoff.sums import Reached, nearest_reached, reached_by
from annotations.review.thresholds.scores import predicted_counts
from annotations.taxonomy.models import Taxon, TaxonStatus
from classifier.statistics.answers import NONE, Answers
from classifier.statistics.precision import precision_curve

USUAL = 0.95  # below which is looked, where nothing else is said
MOST_STEPS = 6  # up the tree: what is coarser than that tells little
MOST_CHANGES = 20_000  # of labels, the latest of the project, among which answers are sought

# What people validated of what was reached: right where it lies at or below the coarser taxon, as they label it by now
ANSWERS = """
WITH labels AS (
    SELECT DISTINCT ON (c.object_id) c.object_id, c.from_taxon_id, c.batch_id
    FROM (
        SELECT c.*, b.id AS batch FROM labels_batch b JOIN labels_change c ON c.batch_id = b.id
        WHERE b.project_id = %(project)s AND b.kind = 'label' AND NOT b.is_undone ORDER BY b.id DESC LIMIT %(most)s
    ) c
    WHERE c.from_state = 'P' AND c.to_state = 'V' AND c.from_score < %(threshold)s
    ORDER BY c.object_id, c.version DESC
), named AS (
    SELECT labels.from_taxon_id, labels.batch_id, p.taxa, p.scores, now_is.path
    FROM labels JOIN samples_object o ON o.id = labels.object_id AND o.state = 'V'
    JOIN learning_prediction p ON p.object_id = o.id AND p.is_current
    JOIN taxonomy_taxon now_is ON now_is.id = o.taxon_id
    WHERE labels.from_taxon_id = ANY(%(guesses)s)
)
SELECT coarser.id, named.from_taxon_id, total.sum, coarser.id = ANY(named.path), named.batch_id
FROM named CROSS JOIN unnest(%(coarser)s::bigint[]) AS coarser (id) CROSS JOIN LATERAL (
    SELECT least(sum(best.score), 1) AS sum FROM unnest(named.taxa, named.scores) AS best (taxon, score)
    JOIN taxonomy_taxon t ON t.id = taxonomy_in_use(best.taxon) WHERE coarser.id = ANY(t.path)
) total WHERE total.sum BETWEEN %(threshold)s AND 1 ORDER BY named.batch_id, total.sum
"""


@dataclass(frozen=True)
class Precision:
    """How many objects are reached, and the shares of 0 to 1 of them that are right, at least."""

    objects: int
    expected: float
    low: float
    high: float
    answers: int  # that people gave here to such objects

    @property
    def percent(self) -> str:
        return f"{100 * self.expected:.1f} %"

    @property
    def interval(self) -> str:
        return f"{100 * self.low:.1f} to {100 * self.high:.1f} %"

    def as_json(self) -> dict:
        return {
            "objects": self.objects,
            "expected": round(self.expected, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "answers": self.answers,
        }


@dataclass(frozen=True)
class TaxonAbove:
    """A taxon, and what of the objects below the threshold is reached."""

    taxon: Taxon
    reach: Precision

    @property
    def named(self) -> dict:
        return {"id": self.taxon.pk, "name": self.taxon.display_name}

    def as_json(self) -> dict:
        return {"taxon": self.named, **self.reach.as_json()}


@dataclass(frozen=True)
class BestGuess(TaxonAbove):
    """Of what a coarser taxon reaches, what has one best guess; those that are only just reached first."""

    examples: list[dict]


@dataclass(frozen=True)
class BackOff:
    """The coarser taxa that reach something, the finest first; of the chosen one what it reaches, by best guess."""

    threshold: float
    coarser: list[TaxonAbove]
    chosen: Taxon | None
    guesses: list[BestGuess]

    def as_json(self) -> dict:
        chosen = self.chosen and {"id": self.chosen.pk, "name": self.chosen.display_name}
        return {
            "coarser": [each.as_json() for each in self.coarser],
            "chosen": chosen,
            "guesses": [each.as_json() for each in self.guesses],
        }


def back_off(
    project_id: int, taxon: Taxon, threshold: float | None = None, chosen: int | None = None
) -> BackOff:
    """Without a choice, or with one that reaches nothing, the finest is chosen."""
    threshold = USUAL if threshold is None else threshold
    coarser = coarser_taxa(project_id, taxon, threshold)
    choice = next((each.taxon for each in coarser if each.taxon.pk == chosen), None)
    choice = choice or (coarser[0].taxon if coarser else None)
    guesses = best_guesses(project_id, taxon, choice, threshold) if choice else []
    return BackOff(threshold, coarser, choice, guesses)


def coarser_taxa(project_id: int, taxon: Taxon, threshold: float) -> list[TaxonAbove]:
    """Those above a taxon, the finest first, with what each reaches of what is predicted to be it; without those that
    reach no more than a finer one."""
    above = Taxon.objects.filter(pk__in=taxon.path[:-1], status=TaxonStatus.ACTIVE)
    nearest = sorted(above, key=lambda each: -len(each.path))[:MOST_STEPS]
    ids = [each.pk for each in nearest]
    reached = reached_by(project_id, ids, [taxon.pk], threshold)
    answers = _answers(project_id, ids, [taxon.pk], threshold) if reached else {}
    rows: list[TaxonAbove] = []
    for each in nearest:
        cells = reached.get(pair := (each.pk, taxon.pk))
        if cells and (not rows or cells.objects > rows[-1].reach.objects):
            rows.append(TaxonAbove(each, _precision(cells, answers.get(pair, NONE))))
    return rows


def best_guesses(project_id: int, taxon: Taxon, coarser: Taxon, threshold: float) -> list[BestGuess]:
    """What the coarser taxon reaches, by best guess: the taxon itself first, then the others, most first."""
    below = Taxon.objects.filter(pk__in=predicted_counts(project_id), path__contains=[coarser.pk])
    taxa = {each.pk: each for each in below if each.pk != coarser.pk}
    reached = reached_by(project_id, [coarser.pk], list(taxa), threshold)
    answers = _answers(project_id, [coarser.pk], list(taxa), threshold)
    examples = nearest_reached(project_id, coarser.pk, list(taxa), threshold)
    guesses = [
        BestGuess(taxa[guess], _precision(cells, answers.get((pk, guess), NONE)), examples.get(guess, []))
        for (pk, guess), cells in reached.items()
    ]
    return sorted(guesses, key=lambda each: (each.taxon != taxon, -each.reach.objects, each.taxon.pk))


def _precision(reached: Reached, answers: Answers) -> Precision:
    curve = precision_curve(reached.sums, NONE, answers, counts=reached.count)
    expected, low, high = (float(column[-1]) for column in (curve.expected, curve.low, curve.high))
    return Precision(reached.objects, expected, low, high, len(answers.score))


def _answers(
    project_id: int, coarser: Sequence[int], guesses: Sequence[int], threshold: float
) -> dict[tuple[int, int], Answers]:
    """(coarser taxon, best guess) → what people said of such objects, by page, in the order of answering."""
    params: dict[str, int | float | list[int]] = {
        "project": project_id,
        "coarser": list(coarser),
        "guesses": list(guesses),
        "threshold": threshold,
        "most": MOST_CHANGES,
    }
    rows: dict[tuple[int, int], list[tuple]] = {}
    with connection.cursor() as cursor:
        cursor.execute(ANSWERS, params)
        for taxon, guess, *answer in cursor.fetchall():
            rows.setdefault((taxon, guess), []).append(tuple(answer))
    return {pair: Answers.of(*map(np.array, zip(*several, strict=True))) for pair, several in rows.items()}
