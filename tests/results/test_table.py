"""Counts, concentrations and biovolumes, worked out by hand."""

import math
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.results.query import read_results_query
from annotations.results.table import NO_DEPTH, ResultRow, results_table
from annotations.samples.models import Acquisition, FreeColumn, Object, ObjectFields, Sample, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from annotations.volumes.actions import set_volumes
from tests.worlds import shared_rows

PIXEL_UM = 10.6


def add(acquisition, taxon, area, state=State.VALIDATED, depth=None):
    sample = acquisition.sample
    created = Object.objects.create(
        project=sample.project,
        sample=sample,
        acquisition=acquisition,
        taxon_id=taxon,
        state=state,
        depth_min=depth,
        depth_max=depth,
    )
    ObjectFields.objects.create(
        object=created, project=sample.project, original_id=f"o{created.pk}", values=[area]
    )
    return created


@shared_rows
def cruise(project):
    """Two samples of a net. Of the first the fine and the coarse half were sub-sampled differently.

    | sample | tot_vol, m³ | acquisition | sub_part | copepods (areas) | others |
    | --- | --- | --- | --- | --- | --- |
    | s1 | 200 | fine | 8 | 3 (100, 200, 300) | 1 predicted copepod |
    | s1 | 200 | coarse | 2 | 1 (400) | 1 salp (900) |
    | s2 | 150 | all | 4 | none | 2 salps (900, 1000) |
    """
    copepod, salp = ensure_taxa([TaxonName("Calanus"), TaxonName("Salpa")]).values()
    FreeColumn.objects.create(project=project, level="object", name="area", is_number=True, position=0)
    s1 = Sample.objects.create(project=project, original_id="s1", fields={"tot_vol": "200"})
    s2 = Sample.objects.create(project=project, original_id="s2", fields={"tot_vol": "150,0"})
    fine, coarse, whole = (
        Acquisition.objects.create(
            sample=sample, original_id=name, pixel_um=PIXEL_UM, fields={"sub_part": part}
        )
        for sample, name, part in ((s1, "fine", "8"), (s1, "coarse", "2"), (s2, "all", "4"))
    )
    cruise = SimpleNamespace(
        project=project, copepod=copepod, salp=salp, s1=s1, s2=s2, whole=whole, fine=fine, add=add
    )

    for depth, area in ((10, 100.0), (20, 200.0), (120, 300.0)):
        cruise.add(fine, copepod, area, depth=depth)
    cruise.add(fine, copepod, 50.0, State.PREDICTED, depth=10)
    cruise.add(coarse, copepod, 400.0, depth=130)
    cruise.add(coarse, salp, 900.0, depth=10)
    cruise.add(whole, salp, 900.0)
    cruise.add(whole, salp, 1000.0)
    return cruise


def sphere_mm3(area: float) -> float:
    return 4 / 3 * math.pi * (math.sqrt(area / math.pi) * PIXEL_UM / 1000) ** 3


def table(cruise, user, text: str = "") -> list[ResultRow]:
    return list(results_table(cruise.project, read_results_query(QueryDict(text), user)))


def row(rows: list[ResultRow], taxon: int, sample: Sample | None = None) -> ResultRow:
    matching = [
        each for each in rows if each.taxon == taxon and (sample is None or each.group.sample == sample.pk)
    ]
    assert len(matching) == 1, matching
    return matching[0]


def test_counts_are_of_validated_objects_and_say_how_many_others_there_are(cruise, alice):
    rows = table(cruise, alice)
    copepods = row(rows, cruise.copepod, cruise.s1)
    assert (copepods.count, copepods.share, copepods.left_out) == (4, 4 / 5, 1)
    assert row(rows, cruise.salp, cruise.s2).count == 2
    assert len(rows) == 3


def test_zeros_are_rows_where_they_are_asked_for(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="m3")
    zero = row(table(cruise, alice, "zeros=1"), cruise.copepod, cruise.s2)
    assert (zero.count, zero.share, zero.concentration, zero.biovolume, zero.mean_size) == (0, 0, 0, 0, None)
    assert zero.warnings == []


def test_a_concentration_is_the_count_by_what_was_looked_at_and_the_volume(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="m3")
    rows = table(cruise, alice)
    assert row(rows, cruise.copepod, cruise.s1).concentration == pytest.approx((3 * 8 + 1 * 2) / 200)
    assert row(rows, cruise.salp, cruise.s2).concentration == pytest.approx(2 * 4 / 150)


def test_litres_are_a_thousandth(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="l")
    assert row(table(cruise, alice), cruise.salp, cruise.s2).concentration == pytest.approx(2 * 4 / 0.150)


