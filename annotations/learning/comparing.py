"""Two or more models side by side, on objects that none of them has learnt from.

An object that one model holds out may have taught the other. So only the test folds' intersection counts, and of it
what has the same label in all and is a taxon that all of them know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from django.core.exceptions import ValidationError
from django.db import connection

from annotations.accounts.models import User
from annotations.learning.models import Model
from annotations.learning.queries import open_model, pictures_of
from annotations.taxonomy.queries import names_of
from classifier.statistics.bootstrap import centred, draws, exact, percentiles, wider

FEWEST, MOST = 2, 6  # models
FEW_OBJECTS = 50
MOST_OBJECTS = 200_000
MOST_SHOWN = 60  # vignettes where the models differ
DRAWS = 400  # of the bootstrap
FIGURES = ("accuracy", "balanced_accuracy", "macro_f1")

# of more than MOST_OBJECTS any will do: the order is that of a hash
COMMON = """
SELECT h.object_id, max(o.sample_id), array_agg(h.taxon_id ORDER BY h.model_id),
       array_agg(h.predicted_id ORDER BY h.model_id), array_agg(h.score ORDER BY h.model_id)
FROM learning_heldout h JOIN samples_object o ON o.id = h.object_id
WHERE h.model_id = ANY(%s) AND h.fold = 'test'
GROUP BY h.object_id HAVING count(*) = %s
ORDER BY hashint8(h.object_id) LIMIT %s
"""


NOTHING_IN_COMMON: dict = {
    "figures": [],
    "differences": [],
    "per_taxon": [],
    "agreement": [],
    "differ": [],
    "apart": 0,
}


@dataclass(frozen=True)
class Common:
    """What all models were measured on: N objects, M models in the order of their numbers."""

    objects: np.ndarray  # (N,) ids
    samples: np.ndarray  # (N,) ids
    labels: np.ndarray  # (N,) taxon ids
    predicted: np.ndarray  # (N, M) taxon ids
    scores: np.ndarray  # (N, M)
    left_out: int  # labelled differently, or a taxon that not all know

    def __len__(self) -> int:
        return len(self.objects)


def models_to_compare(user: User, text: str) -> list[Model]:
    """The models of `1,2`. Raises ValidationError, or Http404 for one that the person may not see."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() and len(part) < 19 for part in parts):
        raise ValidationError("`models` takes numbers of models with commas between them, as 1,2.")
    numbers = list(dict.fromkeys(map(int, parts)))
    if not FEWEST <= len(numbers) <= MOST:
        raise ValidationError(f"Choose {FEWEST} to {MOST} models to compare; these are {len(numbers)}.")
    models = [open_model(user, number) for number in numbers]
    unready = [model.name for model in models if not model.is_ready]
    if unready:
        raise ValidationError(f"{', '.join(unready)} cannot be compared before the training is done.")
    return models


def compare(models: Sequence[Model], user: User) -> dict:
    """The figures of each model on the objects common to all, with the differences to the first; what they agree on."""
    common, shared_taxa = _common(models)
    about = _about(models, common, shared_taxa)
    return about | (_measured(models, common, user) if len(common) else NOTHING_IN_COMMON)


def _about(models: Sequence[Model], common: Common, shared_taxa: set[int]) -> dict:
    return {
        "models": [model.pk for model in models],
        "objects": len(common),
        "samples": len(np.unique(common.samples)),
        "left_out": common.left_out,
        "taxa": len(shared_taxa),
        "taxa_not_shared": len(set().union(*(model.classes for model in models)) - shared_taxa),
        "is_enough": len(common) >= FEW_OBJECTS,
        "shares_set": len({model.learning_set_id for model in models}) == 1
        and models[0].learning_set_id is not None,
    }


def _measured(models: Sequence[Model], common: Common, user: User) -> dict:
    counts = _Counts(common)
    drawn = counts.drawn(seed=0)
    whole = counts.figures(counts.once())
    apart = np.flatnonzero((common.predicted != common.predicted[:, :1]).any(1))
    return {
        "figures": [_figures(model, place, counts, whole, drawn) for place, model in enumerate(models)],
        "differences": [
            {"model": model.pk, **_differences(place, whole, drawn)}
            for place, model in enumerate(models)
            if place
        ],
        "per_taxon": _per_taxon(counts),
        "agreement": [_agreement(models, common, a, b) for a, b in combinations(range(len(models)), 2)],
        "apart": len(apart),
        "differ": _surest_apart(common, apart, user),
    }


