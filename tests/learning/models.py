"""Models in every state, with figures as the classifier writes them."""

from annotations.jobs.models import Job
from annotations.learning.models import Model
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


def make_ready(project: Project, first: int, second: int, **more) -> Model:
    """8 held-out objects of the first taxon, one of them taken for the second; 30 of the second."""
    model = make_model(project, "done", history=HISTORY, **more)
    model.is_ready, model.classes = True, [first, second]
    model.learning_set = {
        "objects": 150,
        "samples": 3,
        "taxa": 2,
        "left_out": [],
        "least_per_taxon": 2,
        "frozen": "2026-03-01T12:00:00+00:00",
        "code": "0.1.0",
    }
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
