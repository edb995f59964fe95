"""A model packed for others, and what is refused when one comes from others."""

import json
import pickle
import stat
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.numpy import load_file

from classifier.contract.errors import ClassifierError
from classifier.inference.checking import verify
from classifier.inference.folder import opened, pack, try_out
from classifier.inference.renaming import rename_classes
from classifier.inference.unpacking import unpack
from tests.classifier.tiny import CLASSES, NAMES, tiny_model

ABOUT = {"name": "Bay 2026", "notes": "For WP2 nets.", "facts": {"objects": 130, "taxa": 3, "samples": 5}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    torch.set_num_threads(1)
    return tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def packed(folder, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("packed") / "model.zip"
    pack(folder, out, ABOUT)
    return out


def repacked(packed: Path, out: Path, **changed: bytes | None) -> Path:
    """The same zip with files changed, added, or (None) left out; `__` stands for a dot."""
    expected = {name.replace("__", "."): content for name, content in changed.items()}
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in expected:
                target.writestr(name, source.read(name))
        for name, content in expected.items():
            if content is not None:
                target.writestr(name, content)
    return out


def test_a_packed_model_names_pictures_elsewhere(packed, tmp_path):
    with opened(packed) as folder:
        assert verify(folder)["classes"] == CLASSES
        try_out(folder)


def test_what_names_objects_samples_or_people_stays_at_home(packed, tmp_path):
    with zipfile.ZipFile(packed) as archive:
        assert set(archive.namelist()) == {
            "config.json",
            "metrics.json",
            "README.md",
            "model.safetensors",
            "calibrator.safetensors",
            "history.jsonl",
        }
        metrics = json.loads(archive.read("metrics.json"))
        archive.extract("calibrator.safetensors", tmp_path)
    assert "worst" not in metrics
    assert metrics["samples"][0]["sample"] == "sample 1"
    assert set(load_file(tmp_path / "calibrator.safetensors")["bank_object_ids"]) == {-1}


def test_the_held_out_objects_travel_when_asked(folder, tmp_path):
    pack(folder, tmp_path / "all.zip", ABOUT, held_out=True)
    assert "held_out.parquet" in zipfile.ZipFile(tmp_path / "all.zip").namelist()


def test_the_card_says_what_it_is_and_where_it_ends(packed):
    card = zipfile.ZipFile(packed).read("README.md").decode()
    assert card.startswith("# Bay 2026\n")
    for words in (
        "trained for these taxa (mobilenet_v3_small). It knows 3 taxa",
        "- seed: 3\n",
        "For WP2 nets.",
        "130 objects of 3 taxa from 5 samples",
        "| Macro-F1 | 0.750 | 0.600 to 0.850 | 0.500 |",
        "| Noctiluca | 0.90 | 0.80 | 0.85 | 10 |",
        "| Oithona/similis |",
        "3 taxa had fewer than 20 held-out objects",
        "- Few samples.",
        "python -m classifier predict THIS_FOLDER PICTURES",
        "## Licence",
    ):
        assert words in card, words


def test_a_folder_inside_the_zip_is_as_good(packed, tmp_path):
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(tmp_path / "deep.zip", "w") as target:
        for name in source.namelist():
            target.writestr(f"bay/{name}", source.read(name))
        target.writestr("__MACOSX/bay/._config.json", b"x")
    unpack(tmp_path / "deep.zip", tmp_path / "out")
    assert verify(tmp_path / "out")["classes"] == CLASSES


def config_with(packed: Path, **changed: object) -> bytes:
    return json.dumps({**json.loads(zipfile.ZipFile(packed).read("config.json")), **changed}).encode()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"config__json": None}, "config.json is missing"),
        ({"model__safetensors": None}, "model.safetensors is missing"),
        ({"weights__pt": pickle.dumps(1)}, "can run code"),
        ({"model__safetensors": pickle.dumps({"a": 1})}, "no file of safetensors"),
        ({"model__safetensors": b"\xff" * 64}, "no file of safetensors"),
        ({"run__sh": b"rm -rf"}, "is no part of a model"),
        ({"config__json": b"{"}, "config.json is no JSON"),
        ({"config__json": b"[" * 100_000}, "config.json is no JSON"),
        ({"config__json": b"[]"}, "no JSON object"),
        ({"metrics__json": b"{}"}, "metrics.json has accuracy"),
    ],
)
def test_what_is_no_model_is_refused_in_words(packed, tmp_path, changed, why):
    bad = repacked(packed, tmp_path / "bad.zip", **changed)
    with pytest.raises(ClassifierError, match=why), opened(bad):
        pass


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"classes": ["11"]}, "takes 2 to"),
        ({"classes": ["11", "11"]}, "1 different classes of 2"),
        ({"classes": [1, 2]}, "no list of `classes`"),
        ({"preprocessing": {"image_size": 10**6}}, "image size 1000000"),
        ({"method": "magic"}, "takes one of measure"),
        ({"taxa": {"11": 3}}, "no tree of `taxa`"),
    ],
)
def test_a_config_out_of_bounds_is_refused(packed, tmp_path, changed, why):
    bad = repacked(packed, tmp_path / "bad.zip", config__json=config_with(packed, **changed))
    with pytest.raises(ClassifierError, match=why), opened(bad):
        pass


