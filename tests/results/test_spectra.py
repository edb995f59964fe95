"""Size spectra of a few objects, worked out by hand."""

import math
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.results.spectra.query import read_spectrum_query
from annotations.results.spectra.spectra import SizeSpectra, size_spectra
from annotations.results.spectra.spectrum import SizeClass, Spectrum
from annotations.samples.models import Acquisition, FreeColumn, Object, ObjectFields, Sample, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.volumes.actions import set_volumes
from tests.worlds import shared_rows


@shared_rows
def net(project):
    """Volumes of objects, mm³, stand in a column: what has which is told by `add`.

    | sample | tot_vol, m³ | sub_part | an object is of |
    | --- | --- | --- | --- |
    | s1 | 100 | 2 | 0.02 m⁻³ |
    | s2 | 50 | 4 | 0.08 m⁻³ |
    """
    copepod, salp = ensure_taxa([TaxonName("Calanus"), TaxonName("Salpa")]).values()
    FreeColumn.objects.create(project=project, level="object", name="vol", is_number=True, position=0)
    acquisitions = [
        Acquisition.objects.create(
            sample=Sample.objects.create(project=project, original_id=name, fields={"tot_vol": water}),
            original_id=name,
            pixel_um=10,
            fields={"sub_part": part},
        )
        for name, water, part in (("s1", "100", "2"), ("s2", "50", "4"))
    ]
    set_volumes(project=project, volume_unit="m3", individual_volume="object.vol")

    add = partial(_add, acquisitions, copepod)
    return SimpleNamespace(project=project, acquisitions=acquisitions, add=add, copepod=copepod, salp=salp)


def _add(
    acquisitions: list[Acquisition],
    copepod: int,
    place: int,
    *volumes: float,
    taxon: int | None = None,
    state: State = State.VALIDATED,
    **more: object,
) -> None:
    """Objects of one acquisition, copepods unless said otherwise."""
    acquisition = acquisitions[place]
    project = acquisition.sample.project
    for volume in volumes:
        created = Object.objects.create(
            project=project,
            sample=acquisition.sample,
            acquisition=acquisition,
            taxon_id=taxon or copepod,
            state=state,
            **more,
        )
        ObjectFields.objects.create(
            object=created, project=project, original_id=f"o{created.pk}", values=[volume]
        )


def spectra(net, user, text: str = "") -> SizeSpectra:
    return size_spectra(net.project, read_spectrum_query(QueryDict(text), user))


def the_one(net, user, text: str = "") -> Spectrum:
    (spectrum,) = spectra(net, user, text).spectra
    return spectrum


def figures(classes: list[SizeClass]) -> dict[float, tuple[int, float, float]]:
    """lower end → objects, NASS, NBSS."""
    return {
        each.low: (each.count, pytest.approx(each.density), pytest.approx(each.biovolume_density))
        for each in classes
    }


def test_octaves_by_hand(net, alice):
    """Classes from 1, 2 and 4 mm³ are 1, 2 and 4 mm³ wide; figures are means of the two samples."""
    net.add(0, 1.0, 1.5, 2.0, 7.9)
    net.add(1, 3.0)
    spectrum = the_one(net, alice)
    assert (spectrum.samples, spectrum.count) == (2, 5)
    assert figures(spectrum.classes) == {
        1.0: (2, 2 * 0.02 / 2 / 1, 2.5 * 0.02 / 2 / 1),
        2.0: (2, (0.02 + 0.08) / 2 / 2, (2.0 * 0.02 + 3.0 * 0.08) / 2 / 2),
        4.0: (1, 0.02 / 2 / 4, 7.9 * 0.02 / 2 / 4),
    }


def test_other_bases_make_other_classes(net, alice):
    net.add(0, 0.1, 0.99, 1.0, 9.99)
    assert [(each.low, each.high, each.count) for each in the_one(net, alice, "base=10").classes] == [
        (0.1, 1.0, 2),
        (1.0, 10.0, 2),
    ]


@pytest.mark.parametrize("octave", range(-20, 20))
def test_what_lies_on_an_edge_is_in_the_class_above(net, alice, octave):
    net.add(0, 2.0**octave)
    assert the_one(net, alice).classes[0].low == 2.0**octave


def test_the_line_begins_after_the_highest_class(net, alice):
    """8, 4, 2 and 1 objects in octaves: NASS falls by 4 from class to class, with the slope −2."""
    net.add(0, *[1.5] * 8, *[3.0] * 4, *[6.0] * 2, 12.0)
    spectrum = the_one(net, alice, "measure=abundance")
    assert [each.is_in_line for each in spectrum.classes] == [False, True, True, True]
    assert spectrum.line.slope == pytest.approx(-2)
    assert spectrum.line.height(spectrum.classes[1].middle) == pytest.approx(4 * 0.02 / 2)
    assert spectrum.ends == (2.0, 16.0)


def test_the_highest_class_is_that_of_the_measure(net, alice):
    """2, 3, 8, 4, 2 and 1 objects in octaves. NASS falls from the first class on, but NBSS rises up to the third: what
    is lost in the first ones is no part of its line, whose slope is −1."""
    for volume, count in zip((1.5, 3, 6, 12, 24, 48), (2, 3, 8, 4, 2, 1), strict=True):
        net.add(0, *[volume] * count)
    of_biovolume = the_one(net, alice)
    assert [each.is_in_line for each in of_biovolume.classes] == [False] * 3 + [True] * 3
    assert of_biovolume.line.slope == pytest.approx(-1)
    of_abundance = the_one(net, alice, "measure=abundance")
    assert [each.is_in_line for each in of_abundance.classes] == [False] + [True] * 5


