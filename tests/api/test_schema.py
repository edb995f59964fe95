"""The description of the API."""

import pytest
import yaml
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from annotations.api.views.schema import openapi_schema
from tests.plankton import tow

__all__ = ["tow"]


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


def test_each_route_has_its_subject_and_says_how_it_refuses():
    description = openapi_schema()
    labelling = description["paths"]["/api/v1/projects/{project_id}/annotations/"]["post"]
    assert labelling["tags"] == ["labels"]
    assert labelling["responses"]["default"] == {"$ref": "#/components/responses/Refused"}
    assert {"detail", "errors", "job"} == set(description["components"]["schemas"]["Error"]["properties"])
    subjects = {subject["name"]: subject["description"] for subject in description["tags"]}
    assert all(subjects.values())
    assert subjects["labels"] == "Labelling, undoing, and what labels are now."


def test_every_parameter_of_an_address_says_what_it_takes():
    silent = {
        parameter["name"]
        for item in openapi_schema()["paths"].values()
        for operation in item.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and not parameter.get("description")
    }
    assert silent == set()


def test_a_listed_object_is_what_the_description_says(client, root, tow):
    client.force_login(root)
    row = client.get(f"/api/v1/projects/{tow.project.pk}/objects/?limit=1").json()["results"][0]
    shape = openapi_schema()["components"]["schemas"]["ListedObjectOut"]
    assert set(row) == set(shape["properties"])
    assert row["state"] in openapi_schema()["components"]["schemas"]["ObjectStateEnum"]["enum"]


def test_a_change_of_a_label_is_what_the_description_says(client, root, tow):
    client.force_login(root)
    url = f"/api/v1/projects/{tow.project.pk}/"
    row = client.get(f"{url}objects/?limit=1").json()["results"][0]
    body = {"objects": [{"id": row["id"], "version": row["version"]}], "state": "dubious"}
    assert client.post(f"{url}annotations/", body, content_type="application/json").json()["changed"] == 1
    change = client.get(f"/api/v1/objects/{row['id']}/history/").json()[0]
    shape = openapi_schema()["components"]["schemas"]["LabelHistoryOut"]
    assert set(change) == set(shape["properties"])
