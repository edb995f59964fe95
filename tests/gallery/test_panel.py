"""The page of an object, and what the captions of the bench leave out."""

import re

import pytest

from annotations.gallery.templatetags.measured import in_digits, measured
from annotations.learning.models import Model, Prediction
from annotations.samples.models import Object
from annotations.taxonomy.actions import add_taxon
from annotations.taxonomy.models import Taxon
from tests.plankton import tow

__all__ = ["tow"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234.5678, "1235"),
        (0.0012345678, "0.001235"),
        (0.00001234567, "1.235e-05"),
        (123456.7, "123457"),
        (-12.3456, "-12.35"),
        (20260412.0, "20260412"),
        (40, "40"),
        (0.5, "0.5"),
        (True, "True"),
        ("lateral", "lateral"),
        (float("inf"), "inf"),
    ],
)
def test_numbers_have_sensible_digits(value, text):
    assert in_digits(value) == text


def test_only_what_is_measured_here_has_units():
    lines = measured(
        {"region_area": 91.0, "region_feret_mm": 1.38712345, "area": 91.0, "region_circ.": 0.5, "gone": None}
    )
    assert [(line.name, line.text, line.unit) for line in lines] == [
        ("region_area", "91", "px²"),
        ("region_feret_mm", "1.387", "mm"),
        ("area", "91", ""),
        ("region_circ.", "0.5", ""),
    ]
    assert lines[1].exact == "1.38712345"


@pytest.fixture
def panel_of(client, tow):
    model = Model.objects.create(name="Pelagos", is_ready=True)
    taxa = [tow.copepoda, tow.appendicularia]
    Prediction.objects.create(object=tow.objects[0], model=model, taxa=taxa, scores=[0.934, 0.061])

    def panel(user) -> str:
        client.force_login(user)
        return client.get(f"/projects/{tow.project.pk}/vignettes/{tow.objects[0].pk}/").content.decode()

    return panel


def choices_in(html: str) -> list[str]:
    return re.findall(r"<button[^>]* data-choice=.*?</button>", html, re.DOTALL)


def test_what_the_model_says_can_be_given(panel_of, bob, vera, tow):
    """What it is called already needs no key."""
    first, second = choices_in(panel_of(bob))
    assert f'data-choice="{tow.copepoda}"' in first and "0.93" in first and "Alt+" not in first
    assert f'data-choice="{tow.appendicularia}"' in second and "0.06" in second and "Alt+1" in second
    assert "disabled" not in first
    assert all("disabled" in choice for choice in choices_in(panel_of(vera)))


@pytest.mark.parametrize("current", ["appendicularia", None])
def test_keys_give_what_it_is_not_called(panel_of, bob, tow, current):
    taxon, state = (getattr(tow, current), "V") if current else (None, "U")
    Object.objects.filter(pk=tow.objects[0].pk).update(taxon=taxon, state=state)
    first, second = choices_in(panel_of(bob))
    assert "Alt+1" in first
    assert ("Alt+2" in second) == (current is None) and ("Alt+" in second) == (current is None)


@pytest.mark.parametrize(
    ("candidates", "words"), [(1, "It may be Copepoda."), (2, "it may be any of these, or another.")]
)
def test_a_model_that_is_not_sure_does_not_say_its_list_twice(panel_of, bob, tow, candidates, words):
    """Of probabilities that add up to less than nine tenths."""
    taxa = [tow.copepoda, tow.appendicularia]
    Prediction.objects.update(scores=[0.4, 0.2], candidates=taxa[:candidates])
    text = " ".join(re.sub("<[^>]+>", "", panel_of(bob)).split())
    assert "Not sure" in text and words in text


def bench(client, user, tow, query: str = "") -> str:
    client.force_login(user)
    return client.get(f"/projects/{tow.project.pk}/{query}").content.decode()


def test_a_name_that_all_have_is_left_out(client, bob, tow):
    """Only where the page is filtered by it, and nothing below it is there."""
    assert '<div class="page" role="presentation" data-shared>' in bench(
        client, bob, tow, f"?taxon={tow.copepoda}"
    )
    assert "data-shared>" not in bench(client, bob, tow)
    both = f"?taxon={tow.copepoda}&taxon={tow.appendicularia}"
    assert "data-shared>" not in bench(client, bob, tow, both)


def test_a_name_that_some_have_is_not_left_out(client, bob, tow):
    below = add_taxon(name="Calanus", parent=Taxon.objects.get(pk=tow.copepoda))
    Object.objects.filter(pk=tow.objects[0].pk).update(taxon=below)
    assert "data-shared>" not in bench(client, bob, tow, f"?taxon={tow.copepoda}")


def test_the_ground_is_there_from_the_start(client, bob, tow):
    for look, ground in (
        ({"border": "dark"}, 'data-ground="dark"'),
        ({"border": "dark", "inverted": True}, 'data-ground="light" data-inverted'),
        ({"border": "dark", "ground": "light"}, 'data-ground="light"'),
        ({"border": ["no", "such"]}, 'data-ground=""'),
    ):
        bob.preferences = {"layout": {str(tow.project.pk): look}}
        bob.save()
        assert f"{ground} style" in bench(client, bob, tow)
