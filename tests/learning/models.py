"""Models in every state, with figures as the classifier writes them."""

import numpy as np

from annotations.jobs.models import Job
from annotations.learning.models import LearningSet, Model
from annotations.projects.models import Project

HISTORY = [
    {
        "epoch": n,
        "train_loss": 2.0 / n,
        "val_loss": 2.5 / n,
        "train_accuracy": 1 - 0.5 / n,
        "val_accuracy": 1 - 0.6 / n,
    }
    for n in (1, 2, 3)
]


def make_model(project: Project, state: str, *, name: str = "Bay", history: list | None = None) -> Model:
    """Not ready yet; its job is in `state`."""
    job = Job.objects.create(
        kind="train", project=project, state=state, message="Epoch 2 of 3", done=2, total=3
    )
    model = Model.objects.create(
        name=name, job=job, history=history or [], settings={"backbone": "resnet18", "epochs": 3}
    )
    model.projects.set([project])
    return model


def make_old(project: Project, first: int, second: int, **more) -> Model:
    """As models were before they told of more: 8 held-out objects of the first taxon, one taken for the second; 30 of
    the second."""
    model = make_model(project, "done", history=HISTORY, **more)
    model.is_ready, model.classes = True, [first, second]
    model.learning_set = LearningSet.objects.create(
        name=model.name,
        facts={
            "objects": 150,
            "samples": 3,
            "taxa": 2,
            "left_out": [],
            "least_per_taxon": 2,
            "frozen": "2026-03-01T12:00:00+00:00",
            "code": "0.1.0",
        },
    )
    model.metrics = {
        "accuracy": 0.9737,
        "balanced_accuracy": 0.9375,
        "macro_f1": 0.9586,
        "ece": 0.031,
        "ece_before": 0.12,
        "n_held_out": 38,
        "n_train": 112,
        "split": "sample",
        "warnings": ["A warning to be seen."],
        "baseline": {
            "name": "random forest on region measurements",
            "accuracy": 0.7,
            "balanced_accuracy": 0.65,
            "macro_f1": 0.6123,
        },
        "per_taxon": [
            {"taxon": str(first), "precision": 1.0, "recall": 0.875, "f1": 0.9333, "support": 8},
            {"taxon": str(second), "precision": 0.968, "recall": 1.0, "f1": 0.984, "support": 30},
        ],
        "confusion": {"labels": [str(first), str(second)], "matrix": [[7, 1], [0, 30]]},
        "reliability": {
            "bins": [
                {"low": 0.5, "high": 0.7, "confidence": 0.6, "accuracy": 0.5, "count": 8},
                {"low": 0.7, "high": 1.0, "confidence": 0.95, "accuracy": 0.97, "count": 30},
            ]
        },
    }
    model.save()
    return model


def make_ready(project: Project, first: int, second: int, **more) -> Model:
    """The same figures, with all else that the classifier tells now."""
    model = make_old(project, first, second, **more)
    metrics = model.metrics
    model.metrics = {**further_metrics(metrics["confusion"], samples=[], objects=[]), **metrics}
    for entry in model.metrics["per_taxon"]:
        entry |= bounds(entry, entry["support"]) | {
            "n_train": 3 * entry["support"],
            "average_precision": 0.91,
        }
    model.metrics["baseline"]["minutes"] = 0.4
    model.metrics["reliability"]["before"] = [
        {"low": 0.5, "high": 1.0, "confidence": 0.99, "accuracy": 0.8, "count": 38}
    ]
    model.save()
    return model


def make_large(
    project: Project, taxa: list[int], samples: list[int], objects: list[int], seed: int = 0
) -> Model:
    """A model of many taxa, with a long tail and neighbours that are confused."""
    rng = np.random.default_rng(seed)
    matrix = np.zeros((len(taxa), len(taxa)), int)
    for k in range(len(taxa)):
        support = max(int(4000 / (k + 2) ** 1.1), 3)
        near = [(k + step) % len(taxa) for step in (1, 2, 7)]
        matrix[k, [k, *near]] += rng.multinomial(support, [0.85, 0.08, 0.04, 0.03])
    support, called, hits = matrix.sum(1), matrix.sum(0), matrix.diagonal()
    precision, recall = hits / np.maximum(called, 1), hits / support
    f1 = 2 * hits / np.maximum(support + called, 1)
    model = make_old(project, taxa[0], taxa[1], name="Many taxa")
    confusion = {"labels": [str(taxon) for taxon in taxa], "matrix": matrix.tolist()}
    model.classes = taxa
    model.metrics = {
        **model.metrics,
        **further_metrics(confusion, [str(sample) for sample in samples], objects, rng),
        "accuracy": float(hits.sum() / support.sum()),
        "balanced_accuracy": float(recall.mean()),
        "macro_f1": float(f1.mean()),
        "n_held_out": int(support.sum()),
        "n_train": int(4 * support.sum()),
        "confusion": confusion,
        "reliability": {"bins": bins(rng, 0.0), "before": bins(rng, 0.12)},
        "per_taxon": [
            {
                "taxon": str(taxon),
                "precision": p,
                "recall": r,
                "f1": f,
                "support": int(n),
                "n_train": int(4 * n),
            }
            | {"average_precision": min(f + 0.05, 1.0)}
            | bounds({"precision": p, "recall": r, "f1": f}, int(n))
            for taxon, p, r, f, n in zip(
                taxa, precision.tolist(), recall.tolist(), f1.tolist(), support, strict=True
            )
        ],
    }
    model.save()
    return model


