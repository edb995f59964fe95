"""Normalised size spectra as a plot of two axes of powers, a series for each."""

import math
from collections.abc import Sequence
from dataclasses import replace

from annotations.common.figures import in_figures
from annotations.common.plots.axes import Axis, log_axis, short_label
from annotations.common.plots.chart import ACROSS
from annotations.common.plots.lines import Point
from annotations.common.plots.series import MOST_SERIES, PlotMark, Series, SeriesPlot
from annotations.results.spectra.links import ClassLinks, diameter_of
from annotations.results.spectra.query import BIOVOLUME, SpectrumQuery
from annotations.results.spectra.spectrum import SizeClass, Spectrum

UNITS = {BIOVOLUME: "mm³ m⁻³ mm⁻³", "abundance": "m⁻³ mm⁻³"}
NAMES = {BIOVOLUME: "NBSS", "abundance": "NASS"}


def spectra_plot(
    spectra: Sequence[Spectrum], query: SpectrumQuery, links: ClassLinks, italic: set[int]
) -> SeriesPlot | None:
    """Of the first eight; None where no class has a height."""
    drawn = [
        _series(place, spectrum, query, links, spectrum.key in italic)
        for place, spectrum in enumerate(spectra[:MOST_SERIES])
    ]
    points = [point for series in drawn for point in series.places]
    if not points:
        return None
    kind, unit = NAMES[query.measure], UNITS[query.measure]
    return SeriesPlot(
        title=f"Normalised {query.measure} size spectrum"
        + ("" if len(drawn) == 1 else ", one for each group"),
        description="Open points are left out of the line. The tables have every number.",
        x=_decades("volume of an object, mm³", [x for x, _ in points]),
        y=_decades(f"{kind}, {unit}", [y for _, y in points], has_grid=True),
        frame=ACROSS,
        series=tuple(drawn),
        caption=_caption(spectra, drawn),
    )


def _caption(spectra: Sequence[Spectrum], drawn: Sequence[Series]) -> str:
    has_open = any(mark.is_open for each in drawn for mark in each.marks)
    of_how_many = f"The first {MOST_SERIES} of {len(spectra)}. " if len(spectra) > MOST_SERIES else ""
    return of_how_many + ("Open points are left out of the line." if has_open else "")


def _decades(title: str, values: Sequence[float], *, has_grid: bool = False) -> Axis:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return replace(log_axis(title, 10.0**low, 10.0 ** max(high, low + 1)), has_grid=has_grid)


def _series(
    place: int, spectrum: Spectrum, query: SpectrumQuery, links: ClassLinks, is_italic: bool
) -> Series:
    marks = tuple(
        PlotMark(
            each.middle, height, _text(spectrum, each, query), links.to(spectrum, each), not each.is_in_line
        )
        for each in spectrum.classes
        if (height := each.height(query.measure))
    )
    return Series(place, short_label(spectrum.name), marks, _line(spectrum), is_italic)


def _line(spectrum: Spectrum) -> tuple[Point, ...]:
    if spectrum.line is None or spectrum.ends is None:
        return ()
    return tuple(Point(size, spectrum.line.height(size)) for size in spectrum.ends)


def _text(spectrum: Spectrum, of: SizeClass, query: SpectrumQuery) -> str:
    sizes = (
        f"{in_figures(of.low)} to {in_figures(of.high)} mm³ "
        f"(ESD {in_figures(diameter_of(of.low))} to {in_figures(diameter_of(of.high))} mm)"
    )
    height = f"{in_figures(of.height(query.measure))} {UNITS[query.measure]}"
    return f"{spectrum.name}: {sizes}: {height}, {of.count:,} objects"
