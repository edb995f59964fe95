"""A parameter or a field that a route does not know is refused by name: nothing is passed over in silence."""

import pytest

from annotations.api import urls
from annotations.api.query_parameters import parameters_of
from tests.plankton import tow

__all__ = ["tow"]


def refusal(answer) -> str:
    assert answer.status_code == 400, answer.content[:300]
    return answer.json()["detail"]


@pytest.mark.parametrize("route", ["objects/", "counts/", "samples/", "batches/", "traits/", "readings/", ""])
def test_an_unknown_parameter_is_named(bobs, tow, route):
    assert "`sampel`" in refusal(bobs.get(f"/api/v1/projects/{tow.project.pk}/{route}?sampel=3"))


def test_a_near_miss_is_named_too(bobs, tow):
    answer = bobs.get(f"/api/v1/projects/{tow.project.pk}/objects/?sampel=3&stat=validated")
    assert refusal(answer) == (
        "There is no parameter `sampel` here: did you mean `sample`? "
        "There is no parameter `stat` here: did you mean `state`?"
    )


def test_writing_routes_take_none_in_the_address(bobs, tow):
    url = f"/api/v1/projects/{tow.project.pk}/annotations/?taxon=3"
    assert "this route takes none" in refusal(bobs.post(url, {"objects": [{"id": 1, "version": 1}]}))


def test_whatever_the_description_names_is_taken(bobs, tow):
    """The description is what both clients and the refusal go by."""
    by_name = {
        pattern.name: pattern.callback.cls for pattern in urls.urlpatterns if hasattr(pattern.callback, "cls")
    }
    assert {"taxon", "sample", "order", "limit", "cursor", "trait"} <= parameters_of(
        by_name["objects"], "GET"
    )
    assert parameters_of(by_name["models"], "GET") == {"q", "method", "archived"}
    assert parameters_of(by_name["annotations"], "POST") == frozenset()
    url = f"/api/v1/projects/{tow.project.pk}/objects/"
    assert bobs.get(f"{url}?state=validated&order=-score&limit=3&format=json").status_code == 200


def test_a_filter_in_a_body_has_no_unknown_condition(bobs, tow):
    """It would match all objects of the project, and label them."""
    body = {"filter": {"sampel": 3}, "state": "dubious"}
    answer = bobs.post(f"/api/v1/projects/{tow.project.pk}/annotations/", body)
    assert "`sampel`" in refusal(answer) and "sample" in refusal(answer)


def test_a_field_that_does_not_exist_is_named(bobs, tow):
    body = {"filter": {}, "expcted": 5, "state": "dubious"}
    answer = bobs.post(f"/api/v1/projects/{tow.project.pk}/annotations/", body)
    assert "`expcted`" in refusal(answer) and "expected" in refusal(answer)
