"""Names that look alike are one, and a lineage tells homonyms apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.taxonomy.actions import ensure_taxa, known_taxa
from annotations.taxonomy.lineages import Agreement, agreement, chain_above
from annotations.taxonomy.matching import TaxonName
from annotations.taxonomy.models import Synonym, Taxon
from annotations.taxonomy.names import caseless, clean_name, same_name

SPACES = [" ", "  ", "\u00a0", "\u2009", "\u202f", "\u3000", "\t", " \u200b ", "\n", "\u2028"]
UNSEEN = ["\u200b", "\u200c", "\u200d", "\ufeff", "\u00ad", "\u2060", "\u200e", "\ufe0f", "\0"]
WORDS = st.text(
    st.characters(categories=["L", "N"], exclude_characters="\u3164\uffa0\u115f\u1160"),
    min_size=1,
    max_size=8,
)


@given(st.text(max_size=60))
def test_a_clean_name_stays_as_it_is(text):
    assert clean_name(clean_name(text)) == clean_name(text)
    assert not clean_name(text).startswith(" ") and "  " not in clean_name(text)


@given(st.lists(WORDS, min_size=1, max_size=4), st.data())
def test_however_it_is_typed_it_is_one_name(words, data):
    plain = clean_name(" ".join(words))
    space = data.draw(st.sampled_from(SPACES))
    unseen = data.draw(st.sampled_from(UNSEEN))
    form = data.draw(st.sampled_from(["NFC", "NFD"]))
    typed = unicodedata.normalize(form, unseen + space.join(words) + space)
    assert clean_name(typed) == plain
    assert TaxonName(typed, (typed,)) == TaxonName(plain, (plain,))
    assert same_name(typed, plain.upper()) == same_name(plain, plain.upper())


@given(st.lists(st.sampled_from("ABCDE"), unique=True, max_size=5), st.data())
def test_a_lineage_without_its_root_or_its_upper_ranks_speaks_of_the_same_place(chain, data):
    whole = named(["living", *chain])
    upper = data.draw(st.integers(0, max(0, len(chain) - 1)))
    assert agreement(named(chain), whole) == Agreement.EXACT
    assert agreement(named(chain[upper:]), whole) >= Agreement.TAIL
    assert agreement(whole, named(chain[upper:])) >= Agreement.TAIL


@given(st.lists(st.sampled_from("ABCDE"), unique=True, min_size=1), st.integers(0, 4))
def test_another_branch_is_another_place_however_high_it_parts(chain, place):
    other = list(chain)
    other[place % len(chain)] = "X"
    assert agreement(named(["living", *chain]), named(["living", *other])) == Agreement.NONE
    assert agreement(named(["living", *chain]), named(["not-living", *chain])) == Agreement.NONE


def named(chain: list[str]) -> list[frozenset[str]]:
    return [frozenset([caseless(name)]) for name in chain]


@pytest.mark.parametrize(
    ("name", "lineage", "above"),
    [
        ("egg", ("living", "Copepoda"), ("living", "Copepoda")),
        ("egg", ("living", "Copepoda", "egg"), ("living", "Copepoda")),
        ("egg<Copepoda", ("living", "Copepoda", "egg<Copepoda"), ("living", "Copepoda")),
        ("egg<Copepoda", (), ("Copepoda",)),
        ("egg<Copepoda", ("living",), ("living", "Copepoda")),
        (
            "egg<Calanus<Copepoda",
            ("living", "Copepoda", "Calanoida", "Calanus"),
            ("living", "Copepoda", "Calanoida", "Calanus"),
        ),
        ("Leafa", ("other<Crabella",), ("Crabella", "other")),
    ],
)
def test_what_stands_above_a_name(name, lineage, above):
    assert chain_above(name, lineage) == above


# --- In the tree ------------------------------------------------------------------------------------------------------


def place(text: str, **more: int) -> TaxonName:
    """`living>Crabella>egg`."""
    *lineage, name = text.split(">")
    return TaxonName(name, tuple(lineage), **more)


def made(*texts: str) -> dict[str, str]:
    """Where each ended, as `living>Crabella>egg`."""
    names = {text: place(text) for text in texts}
    ids = ensure_taxa(names.values())
    return {text: where(ids[name]) for text, name in names.items() if name in ids}


def where(taxon: int) -> str:
    path = Taxon.objects.get(pk=taxon).path
    names = dict(Taxon.objects.filter(pk__in=path).values_list("pk", "name"))
    return ">".join(names[number] for number in path)


def known_path(text: str) -> str | None:
    taxon = known_taxa([place(text)]).get(place(text))
    return None if taxon is None else where(taxon)


pytestmark = pytest.mark.django_db


def test_two_eggs_of_different_parents_are_two_taxa():
    ends = made("living>Crabella>egg", "living>Fishella>egg")
    assert all(text == end for text, end in ends.items())
    assert sorted(t.display_name for t in Taxon.objects.filter(name="egg")) == [
        "egg<Crabella",
        "egg<Fishella",
    ]
    assert made("living>Crabella>egg", "living>Fishella>egg") == ends and Taxon.objects.count() == 5


def test_an_egg_that_another_project_made_is_not_taken_for_ours():
    made("living>Crabella>egg")
    assert known_path("living>Fishella>egg") is None
    assert made("living>Fishella>egg") == {"living>Fishella>egg": "living>Fishella>egg"}


def test_an_egg_of_unknown_parents_is_not_taken_for_one_of_known_ones():
    made("egg")
    assert known_path("living>Crabella>egg") is None
    assert made("living>Crabella>egg")["living>Crabella>egg"] == "living>Crabella>egg"
    assert known_path("egg") == "egg", "and stays what it was"


def test_parents_are_told_apart_too():
    ends = made("living>Crabella>other>Leafa", "living>Fishella>other>Leafb")
    assert ends == {
        "living>Crabella>other>Leafa": "living>Crabella>other>Leafa",
        "living>Fishella>other>Leafb": "living>Fishella>other>Leafb",
    }


def test_homonyms_high_up_are_told_apart_below():
    made("living>Crabella>Alpha>Beta>Leaf")
    assert known_path("living>Fishella>Alpha>Beta>Leaf") is None
    assert made("living>Fishella>Alpha>Beta>Leaf") == {
        "living>Fishella>Alpha>Beta>Leaf": "living>Fishella>Alpha>Beta>Leaf"
    }


@pytest.mark.parametrize(
    "partial",
    [
        "Crustacea>Copepoda>egg",
        "Copepoda>egg",
        "living>Copepoda>egg",
        "living>Metazoa>Crustacea>Multicrustacea>Copepoda>egg",
        "LIVING>metazoa>crustacea>copepoda>EGG",
        "Biota>Metazoa>Crustacea>Copepoda>egg",
    ],
)
def test_a_lineage_may_lack_ranks_or_the_root_or_have_more(partial):
    made("living>Metazoa>Crustacea>Copepoda>egg", "living>Metazoa>Fishella>egg")
    assert known_path(partial) == "living>Metazoa>Crustacea>Copepoda>egg"


def test_what_fits_several_taxa_is_nobody_s_to_guess():
    made("living>Crabella>part>egg", "living>Fishella>part>egg")
    for text in ("part>egg", "egg", "living>egg", "living>part>egg"):
        assert known_path(text) is None
        assert made(text) == {}, "also where taxa may be made"
    assert Taxon.objects.filter(name="egg").count() == 2


def test_a_scientific_name_is_known_where_ranks_lack_next_to_it_but_an_egg_is_not():
    made("living>Copepoda>Calanoida>Calanus", "living>Copepoda>Calanoida>egg")
    assert known_path("living>Copepoda>Calanus") == "living>Copepoda>Calanoida>Calanus"
    assert known_path("Calanus") == "living>Copepoda>Calanoida>Calanus"
    assert known_path("living>Copepoda>egg") is None


def test_an_ecotaxa_id_counts_before_all_else():
    ids = ensure_taxa([place("living>Crabella>egg", ecotaxa_id=7)])
    (egg,) = ids.values()
    assert known_taxa([(same := place("living>Fishella>egg", ecotaxa_id=7))]) == {same: egg}
    other = place("living>Crabella>egg", ecotaxa_id=8)
    assert known_taxa([other]) == {}, "the same name with another number is a homonym"
    assert ensure_taxa([other])[other] != egg


def test_a_parent_is_known_by_its_synonym():
    made("living>Crabella>egg")
    Synonym.objects.create(taxon=Taxon.objects.get(name="Crabella"), name="Crabs")
    assert known_path("living>Crabs>egg") == "living>Crabella>egg"


def test_six_spellings_are_two_taxa():
    spellings = [
        "M\u00e9duse \u00e0 \u0153ufs",
        "Me\u0301duse a\u0300 \u0153ufs",
        "Calanella marina",
        "Calanella\u00a0marina",
        "Calanella  marina",
        "Calanella marina\u200b",
    ]
    for spelling in spellings:
        ensure_taxa([TaxonName(spelling)])
    assert list(Taxon.objects.values_list("display_name", flat=True)) == ["Calanella marina", "Méduse à œufs"]
    assert Taxon.objects.filter(display_name="M\u00e9duse a\u0300\u2003\u0153ufs").exists(), (
        "looked up by any of them"
    )
