"""The prepared check for a GPU runs where there is none, too: as small as it gets."""

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from benchmarks.gpu import main
from tests.classifier.pictures import KINDS, draw

FOLDS = ("train", "train", "train", "train", "val", "test")


@pytest.fixture
def vignettes(tmp_path) -> Path:
    """A folder as the benchmarks of learning take it: 48 drawn shapes of three classes."""
    rng, rows = np.random.default_rng(0), []
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        for n in range(48):
            kind, content = KINDS[n % 3], io.BytesIO()
            draw(kind, rng).save(content, "PNG")
            archive.writestr(f"images/{n}.png", content.getvalue())
            rows.append([f"images/{n}.png", f"object_{n}", kind, FOLDS[n // 3 % 6]])
    _write(tmp_path / "labels.csv", ["file", "object_id", "label", "fold"], rows)
    traits = ["egg_bearing", "life_stage", "view", "grouping"]
    _write(
        tmp_path / "classes.csv",
        ["label", "lineage", *traits],
        [[kind, "shape", *[""] * 4] for kind in KINDS],
    )
    return tmp_path


def _write(path: Path, head: list[str], rows: list[list]) -> None:
    with path.open("w", newline="") as lines:
        csv.writer(lines).writerows([head, *rows])


def test_it_measures_rates_the_loader_and_a_pretraining_and_writes_them(vignettes, capsys):
    out = vignettes / "gpu.json"
    parts = ["--parts", "rates", "loader", "simclr"]
    main([str(vignettes), "--minutes", "0", "--device", "cpu", "--out", str(out), *parts])
    figures = json.loads(out.read_text())
    (rates,) = figures["rates"]
    assert min(rates["forward"], rates["training"], rates["of_bare"], rates["of_bare_step"]) > 0
    assert figures["loader"][0]["images_a_second"] > 0
    assert figures["simclr"][0]["epochs"] == 1
    assert set(figures["seconds"]) == {"rates", "loader", "simclr"}
    assert "rates" in capsys.readouterr().out
