import csv
import io
import re
from html import unescape

import pytest

from annotations.samples.models import Acquisition, ObjectFields, Sample
from annotations.search.filter import Filter
from annotations.search.queries import raw_counts
from annotations.volumes.models import VolumeSettings
from tests.worlds import shared_rows


@shared_rows
def net(tow):
    """Six predicted or validated copepods of areas that give spheres in three octaves and more."""
    Sample.objects.update(fields={"tot_vol": "50"})
    Acquisition.objects.update(fields={"sub_part": "4"}, pixel_um=50)
    VolumeSettings.objects.create(project=tow.project, volume_unit="m3")
    for place, area in enumerate([100, 100, 100, 160, 160, 260]):
        ObjectFields.objects.filter(object=tow.objects[place]).update(values=[area])
    return tow


ALL = "states=validated,predicted"


def page_of(client, net, text=ALL):
    return client.get(f"/projects/{net.project.pk}/results/spectra/?{text}").content.decode()


def rows_of(client, net, name, text=ALL):
    answer = client.get(f"/projects/{net.project.pk}/results/spectra/{name}.csv?{text}")
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_a_class_opens_just_its_objects(client, vera, net):
    """Every count of the table is how many objects the filter behind its link lets through."""
    client.force_login(vera)
    links = re.findall(r'<a href="([^"]*esd=[^"]*)">(\d+)</a>', page_of(client, net))
    assert [int(count) for _, count in links] == [3, 2, 1]
    for address, count in links:
        query = unescape(address).partition("?")[2]
        answer = client.get(f"/api/v1/projects/{net.project.pk}/objects/?{query}")
        assert len(answer.json()["results"]) == int(count)


def test_the_page_says_the_slope_with_its_interval_and_draws_it(client, vera, net):
    client.force_login(vera)
    page = page_of(client, net, f"{ALL}&from_mm3=0.00001")
    (row,) = rows_of(client, net, "slopes", f"{ALL}&from_mm3=0.00001")
    assert row["classes_in_line"] == "3"
    assert float(row["slope_low"]) < float(row["slope"]) < float(row["slope_high"])
    assert row["interval_by"] == "weighted regression"
    assert "<polyline points=" in page
    assert "Normalised biovolume size spectrum" in page


def test_the_classes_as_csv(client, vera, net):
    client.force_login(vera)
    rows = rows_of(client, net, "classes")
    assert [row["objects"] for row in rows] == ["3", "2", "1"]
    for row in rows:
        width = float(row["to_mm3"]) - float(row["from_mm3"])
        assert float(row["abundance_per_m3"]) == pytest.approx(int(row["objects"]) * 4 / 50)
        assert float(row["nbss_mm3_per_m3_per_mm3"]) == pytest.approx(
            float(row["biovolume_mm3_per_m3"]) / width
        )


def test_the_api(client, vera, net):
    client.force_login(vera)
    (spectrum,) = client.get(f"/api/v1/projects/{net.project.pk}/spectra/?{ALL}&by=sample").json()
    assert spectrum["group"] == {"id": net.objects[0].sample_id, "name": "tow_1"}
    assert (spectrum["samples"], spectrum["objects"], spectrum["line"]) == (1, 6, None)
    assert [each["objects"] for each in spectrum["classes"]] == [3, 2, 1]
    refused = client.get(f"/api/v1/projects/{net.project.pk}/spectra/?base=0")
    assert refused.status_code == 400


def test_a_formula_that_is_no_sphere_has_no_links_and_says_so(client, vera, net):
    VolumeSettings.objects.update(individual_volume="object.area")
    client.force_login(vera)
    page = page_of(client, net)
    assert "esd=" not in page
    assert "is not that of a sphere" in page


def test_a_very_large_project_is_a_file_and_no_page(client, vera, net, monkeypatch):
    monkeypatch.setattr("annotations.results.query_choices.MOST_OBJECTS", 5)
    client.force_login(vera)
    assert "too many objects to sum up" in page_of(client, net)


def test_diameters_as_a_filter(vera, net):
    """√(area ÷ π) · 2 · 0.05 mm: 1.13 mm of 400 pixels, 0.56 of 100."""
    narrowed = Filter.parse({"esd": "0.56:0.57"}, vera)
    assert sum(count for _, _, count in raw_counts(net.project.pk, narrowed)) == 3
