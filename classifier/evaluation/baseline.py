"""What depth has to beat: region measurements by scikit-image and a random forest, as EcoTaxa's users know it."""

import numpy as np
from skimage.filters import threshold_otsu
from skimage.measure import label, regionprops
from sklearn.ensemble import RandomForestClassifier

NAME = "random forest on region measurements"
MOST = 20_000


def measurements(square: np.ndarray, size: np.ndarray) -> list[float]:
    """Shape and grey of the largest dark region of a letterboxed picture (S, S), with its true size (3,)."""
    mask = square < (threshold_otsu(square) if square.min() < square.max() else 0)
    regions = label(mask)
    if not regions.any():
        return [0.0] * 14 + list(size)
    largest = 1 + int(np.argmax(np.bincount(regions.ravel())[1:]))
    region = regionprops((regions == largest).astype(np.uint8), intensity_image=square)[0]
    grey = square[regions == largest].astype(float)
    return [
        region.area,
        region.axis_major_length,
        region.axis_minor_length,
        region.eccentricity,
        region.extent,
        region.perimeter,
        4 * np.pi * region.area / max(region.perimeter, 1) ** 2,
        float(regions.max()),
        float(mask.mean()),
        grey.mean(),
        grey.std(),
        *np.percentile(grey, [10, 50, 90]),
        *size,
    ]


def forest_predictions(
    pixels: np.ndarray, sizes: np.ndarray, labels: np.ndarray, held_out: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Trains on what is not held out; (held-out labels, probabilities over all classes)."""
    rng = np.random.default_rng(seed)
    train, test = (rng.permutation(np.flatnonzero(part))[:MOST] for part in (~held_out, held_out))
    table = {i: measurements(np.asarray(pixels[i]), sizes[i]) for i in (*train, *test)}
    forest = RandomForestClassifier(
        300, min_samples_leaf=2, class_weight="balanced", n_jobs=-1, random_state=seed
    )
    forest.fit([table[i] for i in train], labels[train])
    probabilities = np.zeros((len(test), labels.max() + 1))
    probabilities[:, forest.classes_] = forest.predict_proba([table[i] for i in test])
    return labels[test], probabilities
