"""`{% url %}` of our pages says what Django's own does."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse


def _rendered(text: str, **values: object) -> str:
    return Template(text).render(Context(values))


def test_an_address_is_that_of_the_route():
    assert _rendered("{% url 'gallery:bench' number %}", number=7) == reverse("gallery:bench", args=[7])
    assert _rendered("{% url 'gallery:bench' number %}", number=8) == reverse("gallery:bench", args=[8])
    assert _rendered("{% url 'projects:list' %}") == reverse("projects:list")


def test_an_address_is_written_for_html():
    key = "net's<wide>"
    assert _rendered("{% url 'projects:join' key %}", key=key) == "/invitations/net&#x27;s%3Cwide%3E/"


def test_named_parts_and_variables_are_addresses_too():
    by_name = "{% url 'gallery:bench' project_id=number %}"
    assert _rendered(by_name, number=7) == reverse("gallery:bench", args=[7])
    into_variable = "{% url 'gallery:bench' number as address %}[{{ address }}]"
    assert _rendered(into_variable, number=7) == f"[{reverse('gallery:bench', args=[7])}]"


def test_no_route_is_no_address():
    with pytest.raises(NoReverseMatch):
        _rendered("{% url 'gallery:bench' %}")
    assert _rendered("{% url 'gallery:nowhere' as address %}[{{ address }}]") == "[]"
