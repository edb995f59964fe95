import json

import pytest

from classifier.contract.errors import ClassifierError
from classifier.contract.segmentation import RECIPE_OFFERED, RECIPE_SETTINGS, SegmentationRecipe
from classifier.contract.settings import SettingError


def test_a_recipe_comes_back_from_its_json():
    recipe = SegmentationRecipe.checked(
        {"threshold": "adaptive", "level": 12, "least_esd_um": 300.0, "keep_border": True}
    )
    assert SegmentationRecipe.from_json(recipe.to_json()) == recipe
    assert json.loads(recipe.to_json())["level"] == 12


def test_a_recipe_that_lacks_settings_has_their_defaults():
    assert SegmentationRecipe.from_json("{}") == SegmentationRecipe()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "A recipe is written in JSON"),
        ("[1]", "A recipe is a JSON object"),
        ('{"treshold": "otsu"}', "There is no setting `treshold`"),
        ('{"threshold": "yen"}', "`threshold` is 'yen', but takes one of otsu, fixed, adaptive."),
        ('{"level": NaN}', "`level` is nan, but takes a number from 0.5 to 255."),
        ('{"level": "20"}', "`level` is '20'"),
        ('{"margin": 2.5}', "`margin` is 2.5, but takes a whole number from 0 to 500."),
        ('{"split": 1}', "`split` is 1, but takes true or false."),
    ],
)
def test_a_recipe_that_means_nothing_is_refused(text, sentence):
    with pytest.raises(SettingError) as refusal:
        SegmentationRecipe.from_json(text)
    assert str(refusal.value).startswith(sentence)


def test_each_default_is_within_its_bounds():
    for name, value in SegmentationRecipe().values.items():
        assert RECIPE_SETTINGS[name].check(value) == value
    assert RECIPE_OFFERED == RECIPE_SETTINGS


def test_the_least_size_is_in_micrometres_where_a_pixel_has_a_size():
    recipe = SegmentationRecipe(least_esd_um=200.0, least_area_px=7)
    assert recipe.least_area(10.0) == pytest.approx(314.159, abs=0.001)
    assert SegmentationRecipe(least_area_px=7).least_area(10.0) == 7
    assert SegmentationRecipe(least_area_px=7).least_area(None) == 7
    with pytest.raises(ClassifierError, match="a least diameter of 200 µm can't be kept: say the size"):
        recipe.least_area(None)
