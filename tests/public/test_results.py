"""The table of results that strangers get: of public objects, and of nothing else."""

import csv
import io

import pytest
from django.test import Client

from annotations.volumes.actions import set_volumes
from tests.public.public_projects import show_to_everybody

pytestmark = pytest.mark.django_db


def lines(project) -> list[dict[str, str]]:
    answer = Client().get(f"/public/{project.pk}/results.csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_it_has_what_is_shown_and_no_more(tow, alice):
    """Two copepods are validated, four predicted; an area of 104 pixels of 50 µm is 0.575 mm across."""
    tow.objects[0].sample.fields = {"tot_vol": "2"}
    tow.objects[0].sample.save()
    set_volumes(project=tow.project, volume_unit="m3")
    show_to_everybody(tow.project, alice, has_tables=True)
    (line,) = lines(tow.project)
    assert (line["sample"], line["taxon"], line["count"]) == ("tow_1", "Copepoda", "2")
    assert float(line["mean_esd_mm"]) == pytest.approx(0.5768, abs=0.001)
    assert "warnings" not in line and "objects_in_other_states" not in line
    show_to_everybody(tow.project, alice, has_tables=True, has_all_states=True)
    assert {line["taxon"]: line["count"] for line in lines(tow.project)} == {
        "Copepoda": "6",
        "Appendicularia": "1",
    }


def test_it_is_there_where_a_manager_allows_it(tow, alice):
    show_to_everybody(tow.project, alice)
    assert Client().get(f"/public/{tow.project.pk}/results.csv").status_code == 404
