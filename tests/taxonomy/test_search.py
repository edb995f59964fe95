"""Search finds a name without its accents, in any case, by its words in any order, and with a letter wrong."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Synonym, Taxon, Word
from annotations.taxonomy.queries import complete, fold_text, taxon_called
from annotations.taxonomy.spelling import similar_words

pytestmark = pytest.mark.django_db
NAMES = [
    "Méduse à œufs",
    "Calanus finmarchicus",
    "Chætognatha",
    "Ångströmella",
    "Oithona",
    "egg<Copepoda",
    "Ørsta",
]


@pytest.fixture
def taxa() -> None:
    ensure_taxa([TaxonName(name) for name in NAMES])
    Synonym.objects.create(taxon=Taxon.objects.get(display_name="Oithona"), name="Scribella Étoilée")


def names(text: str) -> list[str]:
    return [taxon["name"] for taxon in complete(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("meduse", "Méduse à œufs"),
        ("MÉDUSE", "Méduse à œufs"),
        ("Me\u0301duse", "Méduse à œufs"),
        ("oeufs", "Méduse à œufs"),
        ("œuf med", "Méduse à œufs"),
        ("\u00a0meduse\u200b \u2003a", "Méduse à œufs"),
        ("finm cal", "Calanus finmarchicus"),
        ("finmarchicus calanus", "Calanus finmarchicus"),
        ("chaetog", "Chætognatha"),
        ("angstrom", "Ångströmella"),
        ("orsta", "Ørsta"),
        ("copepoda egg", "egg<Copepoda"),
        ("etoilee scrib", "Oithona"),
        # a letter wrong, missing, too many, two turned; anywhere, also in what is not typed to its end
        ("calamus", "Calanus finmarchicus"),
        ("kalanus", "Calanus finmarchicus"),
        ("colanus", "Calanus finmarchicus"),
        ("alanus", "Calanus finmarchicus"),
        ("clanus", "Calanus finmarchicus"),
        ("calnus", "Calanus finmarchicus"),
        ("calanuss", "Calanus finmarchicus"),
        ("ccalanus", "Calanus finmarchicus"),
        ("aclanus", "Calanus finmarchicus"),
        ("claanus", "Calanus finmarchicus"),
        ("calansu", "Calanus finmarchicus"),
        ("finmarhic", "Calanus finmarchicus"),
        ("calanus fimn", "Calanus finmarchicus"),
        ("finmarchikus calamus", "Calanus finmarchicus"),
        ("oithonna", "Oithona"),
        ("scribbella", "Oithona"),
        ("meduze", "Méduse à œufs"),
    ],
)
def test_it_is_found(taxa, text, name):
    assert names(text)[0] == name


@pytest.mark.parametrize("text", ["qqqq", "calxnxs", "%", "cal|anus'", "!&", "'", "\\"])
def test_what_is_nothing_like_it_finds_nothing(taxa, text):
    assert not set(names(text)) - {"Calanus finmarchicus"} and (text == "cal|anus'" or not names(text))


def test_what_is_spelt_right_comes_before_what_is_alike(taxa):
    ensure_taxa([TaxonName("Calamus")])
    assert names("calamus") == ["Calamus", "Calanus finmarchicus"]


def test_a_renamed_taxon_is_found_by_its_new_words(taxa):
    Taxon.objects.filter(display_name="Oithona").update(display_name="Paroithona", name="Paroithona")
    assert names("paroithonna") == ["Paroithona"]


def test_a_field_takes_a_name_however_it_is_typed(taxa):
    assert taxon_called(" me\u0301duse\u00a0À  œufs\u200b").display_name == "Méduse à œufs"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.text("abcde", min_size=4, max_size=9), st.data())
def test_any_one_mistake_is_forgiven(word, data):
    Word.objects.get_or_create(word=word)
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdex"))
    typed = data.draw(
        st.sampled_from(
            [
                word[:place] + letter + word[place + 1 :],
                word[:place] + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
            ]
        )
    )
    if len(typed) >= 4 and not word.startswith(typed):
        Word.objects.exclude(word=word).delete()
        assert similar_words(typed) == [word]


@given(st.text(max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
def test_folding_a_folded_name_changes_nothing_and_any_text_can_be_searched(text):
    folded = fold_text(text.replace("\0", "").encode("utf-8", "ignore").decode())
    assert fold_text(folded) == folded
    complete(text.encode("utf-8", "ignore").decode())
