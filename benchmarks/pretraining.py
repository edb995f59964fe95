"""What features without labels are worth: linear probes with few labels a class and with all.

    python -m benchmarks.pretraining FOLDER [--backbones PATH …] [--side 48] [--few 1 5 10 50] [--draws 5]

FOLDER is as for benchmarks.learning. Beside the backbones stand the dictionary of patches, a network with
the weights it was born with, and region measurements. Each probe is a logistic regression on 256 principal components
with the true sizes beside them, as the method `features` has it, learnt from the fold `train` and tested on `test`;
with few labels the draw is repeated and the mean is printed.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import f1_score

from benchmarks.learning import manifest_of
from classifier.contract.backbones import COMPACT
from classifier.contract.manifest import read_manifest
from classifier.data.decoded import Pictures, decode_all
from classifier.inference.device import set_up_cpu
from classifier.inference.embedding import load_embedder
from classifier.measuring.processes import MeasuredHere
from classifier.methods.features import COMPONENTS, with_sizes
from classifier.methods.frozen import FrozenBackbone
from classifier.methods.linear import fit_linear
from classifier.methods.measured import measured_pictures
from classifier.methods.patches import LEARN_FROM, learn_dictionary
from classifier.methods.scaling import Components, Filling, Standard
from classifier.models.backbones import backbone
from classifier.models.preprocessing import Preprocessing

CPU = torch.device("cpu")
AT_ONCE = 256  # pictures


@dataclass
class Probed:
    """What is probed: (N, D) features, and the minutes that they took for all pictures."""

    name: str
    features: np.ndarray
    minutes: float


class Benchmark:
    def __init__(self, manifest: Path, seed: int = 0):
        self.table = read_manifest(manifest)
        self.folder = manifest.parent
        self.labels = np.unique(self.table["label"].to_pylist(), return_inverse=True)[1]
        folds = np.array(self.table["fold"].to_pylist())
        self.train, self.tune, self.test = (
            np.flatnonzero(folds == name) for name in ("train", "tune", "test")
        )
        self.seed = seed

    def pictures(self, side: int) -> Pictures:
        paths, cache = self.table["path"].to_pylist(), self.folder / f"{side}.cache"
        return decode_all(paths, self.table["pixel_um"].to_numpy(), side, cache, lambda done: None)

    def embedded(self, name: str, side: int, extract: Callable[[np.ndarray], np.ndarray]) -> Probed:
        pictures, started = self.pictures(side), time.process_time()
        rows = np.arange(len(self.labels))
        parts = [extract(pictures.at(rows[at : at + AT_ONCE])) for at in range(0, len(rows), AT_ONCE)]
        return Probed(name, np.concatenate(parts), (time.process_time() - started) / 60)

    def patches(self, side: int) -> Probed:
        some = np.random.default_rng(self.seed).permutation(self.train)[:LEARN_FROM]
        started = time.process_time()
        dictionary = learn_dictionary(self.pictures(side).at(np.sort(some)), self.seed, CPU)
        learnt = (time.process_time() - started) / 60
        probed = self.embedded("patches", side, dictionary)
        return Probed(probed.name, probed.features, probed.minutes + learnt)

    def born(self, side: int) -> Probed:
        """A network that has learnt nothing."""
        torch.manual_seed(self.seed)
        grey = Preprocessing.of(self.pictures(side), self.train)
        description = {
            "backbone": COMPACT,
            "image_size": side,
            "keep_resolution": False,
            "open_stem": False,
            "mean": grey.mean,
            "std": grey.std,
        }
        network, _ = backbone(COMPACT, side)
        return self.embedded(
            "random network", side, FrozenBackbone.built(description, network.state_dict(), CPU)
        )

    def measured(self) -> Probed:
        started = time.process_time()
        rows = list(zip(self.table["path"].to_pylist(), self.table["pixel_um"].to_numpy(), strict=True))
        table = measured_pictures(MeasuredHere(), rows)
        features = Filling.of(table[self.train])(table)
        return Probed("measurements", features, (time.process_time() - started) / 60)

    def spaces(self, backbones: list[Path], side: int) -> Iterator[Probed]:
        for path in backbones:
            embed = load_embedder(path, "cpu")
            yield self.embedded(path.name, embed.image_size, embed)
        yield self.patches(side)
        yield self.born(side)
        yield self.measured()

    def sizes(self) -> np.ndarray:
        return self.pictures(32).sizes

    # --- Probes -------------------------------------------------------------------------------------------------------

    def probe(self, probed: Probed, few: list[int], draws: int) -> dict[str, tuple[float, float]]:
        """(accuracy, macro-F1) by how many labels a class."""
        components = Components.of(probed.features[self.train], COMPONENTS, self.seed)
        sizes = self.sizes()
        x = with_sizes(components(probed.features), sizes, Standard.of(sizes[self.train]))
        scores = {}
        for count in few:
            each = [self._tested(x, self._some_of_each(count, draw)) for draw in range(draws)]
            scores[str(count)] = (float(np.mean([a for a, _ in each])), float(np.mean([f for _, f in each])))
        scores["all"] = self._tested(x, self.train, self.tune)
        return scores

    def _some_of_each(self, count: int, draw: int) -> np.ndarray:
        shuffled = np.random.default_rng([self.seed, draw]).permutation(self.train)
        return np.concatenate(
            [shuffled[self.labels[shuffled] == label][:count] for label in np.unique(self.labels)]
        )

    def _tested(
        self, x: np.ndarray, learn: np.ndarray, tune: np.ndarray | None = None
    ) -> tuple[float, float]:
        tune = np.zeros(0, np.int64) if tune is None else tune
        classes = len(np.unique(self.labels))
        head = fit_linear(
            "one",
            (x[learn], self.labels[learn]),
            (x[tune], self.labels[tune]),
            classes,
            CPU,
            lambda done, total: None,
        )
        predicted = head(x[self.test]).argmax(1)
        true = self.labels[self.test]
        return float((predicted == true).mean()), float(
            f1_score(true, predicted, average="macro", zero_division=0)
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--backbones", nargs="*", type=Path, default=[], help="folders of pretrained ones")
    parser.add_argument("--side", type=int, default=48, help="pixels, of patches and the random network")
    parser.add_argument("--few", nargs="*", type=int, default=[1, 5, 10, 50], help="labels a class")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, help="keep manifest and pictures here")
    options = parser.parse_args()
    set_up_cpu(options.threads)
    with tempfile.TemporaryDirectory() as scratch:
        out = options.out or Path(scratch)
        manifest = out / "learning_set.parquet"
        if not manifest.exists():
            manifest_of(options.folder, out)
        benchmark = Benchmark(manifest)
        for probed in benchmark.spaces(options.backbones, options.side):
            _print(probed, benchmark.probe(probed, options.few, options.draws))


def _print(probed: Probed, scores: dict[str, tuple[float, float]]) -> None:
    figures = "  ".join(f"{count}: {accuracy:.3f} / {f1:.3f}" for count, (accuracy, f1) in scores.items())
    print(f"{probed.name:20} {figures}  ({probed.minutes:.1f} min of a core)", flush=True)


if __name__ == "__main__":
    main()