@pytest.mark.parametrize(
    "name", ["../config.json", "/etc/config.json", "a\\..\\config.json", "C:config.json"]
)
def test_no_file_is_written_outside(packed, tmp_path, name):
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as target:
        target.writestr(zipfile.ZipInfo(name), b"{}")
    with pytest.raises(ClassifierError, match="outside of the model"):
        unpack(tmp_path / "out.zip", tmp_path / "inside")
    assert not (tmp_path / "config.json").exists()


def test_links_bombs_and_broken_zips_are_refused(packed, tmp_path):
    link = zipfile.ZipInfo("config.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as target:
        target.writestr(link, "/etc/passwd")
    bomb = repacked(packed, tmp_path / "bomb.zip", metrics__json=b" " * (20 * 2**20))
    whole = packed.read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    for path, why in (
        (tmp_path / "link.zip", "outside of the model"),
        (bomb, "which no model has"),
        (tmp_path / "half.zip", "cannot be unpacked"),
    ):
        with pytest.raises(ClassifierError, match=why):
            unpack(path, tmp_path / "out")


def test_weights_that_do_not_fit_are_found_by_trying(packed, tmp_path):
    bad = repacked(packed, tmp_path / "bad.zip", config__json=config_with(packed, classes=["11", "12"]))
    bad = repacked(bad, tmp_path / "without.zip", metrics__json=None)
    with opened(bad) as folder, pytest.raises(ClassifierError, match="weights do not fit"):
        try_out(folder)


def test_other_sites_have_other_numbers_for_the_same_taxa(packed, tmp_path):
    unpack(packed, tmp_path / "here")
    rename_classes(tmp_path / "here", {"11": "501", "12": "502", "13": "11", "1": "7"})
    config = verify(tmp_path / "here")
    metrics = json.loads((tmp_path / "here" / "metrics.json").read_text())
    assert config["classes"] == ["501", "502", "11"]
    assert config["taxa"]["501"] == {"name": NAMES["11"], "parent": "7"}
    assert (
        [row["taxon"] for row in metrics["per_taxon"]]
        == metrics["confusion"]["labels"]
        == ["501", "502", "11"]
    )
    assert metrics["thresholds"] == {"0.95": {"501": 0.7, "502": None, "11": 0.9}}
    assert list(metrics["precision_recall"]) == ["502"]


def test_packing_is_whole_or_not_at_all(folder, tmp_path, monkeypatch):
    def full_disk(*_: object) -> str:
        raise OSError("No space left on device")

    monkeypatch.setattr("classifier.inference.folder.card", full_disk)
    with pytest.raises(OSError, match="No space left"):
        pack(folder, tmp_path / "model.zip")
    assert list(tmp_path.iterdir()) == []
