"""What there is to judge scores by: held-out objects of the models that gave them, and what people answered here."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection

from classifier.statistics.answers import LOOK, NONE, Answers

LOOKED_AT = 200  # predictions of a taxon, the surest, by which the models behind them are told
MOST_CHANGES = 20_000  # of labels, the latest of the project, among which answers are sought

MODELS = """
SELECT predicted.taxon, m.id, m.name, count(*)
FROM unnest(%(taxa)s::bigint[]) AS predicted (taxon)
CROSS JOIN LATERAL (
    SELECT id FROM samples_object
    WHERE project_id = %(project)s AND taxon_id = predicted.taxon AND state = 'P' AND score IS NOT NULL
    ORDER BY score DESC, id DESC LIMIT %(most)s) o
JOIN learning_prediction p ON p.object_id = o.id AND p.is_current
JOIN learning_model m ON m.id = p.model_id
GROUP BY 1, 2 ORDER BY 1, 4 DESC, 2
"""
# figures are of the fold `test`: by `tune` the scores were calibrated
HELD_OUT = """
SELECT h.predicted_id, h.model_id, avg(h.score), h.taxon_id = h.predicted_id, count(*)
FROM learning_heldout h
WHERE h.model_id = ANY(%(models)s) AND h.predicted_id = ANY(%(taxa)s) AND h.fold = 'test' AND h.score BETWEEN 0 AND 1
GROUP BY h.predicted_id, h.model_id, h.taxon_id = h.predicted_id, round(h.score::numeric, 3)
"""
# What a person validated that was predicted to be the taxon, as they label it by now, by the last such label that was
# not taken back; and what they took out of a page of the review and have not named yet. Labels of one batch count as
# one page: they were given because they are alike. Random looks are those of quality checks that are over, of all that
# a model or a rule calls the taxon above some score, by a score that the model had given before; that somebody labelled
# an object because of its look says nothing more.
ANSWERS = f"""
WITH looks AS (
    SELECT l.object_id, l.taxon_id, p.model_id, l.score, l.answer = 'right' AS is_right, l.answered
    FROM checks_qualitycheck q JOIN checks_qualitylook l ON l.quality_check_id = q.id
    JOIN learning_prediction p ON p.object_id = l.object_id AND p.is_current AND p.model_id = ANY(%(models)s)
        AND p.created <= q.created
    WHERE q.project_id = %(project)s AND q.finished IS NOT NULL AND l.state IN ('P', 'M')
      AND l.answer IN ('right', 'wrong') AND l.taxon_id = ANY(%(taxa)s) AND l.score BETWEEN 0 AND 1
      AND NOT EXISTS (SELECT FROM jsonb_object_keys(q.criteria) AS name WHERE name <> ALL(%(representative)s))
), labels AS (
    SELECT DISTINCT ON (c.object_id) c.*
    FROM (
        SELECT c.*, b.created FROM labels_batch b JOIN labels_change c ON c.batch_id = b.id
        WHERE b.project_id = %(project)s AND b.kind = 'label' AND NOT b.is_undone ORDER BY b.id DESC LIMIT %(most)s
    ) c
    WHERE c.from_state = 'P' AND c.to_state = 'V'
    ORDER BY c.object_id, c.version DESC
)
SELECT c.from_taxon_id, p.model_id, c.from_score, o.taxon_id = c.from_taxon_id, c.batch_id AS page, c.created AS moment
FROM labels c
JOIN samples_object o ON o.id = c.object_id AND o.state = 'V'
JOIN learning_prediction p ON p.object_id = o.id AND p.is_current AND p.model_id = ANY(%(models)s)
WHERE c.from_taxon_id = ANY(%(taxa)s) AND c.from_score BETWEEN 0 AND 1
  AND NOT EXISTS (SELECT FROM looks l WHERE l.object_id = o.id AND l.taxon_id = c.from_taxon_id)
UNION ALL
SELECT o.taxon_id, p.model_id, o.score, FALSE, coalesce(page.id, 0), a.created
FROM review_setaside a
JOIN samples_object o ON o.id = a.object_id AND o.taxon_id = a.taxon_id
JOIN learning_prediction p ON p.object_id = o.id AND p.is_current AND p.model_id = ANY(%(models)s)
LEFT JOIN LATERAL (
    SELECT b.id FROM labels_batch b
    WHERE b.project_id = o.project_id AND b.user_id = a.user_id AND b.created <= a.created
    ORDER BY b.id DESC LIMIT 1) page ON TRUE
