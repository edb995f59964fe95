"""The description of the API."""

import pytest
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator


def test_it_is_worked_out_once_for_everybody(client, dan, root, monkeypatch: pytest.MonkeyPatch):
    client.force_login(dan)
    first = client.get(reverse("api:schema"), headers={"accept": "application/json"})
    assert "/api/v1/projects/" in first.json()["paths"]
    monkeypatch.delattr(SchemaGenerator, "parse")
    client.force_login(root)
    second = client.get(reverse("api:schema"), headers={"accept": "application/json"})
    assert second.content == first.content
