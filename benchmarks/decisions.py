"""How many decisions it takes until so many labels are right: by hand, taxon by taxon as in EcoTaxa, with the model's
three choices as keys, and by the review with refits. A simulated taxonomist works over the API.

    PYTHONPATH=platform python -m benchmarks.decisions FOLDER --home HOME [--share 0.1] [--objects 2000] [--order teach]

FOLDER is as `benchmarks.learning` has it. A model learns from a share of the pictures; the others are the project. With
`--share 0` there is no model: nothing has a name at first. The taxonomist looks wrong at 2 of 100 objects. A decision
is an answer to a page, an object that is taken out, a name that is given to what was taken out together; in the review
also a stroke that names a stranger where it stands: one of the model's choices, or one of the nine taxa on the person's
digits. *Strictly*, each wrong object is one and each name of a page another, in all ways and whatever the keys.
"""

import argparse
import os
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.decision_counts import SLIPS, Counted, person_of
from benchmarks.refit_evidence import predicted_by, read

PAGE = 200  # of EcoTaxa's way


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--method", default="features")
    parser.add_argument("--share", type=float, default=0.1, help="of the pictures that the model learns from")
    parser.add_argument("--objects", type=int, default=2000, help="of the project, at most")
    parser.add_argument("--by-lineage", action="store_true", help="the labels are lineages, not classes")
    parser.add_argument("--below", default="", help="only what lies below this name of the lineages")
    parser.add_argument(
        "--seed",
        type=int,
        default=0,
        help="of what is learnt from, of which objects, and of slips; but for 0, none that was decided by",
    )
    parser.add_argument("--order", action="append", help="of the review; all five where none is named")
    parser.add_argument("--keep", type=Path, help="what the model says: written, or read where it is there")
    parser.add_argument("--home", type=Path, required=True, help="folder for the site; is made")
    options = parser.parse_args()
    options.home.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "seston.settings",
        "SESTON_HOME": str(options.home.absolute()),
        "OMP_NUM_THREADS": "1",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    compare(options)


def compare(options: argparse.Namespace) -> None:
    """Prints a line a way."""
    from benchmarks.decisions_review import by_review, project_of  # Django is set up by now

    predictions_file = options.keep or Path(tempfile.mkdtemp()) / "predicted.npz"
    share, seed = options.share or 0.1, options.seed
    if not predictions_file.exists():
        predicted = predicted_by(
            options.folder,
            options.method,
            share,
            options.by_lineage,
            options.below,
            seed,
            options.objects,
        )
        np.savez(predictions_file, **predicted)
    data = read(predictions_file)
    x, y, best, scores = data.x, data.y, data.best, data.scores
    has_model = options.share > 0
    start = (best[:, 0] == y).mean() if has_model else 0.0
    print(
        f"{len(y):,} objects of {len(set(y))} taxa, {start:.1%} named right at first; decisions per 1,000 until"
    )
    print(f"{'':44} {'95 %':>8} {'98 %':>8} {'strictly 95, 98 %':>17} {'wrong %':>7}  of these")
    print(f"{'by hand':44} {by_hand(y, best, has_model, seed)}")
    if has_model:
        print(f"{'one training, taxon by taxon':44} {by_taxon(y, best, scores, seed, keys=False)}")
        print(f"{'the same with three choices as keys':44} {by_taxon(y, best, scores, seed, keys=True)}")
    for order in options.order or ["progress", "teach", "risk", "taxon", "sample"]:
        with project_of(x, y, best if has_model else None, scores) as project:
            counted = by_review(project, order, seed)
        print(f"{f'review with refits, by {order}':44} {counted}", flush=True)


def by_hand(y: np.ndarray, best: np.ndarray, has_model: bool, seed: int) -> Counted:
    """Object by object in the order that they came; each is looked at and named."""
    counted, slips = Counted(len(y)), person_of(seed).random(len(y)) < SLIPS
    right = best[:, 0] == y if has_model else np.zeros(len(y), bool)
    for number in range(len(y)):
        right[number] = not slips[number]
        counted.kinds["names"] += 1
        counted.strictly += 1
        counted.note(right.mean())
    return counted


def by_taxon(y: np.ndarray, best: np.ndarray, scores: np.ndarray, seed: int, *, keys: bool) -> Counted:
    """Pages of one predicted taxon, the largest first, the surest first: what is wrong is chosen and named, the rest
    accepted. With keys one stroke names what is among the model's three."""
    counted, rng = Counted(len(y)), person_of(seed)
    right = best[:, 0] == y
    for taxon, _ in Counter(best[:, 0].tolist()).most_common():
        places = np.flatnonzero(best[:, 0] == taxon)
        places = places[np.argsort(-scores[places, 0])]
        for start in range(0, len(places), PAGE):
            names = set()
            for place in places[start : start + PAGE]:
                looks_wrong = right[place] == (rng.random() < SLIPS)
                if looks_wrong:
                    is_key = keys and y[place] in best[place]
                    counted.kinds.update(["strokes"] if is_key else ["taken out", "names"])
                    names.add(y[place])
                    counted.strictly += 1
                    right[place] = not right[place]
            counted.kinds["accepts"] += 1
            counted.strictly += 1 + len(names)
            counted.note(right.mean())
    return counted


if __name__ == "__main__":
    main()
