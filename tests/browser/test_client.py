"""`seston_client` against a running site: what a person does from Python, with the token that a password gives."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from seston_client import Client, SestonError, connection
from tests.browser.conftest import Site
from tests.browser.site import PASSWORD

TITLE = "From Python"
SHOW = """
from annotations.accounts.models import User
from annotations.learning.models import Model
from annotations.public.model_actions import change_public_model
model, root = Model.objects.get(pk={model}), User.objects.get(username="root")
change_public_model(model=model, by=root, is_on=True, name=model.name)
"""
NOTEBOOK = Path(__file__).parents[2] / "client/notebooks/from_names_to_a_table.ipynb"


@pytest.fixture(scope="module")
def alices(site: Site) -> Client:
    return Client.sign_in(site.url, "alice", PASSWORD)


@pytest.fixture(scope="module")
def tow(site: Site, package, alices: Client):
    site.project(TITLE, package, create_taxa=True)
    return alices.project(TITLE)


def test_what_matches_is_a_frame_whose_counts_are_the_site_s(tow) -> None:
    frame = tow.objects()
    assert len(frame) == 160
    counts = frame.groupby(["taxon", "state"], dropna=False).size()
    stated = tow.counts().set_index(["taxon", "state"])["count"]
    assert counts.to_dict().keys() == stated.to_dict().keys()
    assert sorted(counts) == sorted(stated)
    assert frame["date"].dt.tz is not None
    assert frame["area"].gt(0).all()
    some = tow.objects(limit=7, order="-field:area")
    assert some["area"].tolist() == sorted(frame["area"], reverse=True)[:7]
    name = frame.loc[frame["state"] == "validated", "taxon"].iloc[0]
    assert set(tow.objects(taxon=name, state=["validated"])["taxon"]) == {name}
    assert sum(len(page) for page in tow.pages()) == 160


def test_labels_in_bulk_overwrite_nothing_and_are_taken_back(tow, site: Site) -> None:
    frame = tow.objects(state=["predicted"])
    stale = frame.head(5)
    name = frame["taxon"].iloc[0]
    outcome = tow.label(stale.head(2), taxon=name, state="validated")
    assert outcome.changed == 2
    again = tow.label(stale, state="dubious")  # two of these are not as the frame has them
    assert again.changed == 3
    assert again.conflicts["id"].tolist() == stale["id"].head(2).tolist()
    assert set(again.conflicts["taxon"]) == {name}
    assert again.undo().changed == 3
    assert outcome.undo().changed == 2
    assert set(tow.objects(id=stale["id"].tolist())["state"]) == {"predicted"}
    now = tow.objects(id=stale["id"].tolist())
    each = tow.label_each(now, now["taxon"])
    assert each.changed == 5
    assert set(tow.objects(id=stale["id"].tolist())["state"]) == {"validated"}
    assert each.undo().changed == 5


def test_all_that_matches_is_labelled_only_where_it_is_as_many_as_expected(tow) -> None:
    number = len(tow.objects(state="predicted"))
    with pytest.raises(SestonError, match="match"):
        tow.label_matching({"state": "predicted"}, expected=number + 1, state="dubious")
    outcome = tow.label_matching({"state": "predicted"}, expected=number, state="dubious")
    assert outcome.changed == number
    assert outcome.undo().changed == number


def test_pictures_are_fetched_once(tow, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = tow.objects(state="validated", limit=12)
    pictures = tow.images(frame, transform=np.asarray, cache=tmp_path)
    grey, target = pictures[0]
    assert grey.ndim == 2
    assert pictures.classes[target] == frame["taxon"].iloc[0]
    assert pictures.path(0).is_file()
    again = tow.images(frame, transform=np.asarray, cache=tmp_path)
    monkeypatch.setattr(again._connection, "stream", None)
    assert (again[0][0] == grey).all()


def test_a_package_goes_out_and_comes_in_again_with_the_same_labels(tow, alices: Client, tmp_path) -> None:
    path = tow.export(tmp_path / "tow.zip", images=True)
    copy = alices.create_project("From Python, a copy")
    job = copy.import_package(path)
    assert job.result["objects"] == 160
    assert job.state == "done"
    pairs = ["original_id", "taxon", "state"]
    one, other = (p.objects()[pairs].sort_values(pairs).reset_index(drop=True) for p in (tow, copy))
    pd.testing.assert_frame_equal(one, other)


def test_results_are_the_counts_of_the_frame(tow) -> None:
    table = tow.results("count", by="sample")
    counts = tow.objects(state="validated").groupby(["sample", "taxon"]).size()
    rows = table[table["value"] > 0].set_index(["sample", "taxon"])["value"]
    assert rows.astype(int).to_dict() == counts.to_dict()


def test_what_is_wrong_is_said_in_the_site_s_words(
    tow, alices: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SestonError, match="stat_e") as error:
        tow.objects(stat_e="validated")
    assert error.value.status == 400
    with pytest.raises(SestonError, match="No project that you may see is called “Nowhere”"):
        alices.project("Nowhere")
    with pytest.raises(SestonError, match="No taxon is called “Nessie”"):
        tow.objects(taxon="Nessie")
    with pytest.raises(SestonError) as error:
        Client(site.url, "nonsense").projects()
    assert error.value.status == 401
    at_once = connection.AGAIN.new(backoff_factor=0)  # five times more, without fifteen seconds between
    monkeypatch.setattr(connection, "AGAIN", at_once)
    with pytest.raises(SestonError, match="cannot be reached"):
        Client("http://127.0.0.1:9", "").projects()
    with pytest.raises(ValueError, match="no column version"):
        tow.label(pd.DataFrame({"id": [1]}), state="dubious")


def test_a_viewer_reads_and_labels_nothing(tow, site: Site) -> None:
    veras = Client.sign_in(site.url, "vera", PASSWORD).project(TITLE)
    frame = veras.objects(limit=1)
    with pytest.raises(SestonError) as error:
        veras.label(frame, state="dubious")
    assert error.value.status == 403


def test_the_notebook_goes_from_a_model_and_a_project_to_a_table(
    tow, alices: Client, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = alices.train([tow], method="features", name="drawn in Python")
    site.shell(SHOW.format(model=job.result["model"]))
    monkeypatch.setenv("SESTON_URL", site.url)
    monkeypatch.setenv("SESTON_TOKEN", alices.connection.token)
    monkeypatch.setenv("SESTON_PROJECT", TITLE)
    monkeypatch.setenv("SESTON_MODEL", "drawn in Python")
    monkeypatch.setattr("seston_client.images.CACHE", tmp_path)
    before = tow.counts()
    cells = run_notebook(NOTEBOOK)
    assert cells["model"].id == job.result["model"]
    confusion = cells["confusion"]
    assert confusion.to_numpy().sum() == len(cells["frame"]) == len(cells["by_model_of_all"])
    agreed = sum(confusion.at[taxon, taxon] for taxon in confusion.index.intersection(confusion.columns))
    assert agreed > 0.8 * len(cells["frame"])
    most_frequent = cells["frame"]["taxon"].value_counts(normalize=True).max()
    assert cells["scores"].loc["forest", "accuracy"] > most_frequent
    pd.testing.assert_frame_equal(tow.counts(), before)  # what became dubious was put back
    assert cells["counts"]["value"].sum() == len(cells["frame"])


def run_notebook(path: Path) -> dict[str, Any]:
    """Its cells in their order. Returns what they named."""
    names: dict[str, Any] = {}
    for cell in json.loads(path.read_text())["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    return names