def _figures(
    model: Model,
    place: int,
    counts: "_Counts",
    whole: dict[str, np.ndarray],
    drawn: dict[str, np.ndarray],
) -> dict:
    return {
        "model": model.pk,
        **{name: float(whole[name][place, 0]) for name in FIGURES},
        "intervals": _intervals(model, counts, place, whole, drawn),
    }


def _differences(place: int, whole: dict[str, np.ndarray], drawn: dict[str, np.ndarray]) -> dict[str, dict]:
    """Of each figure, to that of the first model."""
    return {
        name: {
            "difference": float(whole[name][place, 0] - whole[name][0, 0]),
            "interval": list(percentiles(drawn[name][place] - drawn[name][0])),
        }
        for name in FIGURES
    }


def _agreement(models: Sequence[Model], common: Common, a: int, b: int) -> dict:
    share = float((common.predicted[:, a] == common.predicted[:, b]).mean())
    return {"models": [models[a].pk, models[b].pk], "share": share}


def _common(models: Sequence[Model]) -> tuple[Common, set[int]]:
    """Objects in the test fold of each, and the taxa that all models know."""
    numbers = [model.pk for model in models]
    with connection.cursor() as cursor:
        cursor.execute(COMMON, [numbers, len(numbers), MOST_OBJECTS])
        rows = cursor.fetchall()
    shared_taxa = set.intersection(*(set(model.classes) for model in models))
    columns: list[Sequence] = list(zip(*rows, strict=True)) or [(), (), (), (), ()]
    order = np.argsort(np.argsort(numbers))  # from the order of numbers to that of the models
    objects, samples = (np.array(column, np.int64) for column in columns[:2])
    labels, predicted = (np.array(column, np.int64).reshape(-1, len(numbers)) for column in columns[2:4])
    scores = np.array(columns[4], float).reshape(-1, len(numbers))
    is_comparable = (labels == labels[:, :1]).all(1) & np.isin(labels[:, 0], list(shared_taxa))
    return (
        Common(
            objects[is_comparable],
            samples[is_comparable],
            labels[is_comparable, 0],
            predicted[is_comparable][:, order],
            scores[is_comparable][:, order],
            int((~is_comparable).sum()),
        ),
        shared_taxa,
    )


