"""Public models and data sets by name."""

import json

import pytest

from seston_client import SestonError
from seston_client.catalogue import Catalogue
from tests.client.conftest import send

PAGES = {
    "/api/v1/catalogue/models/?q=cope": {
        "results": [{"name": "Copepods", "taxa": ["Oithona"]}],
        "next": "c1",
    },
    "/api/v1/catalogue/models/?q=cope&cursor=c1": {"results": [{"name": "cope 2"}], "next": None},
    "/api/v1/catalogue/projects/?q=tow": {"results": [{"name": "Tow of 2014"}], "next": None},
}
NONE = {"results": [], "next": None}


@pytest.fixture
def catalogue(pretend):
    def answer(handler):
        send(handler, json.dumps(PAGES.get(handler.path, NONE)).encode(), Content_Type="application/json")

    return Catalogue(pretend(answer).connection)


def test_a_part_of_the_name_is_enough_where_one_has_it(catalogue):
    assert catalogue.find_dataset("tow").name == "Tow of 2014"


def test_all_pages_are_looked_at_and_several_are_named(catalogue):
    with pytest.raises(SestonError, match="2 public models are called like “cope”: “Copepods”, “cope 2”"):
        catalogue.find_model("cope")


def test_nothing_is_said_so(catalogue):
    with pytest.raises(SestonError, match="No public data set is called “ctd”"):
        catalogue.find_dataset("ctd")
    assert list(catalogue.datasets("ctd").columns) == ["id", "name", "description", "licence", "url"]
