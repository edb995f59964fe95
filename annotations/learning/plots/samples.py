"""Sample by sample, how often a model is right and how sure it is."""

from annotations.common.plots.axes import category_axis, share_axis
from annotations.common.plots.chart import rows_frame
from annotations.common.plots.dots import Dot, DotPlot

MOST_SAMPLES = 24
LONGEST_NAME = 30  # letters


def sample_dots(samples: list[dict]) -> DotPlot | None:
    """For each sample how often the model is right, joined to how sure it is: a long line is a shift.

    The samples with the longest lines, `MOST_SAMPLES` at most.
    """
    longest = sorted(samples, key=lambda s: -abs(s["mean_score"] - s["accuracy"]))[:MOST_SAMPLES]
    if not longest:
        return None
    dots = tuple(_sample_dot(place, sample) for place, sample in enumerate(longest))
    hidden = len(samples) - len(longest)
    others = f"The {len(longest)} samples farthest apart; {hidden} others are in the table." if hidden else ""
    return DotPlot(
        title=f"Share right and mean score of {len(dots)} samples",
        description=f"Farthest apart: {dots[0].text}. The table has every number.",
        caption=others,
        x=share_axis(""),
        y=category_axis("", [_shortened(sample["name"]) for sample in longest], is_reversed=True),
        dots=dots,
        is_horizontal=True,
        legend=("share right", "mean score"),
        frame=rows_frame(len(dots)),
    )


def _sample_dot(place: int, sample: dict) -> Dot:
    right, score = sample["accuracy"], sample["mean_score"]
    text = f"{sample['name']}: right {right:.0%}, mean score {score:.0%}, {sample['count']:,} objects"
    return Dot(place, right, text, other=score)


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
