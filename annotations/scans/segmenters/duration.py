"""How long a training of a segmenter will take here: from those that this site has done, never guessed.

What one takes grows with the pixels of the patches that it looks at. So each earlier one of the same network tells the
minutes a pixel; the next is expected to take their median.
"""

from collections.abc import Mapping
from statistics import median
from typing import Any

from annotations.learning.duration import Expected
from annotations.scans.segmenters.kinds import KINDS
from annotations.scans.segmenters.models import Segmenter

MOST_TRAININGS = 40  # the newest ones
LEAST_MINUTES = 1  # a shorter one tells how long files take to be read, and not how long a network learns
AMOUNTS = ("epochs", "steps", "batch_size", "patch")  # how much it looks at; what else is set says what looks
NO_MATTER = ("seed",)


def expected_training(kind: str, settings: Mapping[str, Any]) -> Expected | None:
    """Of the device that was trained on last; None where none of such a network was trained there.

    What `settings` leave out has its default.
    """
    plan = _whole(kind, settings)
    earlier = [one for one in _trainings(kind) if _network(kind, one.settings) == _network(kind, plan)]
    if not earlier:
        return None
    device = earlier[0].metrics["device"]
    same = [one for one in earlier if one.metrics["device"] == device]
    each = median(one.metrics["minutes"] / _pixels(_whole(kind, one.settings)) for one in same)
    trainings = f"{len(same)} training{'' if len(same) == 1 else 's'} of such a network"
    return Expected(each * _pixels(plan), f"by {trainings} here, on {device}")


def _trainings(kind: str) -> list[Segmenter]:
    """That came to their end, the newest first."""
    ready = (
        Segmenter.objects.filter(kind=kind, is_ready=True, is_foreign=False)
        .only("settings", "metrics")
        .order_by("-pk")
    )
    return [one for one in ready[:MOST_TRAININGS] if _tells(one)]


def _tells(segmenter: Segmenter) -> bool:
    metrics = segmenter.metrics
    return (metrics.get("minutes") or 0) >= LEAST_MINUTES and bool(metrics.get("device"))


def _whole(kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: settings.get(name, setting.default) for name, setting in KINDS[kind].settings.items()}


def _network(kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    whole = _whole(kind, settings)
    return {name: value for name, value in whole.items() if name not in (*AMOUNTS, *NO_MATTER)}


def _pixels(settings: Mapping[str, Any]) -> float:
    return settings["epochs"] * settings["steps"] * settings["batch_size"] * settings["patch"] ** 2
