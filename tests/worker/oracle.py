"""A model that needs no training: what it says of each object is written down, in tables as the classifier's."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pytest

from annotations.learning.models import Model
from annotations.projects.models import Project
from classifier.data.letterbox import read_picture

DIMENSIONS = 8
OTHER = {"flag": pa.string(), "one": pa.string(), "several": pa.list_(pa.string()), "measure": pa.float32()}


@dataclass
class Oracle:
    """`classes` are the keys of taxa, `config` as a model's. What `says` doesn't name is of the first class."""

    classes: list[str]
    config: dict
    says: dict[int, dict] = field(default_factory=dict)  # by object: any of the columns
    scales: list[float] = field(default_factory=list)  # µm a pixel of each picture that was read
    calls: list[dict] = field(
        default_factory=list
    )  # what each call of `predict_chunks` was given beside the rows

    def predict_chunks(
        self, folder: str, rows: Iterator, chunk: int = 2048, should_stop: Callable = bool, **more: object
    ) -> Iterator[pa.Table]:
        self.calls.append({"folder": folder, **more})
        waiting: list[dict] = []
        for object_id, path, pixel_um in rows:
            try:
                read_picture(path)
            except OSError:
                continue
            self.scales.append(pixel_um)
            waiting.append(self._row(object_id))
            if len(waiting) == chunk:
                yield self._table(waiting)
                waiting = []
        if waiting:
            yield self._table(waiting)

    def _row(self, object_id: int) -> dict:
        answer = self.says.get(object_id, {})
        best = self.classes.index(answer.get("best", self.classes[0]))
        second = 1 - best
        score = answer.get("score", 0.75)
        row = {
            "object_id": object_id,
            "top1": best,
            "top2": second,
            "top3": -1,
            "score1": score,
            "score2": 1 - score,
            "score3": 0.0,
            "margin": 2 * score - 1,
            "entropy": 0.5,
            "novelty": answer.get("novelty", 0.25),
            "steps": answer.get("steps", [0, 0, 0, -1]),
            "candidates": answer.get("candidates", [best]),
            "label": answer.get("label", self.classes[best]),
            "label_score": answer.get("label_score", score),
            "embedding": [math.cos(object_id + k) for k in range(DIMENSIONS)],
        }
        for trait in self.config["traits"]:
            row[f"trait_{trait['key']}"] = answer.get(trait["key"])
            row[f"trait_{trait['key']}_score"] = 0.9
        return row

    def _table(self, rows: list[dict]) -> pa.Table:
        types = {f"trait_{trait['key']}": OTHER[trait["kind"]] for trait in self.config["traits"]}
        columns = {name: pa.array([row[name] for row in rows], types.get(name)) for name in rows[0]}
        return pa.table(columns)


def make_oracle(
    project: Project, first: int, second: int, traits: list[dict] | None = None
) -> tuple[Model, Oracle]:
    """A model that is ready, and what speaks for it."""
    model = Model.objects.create(name="Oracle", is_ready=True, classes=[first, second])
    model.projects.set([project])
    keys = [str(first), str(second)]
    return model, Oracle(keys, {"taxa": {}, "traits": traits or [], "classes": keys})


def speak_for(oracle: Oracle, monkeypatch: pytest.MonkeyPatch, *modules: object) -> None:
    for module in modules:
        monkeypatch.setattr(module, "load_model", lambda folder, device: oracle)
        monkeypatch.setattr(module, "predict_chunks", oracle.predict_chunks)
