"""How a segmenter became better over the epochs."""

from annotations.common.plots.axes import position_axis, share_axis
from annotations.common.plots.lines import Line, LineChart, Point
from annotations.learning.backbones.plots import loss_curve


def training_curves(history: list[dict]) -> list[LineChart]:
    """None before the first epoch; no Dice where no scan was held out."""
    if not history:
        return []
    return [chart for chart in (loss_curve(history), _dice(history)) if chart]


def _dice(history: list[dict]) -> LineChart | None:
    if not all("dice" in entry for entry in history):
        return None
    points = tuple(Point(n, entry["dice"]) for n, entry in enumerate(history, 1))
    line = Line("Dice", points, "primary", dots="last", note=f"{points[-1].y:.3f}")
    return LineChart(
        title="Organisms' pixels on the held-out scan",
        description=f"Dice after the last epoch: {line.note}.",
        x=position_axis("epoch", 0, len(history)),
        y=share_axis("Dice"),
        lines=(line,),
    )
