"""What is said of a choice that there is none of."""

import pytest
from django.core.exceptions import ValidationError

from annotations.common.choices import none_of, values_of
from annotations.common.forms import NamedChoiceField, NamedMultipleChoiceField, NamedTypedChoiceField


def test_few_choices_are_named_all():
    assert none_of("king", ["", "viewer", "manager"]) == "“king” is none of its values: viewer, manager."


def test_of_many_the_nearest_are_named():
    choices = [f"column_{n}" for n in range(40)]
    assert none_of("colunm_39", choices).startswith("“colunm_39” is none of its 40 values, such as column_39")


def test_where_there_is_nothing_it_says_so():
    assert "nothing to choose from" in none_of("x", [""])


def test_groups_are_looked_into():
    assert values_of([("", "none"), ("nets", [("wp2", "WP2"), ("bongo", "Bongo")])]) == ["", "wp2", "bongo"]


@pytest.mark.parametrize("kind", [NamedChoiceField, NamedTypedChoiceField, NamedMultipleChoiceField])
def test_a_field_names_its_choices(kind):
    field = kind(choices=[("a", "first"), ("b", "second")])
    value = ["c"] if kind is NamedMultipleChoiceField else "c"
    with pytest.raises(ValidationError) as refused:
        field.clean(value)
    assert refused.value.messages == ["“c” is none of its values: a, b."]


def test_a_field_keeps_a_sentence_of_its_own():
    field = NamedChoiceField(
        choices=[("a", "first")], error_messages={"invalid_choice": "Choose one of the list."}
    )
    with pytest.raises(ValidationError, match=r"Choose one of the list\."):
        field.clean("c")
