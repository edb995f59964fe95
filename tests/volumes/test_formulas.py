import math

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from annotations.volumes.formulas.evaluation import evaluate
from annotations.volumes.formulas.syntax import FormulaColumn, parse_formula
from annotations.volumes.models import COEFFICIENT, INDIVIDUAL_VOLUME

AREA = FormulaColumn("object", "area")


def value(text: str, pixel_mm: float = 0.01, **columns: float) -> float:
    formula = parse_formula(text)
    column_values = {FormulaColumn(*name.split("__")): number for name, number in columns.items()}
    return float(evaluate(formula, column_values, pixel_mm))


def test_the_default_of_ecotaxa_is_the_volume_of_a_sphere():
    radius_mm = math.sqrt(314.0 / math.pi) * 0.01
    assert value(INDIVIDUAL_VOLUME, object__area=314.0) == pytest.approx(4 / 3 * math.pi * radius_mm**3)


def test_a_formula_can_be_pasted_from_ecotaxa():
    pasted = "4.0/3.0*math.pi*(math.sqrt(obj.area/math.pi)*pixel)**3"
    assert value(pasted, object__area=314.0) == pytest.approx(value(INDIVIDUAL_VOLUME, object__area=314.0))
    assert value("1/ssm.sub_part", ssm__sub_part=4) == 0.25


def test_powers_bind_as_people_write_them():
    assert value("2 * 3^2 + 1") == 19
    assert value("-2^2") == -4


def test_many_objects_at_once_and_a_missing_value_is_missing():
    volumes = evaluate(parse_formula("object.area * pixel^2"), {AREA: np.array([1.0, np.nan, 3.0])}, 2.0)
    np.testing.assert_array_equal(volumes, [4.0, np.nan, 12.0])


@pytest.mark.parametrize(
    "text", ["1 / sample.tot_vol", "log(sample.tot_vol)", "10^400 * sample.tot_vol", "9^9^9^9"]
)
def test_what_comes_to_nothing_is_missing(text):
    assert math.isnan(value(text, sample__tot_vol=0.0))


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "sample.tot_vol.real",
        "(1).bit_length()",
        "[1 for x in (1, 2)]",
        "lambda: 1",
        "object",
        "sam[0]",
        "'1'",
        "1 if pixel else 2",
        "1 < 2",
        "True",
        "1j",
        "open(1)",
        "sqrt(*[1])",
        "sqrt(x=1)",
        "a := 1",
        "1 // 2",
        "f'{1}'",
    ],
)
def test_nothing_else_can_stand_in_a_formula(text):
    with pytest.raises(ValidationError):
        parse_formula(text)


@pytest.mark.parametrize(
    "text",
    ["-" * 499 + "1", "1" + "+1" * 249, "2^" * 166 + "2", "+-" * 249 + "1", "(" * 249 + "1" + ")" * 249],
)
def test_what_is_nested_without_end_is_refused_before_the_stack_has_one(text):
    with pytest.raises(ValidationError):
        parse_formula(text)


@pytest.mark.parametrize("text", ["-" * 98 + "1", "1" + "+1" * 98, "abs(" * 98 + "1" + ")" * 98])
def test_what_may_be_nested_can_be_worked_out(text):
    assert abs(value(text)) in (1, 99)


def test_what_is_wrong_is_named():
    with pytest.raises(
        ValidationError, match=r"`tot_vol` can't stand in a formula. It takes numbers, columns such as"
    ):
        parse_formula("tot_vol / 1000")
    with pytest.raises(ValidationError, match=r"can't be read as a formula \(letter 6\)"):
        parse_formula("2^1 +) 2")
    with pytest.raises(ValidationError, match=r"`pow` takes 2 value\(s\)"):
        parse_formula("pow(2)")
    with pytest.raises(ValidationError, match="500 are the most"):
        parse_formula("1" * 501)


def test_its_columns_are_those_of_all_its_parts():
    assert parse_formula(f"({COEFFICIENT}) * sqrt(obj.area) - sam.x").columns == {
        FormulaColumn("ssm", "sub_part"),
        AREA,
        FormulaColumn("sample", "x"),
    }


def _joined(parts: tuple) -> tuple:
    """A text and what it comes to, from two such and an operator."""
    (left, x), sign, (right, y) = parts
    with np.errstate(all="ignore"):
        return f"({left} {sign} {right})", OPERATORS[sign](np.float64(x), np.float64(y))


AREA_IS = 314.0
OPERATORS = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
numbers = st.floats(0.1, 50).map(lambda number: (repr(number), number))
formulas = st.recursive(
    numbers | st.just(("object.area", AREA_IS)),
    lambda parts: st.tuples(parts, st.sampled_from("+-*/"), parts).map(_joined),
    max_leaves=12,
)


@given(formulas)
def test_arithmetic_is_that_of_everybody(formula):
    text, expected = formula
    number = value(text, object__area=AREA_IS)
    assert number == pytest.approx(expected) if np.isfinite(expected) else math.isnan(number)


@given(st.text(alphabet="samplobjectq.()+-*/^123 _x[],'\"", max_size=40))
def test_any_text_is_a_formula_or_refused_in_a_sentence(text):
    try:
        formula = parse_formula(text)
    except ValidationError as error:
        assert error.messages
    else:
        evaluate(formula, dict.fromkeys(formula.columns, 1.5), 0.01)
