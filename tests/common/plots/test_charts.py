"""Charts: what they draw lies within the box, and their labels never touch."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.common.plots.axes import (
    category_axis,
    date_axis,
    linear_axis,
    log_axis,
    month_axis,
    position_axis,
    share_axis,
)
from annotations.common.plots.bars import Bar, BarChart
from annotations.common.plots.dots import Dot, DotPlot
from annotations.common.plots.intervals import Interval
from annotations.common.plots.lines import Line, LineChart, Point
from annotations.common.plots.scales import LinearScale, LogScale

NUMBERS = st.floats(-1e9, 1e9, allow_subnormal=False)


@given(st.lists(NUMBERS, min_size=1, max_size=20))
def test_what_an_axis_was_made_for_lies_within_the_box(values):
    points = tuple(Point(n, value) for n, value in enumerate(values))
    chart = LineChart(
        title="Lengths",
        description="",
        x=position_axis("", 0, len(values)),
        y=linear_axis("", min(values), max(values)),
        lines=(Line("", points, dots="all"),),
    )
    for dot in chart.drawn[0].dots:
        assert 0 <= dot.x <= chart.frame.width and 0 <= dot.y <= chart.frame.height


@given(
    st.floats(1e-6, 1e6, allow_subnormal=False),
    st.floats(1.01, 1e6, allow_subnormal=False),
    st.floats(0, 1, allow_subnormal=False),
)
def test_scales_rise_from_end_to_end(low, times, share):
    high = low * times
    value = low + share * (high - low)
    for scale in (LinearScale(low, high), LogScale(low, high)):
        assert scale(low) == pytest.approx(0) and scale(high) == pytest.approx(1)
        assert 0 <= scale(value) <= 1 + 1e-9
        assert scale(low) <= scale(value) + 1e-9


def test_equal_factors_are_equally_far_apart_on_powers():
    axis = log_axis("objects", 10, 1000)
    assert axis.share(100) == pytest.approx(0.5)
    assert axis.share(0) == 0  # what has no logarithm stands at the low end


def test_months_have_their_names_in_their_middle():
    axis = month_axis("", date(2026, 3, 15), date(2026, 5, 15))
    assert [(tick.value, tick.label) for tick in axis.ticks] == [
        (0.5, "2026-03"),
        (31.5, "2026-04"),
        (61.5, "2026-05"),
    ]
    long = month_axis("", date(2021, 6, 15), date(2024, 5, 15))
    assert [tick.label for tick in long.ticks] == ["2022-01", "2023-01", "2024-01"]


def test_depth_runs_down():
    axis = linear_axis("depth, m", 0, 100)
    assert position_axis("depth, m", 0, 100, is_reversed=True).share(25) == 1 - axis.share(25) == 0.75


@given(st.lists(st.text("abc", max_size=30), min_size=1, max_size=60))
def test_labels_never_touch(names):
    chart = BarChart(title="", description="", x=category_axis("", names), y=share_axis(""), bars=())
    labels = [tick for tick in chart.x_ticks if tick.label]
    for one, next_one in pairwise(labels):
        halves = (len(one.label) + len(next_one.label)) / 2 * chart.frame.letter
        assert next_one.at - one.at >= min(halves, max(map(len, names)) * chart.frame.letter)


def test_the_margins_hold_the_labels():
    chart = BarChart(
        title="",
        description="",
        x=date_axis("", date(2026, 1, 1), date(2026, 3, 1)),
        y=share_axis(""),
        bars=(),
    )
    left, _, width, _ = map(float, chart.view_box.split())
    assert -left >= len("100 %") * chart.frame.letter
    assert left + width >= chart.x_ticks[-1].at + len("2026-02-23") * chart.frame.letter / 2


def test_bars_stand_on_the_axis_and_lie_on_it():
    bar = Bar(0, 1, 0.5, "half", label="50 %")
    standing = BarChart(
        title="", description="", x=position_axis("", 0, 2), y=share_axis(""), bars=(bar,)
    ).drawn[0]
    assert (standing.x, standing.y, standing.height) == (0, 100, 100)
    lying = BarChart(
        title="",
        description="",
        x=share_axis(""),
        y=position_axis("", 0, 2, is_reversed=True),
        bars=(bar,),
        is_horizontal=True,
    ).drawn[0]
    assert (lying.x, lying.y, lying.width, lying.height) == (0, 0, 260, 100)


def test_a_dot_has_its_interval_its_box_and_its_second_figure():
    dot = Dot(0, 0.5, "half", interval=(0.25, 0.75), box=(0.4, 0.6), other=1.0)
    plot = DotPlot(
        title="", description="", x=category_axis("", ["one"]), y=share_axis(""), dots=(dot,)
    ).drawn[0]
    assert (plot.x, plot.y) == (260, 100)
    assert (plot.interval.y1, plot.interval.y2) == (150, 50)
    assert (plot.box.y1, plot.box.y2) == (120, 80)
    assert (plot.gap.y1, plot.gap.y2) == (100, 0)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_has_no_place(value):
    for drawn in (lambda: Point(0, value), lambda: Dot(0, value, ""), lambda: Bar(0, 1, value, "")):
        with pytest.raises(ValueError, match="finite"):
            drawn()


def test_the_stroke_of_an_interval_stays_in_its_drawing():
    assert Interval(0, 0, 20).stroke == 0
    assert Interval(100, 80, 100).stroke == 98
    assert Interval(50, 50, 50).width == 0.5
