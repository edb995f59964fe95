"""Folders of models that an earlier version wrote are read, and leave in today's words."""

import json
import zipfile

import pytest

from classifier.inference.card import card
from classifier.inference.checking import verify
from classifier.inference.folder import opened, pack, try_out
from classifier.inference.formats import calibrator_file, read_config, upgraded_config
from tests.classifier.tiny import tiny_model


@pytest.fixture
def old(tmp_path):
    """As format 3 had it."""
    folder = tiny_model(tmp_path / "old")
    config = json.loads((folder / "config.json").read_text())
    config |= {"format": 3, "way": config.pop("method"), "judge": config.pop("calibrator")}
    config["settings"] = {"way": "network", "seed": 3}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "calibrator.safetensors").rename(folder / "judge.safetensors")
    return folder


def test_an_old_folder_still_names_pictures(old) -> None:
    config = verify(old)
    assert (config["method"], config["settings"]) == ("network", {"method": "network", "seed": 3})
    assert calibrator_file(old).name == "judge.safetensors"
    try_out(old)


def test_an_old_zip_comes_in(old, tmp_path) -> None:
    archive = tmp_path / "old.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name in ("config.json", "model.safetensors", "judge.safetensors", "metrics.json"):
            packed.write(old / name, f"model/{name}")
    with opened(archive) as folder:
        try_out(folder)


def test_it_leaves_in_todays_words(old, tmp_path) -> None:
    pack(old, tmp_path / "new.zip")
    with opened(tmp_path / "new.zip") as folder:
        written = json.loads((folder / "config.json").read_text())
        assert (written["format"], written["method"]) == (4, "network")
        assert not {"way", "judge"} & set(written)
        assert (folder / "calibrator.safetensors").exists() and not (folder / "judge.safetensors").exists()
        try_out(folder)


def test_todays_words_stay_as_they_are(tmp_path) -> None:
    folder = tiny_model(tmp_path / "new")
    assert (
        upgraded_config(read_config(folder))
        == read_config(folder)
        == json.loads((folder / "config.json").read_text())
    )


def test_settings_that_stood_beside_the_classes_are_settings(tmp_path) -> None:
    folder = tiny_model(tmp_path / "older")
    config = json.loads((folder / "config.json").read_text())
    config |= config.pop("settings") | {"epochs": 3}
    del config["method"]
    (folder / "config.json").write_text(json.dumps(config))
    upgraded = read_config(folder)
    assert upgraded["settings"] == {"backbone": "mobilenet_v3_small", "seed": 3, "epochs": 3}
    assert upgraded["method"] == "network", "there was no other"
    assert not {"backbone", "seed", "epochs"} & set(upgraded)
    assert "trained for these taxa (mobilenet_v3_small)" in card(upgraded, {})
