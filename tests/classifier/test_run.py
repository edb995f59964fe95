"""From a learning set to a judged model, by each method, and what such a model says of new pictures."""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import load_file

from classifier.__main__ import main
from classifier.contract.errors import Cancelled, ClassifierError
from classifier.contract.manifest import SCHEMA, write_manifest
from classifier.contract.messages import TrainRequest, TrainResult
from classifier.data.learning_set import load_learning_set
from classifier.inference.predict import load_model, predict_chunks
from classifier.methods import measured
from classifier.run_folder import RunFolder
from classifier.training.run import train
from tests.classifier.methods.conftest import small
from tests.classifier.pictures import KINDS, draw
from tests.classifier.tiny import tiny_model
from tests.measuring.here import measurers_here

__all__ = ["small"]

TAXA = {
    "disc": {"name": "Disc", "parent": "round"},
    "ring": {"name": "Ring", "parent": "round"},
    "bar": {"name": "Bar", "parent": "all"},
    "round": {"name": "Round", "parent": "all"},
    "all": {"name": "All", "parent": None},
}
LARGE = {"key": "large", "kind": "flag", "choices": ["yes", "no"], "name": "large"}
METHODS = {
    "measure": {"method": "measure", "head": "forest"},
    "features": {"method": "features", "head": "linear"},
    "network": {"method": "network", "epochs": 2},
}


@pytest.fixture(scope="module")
def learning_set(tmp_path_factory) -> Path:
    """240 pictures of eight tows, one of them cut off; half of them say whether they are large."""
    folder = tmp_path_factory.mktemp("pictures")
    rng = np.random.default_rng(0)
    rows = []
    for i in range(240):
        kind = KINDS[i % 3]
        picture = draw(kind, rng)
        picture.save(folder / f"{i}.png")
        large = ("yes" if picture.width > 48 else "no") if i // 8 % 2 else None
        rows.append((i, f"tow {i % 8}", f"{i}.png", kind, 20.0, large))
    (folder / "240.png").write_bytes((folder / "0.png").read_bytes()[:40])
    rows.append((240, "tow 0", "240.png", "disc", 20.0, None))
    schema = pa.schema([*SCHEMA, ("trait_large", pa.string())])
    columns = dict(zip(schema.names, (list(column) for column in zip(*rows, strict=True)), strict=True))
    write_manifest(folder / "set.parquet", pa.table(columns, schema=schema), TAXA, [LARGE])
    return folder / "set.parquet"


def request_for(learning_set: Path, out: Path, **more) -> TrainRequest:
    small = {"image_size": 32, "batch_size": 16, "threads": 1, "baseline": False, "learning_curve": False}
    return TrainRequest(str(learning_set), str(out), **small | more)


@pytest.fixture(scope="module")
def trained(learning_set, tmp_path_factory):
    """Trains each method once; what is measured for that is measured in this process."""
    created: dict = {}

    def trained_by(method: str):
        if method not in created:
            out = tmp_path_factory.mktemp(method)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(measured, "Measurers", measurers_here)
                created[method] = out, train(request_for(learning_set, out, **METHODS[method])).metrics
        return created[method]

    return trained_by


@pytest.fixture(scope="module", params=METHODS)
def model(trained, request):
    return trained(request.param)


def rows_of(folder: Path, count: int = 30):
    rng = np.random.default_rng(9)
    for i in range(count):
        draw(KINDS[i % 3], rng).save(folder / f"{i}.png")
        yield i, str(folder / f"{i}.png"), 20.0


def test_the_folder_is_whole_and_its_figures_are_json(model):
    out, metrics = model
    assert {path.name for path in out.iterdir()} - {"history.jsonl"} == {
        "README.md",
        "config.json",
        "held_out.parquet",
        "calibrator.safetensors",
        "metrics.json",
        "model.safetensors",
        "split.parquet",
    }
    json.dumps(metrics, allow_nan=False)
    assert metrics["split"] == "sample"
    assert metrics["warnings"] == ["1 images could not be read and were left out."]
    assert sum(entry["support"] for entry in metrics["per_taxon"]) == metrics["n_held_out"]
    assert metrics["watt_hours"] > 0


