"""A model's tables in the site's own terms: taxa by their ids, traits of a project."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from annotations.learning.models import Model
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.replacements import in_use, scores_in_use
from annotations.traits.models import Trait
from annotations.traits.predicting import PredictedValue, predicted_value
from classifier.contract.traits import column_name
from classifier.inference.predict import TOP, LoadedModel


@dataclass
class PredictionTable:
    """Of n objects. `taxa` are what is written as labels: None where the model is not sure enough."""

    ids: list[int]
    taxa: list[int | None]
    scores: list[float]
    margins: list[float]
    entropies: list[float]
    best: list[list[tuple[int, float]]]  # up to three taxa with their scores, surest first
    candidates: list[list[int]]
    novelties: list[float | None]
    steps: list[
        list[int]
    ]  # for each of PRECISIONS: how far above its label each would be named; -1: not at all
    vectors: np.ndarray  # float32 (n, dimensions)
    traits: dict[str, list]  # by key, what is said of each object
    trait_scores: dict[str, list[float | None]]

    def values(self, traits: dict[str, Trait]) -> Iterator[PredictedValue]:
        """Of those traits of a project that the model knows."""
        for key, trait in traits.items():
            for object_id, answer, score in zip(
                self.ids, self.traits[key], self.trait_scores[key], strict=True
            ):
                if (value := predicted_value(trait, answer)) is not None:
                    yield PredictedValue(object_id, trait.pk, value, score)


def trait_kinds(loaded: LoadedModel) -> dict[str, str]:
    return {trait["key"]: trait["kind"] for trait in loaded.config["traits"]}


def lineages(model: Model) -> set[int]:
    """The model's classes and all above them, in this site's tree."""
    paths = Taxon.objects.filter(pk__in=model.classes).values_list("path", flat=True)
    return {taxon for path in paths for taxon in path} | set(model.classes)


def read_table(table: pa.Table, model: Model, loaded: LoadedModel, lineage: set[int]) -> PredictionTable:
    """From one of `predict_chunks`'s tables. `lineage` are the model's `lineages`: an ancestor that is none of these,
    of another site or moved since, is no label. A taxon that was merged since the model learnt it is what it became.
    """
    column = {name: table[name].to_pylist() for name in table.column_names if name != "embedding"}
    became = in_use({*lineage, *model.classes})
    classes = [became[taxon] for taxon in model.classes]
    taxon_of = {str(taxon): became[taxon] for taxon in lineage} | dict(
        zip(loaded.classes, classes, strict=True)
    )
    top = zip(
        *(zip(column[f"top{k}"], column[f"score{k}"], strict=True) for k in range(1, TOP + 1)), strict=True
    )
    best = [[(classes[c], score) for c, score in row if c >= 0] for row in top]
    if len(set(classes)) < len(classes):  # some were merged into one
        best = [scores_in_use(row, {}) for row in best]
    keys = trait_kinds(loaded)
    return PredictionTable(
        ids=column["object_id"],
        taxa=[taxon_of.get(key) for key in column["label"]],
        scores=column["label_score"],
        margins=column["margin"],
        entropies=column["entropy"],
        best=best,
        candidates=[list(dict.fromkeys(classes[c] for c in chosen)) for chosen in column["candidates"]],
        novelties=column["novelty"],
        steps=column.get("steps", [[]] * len(table)),
        vectors=table["embedding"].combine_chunks().flatten().to_numpy().reshape(len(table), -1),
        traits={key: column[column_name(key)] for key in keys},
        trait_scores={key: column[f"{column_name(key)}_score"] for key in keys},
    )
