"""How a forest and gradient boosting are kept: our arrays beside skops' file and ONNX, of scikit-learn's own models.

    pip install skops skl2onnx onnxruntime && python -m benchmarks.trees [--objects 5000] [--classes 113] [--trees 30]

Prints megabytes, seconds to load and seconds to name 2,048 objects. The objects are drawn.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime
import skops.io
from safetensors.numpy import load_file, save_file
from skl2onnx import to_onnx
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

from classifier.methods.forests import Boosting, Forest, of_boosting, prior_of
from classifier.methods.trees import Trees, of_decision_tree

NUMBERS, NAMED = 60, 2048
Model = RandomForestClassifier | HistGradientBoostingClassifier
Predict = Callable[[np.ndarray], object]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in (("objects", 5000), ("classes", 113), ("trees", 30)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    y = np.arange(options.objects) % options.classes
    x = rng.normal(size=(options.classes, NUMBERS))[y] * 0.35 + rng.normal(size=(len(y), NUMBERS))
    x = x.astype(np.float32)
    for model in (
        RandomForestClassifier(options.trees, min_samples_leaf=2),
        HistGradientBoostingClassifier(
            max_iter=options.trees, max_leaf_nodes=15, min_samples_leaf=5, early_stopping=False
        ),
    ):
        model.fit(x, y)
        for keep in (as_arrays, as_skops, as_onnx):
            measure(model, keep, x[:NAMED])


def measure(model: Model, keep: Callable[[Model, Path], Callable[[], Predict]], x: np.ndarray) -> None:
    with TemporaryDirectory() as scratch:
        file = Path(scratch) / "model"
        try:
            load = keep(model, file)
        except ValueError:  # of skl2onnx, where a newer scikit-learn keeps things another way
            print(f"{type(model).__name__} {keep.__name__}: cannot be written")
            return
        started = time.perf_counter()
        predict = load()
        loaded = time.perf_counter()
        predict(x)
        named = time.perf_counter()
        print(
            f"{type(model).__name__} {keep.__name__}: {file.stat().st_size / 2**20:.1f} MB, "
            f"loads in {loaded - started:.3f} s, names in {named - loaded:.2f} s",
            flush=True,
        )


def as_arrays(model: Model, file: Path) -> Callable[[], Predict]:
    classes = model.classes_
    prior = prior_of("one", classes, len(classes))
    if isinstance(model, RandomForestClassifier):
        trees = Trees.joined([of_decision_tree(tree.tree_, classes) for tree in model.estimators_])
        save_file(Forest("one", trees, prior).tensors(), file)
        return lambda: Forest.from_tensors("one", load_file(file))
    save_file(of_boosting(model, prior, model.n_iter_).tensors(), file)
    return lambda: Boosting.from_tensors("one", load_file(file))


def as_skops(model: Model, file: Path) -> Callable[[], Predict]:
    skops.io.dump(model, file)
    trusted = skops.io.get_untrusted_types(file=file)
    return lambda: skops.io.load(file, trusted=trusted).predict_proba


def as_onnx(model: Model, file: Path) -> Callable[[], Predict]:
    graph = to_onnx(model, np.zeros((1, NUMBERS), np.float32), options={"zipmap": False})
    file.write_bytes(graph.SerializeToString())

    def load() -> Predict:
        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        return lambda x: session.run(None, {"X": x})

    return load


if __name__ == "__main__":
    main()