def test_a_biovolume_sums_the_volumes_of_the_objects_likewise(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="m3")
    fine = sphere_mm3(100) + sphere_mm3(200) + sphere_mm3(300)
    expected = (fine * 8 + sphere_mm3(400) * 2) / 200
    copepods = row(table(cruise, alice), cruise.copepod, cruise.s1)
    assert copepods.biovolume == pytest.approx(expected)
    diameters = [2 * math.sqrt(area / math.pi) * PIXEL_UM / 1000 for area in (100, 200, 300, 400)]
    assert copepods.mean_size == pytest.approx(sum(diameters) / 4)


def test_by_acquisition_each_has_its_own(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="m3")
    rows = table(cruise, alice, f"by=acquisition&taxon={cruise.copepod}")
    assert [(each.group.acquisition_name, each.concentration) for each in rows] == [
        ("coarse", pytest.approx(2 / 200)),
        ("fine", pytest.approx(24 / 200)),
    ]


def test_of_a_project_it_is_the_mean_of_its_samples_with_their_zeros(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="m3")
    copepods = row(table(cruise, alice, "by=project"), cruise.copepod)
    assert copepods.count == 4
    assert copepods.concentration == pytest.approx((26 / 200 + 0) / 2)


def test_layers_have_counts_and_no_concentration(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="m3")
    rows = [each for each in table(cruise, alice, "by=layer&layer_m=100") if each.taxon == cruise.copepod]
    assert [(each.group.layer, each.count) for each in rows] == [(0, 2), (100, 2)]
    assert rows[0].concentration is None
    assert rows[0].warnings[0].startswith("The volumes are of whole samples")


def test_objects_without_a_depth_are_in_no_layer(cruise, alice):
    rows = table(cruise, alice, "by=layer&layer_m=100")
    of_whole = {each.group.layer for each in rows if each.group.sample_name == "s2" and each.count}
    assert of_whole == {NO_DEPTH}


def test_a_net_through_several_layers_is_said_to_stand_in_one(cruise, alice):
    Object.objects.filter(sample=cruise.s2).update(depth_min=0, depth_max=300)
    rows = table(cruise, alice, "by=layer&layer_m=100")
    is_warned = {each.group.sample_name: "over several layers" in " ".join(each.warnings) for each in rows}
    assert is_warned == {"s1": False, "s2": True}
    higher = table(cruise, alice, "by=layer&layer_m=300")
    assert not any("over several layers" in " ".join(each.warnings) for each in higher)


def test_predicted_objects_count_where_they_are_asked_for(cruise, alice):
    both = row(table(cruise, alice, "states=validated,predicted"), cruise.copepod, cruise.s1)
    assert (both.count, both.left_out) == (5, 0)


def test_taxa_at_a_rank(cruise, alice):
    order = Taxon.objects.create(name="Calanoida", display_name="Calanoida", rank="Order")
    Taxon.objects.filter(pk=cruise.copepod).update(parent=order, path=[order.pk, cruise.copepod])
    rows = table(cruise, alice, "level=order")
    assert row(rows, order.pk, cruise.s1).count == 4
    assert row(rows, cruise.salp, cruise.s1).count == 1  # has no order above it


def test_a_filter_narrows_who_takes_part(cruise, alice):
    rows = table(cruise, alice, "depth=100:200&zeros=1")
    assert {each.group.sample for each in rows} == {cruise.s1.pk}  # s2 was not caught there: no zeros of it
    assert row(rows, cruise.copepod).count == 2


def test_without_a_unit_there_is_no_concentration_and_the_row_says_why(cruise, alice):
    copepods = row(table(cruise, alice), cruise.copepod, cruise.s1)
    assert copepods.concentration is None and copepods.biovolume is None
    assert "in which unit" in copepods.warnings[0]


@pytest.mark.parametrize("text", ["", "99999", "0", "many", "nan"])
def test_an_unusable_volume_is_named(cruise, alice, text):
    set_volumes(project=cruise.project, volume_unit="m3")
    Sample.objects.filter(pk=cruise.s2.pk).update(fields={"tot_vol": text})
    rows = table(cruise, alice)
    salps = row(rows, cruise.salp, cruise.s2)
    assert salps.concentration is None
    assert salps.warnings[0] in (
        "No number in sample.tot_vol of s2: fill it in under Data › Samples, or choose another formula under "
        "Volumes and formulas.",
        "sample.tot_vol of s2 is not above 0: correct it under Data › Samples.",
    )
    assert row(rows, cruise.salp, cruise.s1).concentration == pytest.approx(2 / 200)


def test_an_object_without_an_area_leaves_no_biovolume_but_a_sentence(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="m3")
    cruise.add(cruise.whole, cruise.salp, None)
    salps = row(table(cruise, alice), cruise.salp, cruise.s2)
    assert salps.concentration == pytest.approx(3 * 4 / 150)
    assert salps.biovolume is None
    assert "of 1 of 3 objects" in " ".join(salps.warnings)
    assert "The mean size is of 2 of 3 objects." in salps.warnings


