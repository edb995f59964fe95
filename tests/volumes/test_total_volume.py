import pytest

from annotations.volumes.models import VolumeSettings, VolumeUnit
from annotations.volumes.total_volume import total_volume_in_cubic_metres


@pytest.mark.parametrize(
    ("formula", "unit", "expected"),
    [
        ("sample.tot_vol", "m3", 1),
        ("sample.tot_vol", "l", 0.001),
        ("sam.tot_vol/1000", "m3", 0.001),
        ("sam.tot_vol*1000", "l", 1),
        ("sam.tot_vol*sam.net_factor", "l", 0.001),
        ("sam.tot_vol + 1", "m3", 1),
        ("-sam.tot_vol", "m3", 1),
        ("sam.tot_vol * pixel", "m3", 1),
    ],
)
def test_one_of_the_column_is_as_much_water_as_the_formula_says(formula, unit, expected):
    settings = VolumeSettings(volume=formula)
    assert total_volume_in_cubic_metres(settings, VolumeUnit(unit)) == pytest.approx(expected)
