"""Size spectra as CSV, a line a class or a line a spectrum, and as JSON."""

from django.http import StreamingHttpResponse

from annotations.projects.models import Project
from annotations.results.csv_files import csv_file
from annotations.results.spectra.links import diameter_of
from annotations.results.spectra.query import SpectrumQuery
from annotations.results.spectra.spectra import size_spectra
from annotations.results.spectra.spectrum import SizeClass, Spectrum

CLASS_COLUMNS = (
    "group",
    "group_id",
    "from_mm3",
    "to_mm3",
    "from_esd_mm",
    "to_esd_mm",
    "objects",
    "abundance_per_m3",
    "biovolume_mm3_per_m3",
    "nass_per_m3_per_mm3",
    "nbss_mm3_per_m3_per_mm3",
    "in_line",
)
LINE_COLUMNS = (
    "group",
    "group_id",
    "measure",
    "states",
    "samples",
    "objects",
    "classes_in_line",
    "from_mm3",
    "to_mm3",
    "slope",
    "slope_low",
    "slope_high",
    "intercept",
    "intercept_low",
    "intercept_high",
    "r_squared",
    "interval_by",
    "warnings",
)


def classes_as_csv(project: Project, query: SpectrumQuery) -> StreamingHttpResponse:
    spectra = size_spectra(project, query).spectra
    rows = (_class_cells(spectrum, each) for spectrum in spectra for each in spectrum.classes)
    return csv_file(CLASS_COLUMNS, rows, f"spectra_{project.pk}_by_{query.by}")


def lines_as_csv(project: Project, query: SpectrumQuery) -> StreamingHttpResponse:
    answer = size_spectra(project, query)
    rows = (_line_cells(spectrum, query, answer.warnings) for spectrum in answer.spectra)
    return csv_file(LINE_COLUMNS, rows, f"slopes_{project.pk}_by_{query.by}")


def _class_cells(spectrum: Spectrum, of: SizeClass) -> list:
    return [
        spectrum.name,
        spectrum.key,
        of.low,
        of.high,
        diameter_of(of.low),
        diameter_of(of.high),
        of.count,
        of.abundance,
        of.biovolume,
        of.density,
        of.biovolume_density,
        int(of.is_in_line),
    ]


def _line_cells(spectrum: Spectrum, query: SpectrumQuery, of_all: list[str]) -> list:
    line, ends = spectrum.line, spectrum.ends
    figures = (
        [
            line.slope,
            *line.slope_interval,
            line.intercept,
            *line.intercept_interval,
            line.r_squared,
            line.method,
        ]
        if line
        else [None] * 8
    )
    return [
        spectrum.name,
        spectrum.key,
        query.measure,
        ",".join(state.word for state in query.states),
        spectrum.samples,
        spectrum.count,
        line and line.classes,
        *(ends or (None, None)),
        *figures,
        " ".join([*of_all, *spectrum.warnings]),
    ]


def spectrum_as_dict(spectrum: Spectrum, of_all: list[str]) -> dict:
    """`of_all`: warnings that are of every spectrum."""
    line = spectrum.line
    return {
        "group": {"id": spectrum.key, "name": spectrum.name},
        "samples": spectrum.samples,
        "objects": spectrum.count,
        "line": line
        and {
            "slope": line.slope,
            "slope_interval": line.slope_interval,
            "intercept": line.intercept,
            "intercept_interval": line.intercept_interval,
            "r_squared": None if line.r_squared != line.r_squared else line.r_squared,
            "classes": line.classes,
            "interval_by": line.method,
        },
        "classes": [
            {
                "from_mm3": each.low,
                "to_mm3": each.high,
                "objects": each.count,
                "abundance": each.abundance,
                "biovolume": each.biovolume,
                "nass": each.density,
                "nbss": each.biovolume_density,
                "in_line": each.is_in_line,
            }
            for each in spectrum.classes
        ],
        "warning": " ".join([*of_all, *spectrum.warnings]),
    }
