"""`python -m classifier predict` writes a table that people open in a spreadsheet."""

import csv
from types import SimpleNamespace

import pyarrow as pa
import pytest

from classifier.__main__ import main


@pytest.fixture
def model(monkeypatch):
    """A model that calls everything `=1+2`, with a trait of the same name."""
    entry = {"name": "=1+2"}
    calibrator = SimpleNamespace(traits=[SimpleNamespace(key="@sac")])
    loaded = SimpleNamespace(config={"taxa": {"7": entry}}, calibrator=calibrator, classes=["7"])
    row = {
        "object_id": 0,
        "label": "7",
        "label_score": 0.5,
        "margin": -0.25,
        "novelty": 0.0,
        "trait_@sac": "-x",
    }
    row |= {"top1": 0, "score1": 0.5, "top2": -1, "score2": 0.0, "top3": -1, "score3": 0.0}
    monkeypatch.setattr("classifier.inference.predict.load_model", lambda *_: loaded)
    monkeypatch.setattr(
        "classifier.inference.predict.predict_chunks", lambda *_, **__: [pa.Table.from_pylist([row])]
    )


def test_no_cell_is_taken_for_a_formula(model, tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "=cmd|x.png").write_bytes(b"")
    out = tmp_path / "said.csv"
    assert main(["predict", "model", str(tmp_path / "pictures"), "--out", str(out)]) == 0
    with out.open(encoding="utf-8", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["file"], row["label"], row["taxon1"]) == ("'=cmd|x.png", "'=1+2", "'=1+2")
    assert (row["'@sac"], row["margin"]) == ("'-x", "-0.25")
