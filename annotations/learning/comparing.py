"""Two or more models side by side, on objects that none of them has learnt from.

An object that one model holds out may have taught the other. So only the test folds' intersection counts, and of it
what has the same label in all and is a taxon that all of them know.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.learning.common_objects import Common, common_objects
from annotations.learning.models import Model
from annotations.learning.queries import open_model, pictures_of
from annotations.learning.taxon_counts import FIGURES, TaxonCounts
from annotations.taxonomy.queries import names_of
from classifier.statistics.bootstrap import centred, exact, wider

FEWEST, MOST = 2, 6  # models
FEW_OBJECTS = 50
MOST_SHOWN = 60  # vignettes where the models differ

NOTHING_IN_COMMON: dict = {
    "figures": [],
    "differences": [],
    "per_taxon": [],
    "agreement": [],
    "differ": [],
    "apart": 0,
}


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
    common, shared_taxa = common_objects(models)
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
    counts = TaxonCounts(common)
    drawn = counts.drawn(seed=0)
    whole = counts.figures(counts.once())
    apart = np.flatnonzero((common.predicted != common.predicted[:, :1]).any(1))
    return {
        "figures": [_figures(model, place, counts, whole, drawn) for place, model in enumerate(models)],
        "differences": [
            {"model": model.pk, **differences_to_first(place, whole, drawn, counts.drawn_at_once)}
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
    counts: TaxonCounts,
    whole: dict[str, np.ndarray],
    drawn: dict[str, np.ndarray],
) -> dict:
    return {
        "model": model.pk,
        **{name: float(whole[name][place, 0]) for name in FIGURES},
        "intervals": _intervals(model, counts, place, whole, drawn),
    }


def differences_to_first(
    place: int, whole: dict[str, np.ndarray], drawn: dict[str, np.ndarray], units: int
) -> dict[str, dict]:
    """Of each figure of the model at that place, to that of the first: `difference` and the 95 % `interval`. `whole`
    and `drawn` are figures of `TaxonCounts`, which has drawn so many `units` at once; of one, anything may be."""
    differences = np.array([whole[name][place, 0] - whole[name][0, 0] for name in FIGURES])
    redrawn = np.stack([drawn[name][place] - drawn[name][0] for name in FIGURES], axis=1)
    intervals = centred(redrawn, differences, units, least=-1) if units > 1 else [(-1, 1)] * len(FIGURES)
    return {
        name: {"difference": float(difference), "interval": [float(low), float(high)]}
        for name, difference, (low, high) in zip(FIGURES, differences, intervals, strict=True)
    }


def _agreement(models: Sequence[Model], common: Common, a: int, b: int) -> dict:
    share = float((common.predicted[:, a] == common.predicted[:, b]).mean())
    return {"models": [models[a].pk, models[b].pk], "share": share}


def _intervals(
    model: Model, counts: TaxonCounts, place: int, whole: dict[str, np.ndarray], drawn: dict[str, np.ndarray]
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


def _per_taxon(counts: TaxonCounts) -> list[dict]:
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
            "taxon": _named(int(counts.taxa[k]), names),
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
    return [_called_apart(common, row, pictures[int(common.objects[row])], names) for row in rows]


def _called_apart(common: Common, row: int, picture: dict, names: dict[int, str]) -> dict:
    label = int(common.labels[row])
    predictions = [
        {"taxon": _named(int(taxon), names), "score": float(score), "is_right": bool(taxon == label)}
        for taxon, score in zip(common.predicted[row], common.scores[row], strict=True)
    ]
    return {
        "object_id": int(common.objects[row]),
        **picture,
        "label": _named(label, names),
        "predictions": predictions,
    }


def _named(taxon: int, names: dict[int, str]) -> dict:
    return {"id": taxon, "name": names.get(taxon, f"taxon {taxon}")}
