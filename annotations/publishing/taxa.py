"""Which name of WoRMS an object goes out under, and which objects can't go out.

A category without an AphiaID (a morphotype, a stage, a dead one) goes under its nearest ancestor that has one, and its
own name stays beside it as `verbatimIdentification`. What is not living is no occurrence of anything.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from annotations.taxonomy.lineages import NOT_LIVING
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.names import caseless, short_name
from annotations.taxonomy.replacements import in_use

LSID = "urn:lsid:marinespecies.org:taxname:{}"
# as GBIF's backbone and WoRMS name kingdoms; trees of EcoTaxa have Metazoa in the place of Animalia, and no Chromista
# above its subkingdom Harosa (Wikispecies: Regnum Chromista, Subregnum Harosa)
KINGDOMS = {
    "animalia": "Animalia",
    "metazoa": "Animalia",
    "plantae": "Plantae",
    "fungi": "Fungi",
    "chromista": "Chromista",
    "harosa": "Chromista",
    "protozoa": "Protozoa",
    "bacteria": "Bacteria",
    "archaea": "Archaea",
}
STAGES = {
    *("egg", "nauplii", "nauplius", "larvae", "larva", "juvenile", "zoea", "megalopa", "calyptopis"),
    *("furcilia", "copepodite", "cyphonaute", "ephyra", "pluteus", "veliger", "trochophora", "adult"),
}
DEAD = {"dead", "moult", "exuvie", "carcass", "empty"}
PARTS = {"part", "parts", "fragment", "fragments", "piece", "pieces"}
A_PART = "A part of an organism was imaged, not a whole one."


@dataclass(frozen=True)
class PublishedTaxon:
    """A category of the project and the name that it goes out under."""

    id: int
    verbatim: str  # as the project calls it
    aphia_id: int
    name: str
    rank: str
    authority: str
    kingdom: str
    registered: int  # the number here of the taxon of that name
    path: frozenset[int]  # that taxon and all above it

    @property
    def lsid(self) -> str:
        return LSID.format(self.aphia_id)

    @property
    def own_word(self) -> str:
        """`egg` of `egg<Copepoda`."""
        return caseless(short_name(self.verbatim))

    def as_columns(self) -> dict[str, str]:
        word = self.own_word
        return {
            "scientificName": self.name,
            "scientificNameID": self.lsid,
            "scientificNameAuthorship": self.authority,
            "kingdom": self.kingdom,
            "taxonRank": self.rank.lower(),
            "verbatimIdentification": self.verbatim,
            "lifeStage": word if word in STAGES else "",
            "vitality": "dead" if word in DEAD else "",
            "occurrenceRemarks": A_PART if word in PARTS else "",
        }


@dataclass
class PublishedTaxa:
    """Of some categories those that go out, by their numbers, and the names of those that don't."""

    by_id: dict[int, PublishedTaxon] = field(default_factory=dict)
    not_living: dict[int, str] = field(default_factory=dict)
    without_aphia_id: dict[int, str] = field(default_factory=dict)


def published_taxa(ids: Collection[int]) -> PublishedTaxa:
    """A taxon that was replaced goes out as its replacement."""
    became = in_use(ids)
    own = Taxon.objects.in_bulk(list({*ids, *became.values()}))
    above = Taxon.objects.in_bulk(list({number for taxon in own.values() for number in taxon.path}))
    taxa = PublishedTaxa()
    for number in ids:
        if number in own:
            _sort_in(taxa, own[number], _lineage(own[became[number]], above))
    return taxa


def _lineage(taxon: Taxon, above: Mapping[int, Taxon]) -> list[Taxon]:
    """From the root down to the taxon itself."""
    return [above[number] for number in taxon.path if number in above] or [taxon]


def _sort_in(taxa: PublishedTaxa, own: Taxon, lineage: list[Taxon]) -> None:
    if any(caseless(taxon.name) in NOT_LIVING for taxon in lineage):
        taxa.not_living[own.pk] = own.display_name
        return
    registered = next((taxon for taxon in reversed(lineage) if taxon.aphia_id), None)
    if registered is None:
        taxa.without_aphia_id[own.pk] = own.display_name
        return
    taxa.by_id[own.pk] = PublishedTaxon(
        id=own.pk,
        verbatim=own.display_name,
        aphia_id=registered.aphia_id or 0,
        name=short_name(registered.name),
        rank=registered.rank,
        authority=registered.authority,
        kingdom=_kingdom(lineage),
        registered=registered.pk,
        path=frozenset(registered.path or [registered.pk]),
    )


def _kingdom(lineage: list[Taxon]) -> str:
    names = [KINGDOMS.get(caseless(taxon.name), "") for taxon in lineage]
    ranked = [taxon.name for taxon in lineage if taxon.rank.lower() == "kingdom"]
    return next((name for name in [*names, *ranked] if name), "")
