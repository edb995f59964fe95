"""Features and classify: pictures are looked at once, by features that stay as they are; a head takes seconds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from safetensors.numpy import save_file

from classifier.contract.errors import Cancelled, ClassifierError
from classifier.contract.messages import TrainRequest
from classifier.data.learning_set import LearningSet
from classifier.inference.device import choose_device
from classifier.methods.fitting import FitHead, by_forest, by_regression
from classifier.methods.frozen import FrozenBackbone
from classifier.methods.heads import WEIGHTS, Heads, fit_heads, part_of, under, weights_of
from classifier.methods.interface import OnProgress, ShouldStop
from classifier.methods.patches import LEARN_FROM, PatchDictionary, learn_dictionary
from classifier.methods.scaling import Components, Standard
from classifier.outputs import Outputs, PictureBatch
from classifier.run_folder import RunFolder

COMPONENTS = 256
MOST_FOR_COMPONENTS = 10_000  # training pictures that the components are found by
AT_ONCE = 256  # pictures between two looks at whether to stop


class Extractor(Protocol):
    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """uint8 (N, S, S) to float32 (N, features)."""
        ...

    def tensors(self) -> dict[str, np.ndarray]: ...

    def as_json(self) -> dict: ...


@dataclass
class FittedFeatures:
    extractor: Extractor
    components: Components  # of the features
    sizes: Standard | None  # of the true sizes, where they are used
    heads: Heads
    warnings: list[str] = field(default_factory=list)
    needs_measurements: bool = False

    def __call__(self, batch: PictureBatch) -> Outputs:
        components = self.components(self.extractor(batch.pixels))
        x = with_sizes(components, batch.sizes, self.sizes)
        return Outputs(self.heads.logits(x), components, self.heads.traits_of(x))

    def save(self, folder: RunFolder) -> dict:
        tensors = (
            under("extractor", self.extractor.tensors())
            | under("components", self.components.tensors())
            | (under("sizes", self.sizes.tensors()) if self.sizes else {})
            | self.heads.tensors()
        )
        save_file(tensors, folder / WEIGHTS)
        return {
            "extractor": self.extractor.as_json(),
            "use_size": self.sizes is not None,
            "heads": self.heads.as_json(),
        }


class FeaturesMethod:
    """Features of `request.start_from`, else torchvision's if `request.pretrained`, else a dictionary of patches.

    `request.head` is linear (logistic and ridge regression) or forest.
    """

    def fit(
        self,
        learning_set: LearningSet,
        request: TrainRequest,
        folder: RunFolder,
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> FittedFeatures:
        """Raises Cancelled, and ClassifierError for another head or features that can't be had."""
        device = choose_device(request.device)
        fit = _fitter(request, device, on_progress, should_stop)
        extractor = _extractor(learning_set, request, device, on_progress)
        eye = FeatureExtractor(learning_set, extractor, on_progress, should_stop)
        components, table = _projected(learning_set, eye, request.seed)
        true_sizes = learning_set.pictures.sizes
        sizes = Standard.of(true_sizes[learning_set.train]) if request.use_size else None
        x, x_tune = (
            with_sizes(table[rows], true_sizes[rows], sizes)
            for rows in (learning_set.train, learning_set.of("tune"))
        )
        heads, warnings = fit_heads(learning_set, x, x_tune, fit, fit)
        return FittedFeatures(extractor, components, sizes, heads, warnings)

    def load(self, folder: RunFolder, config: dict, device: torch.device) -> FittedFeatures:
        """Raises ClassifierError when the weights are missing."""
        stored, tensors = config["fitted"], weights_of(folder)
        return FittedFeatures(
            _extractor_of(stored["extractor"], part_of(tensors, "extractor"), device),
            Components.from_tensors(part_of(tensors, "components")),
            Standard(**part_of(tensors, "sizes")) if stored["use_size"] else None,
            Heads.from_json(stored["heads"], tensors),
        )


def with_sizes(components: np.ndarray, sizes: np.ndarray, standard: Standard | None) -> np.ndarray:
    """(N, D) and raw (N, 3) to what the heads get: beside the components, for among them three columns would drown."""
    return components if standard is None else np.concatenate([components, standard(sizes)], axis=1)


def _fitter(
    request: TrainRequest, device: torch.device, on_progress: OnProgress, should_stop: ShouldStop
) -> FitHead:
    if request.head in ("", "linear"):
        return by_regression(device, on_progress, should_stop)
    if request.head == "forest":
        return by_forest(request.seed, request.threads, on_progress, should_stop)
    raise ClassifierError(f"Features have no head {request.head!r}. Choose linear or forest.")


def _extractor(
    learning_set: LearningSet, request: TrainRequest, device: torch.device, on_progress: OnProgress
) -> Extractor:
    if request.start_from:
        return FrozenBackbone.of_model(Path(request.start_from), request.side, device)
    if request.pretrained:
        return FrozenBackbone.of_torchvision(request, device)
    on_progress({"stage": "features", "done": 0, "total": 1, "message": "Learning a dictionary of patches"})
    some = np.random.default_rng(request.seed).permutation(learning_set.train)[:LEARN_FROM]
    return learn_dictionary(learning_set.pictures.at(np.sort(some)), request.seed, device)


def _extractor_of(description: dict, tensors: dict[str, np.ndarray], device: torch.device) -> Extractor:
    if description["kind"] == "patches":
        return PatchDictionary.built(description, tensors, device)
    return FrozenBackbone.built(description, tensors, device)


class FeatureExtractor:
    """Looks at pictures of a learning set, each once, and tells how many it has seen."""

    def __init__(
        self,
        learning_set: LearningSet,
        extractor: Extractor,
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ):
        self.pictures, self.extractor = learning_set.pictures, extractor
        self.on_progress, self.should_stop = on_progress, should_stop
        self.done = 0
        self.total = int((learning_set.folds != "test").sum())

    def look(self, rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Some of the rows at a time, and their features. Raises Cancelled."""
        for part in np.split(rows, range(AT_ONCE, len(rows), AT_ONCE)):
            if self.should_stop():
                raise Cancelled
            yield part, self.extractor(self.pictures.at(part))
            self.done += len(part)
            message = f"Looked at {self.done:,} of {self.total:,} images"
            self.on_progress(
                {"stage": "features", "done": self.done, "total": self.total, "message": message}
            )


def _projected(
    learning_set: LearningSet, extractor: FeatureExtractor, seed: int
) -> tuple[Components, np.ndarray]:
    """The components of some training pictures' features, and those of each object to learn or to choose by: float32
    (N, components) by row of the learning set, nought of the others."""
    shuffled = np.random.default_rng(seed).permutation(learning_set.train)
    some = np.sort(shuffled[:MOST_FOR_COMPONENTS])
    features = np.concatenate([part for _, part in extractor.look(some)])
    components = Components.of(features, COMPONENTS, seed)
    table = np.zeros((len(learning_set.labels), components.axes.shape[1]), np.float32)
    table[some] = components(features)
    others = np.concatenate([shuffled[MOST_FOR_COMPONENTS:], learning_set.of("tune")])
    for rows, part in extractor.look(np.sort(others)):
        table[rows] = components(part)
    return components, table