@pytest.mark.parametrize(("unit", "text"), [("l", "1e-300"), ("m3", "1e200")])
def test_a_volume_that_no_number_can_hold_is_named(cruise, alice, unit, text):
    set_volumes(project=cruise.project, volume_unit=unit, coefficient=text, volume=text)
    salps = row(table(cruise, alice), cruise.salp, cruise.s2)
    assert salps.concentration is None
    assert salps.warnings[0] == (
        "The volume and the share of s2 come to no volume that there is: correct them under Data › Samples and "
        "Data › Acquisitions, or the unit under Volumes and formulas."
    )


def test_a_volume_by_the_pixel_needs_one(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="l", coefficient="1", volume="pixel * 3")
    Acquisition.objects.filter(pk=cruise.whole.pk).update(pixel_um=None)
    salps = row(table(cruise, alice), cruise.salp, cruise.s2)
    assert salps.warnings[0] == "Nobody knows the size of a pixel of all: give it under Data › Acquisitions."
    assert salps.warnings[-1].startswith("No mean size: ")


def test_a_column_that_no_formula_asks_for_is_not_what_is_missing(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="l", individual_volume="pixel^3")
    FreeColumn.objects.filter(project=cruise.project).delete()
    salps = row(table(cruise, alice), cruise.salp, cruise.s2)
    assert salps.biovolume == pytest.approx(2 * (PIXEL_UM / 1000) ** 3 * 4 / 0.150)
    assert salps.warnings == [
        "No mean size: give the objects an object.area under Data › Objects and a size of the pixel under "
        "Data › Acquisitions."
    ]


def test_shares_of_parts_that_were_sub_sampled_differently_are_of_what_was_looked_at(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="m3")
    rows = table(cruise, alice)
    is_warned = {
        each.group.sample_name: "sub-sampled differently" in " ".join(each.warnings) for each in rows
    }
    assert is_warned == {"s1": True, "s2": False}


def test_a_mean_of_fewer_samples_says_of_how_many(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="m3")
    Sample.objects.filter(pk=cruise.s2.pk).update(fields={"tot_vol": "0"})
    fewer = row(table(cruise, alice, "by=project&depth=100:200"), cruise.copepod)
    assert fewer.concentration == pytest.approx((8 + 2) / 200)
    assert "The mean of 1 of 2 samples: the others were not taken as the filter asks." in fewer.warnings


def test_a_sample_without_objects_of_the_size_asked_for_is_a_zero(cruise, alice):
    """Objects of s2 are larger than 500 pixels: it was looked at, and has none."""
    set_volumes(project=cruise.project, volume_unit="m3")
    small = row(table(cruise, alice, "by=project&field=area%3C500"), cruise.copepod)
    assert small.concentration == pytest.approx((26 / 200 + 0) / 2)
    assert not any("The mean of" in warning for warning in small.warnings)
    zero = row(table(cruise, alice, "zeros=1&field=area%3C500"), cruise.copepod, cruise.s2)
    assert (zero.count, zero.concentration) == (0, 0)


def test_who_was_not_taken_as_asked_takes_no_part_whatever_is_asked_of_objects(cruise, alice):
    rows = table(cruise, alice, "depth=100:200&field=area%3C500&zeros=1")
    assert {each.group.sample for each in rows} == {cruise.s1.pk}


def test_the_states_of_a_filter_are_those_that_count(cruise, alice):
    predicted = row(table(cruise, alice, "state=predicted"), cruise.copepod)
    assert (predicted.count, predicted.left_out) == (1, 5)
    with pytest.raises(ValidationError, match="leave one of them out"):
        table(cruise, alice, "state=predicted&states=validated")


def test_a_formula_of_ones_own(cruise, alice):
    set_volumes(
        project=cruise.project, volume_unit="l", coefficient="1", individual_volume="object.area * pixel^3"
    )
    salps = row(table(cruise, alice), cruise.salp, cruise.s2)
    assert salps.concentration == pytest.approx(2 / 0.150)
    assert salps.biovolume == pytest.approx(1900 * (PIXEL_UM / 1000) ** 3 / 0.150)


def test_what_a_formula_asks_for_must_be_there(cruise):
    with pytest.raises(ValidationError) as refused:
        set_volumes(
            project=cruise.project,
            volume_unit="pints",
            coefficient="1 / object.area",
            individual_volume="object.aera",
        )
    assert refused.value.message_dict == {
        "coefficient": ["This is of a sample: it can't ask for columns of objects."],
        "individual_volume": ["The project has no object.aera with numbers: see its columns under Data."],
        "volume_unit": ["`volume_unit` takes m3 or l."],
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("by=ship", "`by` takes sample, acquisition, layer, project."),
        ("states=unclassified", "`states` is 'unclassified', but takes"),
        ("level=tribe", "`level` takes phylum"),
        ("layer_m=0", "`layer_m` takes whole metres from 1 to 1,000."),
    ],
)
def test_what_is_asked_wrongly_is_named(text, says, alice):
    with pytest.raises(ValidationError) as refused:
        read_results_query(QueryDict(text), alice)
    assert says in refused.value.messages[0]