def test_held_out_objects_are_of_tows_that_were_not_learnt_from(model):
    out, metrics = model
    held_out, folds = (pq.read_table(out / f"{name}.parquet").to_pylist() for name in ("held_out", "split"))
    fold_of = {row["object_id"]: row["fold"] for row in folds}
    assert {fold_of[row["object_id"]] for row in held_out} == {"tune", "test"}
    learnt = {row["object_id"] % 8 for row in folds if row["fold"] == "train"}
    measured = {row["object_id"] % 8 for row in held_out if row["fold"] == "test"}
    assert measured
    assert not learnt & measured
    assert sum(row["fold"] == "test" for row in held_out) == metrics["n_held_out"]
    right = [row["label"] == row["predicted"] for row in held_out if row["fold"] == "test"]
    assert np.mean(right) == pytest.approx(metrics["accuracy"])


@pytest.mark.parametrize("method", ["measure", "features"])
def test_shapes_are_learnt_in_seconds(trained, method):
    _, metrics = trained(method)
    assert metrics["accuracy"] > 0.9
    assert metrics["guess"]["accuracy"] < 0.5
    (large,) = metrics["traits"]
    assert large["average_precision"] > large["by_taxon_frequency"]


def test_it_says_the_same_of_a_picture_wherever_it_stands(model, tmp_path):
    out, _ = model
    rows = list(rows_of(tmp_path))
    lost = (99, str(tmp_path / "none.png"), 20.0)
    whole = pa.concat_tables(predict_chunks(str(out), iter([*rows, lost]), chunk=10))
    backwards = pa.concat_tables(predict_chunks(str(out), iter(rows[::-1]), batch=7, threads=1))
    assert whole["object_id"].to_pylist() == list(range(30)), "in order, without the unreadable one"
    assert whole["top1"].to_pylist() == backwards["top1"].to_pylist()[::-1]
    assert np.allclose(whole["score1"].to_numpy(), backwards["score1"].to_numpy()[::-1], atol=1e-3)


def test_scores_margins_candidates_and_traits_belong_together(model, tmp_path):
    out, _ = model
    loaded = load_model(str(out))
    table = pa.concat_tables(predict_chunks(str(out), rows_of(tmp_path), threads=1))
    scores = np.stack([table[f"score{k}"].to_numpy() for k in (1, 2, 3)])
    assert np.allclose(scores.sum(0), 1, atol=1e-3)
    assert (np.diff(scores, axis=0) <= 0).all(), "the first is the surest"
    assert np.allclose(table["margin"].to_numpy(), scores[0] - scores[1], atol=1e-6)
    for row in table.to_pylist():
        assert row["label"] == loaded.classes[row["top1"]]
        assert row["candidates"]
        assert 0 <= row["novelty"] <= 1
        assert row["trait_large"] in ("yes", "no")
        assert 0.5 <= row["trait_large_score"] <= 1


def test_with_a_wanted_precision_it_backs_off_or_leaves_it_to_people(trained, tmp_path):
    out, _ = trained("features")
    rows = list(rows_of(tmp_path))
    demanding = pa.concat_tables(predict_chunks(str(out), iter(rows), wanted_precision=0.999))
    modest = pa.concat_tables(predict_chunks(str(out), iter(rows), wanted_precision=0.5))
    assert set(demanding["label"].to_pylist()) == {""}, "24 objects to choose by can't promise that"
    assert set(modest["label"].to_pylist()) & set(KINDS)


def test_folds_that_the_learning_set_gives_are_kept(learning_set, tmp_path):
    table = pq.read_table(learning_set)
    folds = ["train" if i % 4 else "test" if i % 8 else "tune" for i in range(len(table))]
    with_folds = table.append_column("fold", pa.array(folds))
    write_manifest(learning_set.parent / "given.parquet", with_folds, TAXA, [LARGE])
    result = load_learning_set(
        request_for(learning_set.parent / "given.parquet", tmp_path), RunFolder(tmp_path), lambda *_: None
    )
    assert result.split_kind == "given"
    assert result.folds.tolist() == folds[:240]


