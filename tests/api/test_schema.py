"""The description of the API."""

import pytest
import yaml
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer


def test_it_is_worked_out_once_for_everybody(client, dan, root, monkeypatch: pytest.MonkeyPatch):
    client.force_login(dan)
    first = client.get(reverse("api:schema"), headers={"accept": "application/json"})
    assert "/api/v1/projects/" in first.json()["paths"]
    monkeypatch.delattr(SchemaGenerator, "parse")
    client.force_login(root)
    second = client.get(reverse("api:schema"), headers={"accept": "application/json"})
    assert second.content == first.content


@pytest.mark.parametrize("kind", ["*/*", "application/vnd.oai.openapi", "application/yaml"])
def test_it_is_written_once_as_yaml(kind, client, dan, root, monkeypatch: pytest.MonkeyPatch):
    client.force_login(dan)
    first = client.get(reverse("api:schema"), headers={"accept": kind})
    assert first.headers["content-type"].split(";")[0] in (kind, "application/vnd.oai.openapi")
    as_json = client.get(reverse("api:schema"), headers={"accept": "application/json"}).json()
    assert yaml.load(first.content, yaml.CSafeLoader) == as_json
    monkeypatch.delattr(OpenApiYamlRenderer, "render")
    client.force_login(root)
    assert client.get(reverse("api:schema"), headers={"accept": kind}).content == first.content


def test_what_is_no_schema_is_written_as_it_comes(client, dan):
    client.force_login(dan)
    answer = client.post(reverse("api:schema"), headers={"accept": "application/yaml"})
    assert answer.status_code == 405
    assert "POST" in str(yaml.safe_load(answer.content))