def bounds(figures: dict, support: int) -> dict:
    """Intervals about as wide as so many objects make them."""
    return {
        f"{name}_interval": [
            max(figures[name] - 0.8 / support**0.5, 0.0),
            min(figures[name] + 0.6 / support**0.5, 1.0),
        ]
        for name in ("precision", "recall", "f1")
    }


def bins(rng: np.random.Generator, off: float) -> list[dict]:
    return [
        {
            "low": at - 0.03,
            "high": at + 0.03,
            "confidence": at,
            "accuracy": float(np.clip(at - off + rng.normal(0, 0.015), 0, 1)),
            "count": 700,
        }
        for at in np.linspace(0.3, 0.99, 15).tolist()
    ]


def further_metrics(
    confusion: dict, samples: list[str], objects: list[int], rng: np.random.Generator | None = None
) -> dict:
    """All that the contract of metrics.json has beside the figures of the whole."""
    rng = rng or np.random.default_rng(0)
    labels, matrix = confusion["labels"], np.array(confusion["matrix"])
    wrong = int(matrix.sum() - matrix.trace())
    recall = np.linspace(0.05, 1, 40)
    weak = {label: matrix[k].sum() < 59 for k, label in enumerate(labels)}
    return {
        "top5_accuracy": 0.995,
        "nll": 0.21,
        "classwise_ece": 0.044,
        "intervals": {
            "accuracy": [0.95, 0.99],
            "balanced_accuracy": [0.9, 0.96],
            "macro_f1": [0.93, 0.98],
            "ece": [0.02, 0.05],
        },
        "n_tune": 21,
        "minutes": 12.5,
        "device": "cpu",
        "watt_hours": 9.5,
        "method": "network",
        "balance": 0.5,
        "guess": {"accuracy": 0.79, "balanced_accuracy": 0.5, "macro_f1": 0.44},
        "precision_recall": {
            label: np.column_stack([recall, 1 - 0.6 * recall**4]).round(4).tolist() for label in labels
        },
        "hierarchy": {
            "steps": [
                {"steps": 0, "count": int(matrix.trace())},
                {"steps": 1, "count": wrong - wrong // 3},
                {"steps": 3, "count": wrong // 3},
            ],
            "within": [{"rank_from_root": k, "accuracy": 1 - 0.02 * k} for k in (1, 2, 3)],
            "precision": 0.981,
            "recall": 0.979,
            "f1": 0.98,
        },
        "back_off": [
            {
                "precision": p,
                "coverage": 1 - p / 20,
                "accuracy": p + 0.005,
                "leaf_share": 1.3 - p,
                "mean_depth": 4.2 - p,
            }
            for p in (0.8, 0.9, 0.95, 0.99)
        ],
        "thresholds": {
            f"{p:g}": {label: None if weak[label] else p - 0.2 for label in labels}
            for p in (0.8, 0.9, 0.95, 0.99)
        },
        "conformal": [
            {"coverage": c, "threshold": 1 - c, "measured": c + 0.003, "mean_size": 1 + 3 * (c - 0.75)}
            for c in (0.8, 0.9, 0.95)
        ],
        "novelty": {"neighbours": 20, "quantiles": np.linspace(0.02, 0.4, 101).round(4).tolist()},
        "traits": [TRAIT, {**TRAIT, "key": "length", "name": "Length", "kind": "measure", **NUMBER}],
        "learning_curve": {
            "points": [
                {
                    "share": share,
                    "objects": int(112 * share),
                    "macro_f1": 0.96 - 0.05 / share**0.5,
                    "accuracy": 0.95,
                }
                for share in (0.125, 0.25, 0.5, 1.0)
            ],
            "doubled": {"objects": 224, "macro_f1": 0.925, "accuracy": 0.97},
            "how": "A linear head on the model's own features, trained on parts of the learning set.",
        },
        "samples": [
            {
                "sample": sample,
                "count": 40 + k,
                "accuracy": float(np.clip(0.92 - 0.04 * (k % 7), 0, 1)),
                "macro_f1": float(np.clip(0.85 - 0.04 * (k % 7), 0, 1)),
                "ece": 0.03,
                "mean_score": 0.9,
                "novel_share": 0.05 * (k % 7),
            }
            for k, sample in enumerate(samples)
        ],
        "worst": [
            {
                "object_id": object_id,
                "label": labels[k % len(labels)],
                "predicted": labels[(k + 1) % len(labels)],
                "score": float(0.99 - 0.004 * k),
            }
            for k, object_id in enumerate(objects[:60])
        ],
        "suspects": {"count": 3, "share": 0.05},
    }


TRAIT = {
    "key": "egg_sac",
    "name": "Egg sac",
    "kind": "flag",
    "n_train": 900,
    "n_test": 240,
    "choices": ["yes", "no"],
    "accuracy": 0.93,
    "average_precision": 0.81,
    "by_taxon_frequency": 0.42,
    "within_taxon": 0.7,
    "within_taxon_guess": 0.3,
    "taxa_compared": 4,
    "mae": None,
    "mae_by_taxon": None,
    "ece": 0.02,
}
NUMBER = {
    "choices": None,
    "accuracy": None,
    "average_precision": None,
    "by_taxon_frequency": None,
    "within_taxon": None,
    "within_taxon_guess": None,
    "taxa_compared": None,
    "mae": 120.5,
    "mae_by_taxon": 210.25,
    "ece": None,
}
