"""A setting of a training is declared once: the command lines, the page, the API and the docs have all of them."""

import argparse
import ast
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import classifier
from annotations.api.serializers.serving import TrainingIn
from annotations.learning.models import Model
from annotations.learning.training_form import TrainingForm
from classifier.__main__ import _parser, _request
from classifier.contract.arguments import add_settings
from classifier.contract.messages import TrainRequest
from classifier.contract.settings import METHODS, OFFERED, SETTINGS, SettingError, check_settings
from worker.management.commands.train import Command


def flags(parser: argparse.ArgumentParser) -> set[str]:
    return {flag for action in parser._actions for flag in action.option_strings}


def test_every_setting_is_a_field_of_the_request_with_its_default() -> None:
    defaults = {field.name: field.default for field in fields(TrainRequest)}
    assert {name: setting.default for name, setting in SETTINGS.items()}.items() <= defaults.items()
    assert set(defaults) - set(SETTINGS) == {"manifest", "out", "start_from"}


def test_every_setting_is_read_by_the_library() -> None:
    library = Path(classifier.__file__).parent
    files = [path for path in library.rglob("*.py") if path.relative_to(library).parts[0] != "contract"]
    nodes = (node for path in files for node in ast.walk(ast.parse(path.read_text())))
    read = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    assert set(SETTINGS) <= read


def test_every_setting_is_a_flag_of_the_library() -> None:
    parser = argparse.ArgumentParser()
    add_settings(parser, SETTINGS.values())
    assert {f"--{name.replace('_', '-')}" for name in SETTINGS} <= flags(parser)
    options = _parser().parse_args(["train", "--manifest", "m", "--out", "o"])
    request = _request(options)
    assert {name: getattr(request, name) for name in SETTINGS} == {n: s.default for n, s in SETTINGS.items()}


def test_what_the_site_offers_is_on_the_page_in_the_api_and_in_the_command() -> None:
    names = set(OFFERED)
    page = {field.setting.name for field in TrainingForm().fields.values() if hasattr(field, "setting")}
    assert page == names | {"least_per_taxon"}
    assert names <= set(TrainingIn().fields)
    parser = Command().create_parser("manage.py", "train")
    assert {f"--{name.replace('_', '-')}" for name in names} <= flags(parser)


def test_the_site_has_the_methods_of_the_library_and_one_of_its_own() -> None:
    assert Model.Method.values == [*METHODS, Model.Method.REFIT]


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=lambda setting: setting.name)
def test_every_setting_takes_its_default_and_says_what_it_is(setting) -> None:
    if setting.default not in (None, ""):
        assert setting.check(setting.default) == setting.default
    assert setting.help and set(setting.methods) <= set(METHODS)


@given(
    st.sampled_from([s for s in SETTINGS.values() if s.type in (int, float)]),
    st.floats(allow_subnormal=False) | st.integers(),
)
def test_a_number_is_kept_where_it_is_within_bounds_and_refused_by_name_elsewhere(setting, value) -> None:
    is_right = (type(value) is int or setting.type is float) and setting.least <= value <= setting.most
    if is_right:
        assert setting.check(value) == value
    else:
        with pytest.raises(SettingError, match=f"`{setting.name}` is .* takes a"):
            setting.check(value)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("epochs", "12", 12),
        ("balance", "0.5", 0.5),
        ("backbone", "resnet18", "resnet18"),
        ("device", "cpu", "cpu"),
    ],
)
def test_what_is_typed_becomes_a_value(name, text, value) -> None:
    assert SETTINGS[name].parse(text) == value


@pytest.mark.parametrize("text", ["many", "1.5", "501", "-1", "9" * 400, "true"])
def test_what_is_typed_wrong_says_what_the_setting_takes(text) -> None:
    with pytest.raises(SettingError, match="takes a whole number from 0 to 500"):
        SETTINGS["epochs"].parse(text)


def test_a_command_line_refuses_what_is_out_of_bounds(capsys) -> None:
    with pytest.raises(SystemExit):
        _parser().parse_args(["train", "--manifest", "m", "--out", "o", "--members", "0"])
    assert "`members` is 0, but takes a whole number from 1 to 10." in capsys.readouterr().err


def test_settings_of_the_library_alone_are_not_offered() -> None:
    with pytest.raises(SettingError, match="no setting `threads`"):
        check_settings("network", {"threads": 2})
