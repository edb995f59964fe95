"""What a learning set is made of, as its maker asked for it: the JSON of LearningSet.recipe, read and checked."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError

from annotations.taxonomy.replacements import in_use
from classifier.contract.settings import SETTINGS, Setting

LEAST_PER_TAXON = 2
# shares of the objects to test on, and to choose and calibrate by
HELD_OUT, TUNE = SETTINGS["held_out"].default, SETTINGS["tune"].default
MOST = 1_000_000
LEAST = Setting(
    "least_per_taxon",
    int,
    LEAST_PER_TAXON,
    "rarer taxa are not learnt",
    title="Least validated objects a taxon",
    placeholder=str(LEAST_PER_TAXON),
    least=LEAST_PER_TAXON,
    most=MOST,
)
MOST_MACHINE_WEIGHT = 0.99  # less than what a person looked at, whatever is asked for
LEAVE_OUT, PARENT = "leave out", "parent"  # what becomes of taxa that are too rare
KEYS = (
    "projects", "taxa", "least_per_taxon", "leave_out", "merge", "cap", "caps", "rest", "traits", "split",
    "duplicates", "unlabelled", "machine_weight", "seed", "tested_as",
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """The validated objects of a project that match a filter of the gallery, as JSON."""

    project: int
    filter: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Recipe:
    """`taxa` (None: all), `leave_out` and `merge` name the taxa that objects are labelled with, or what these are
    learnt as by the rules of their project. `cap` is the most objects of a taxon, `caps` that of single taxa."""

    sources: tuple[Source, ...]
    taxa: frozenset[int] | None = None
    least_per_taxon: int = LEAST_PER_TAXON
    leave_out: frozenset[int] = frozenset()
    merge: dict[int, int] = field(default_factory=dict)
    cap: int | None = None
    caps: dict[int, int] = field(default_factory=dict)
    rest: str = LEAVE_OUT
    traits: tuple[str, ...] | None = None  # keys; None: all that can be learnt
    split: str = "sample"
    duplicates: bool = True
    unlabelled: bool = False  # with objects that nobody has settled, beside what is learnt
    machine_weight: float = 0  # what a machine-validated object counts for in training; 0: it is left out
    seed: int = 0
    tested_as: int | None = None  # a frozen set: what is tested there is tested here, and nothing else

    @classmethod
    def read(cls, data: Any) -> "Recipe":
        """Raises ValidationError that names what is wrong and the remedy."""
        if not isinstance(data, dict):
            raise ValidationError("The recipe of a learning set is an object with the key `projects`.")
        if unknown := sorted(set(data) - set(KEYS)):
            raise ValidationError(f"A recipe has no `{unknown[0]}`. It takes {', '.join(KEYS)}.")
        merge = {_whole(taxon, "merge"): _whole(into, "merge") for taxon, into in _mapping(data, "merge")}
        leave_out = frozenset(_wholes(data, "leave_out"))
        _refuse_circles(merge)
        if lost := sorted(set(merge) & leave_out):
            raise ValidationError(f"Taxon {lost[0]} is merged and left out: choose one of the two.")
        return cls(
            sources=_sources(data.get("projects")),
            taxa=None if data.get("taxa") is None else frozenset(_wholes(data, "taxa")),
            least_per_taxon=_number(data, "least_per_taxon", 1, MOST, LEAST_PER_TAXON),
            leave_out=leave_out,
            merge=merge,
            cap=None if data.get("cap") is None else _number(data, "cap", LEAST_PER_TAXON, MOST),
            caps={
                _whole(taxon, "caps"): _in(most, "caps", LEAST_PER_TAXON, MOST)
                for taxon, most in _mapping(data, "caps")
            },
            rest=_one_of(data, "rest", (LEAVE_OUT, PARENT)),
            traits=None if data.get("traits") is None else tuple(_keys(data["traits"])),
            split=_one_of(data, "split", ("sample", "object")),
            duplicates=_truth(data, "duplicates", True),
            unlabelled=_truth(data, "unlabelled", False),
            machine_weight=_weight(data, "machine_weight"),
            seed=_number(data, "seed", 0, 2**31, 0),
            tested_as=None if data.get("tested_as") is None else _whole(data["tested_as"], "tested_as"),
        )

    def as_json(self) -> dict:
        return {
            "projects": [{"project": source.project, "filter": source.filter} for source in self.sources],
            "taxa": None if self.taxa is None else sorted(self.taxa),
            "least_per_taxon": self.least_per_taxon,
            "leave_out": sorted(self.leave_out),
            "merge": {str(taxon): into for taxon, into in sorted(self.merge.items())},
            "cap": self.cap,
            "caps": {str(taxon): most for taxon, most in sorted(self.caps.items())},
            "rest": self.rest,
            "traits": None if self.traits is None else list(self.traits),
            "split": self.split,
            "duplicates": self.duplicates,
            "unlabelled": self.unlabelled,
            "machine_weight": self.machine_weight,
            "seed": self.seed,
            "tested_as": self.tested_as,
        }

    def in_use(self, labelled: Collection[int]) -> "Recipe":
        """The same of what taxa became that were merged since it was written. `labelled` are those of the objects: what
        they have still is itself, though it is deprecated.
        """
        became = in_use(self.named_taxa) | {taxon: taxon for taxon in self.named_taxa.intersection(labelled)}
        return replace(
            self,
            taxa=None if self.taxa is None else frozenset(became[taxon] for taxon in self.taxa),
            leave_out=frozenset(became[taxon] for taxon in self.leave_out),
            merge={became[taxon]: became[self.merged(taxon)] for taxon in self.merge},
            caps={became[taxon]: most for taxon, most in self.caps.items()},
        )

    @property
    def projects(self) -> list[int]:
        return [source.project for source in self.sources]

    @property
    def named_taxa(self) -> set[int]:
        return {*(self.taxa or ()), *self.leave_out, *self.merge, *self.merge.values(), *self.caps}

    def merged(self, taxon: int) -> int:
        """What the taxon is learnt as in the end: a merge may lead to the next."""
        visited = set()
        while taxon in self.merge and taxon not in visited:  # taxa that were merged since may close a circle
            visited.add(taxon)
            taxon = self.merge[taxon]
        return taxon

    def most_of(self, taxon: int) -> int | None:
        return self.caps.get(taxon, self.cap)


def _sources(entries: Any) -> tuple[Source, ...]:
    if not isinstance(entries, list) or not entries:
        raise ValidationError("Choose at least one project to learn from.")
    sources = []
    for entry in entries:
        if not isinstance(entry, dict) or set(entry) - {"project", "filter"}:
            raise ValidationError('`projects` takes objects as {"project": 1, "filter": {…}}.')
        params = entry.get("filter") or {}
        if not isinstance(params, dict):
            raise ValidationError(
                'The `filter` of a project is an object, as the gallery\'s: {"taxon": [1]}.'
            )
        sources.append(Source(_whole(entry.get("project"), "project"), params))
    if len({source.project for source in sources}) < len(sources):
        raise ValidationError("A project is named twice: give it one filter.")
    return tuple(sources)


def _refuse_circles(merge: dict[int, int]) -> None:
    for start in merge:
        taxon, visited = start, {start}
        while taxon in merge:
            taxon = merge[taxon]
            if taxon in visited:
                raise ValidationError(f"Taxon {start} would be merged into itself: drop one of the merges.")
            visited.add(taxon)


def _mapping(data: dict, name: str) -> list[tuple[Any, Any]]:
    mapping = data.get(name) or {}
    if not isinstance(mapping, dict):
        raise ValidationError(
            f'`{name}` takes an object as {{"12": 7}}: the number of a taxon and what becomes of it.'
        )
    return list(mapping.items())


def _wholes(data: dict, name: str) -> list[int]:
    entries = data.get(name) or []
    if not isinstance(entries, list | tuple):
        raise ValidationError(f"`{name}` takes a list of numbers of taxa.")
    return [_whole(entry, name) for entry in entries]


def _whole(value: Any, name: str) -> int:
    return _in(value, name, 1, 2**63 - 1)


def _number(data: dict, name: str, least: int, most: int, otherwise: int | None = None) -> int:
    value = data.get(name)
    return otherwise if value is None and otherwise is not None else _in(value, name, least, most)


def _in(value: Any, name: str, least: int, most: int) -> int:
    """JSON has texts as keys, so "12" is as good as 12."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)
    if type(value) is not int or not least <= value <= most:
        takes = "the number of one" if most > 2**62 else f"a whole number from {least:,} to {most:,}"
        raise ValidationError(f"`{name}` is {value!r}, but takes {takes}.")
    return value


def _weight(data: dict, name: str) -> float:
    value = data.get(name)
    if value is None:
        return 0
    if type(value) not in (int, float) or not 0 <= value <= MOST_MACHINE_WEIGHT:
        raise ValidationError(
            f"`{name}` is {value!r}, but takes a number from 0 to {MOST_MACHINE_WEIGHT}: what nobody looked at counts "
            "for less than what a person validated."
        )
    return value


def _one_of(data: dict, name: str, words: tuple[str, ...]) -> str:
    value = data.get(name) or words[0]
    if value not in words:
        raise ValidationError(f"`{name}` is {value!r}, but takes {' or '.join(words)}.")
    return value


def _keys(keys: Any) -> list[str]:
    if not isinstance(keys, list) or not all(isinstance(key, str) and len(key) <= 60 for key in keys):
        raise ValidationError("`traits` takes a list of the keys of traits.")
    return list(dict.fromkeys(keys))


def _truth(data: dict, name: str, otherwise: bool) -> bool:
    value = data.get(name)
    if value not in (None, True, False):
        raise ValidationError(f"`{name}` takes true or false.")
    return otherwise if value is None else bool(value)
