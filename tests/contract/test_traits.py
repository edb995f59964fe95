"""The kinds of traits are declared once: what the site offers, what manifests hold and what predictions hold agree."""

import pyarrow as pa
import pytest

from annotations.api.serializers.traits import TraitIn
from annotations.traits.forms import TraitForm
from classifier.contract.traits import Trait, TraitKind, column
from classifier.inference.predict import schema


@pytest.mark.parametrize(
    ("kind", "arrow_type"),
    [
        ("flag", pa.string()),
        ("one", pa.string()),
        ("several", pa.list_(pa.string())),
        ("ordinal", pa.string()),
        ("count", pa.float64()),
        ("measure", pa.float64()),
        ("text", pa.string()),
    ],
)
def test_a_column_has_the_type_of_its_kind_in_manifests_and_predictions(kind, arrow_type):
    assert column("eggs", [kind, kind]) == pa.field("trait_eggs", arrow_type)
    assert schema([Trait("eggs", kind)]).field("trait_eggs").type == arrow_type


@pytest.mark.parametrize(
    ("kinds", "arrow_type"),
    [
        (["count", "measure"], pa.float64()),
        (["flag", "ordinal"], pa.string()),
        (["count", "several"], pa.string()),
    ],
)
def test_where_projects_mean_different_types_by_one_key_the_column_holds_texts(kinds, arrow_type):
    assert column("eggs", kinds).type == arrow_type


def test_people_and_programs_are_offered_every_kind_in_its_words():
    kinds = {kind.value: kind.label for kind in TraitKind}
    assert kinds["ordinal"] == "one of several, in an order"
    assert dict(TraitForm.base_fields["kind"].choices) == kinds
    assert dict(TraitIn().fields["kind"].choices) == kinds