class _Counts:
    """Hits, objects and calls of each taxon, by the units that the bootstrap draws from.

    The units are samples. Where there is one alone they are what the objects are to the models: so many objects of a
    label, called so and so, which is the same as to draw objects and takes no table of all of them.
    """

    def __init__(self, common: Common):
        label: np.ndarray
        self.objects = len(common)
        self.taxa, label = np.unique(common.labels, return_inverse=True)
        place = {int(taxon): k for k, taxon in enumerate(self.taxa)}
        other = len(self.taxa)  # called a taxon that none of the objects is
        _, coded = np.unique(common.predicted, return_inverse=True)
        names = np.array([place.get(int(taxon), other) for taxon in np.unique(common.predicted)])
        called: np.ndarray = names[coded].reshape(common.predicted.shape)  # (N, M)
        samples, unit = np.unique(common.samples, return_inverse=True)
        self.sizes = np.ones(len(samples))
        self.drawn_at_once = len(samples)
        if len(samples) == 1:
            answers = np.column_stack([label, called])
            _, first, sizes = np.unique(answers, axis=0, return_index=True, return_counts=True)
            label, called, unit = label[first], called[first], np.arange(len(first))
            self.sizes, self.drawn_at_once = sizes.astype(float), len(common)
        self.units, models = len(self.sizes), common.predicted.shape[1]
        self.support = self._table(unit, label, np.ones(len(label), bool))  # (units, taxa)
        self.called = [self._table(unit, called[:, m], called[:, m] < other) for m in range(models)]
        self.hits = [self._table(unit, label, called[:, m] == label) for m in range(models)]

    def _table(self, unit: np.ndarray, taxon: np.ndarray, counts: np.ndarray) -> np.ndarray:
        cells = unit[counts] * len(self.taxa) + taxon[counts]
        return np.bincount(cells, minlength=self.units * len(self.taxa)).reshape(self.units, -1).astype(float)

    def once(self) -> np.ndarray:
        """(1, units): every object once."""
        return self.sizes[None]

    def drawn(self, seed: int) -> dict[str, np.ndarray]:
        """The figures of as many sets as there are draws, the same sets for each model: {name: (models, DRAWS)}."""
        return self.figures(np.stack(list(draws(self.units, DRAWS, seed, self.sizes))).astype(float))

    def figures(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """`weights` (D, units) → {name: (models, D)}. Means are over the taxa that a draw has objects of."""
        support = weights @ self.support  # (D, taxa)
        figures: dict[str, list] = {name: [] for name in FIGURES}
        present = support > 0
        for hits, called in zip(self.hits, self.called, strict=True):
            hit, call = weights @ hits, weights @ called
            figures["accuracy"].append(hit.sum(1) / support.sum(1))
            figures["balanced_accuracy"].append(_mean(hit / np.maximum(support, 1), present))
            figures["macro_f1"].append(_mean(2 * hit / np.maximum(support + call, 1), present))
        return {name: np.array(values) for name, values in figures.items()}


def _mean(values: np.ndarray, present: np.ndarray) -> np.ndarray:
    return (values * present).sum(1) / np.maximum(present.sum(1), 1)


def _intervals(
    model: Model, counts: _Counts, place: int, whole: dict[str, np.ndarray], drawn: dict[str, np.ndarray]
) -> dict[str, list[float]]:
    """Those of the model's page where it was measured on just these objects; else found in the same way."""
    if counts.objects == model.metrics.get("n_held_out"):
        stored = model.metrics.get("intervals") or {}
        if all(stored.get(name) for name in FIGURES):
            return {name: stored[name] for name in FIGURES}
    figure = np.array([whole[name][place, 0] for name in FIGURES])
    redrawn = np.stack([drawn[name][place] for name in FIGURES], axis=1)
    low_high = centred(redrawn, figure, counts.drawn_at_once)
    hits = counts.hits[place].T @ counts.sizes
    low_high[0] = wider(low_high[0], exact(hits.sum(), np.array(counts.objects)))
    return {name: [float(low), float(high)] for name, (low, high) in zip(FIGURES, low_high, strict=True)}


def _per_taxon(counts: _Counts) -> list[dict]:
    """F1 of each taxon by each model, most objects first."""
    once = counts.once()
    support = (once @ counts.support)[0]
    f1 = [
        (2 * (once @ hits) / np.maximum(once @ counts.support + once @ called, 1))[0]
        for hits, called in zip(counts.hits, counts.called, strict=True)
    ]
    names = names_of({int(taxon) for taxon in counts.taxa})
    return [
        {
            "taxon": {
                "id": int(counts.taxa[k]),
                "name": names.get(int(counts.taxa[k]), f"taxon {counts.taxa[k]}"),
            },
            "support": int(support[k]),
            "f1": [float(of_model[k]) for of_model in f1],
        }
        for k in np.argsort(-support, kind="stable")
    ]


def _surest_apart(common: Common, apart: np.ndarray, user: User) -> list[dict]:
    """Objects that the models call differently, where the person may see them, the surest mistake first."""
    wrong = common.predicted[apart] != common.labels[apart, None]
    surest = np.where(wrong, common.scores[apart], 0).max(1)
    candidates = apart[np.argsort(-surest, kind="stable")][: 20 * MOST_SHOWN]
    pictures = pictures_of([int(common.objects[row]) for row in candidates], user)
    rows = [row for row in candidates if int(common.objects[row]) in pictures][:MOST_SHOWN]
    names = names_of({int(taxon) for row in rows for taxon in (common.labels[row], *common.predicted[row])})

    def named(taxon: int) -> dict:
        return {"id": taxon, "name": names.get(taxon, f"taxon {taxon}")}

    return [
        {
            "object_id": int(common.objects[row]),
            **pictures[int(common.objects[row])],
            "label": named(int(common.labels[row])),
            "predictions": [
                {
                    "taxon": named(int(taxon)),
                    "score": float(score),
                    "is_right": bool(taxon == common.labels[row]),
                }
                for taxon, score in zip(common.predicted[row], common.scores[row], strict=True)
            ],
        }
        for row in rows
    ]
