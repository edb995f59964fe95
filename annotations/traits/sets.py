"""Ready-made sets of traits, adopted by a project with one click and then its own.

After the vocabularies in use: functional traits of marine plankton (Barton et al. 2013, J. Plankton Res. 35;
Martini et al. 2021, Limnol. Oceanogr. 66), EcoTaxa's morphotypes, and the morphology of marine snow
(Trudnowska et al. 2021, Nat. Commun. 12).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class TraitSet:
    about: str
    traits: list[dict]


def _flag(key: str, name: str, **more: object) -> dict:
    return {"key": key, "name": name, "kind": "flag", **more}


def _listed(kind: str, key: str, name: str, choices: list[str], **more: object) -> dict:
    return {"key": key, "name": name, "kind": kind, "choices": choices, **more}


def _count(key: str, name: str, **more: object) -> dict:
    return {"key": key, "name": name, "kind": "count", **more}


def _if_yes(key: str) -> dict:
    return {"only_if": key, "only_if_choices": ["yes"]}


FULLNESS = ["empty", "a third", "two thirds", "full"]

SETS = {
    "Functional groups": TraitSet(
        "how it feeds and moves",
        [
            _listed(
                "one",
                "trophic_group",
                "Trophic group",
                ["phototroph", "mixotroph", "herbivore", "omnivore", "carnivore", "detritivore", "parasite"],
                quick_key="t",
                icon="●",
            ),
            _listed(
                "several",
                "feeding_mode",
                "Feeding mode",
                ["filter", "feeding current", "ambush", "cruise", "flux", "particle feeder"],
                icon="≈",
            ),
            _flag("gelatinous", "Gelatinous", icon="○"),
        ],
    ),
    "Reproduction": TraitSet(
        "eggs, spermatophores, sex and stage",
        [
            _flag(
                "egg_sac",
                "Egg sac",
                quick_key="e",
                icon="●",
                default="no",
                help="Eggs carried in one or two sacs, or loose under the body.",
            ),
            _count("egg_number", "Number of eggs", quick_key="n", icon="∞", **_if_yes("egg_sac")),
            _flag("spermatophore", "Spermatophore attached", quick_key="p", icon="▲", default="no"),
            _listed("one", "sex", "Sex", ["female", "male"], quick_key="x", icon="◆"),
            _listed(
                "ordinal",
                "stage",
                "Stage of development",
                ["egg", "nauplius", "larva", "copepodite or juvenile", "adult"],
                quick_key="s",
                icon="➤",
            ),
        ],
    ),
    "Feeding": TraitSet(
        "what is in the gut, and what has left it",
        [
            _listed("ordinal", "gut_fullness", "Gut fullness", FULLNESS, quick_key="g", icon="■"),
            _flag("faecal_pellet", "Faecal pellet attached", quick_key="f", icon="▼", default="no"),
        ],
    ),
    "Condition": TraitSet(
        "whole, alive and well, or not",
        [
            _flag(
                "dead",
                "Dead",
                quick_key="d",
                icon="✚",
                default="no",
                help="Empty carapace, decaying or without inside.",
            ),
            _flag("broken", "Broken", quick_key="b", icon="□", default="no"),
            _flag("moulting", "Moulting", quick_key="m", icon="○", default="no"),
            _flag("parasitised", "Parasitised", quick_key="i", icon="★", default="no"),
            _listed(
                "one",
                "parasite",
                "Where the parasite is",
                ["on the body", "inside", "on the eggs"],
                icon="★",
                **_if_yes("parasitised"),
            ),
            _listed("ordinal", "lipid_sac", "Lipid sac fullness", FULLNESS, quick_key="l", icon="◆"),
        ],
    ),
    "Orientation and posture": TraitSet(
        "how it lies in the picture",
        [
            _listed(
                "one",
                "view",
                "View",
                ["lateral", "dorsal", "ventral", "frontal", "oblique"],
                quick_key="v",
                icon="➤",
            ),
            _listed(
                "one", "heading", "Head points", ["up", "down", "left", "right"], quick_key="h", icon="▲"
            ),
            _listed(
                "one",
                "antennae",
                "Antennae",
                ["spread", "folded", "one of each", "broken off"],
                quick_key="a",
                icon="≈",
            ),
            _flag("bent", "Body bent", icon="∞", default="no"),
        ],
    ),
    "Colonies": TraitSet(
        "cells and zooids that hang together",
        [
            _flag("colony", "In a colony or chain", quick_key="c", icon="∞", default="no"),
            _count("cells", "Number of cells or zooids", quick_key="z", icon="●", **_if_yes("colony")),
            {
                "key": "chain_length",
                "name": "Chain length",
                "kind": "measure",
                "unit": "µm",
                "icon": "➤",
                **_if_yes("colony"),
            },
            _listed(
                "one",
                "colony_shape",
                "Shape of the colony",
                ["chain", "spiral", "star", "ball", "sheet"],
                icon="★",
                **_if_yes("colony"),
            ),
        ],
    ),
    "Marine snow": TraitSet(
        "porosity and shape of aggregates",
        [
            _listed(
                "ordinal",
                "porosity",
                "Porosity",
                ["compact", "some holes", "fluffy", "loose threads"],
                quick_key="o",
                icon="□",
            ),
            _listed(
                "one",
                "snow_shape",
                "Shape",
                ["sphere", "flake", "elongated", "string", "agglomerate"],
                quick_key="w",
                icon="◆",
            ),
            _flag("with_organisms", "With organisms in it", icon="★", default="no"),
        ],
    ),
}