def test_one_chooses_from_which_size_on(net, alice):
    net.add(0, *[1.5] * 8, *[3.0] * 4, *[6.0] * 2, 12.0)
    spectrum = the_one(net, alice, "from_mm3=1&to_mm3=8")
    assert [each.is_in_line for each in spectrum.classes] == [True, True, True, False]
    assert spectrum.line.slope == pytest.approx(-1)


def test_what_has_two_classes_has_no_line_and_says_so(net, alice):
    net.add(0, 1.0, 2.0)
    spectrum = the_one(net, alice)
    assert spectrum.line is None
    assert "fewer than three filled classes" in spectrum.warnings[-1]


def test_samples_apart(net, alice):
    net.add(0, 1.0)
    net.add(1, 1.0)
    assert [(each.name, each.classes[0].density) for each in spectra(net, alice, "by=sample").spectra] == [
        ("s1", pytest.approx(0.02)),
        ("s2", pytest.approx(0.08)),
    ]


def test_a_taxon_has_the_water_of_samples_without_it(net, alice):
    net.add(0, 1.0)
    net.add(1, 1.0, 1.0, taxon=net.salp)
    by_taxon = spectra(net, alice, "by=taxon").spectra
    assert [(each.name, each.samples, each.classes[0].density) for each in by_taxon] == [
        ("Salpa", 2, pytest.approx(2 * 0.08 / 2)),
        ("Calanus", 2, pytest.approx(0.02 / 2)),
    ]
    of_copepods = the_one(net, alice, f"taxon={net.copepod}")
    assert of_copepods.classes[0].density == pytest.approx(0.02 / 2)


def test_a_sample_without_objects_of_the_filter_has_its_water_in_the_mean(net, alice):
    net.add(0, 1.0)
    net.add(1, 9.0)
    small = the_one(net, alice, "field=vol%3C5")
    assert (small.samples, small.classes[0].density) == (2, pytest.approx(0.02 / 2))


def test_states_that_count(net, alice):
    net.add(0, 1.0)
    net.add(0, 1.0, 1.0, state=State.PREDICTED)
    only_validated = spectra(net, alice)
    assert only_validated.spectra[0].count == 1
    assert only_validated.warnings[0].startswith(
        "States that do not count here: 2 objects, in 1 of the samples."
    )
    assert the_one(net, alice, "states=validated,predicted").count == 3


def test_layers_of_a_cast_contribute_to_it_and_say_so(net, alice):
    net.add(0, 1.0, depth_min=10, depth_max=10)
    net.add(0, 1.0, 1.0, depth_min=60, depth_max=60)
    upper, lower = spectra(net, alice, "by=layer").spectra
    assert [(each.name, each.classes[0].density) for each in (upper, lower)] == [
        ("0–50 m", pytest.approx(0.02)),
        ("50–100 m", pytest.approx(0.04)),
    ]
    assert "objects in other layers too" in upper.warnings[0]


def test_a_net_through_several_layers_is_said_to_stand_in_one(net, alice):
    net.add(0, 1.0, depth_min=0, depth_max=300)
    assert any("over several layers" in each for each in spectra(net, alice, "by=layer").warnings)
    assert spectra(net, alice, "by=layer&layer_m=300").warnings == []


def test_day_and_night_of_whole_samples(net, alice):
    at = {"latitude": 0, "longitude": 0, "has_time": True}
    net.add(0, 1.0, taken_at=datetime(2026, 3, 21, 12, tzinfo=UTC), **at)
    net.add(1, 1.0, taken_at=datetime(2026, 3, 21, 0, tzinfo=UTC), **at)
    assert [(each.name, each.samples, each.classes[0].density, each.warnings[:-1]) for each in
            spectra(net, alice, "by=sun").spectra] == [
        ("Day", 1, pytest.approx(0.02), []),
        ("Night", 1, pytest.approx(0.08), []),
    ]  # fmt: skip


def test_without_a_volume_of_water_there_are_counts_and_a_reason(net, alice):
    Sample.objects.filter(original_id="s2").update(fields={"tot_vol": "99999"})
    net.add(0, 1.0)
    net.add(1, 1.0)
    spectrum = the_one(net, alice)
    assert [(each.count, each.density) for each in spectrum.classes] == [(2, None)]
    assert spectrum.warnings == [
        "No number in sample.tot_vol of s2: fill it in under Data › Samples, or choose another formula under "
        "Volumes and formulas."
    ]


def test_objects_without_volume_are_counted_apart(net, alice):
    net.add(0, 1.0, math.nan, 0.0, -1.0)
    result = spectra(net, alice)
    assert result.spectra[0].count == 1
    assert result.warnings[0].startswith("3 objects are in no class")


@pytest.mark.parametrize("text", ["base=1", "base=x", "by=month", "from_mm3=-1", "from_mm3=4&to_mm3=2"])
def test_what_can_not_be_asked_is_named(alice, text):
    with pytest.raises(ValidationError):
        read_spectrum_query(QueryDict(text), alice)
