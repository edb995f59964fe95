import csv
import io
import json

import pytest

from annotations.metadata.columns import columns_of
from annotations.metadata.correcting import correct_cell
from annotations.samples.columns import ensure_columns
from annotations.samples.models import Acquisition, Sample
from annotations.samples.rows import NewColumn
from annotations.taxonomy.models import Taxon
from annotations.volumes.models import VolumeSettings, VolumeUnit
from tests.worlds import shared_rows


@shared_rows
def net(tow):
    Sample.objects.update(fields={"tot_vol": "50"})
    Acquisition.objects.update(fields={"sub_part": "4"})
    return tow


def test_the_page_asks_for_the_unit_once(client, alice, net):
    client.force_login(alice)
    address = f"/projects/{net.project.pk}/results/"
    assert "In which unit are the samples’ volumes?" in client.get(address).content.decode()
    sent = client.post(f"/projects/{net.project.pk}/volumes/", {"volume_unit": "m3"}, follow=True)
    page = sent.content.decode()
    assert "In which unit" not in page
    assert "0.16" in page  # 2 copepods by 4 in 50 m³
    assert VolumeSettings.objects.get().coefficient == "1 / ssm.sub_part"


def test_after_a_volume_was_corrected_the_page_says_so(client, alice, net):
    client.force_login(alice)
    address = f"/projects/{net.project.pk}/results/"
    assert "was corrected" not in client.get(address).content.decode()
    ensure_columns(project=net.project, columns=[NewColumn("sample", "tot_vol")])
    column = columns_of(net.project)["field:tot_vol"]
    row = net.objects[0].sample_id
    correction = correct_cell(
        project=net.project, user=alice, row_id=row, column=column, value="25", was="50"
    )
    page = client.get(address).content.decode()
    assert "A volume or fraction was corrected on" in page
    assert f"/samples/corrections/{correction.pk}/" in page


def test_a_refused_formula_stays_in_its_field(client, alice, net):
    client.force_login(alice)
    sent = client.post(f"/projects/{net.project.pk}/volumes/", {"volume": "tot_vol / 2"})
    assert sent.status_code == 400
    assert "`tot_vol` can&#x27;t stand in a formula" in sent.content.decode()
    assert 'value="tot_vol / 2"' in sent.content.decode()


def test_a_count_opens_its_objects(client, vera, net):
    client.force_login(vera)
    page = client.get(f"/projects/{net.project.pk}/results/").content.decode()
    narrowed = (
        f"taxon={net.copepoda}&amp;descendants=0&amp;state=validated&amp;sample={net.objects[0].sample_id}"
    )
    assert f'href="/projects/{net.project.pk}/?{narrowed}">2</a>' in page


@pytest.mark.parametrize("page", ["results", "results/spectra"])
def test_headings_name_the_quantity_before_its_unit(client, vera, net, page):
    VolumeSettings.objects.create(project=net.project, volume_unit=VolumeUnit.CUBIC_METRES)
    client.force_login(vera)
    content = client.get(f"/projects/{net.project.pk}/{page}/").content.decode()
    assert '<th scope="col" class="n">Concentration, m⁻³</th>' in content
    assert '<th scope="col" class="n">Biovolume, mm³ m⁻³</th>' in content
    assert 'data-is="Concentration, m⁻³"' in content, "on a phone"


def test_a_filter_that_can_not_be_answered_is_refused_before_the_file_begins(client, vera, net):
    client.force_login(vera)
    answer = client.get(f"/projects/{net.project.pk}/results/table.csv?field=nothing%3E3")
    assert answer.status_code == 400
    assert "nothing" in answer.content.decode()


def test_a_very_large_project_is_a_file_and_no_page(client, vera, net, monkeypatch):
    monkeypatch.setattr("annotations.results.query_choices.MOST_OBJECTS", 9)
    client.force_login(vera)
    page = client.get(f"/projects/{net.project.pk}/results/?by=acquisition").content.decode()
    assert "too many objects to sum up" in page
    assert "results/table.csv?by=acquisition&amp;states=validated&amp;layer_m=50" in page


def test_ranks_are_offered_where_taxa_have_them(client, vera, net):
    client.force_login(vera)
    address = f"/projects/{net.project.pk}/results/"
    assert "by class" not in client.get(address).content.decode()
    Taxon.objects.filter(pk=net.copepoda).update(rank="Class")
    assert '<option value="class">by class</option>' in client.get(address).content.decode()


def test_the_csv_has_all_quantities(client, vera, net):
    VolumeSettings.objects.create(project=net.project, volume_unit="m3")
    client.force_login(vera)
    text = (
        client.get(f"/projects/{net.project.pk}/results/table.csv?states=validated,predicted")
        .getvalue()
        .decode("utf-8-sig")
    )
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["sample"], row["taxon"], row["count"]) == ("tow_1", "Copepoda", "6")
    assert float(row["concentration_per_m3"]) == 6 * 4 / 50
    assert float(row["biovolume_mm3_per_m3"]) > 0 and float(row["mean_esd_mm"]) > 0
    assert (row["states"], row["objects_in_other_states"], row["warnings"]) == (
        "validated,predicted",
        "4",
        "",
    )


def test_the_api_gives_one_quantity(client, vera, net):
    VolumeSettings.objects.create(project=net.project, volume_unit="m3")
    client.force_login(vera)
    answer = client.get(f"/api/v1/projects/{net.project.pk}/results/?quantity=concentration")
    (row,) = json.loads(answer.getvalue())
    assert row == {
        "sample": {"id": net.objects[0].sample_id, "original_id": "tow_1"},
        "acquisition": None,
        "layer": None,
        "taxon": {"id": net.copepoda, "name": "Copepoda", "taxon_group": None},
        "state": "validated",
        "value": 2 * 4 / 50,
        "unit": "m-3",
        "low": None,
        "high": None,
        "warning": "",
    }


def test_a_count_and_a_size_say_nothing_of_a_volume_that_they_do_not_need(client, vera, net):
    client.force_login(vera)
    warnings = {}
    for quantity in ("count", "share", "mean_size", "concentration", "biovolume"):
        answer = client.get(f"/api/v1/projects/{net.project.pk}/results/?quantity={quantity}")
        (row,) = json.loads(answer.getvalue())
        warnings[quantity] = row["warning"]
    assert {quantity for quantity, words in warnings.items() if "in which unit" in words} == {
        "concentration",
        "biovolume",
    }
    assert warnings["count"] == warnings["share"] == ""


def test_a_quantity_that_there_is_not_is_named(client, vera, net):
    client.force_login(vera)
    answer = client.get(f"/api/v1/projects/{net.project.pk}/results/?quantity=weight")
    assert answer.status_code == 400
    assert "takes count, concentration, biovolume, mean_size, share" in answer.json()["detail"]


def test_settings_by_the_api(client, alice, net):
    client.force_login(alice)
    address = f"/api/v1/projects/{net.project.pk}/volume-settings/"
    sent = client.patch(
        address, {"volume_unit": "l", "volume": "sam.tot_vol * 2"}, content_type="application/json"
    )
    assert sent.status_code == 400  # the project's packages brought no such column
    sent = client.patch(address, {"volume_unit": "l"}, content_type="application/json")
    assert sent.json()["volume_unit"] == client.get(address).json()["volume_unit"] == "l"
