"""With hundreds of free columns a table carries some of them, and finds the others as one types."""

import re

import pytest
from django.urls import reverse

from annotations.projects.optionlists import CARRIED
from annotations.samples.models import FreeColumn
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
COLUMNS = 300


@shared_rows
def broad(cruise):
    FreeColumn.objects.bulk_create(
        FreeColumn(project=cruise.project, level=level, name=f"extra_{number:03}", is_number=False)
        for level in ("sample", "object")
        for number in range(COLUMNS)
    )
    return cruise


def options(client, project, key: str, text: str) -> list[str]:
    address = f"/api/v1/projects/{project.pk}/options/{key}/"
    return [row["value"] for row in client.get(address, {"q": text}).json()]


@pytest.mark.parametrize("path", ["samples", "objects"])
def test_a_table_carries_the_first_columns_and_those_that_are_chosen(client, alice, broad, path):
    client.force_login(alice)
    address = reverse("metadata:rows", args=[broad.project.pk, path])
    last = f"field:extra_{COLUMNS - 1:03}"
    page = client.get(address, {"column": last}).content.decode()
    assert len(set(re.findall(r'value="(field:extra_\d+)"', page))) <= CARRIED + 1
    assert f'value="{last}" checked' in page and f"extra_{COLUMNS - 1:03}</" in page, "ticked, and a column"
    for key in (f"free-columns-of-{path}", f"columns-of-{path}"):
        assert f'data-options="/api/v1/projects/{broad.project.pk}/options/{key}/"' in page
        assert options(client, broad.project, key, "299") == [last]


def test_all_that_can_be_corrected_is_found_and_names_are_not_among_it(client, alice, broad):
    client.force_login(alice)
    assert options(client, broad.project, "columns-of-samples", "LATI") == ["latitude"]
    assert options(client, broad.project, "free-columns-of-samples", "lati") == []
    assert "name" not in options(client, broad.project, "columns-of-samples", "")


def test_one_value_for_many_in_a_column_that_the_page_does_not_carry(client, alice, broad):
    client.force_login(alice)
    body = {"column": f"field:extra_{COLUMNS - 1:03}", "value": "yes", "all": "on"}
    preview = client.post(reverse("metadata:plan", args=[broad.project.pk]), body, follow=True)
    assert f"2 samples change in 1 column (extra_{COLUMNS - 1:03})" in preview.content.decode()
