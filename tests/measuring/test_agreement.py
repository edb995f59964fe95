"""Drawn plankton: the columns of its package come from the mask that was drawn, so they are the truth."""

import sys

import pytest

from annotations.demo.package import write_package
from benchmarks.regions import compare, main


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    path = tmp_path_factory.mktemp("drawn") / "drawn.zip"
    write_package(path, objects=150)
    return path


def test_what_is_measured_is_what_was_drawn(drawn):
    agreements, _, nothing = compare(drawn)
    result = {one.column: one for one in agreements}
    assert nothing == 0
    for name in ("area", "esd", "width", "height", "feret", "elongation", "mean", "min", "angle"):
        assert result[name].pearson > 0.9, name
    assert 0.75 < result["area"].ratio < 1.05
    assert result["min"].ratio == pytest.approx(1, abs=0.02)


def test_the_table_for_the_documentation_has_a_line_a_column(drawn, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["regions", str(drawn), "--markdown"])
    main()
    output = capsys.readouterr().out
    assert "vignettes/s of one core" in output
    assert "| column | drawn (150) |" in output
    assert "| `area` | " in output
