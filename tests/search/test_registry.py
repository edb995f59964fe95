"""What objects can be asked is registered once: the docs, the form, the API and the parser say the same."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from annotations.api.params import FILTERS
from annotations.search.fields import FormField, Group, Input
from annotations.search.filter import TALLIED, Filter
from annotations.search.form import filter_form
from annotations.search.order import ORDERS, parse_order, register_order
from annotations.search.queries import page
from annotations.search.registry import CONDITIONS, Condition, register
from tests.plankton import tow

__all__ = ["tow"]
DOCS = Path(__file__).parents[2] / "docs" / "filters.md"


def rows_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| `")]


def test_the_docs_list_every_condition_and_order(capsys):
    call_command("filters")
    assert rows_of(DOCS.read_text()) == rows_of(capsys.readouterr().out), (
        "write what `python manage.py filters` prints into docs/filters.md"
    )


def test_the_api_takes_what_is_registered():
    assert [parameter.name for parameter in FILTERS] == [p.name for p in TALLIED] + list(CONDITIONS)


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_each_takes_its_example(name):
    condition = CONDITIONS[name]
    condition.read(condition.example, name)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_the_database_can_be_asked_each_by_its_example(name, tow, bob):
    """What is wrong in the SQL of a new one is an error of the database, not a refusal."""
    try:
        page(tow.project.pk, Filter.parse({name: CONDITIONS[name].example}, bob))
    except ValidationError as refusal:
        assert refusal.messages


def test_a_name_is_registered_once():
    with pytest.raises(ValueError, match="`commented` is registered twice"):
        register(CONDITIONS["commented"])
    with pytest.raises(ValueError, match="`score` is registered twice"):
        register_order(ORDERS["score"])


@pytest.fixture
def tailed():
    """A condition as an app would register it, until the test ends."""
    from annotations.search import registry

    register(
        Condition(
            name="tailed",
            help="objects with a tail",
            example="long",
            sql=lambda value, project_id: ("o.id %% 2 = 0", []),
            sentence=lambda value: f"tail: {value}",
            field=FormField(Group("Tails", 95), "tail", Input()),
        )
    )
    yield
    del registry._conditions["tailed"]


@pytest.mark.django_db
def test_what_an_app_registers_is_parsed_found_said_and_offered(tailed, client, tow, bob):
    client.force_login(bob)
    page = client.get(f"/projects/{tow.project.pk}/?tailed=long").content.decode()
    assert page.count('role="option"') == sum(each.pk % 2 == 0 for each in tow.objects)
    assert "tail: long" in page
    form = client.get(f"/projects/{tow.project.pk}/filters/?tailed=long").content.decode()
    assert "<legend>Tails</legend>" in form
    assert '<input name="tailed" value="long">' in form


@pytest.mark.django_db
def test_the_form_drops_nothing_of_the_filter(client, tow, bob, carla):
    """What has no field, and what the project does not offer, goes on with the form."""
    params = {
        "hour": ["8", "9"],
        "batch": "3",
        "assigned": str(carla.pk),
        "instrument": "sieve",
        "novel": "97",
    }
    form = filter_form(Filter.parse(params, bob), tow.project, bob)
    assert set(form.hidden) == {("hour", "8"), ("hour", "9"), ("batch", "3")}
    ticked = {
        (field.name, option.text, option.label)
        for fieldset in form.fieldsets
        for field in fieldset.fields
        for option in field.options
        if option.is_chosen
    }
    assert ticked == {
        ("assigned", str(carla.pk), "samples of Carla"),
        ("instrument", "sieve", "sieve"),
        ("novel", "97", "unlike 97 % of what the model knows"),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["beauty", "score:3", "-random:7", "-similar:3"])
def test_an_order_that_there_is_not_is_refused_with_those_that_there_are(tow, text):
    with pytest.raises(ValidationError, match=r"takes one of id, score, .*similar:<object>"):
        parse_order(text, tow.project.pk)