WHERE a.taxon_id = ANY(%(taxa)s) AND o.project_id = %(project)s AND o.state = 'P' AND o.score BETWEEN 0 AND 1
UNION ALL
SELECT taxon_id, model_id, score, is_right, {LOOK}, answered FROM looks
ORDER BY moment, page, from_score
"""
REPRESENTATIVE = ["taxon", "descendants", "state", "score_min"]  # filters of a check of all above some score


@dataclass(frozen=True)
class ModelBehind:
    """A model that gave scores to objects of a taxon."""

    id: int
    name: str


@dataclass(frozen=True)
class Evidence:
    """`models` that gave the scores of a taxon, that of most of them first."""

    models: tuple[ModelBehind, ...] = ()
    held_out: Answers = NONE
    answers: Answers = NONE

    @property
    def sentence(self) -> str:
        """What the interval rests on, for people."""
        held_out, answers = _held_out_in_words(self), _answers_in_words(self.answers)
        if answers and len(self.held_out.score):
            return f"Judged by {answers} and {held_out}."
        if answers:
            return f"Judged by {answers}; {held_out}."
        if len(self.held_out.score):
            return f"Judged by {held_out}. Nobody has answered here yet, and projects differ: so the interval is wide."
        return (
            f"Nothing tells yet how far these scores can be trusted: {held_out}, and nobody has answered here. "
            "So the interval is wide; name some, and it narrows."
        )


def evidence_of(project_id: int, taxa: Sequence[int]) -> dict[int, Evidence]:
    """taxon → what is known of it. Three queries, however many taxa there are."""
    models = _models_behind(project_id, taxa)
    ids = sorted({model.id for behind in models.values() for model in behind})
    held_out = _rows_of(HELD_OUT, taxa=list(taxa), models=ids)
    answers = _rows_of(
        ANSWERS,
        taxa=list(taxa),
        models=ids,
        project=project_id,
        most=MOST_CHANGES,
        representative=REPRESENTATIVE,
    )
    return {
        taxon: Evidence(
            tuple(models[taxon]),
            _held_out(_by_models(held_out[taxon], models[taxon])),
            _answers(_by_models(answers[taxon], models[taxon])),
        )
        for taxon in taxa
    }


# --- The steps --------------------------------------------------------------------------------------------------------


def _models_behind(project_id: int, taxa: Sequence[int]) -> dict[int, list[ModelBehind]]:
    rows = _rows_of(MODELS, taxa=list(taxa), project=project_id, most=LOOKED_AT)
    models: dict[int, list[ModelBehind]] = defaultdict(list)
    for taxon in taxa:
        models[taxon] = [ModelBehind(model, name) for model, name, _ in rows[taxon]]
    return models


def _rows_of(sql: str, **params: int | list[int] | list[str]) -> dict[int, list[tuple]]:
    """taxon, the first column → the others of its rows."""
    rows: dict[int, list[tuple]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for taxon, *others in cursor.fetchall():
            rows[taxon].append(tuple(others))
    return rows


def _by_models(rows: list[tuple], models: list[ModelBehind]) -> list[tuple]:
    ids = {model.id for model in models}
    return [row[1:] for row in rows if row[0] in ids]


def _held_out(rows: list[tuple]) -> Answers:
    """Of (score, right, count)."""
    if not rows:
        return NONE
    score, right, count = (np.array(column) for column in zip(*rows, strict=True))
    return Answers.of(np.repeat(score, count), np.repeat(right, count))


def _answers(rows: list[tuple]) -> Answers:
    """Of (score, right, page, moment), in the order of answering."""
    if not rows:
        return NONE
    score, right, page, _ = (np.array(column) for column in zip(*rows, strict=True))
    return Answers.of(score, right, page)


def _held_out_in_words(evidence: Evidence) -> str:
    count = len(evidence.held_out.score)
    if not evidence.models:
        return "no model of this site gave them"
    if not count:
        return f"{evidence.models[0].name} was measured on no held-out object that it calls so"
    return f"{count:,} held-out object{'' if count == 1 else 's'} that {evidence.models[0].name} calls so"


def _answers_in_words(answers: Answers) -> str:
    """Empty where nobody has answered."""
    count, looks = len(answers.score), int(answers.is_look.sum())
    if not count:
        return ""
    at_random = f" ({looks:,} of them random looks)" if looks else ""
    return f"{count:,} answer{'' if count == 1 else 's'} that people gave here{at_random}"