def test_an_unknown_fold_is_refused(learning_set, tmp_path):
    table = pq.read_table(learning_set)
    odd = table.append_column("fold", pa.array(["validation"] * len(table)))
    write_manifest(learning_set.parent / "odd.parquet", odd)
    with pytest.raises(ClassifierError, match="has validation, but takes train, tune or test"):
        train(request_for(learning_set.parent / "odd.parquet", tmp_path))


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_model_twice(trained, learning_set, tmp_path, method):
    out, metrics = trained(method)
    again = train(request_for(learning_set, tmp_path / "again", **METHODS[method]))
    first, second = (load_file(folder / "model.safetensors") for folder in (out, tmp_path / "again"))
    assert all(np.array_equal(first[name], second[name]) for name in first)
    timed = {"minutes", "watt_hours"}
    assert {k: v for k, v in again.metrics.items() if k not in timed} == {
        k: v for k, v in metrics.items() if k not in timed
    }


def test_a_training_that_is_stopped_leaves_no_model(learning_set, tmp_path):
    with pytest.raises(Cancelled):
        train(request_for(learning_set, tmp_path), should_stop=lambda: True)
    with pytest.raises(ClassifierError, match=r"config.json is missing"):
        load_model(str(tmp_path))


def test_a_method_that_there_is_not(learning_set, tmp_path):
    with pytest.raises(ClassifierError, match="Choose one of measure, features, network"):
        train(request_for(learning_set, tmp_path, method="magic"))


def test_the_commands_train_and_name_a_folder(learning_set, tmp_path, capsys):
    options = ["--method", "features", "--image-size", "32", "--threads", "1", "--no-baseline"]
    out = ["--manifest", str(learning_set), "--out", str(tmp_path / "model"), "--no-learning-curve"]
    assert main(["train", *out, *options]) == 0
    assert "macro_f1" in capsys.readouterr().out
    (tmp_path / "new").mkdir()
    list(rows_of(tmp_path / "new", 6))
    written = ["--out", str(tmp_path / "said.csv"), "--pixel-um", "20", "--precision", "0.5"]
    assert main(["predict", str(tmp_path / "model"), str(tmp_path / "new"), *written]) == 0
    assert "6 of 6 pictures read" in capsys.readouterr().out
    with (tmp_path / "said.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert [row["file"] for row in rows] == [f"{i}.png" for i in range(6)]
    assert {row["taxon1"] for row in rows} <= {"Disc", "Ring", "Bar"}
    assert {row["large"] for row in rows} <= {"yes", "no"}


def test_on_the_command_line_what_starts_from_a_model_has_its_network(tmp_path, monkeypatch):
    """And the size of pictures that this one likes, not that of the usual network."""
    requests: list[TrainRequest] = []

    def note(request, on_progress):
        requests.append(request)
        return TrainResult("", 0.0)

    monkeypatch.setattr("classifier.training.run.train", note)
    parent = str(tiny_model(tmp_path / "parent"))
    train_it = ["train", "--manifest", "set.parquet", "--out", "model", "--method", "features"]
    assert main([*train_it, "--start-from", parent]) == main(train_it) == 0
    assert [(one.backbone, one.side) for one in requests] == [
        ("mobilenet_v3_small", 96),
        ("compact_resnet", 96),  # it looks at patches
    ]
    assert requests[1] == TrainRequest("set.parquet", "model", method="features")
    assert main([*train_it, "--start-from", str(tmp_path / "none")]) == 1


def test_the_commands_say_what_is_wrong_without_a_traceback(tmp_path, capsys):
    assert main(["train", "--manifest", str(tmp_path / "none.parquet"), "--out", str(tmp_path / "m")]) == 1
    assert "cannot be read" in capsys.readouterr().err
    (tmp_path / "picture.png").write_bytes(b"")
    assert main(["predict", str(tmp_path / "none"), str(tmp_path), "--out", str(tmp_path / "x.csv")]) == 1
    assert "there is no such folder" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
