"""What the pages of learning sets show: taxa by name, what falls away and why, how the folds may come out."""

from collections.abc import Iterable
from dataclasses import dataclass

from annotations.accounts.models import User
from annotations.learning.models import LearningSet
from annotations.learning.sets.forms import BuilderForm
from annotations.learning.sets.plan import lineages
from annotations.learning.sets.queries import SetPreview, countable, pictures_of
from annotations.learning.sets.recipe import HELD_OUT, TUNE, Recipe
from annotations.taxonomy.queries import learnt_as, names_of

FEW_SAMPLES = 3  # with fewer, whole samples can't be held out
SHOWN_CONTRADICTIONS = 200
FOLDS = {"train": "To learn from", "tune": "To tune and calibrate", "test": "To test on"}


@dataclass(frozen=True)
class RecipeLine:
    """A taxon of the builder's table, as people have labelled objects with it, and what was filled in."""

    id: int
    name: str
    above: str  # the taxa above it
    count: int
    rule: str  # what the rules of the projects say
    is_learnt: bool = True
    into: str = ""
    most: str = ""


def taxon_lines(recipe: Recipe, user: User, form: BuilderForm) -> list[RecipeLine]:
    """The most frequent first."""
    counts = countable(recipe, user)
    rules = learnt_as(counts)
    paths = lineages({taxon for _, taxon in counts})
    targets = {into for into in rules.values() if into is not None}
    names = names_of({above for path in paths.values() for above in path} | targets)
    totals: dict[int, int] = {}
    for (_, taxon), count in counts.items():
        totals[taxon] = totals.get(taxon, 0) + count
    rule_names = {
        taxon: f"learnt as {names[into]}" if into is not None else "not learnt"
        for (_, taxon), into in rules.items()
    }
    offered, ticked = set(form.value("offered") or ()), set(form.value("learn") or ())
    return [
        RecipeLine(
            id=taxon,
            name=names[taxon],
            above=" › ".join(names[above] for above in paths[taxon][:-1]),
            count=totals[taxon],
            rule=rule_names.get(taxon, ""),
            is_learnt=taxon not in offered or taxon in ticked,
            into=form.value(f"into-{taxon}") or "",
            most=form.value(f"most-{taxon}") or "",
        )
        for taxon in sorted(totals, key=lambda taxon: (-totals[taxon], names[taxon]))
    ]


def preview_in_words(recipe: Recipe, preview: SetPreview) -> dict:
    """The preview with names, the most frequent taxon first."""
    plan = preview.plan
    taxa = {*preview.learnt, *plan.too_rare, *plan.by_rule, *recipe.leave_out, *plan.fallen}
    names = names_of(taxa | {taxon for taxon, _ in plan.grouped})
    rows = _rows(preview, names)
    return {
        "rows": rows,
        "objects": preview.objects,
        "machine": preview.machine,
        "machine_weight": recipe.machine_weight,
        "all_samples": preview.all_samples,
        "too_rare": [
            {"name": names[taxon], "count": count}
            for taxon, count in sorted(plan.too_rare.items(), key=lambda entry: -entry[1])
        ],
        "left_out": _names(names, recipe.leave_out),
        "by_rule": _names(names, plan.by_rule),
        "capped": sum(plan.sizes.values()) - preview.objects,
        "is_enough": len(rows) > 1,
        **_folds(recipe, preview, rows),
    }


def _rows(preview: SetPreview, names: dict[int, str]) -> list[dict]:
    grouped = preview.plan.grouped
    return [
        {
            "id": label,
            "name": names[label],
            "count": count,
            "all": preview.plan.sizes[label],
            "samples": preview.samples.get(label, 0),
            "of": _names(names, (taxon for taxon, end in grouped if end == label)),
        }
        for label, count in sorted(preview.learnt.items(), key=lambda entry: (-entry[1], names[entry[0]]))
    ]


def _folds(recipe: Recipe, preview: SetPreview, rows: list[dict]) -> dict:
    """About how many objects and samples each fold will have: whole samples are seldom just as large as is wanted."""
    by_sample = recipe.split == "sample" and preview.all_samples >= FEW_SAMPLES
    shares = {"train": 1 - HELD_OUT - TUNE, "tune": TUNE, "test": HELD_OUT}
    return {
        "by_sample": by_sample,
        "is_too_few_samples": recipe.split == "sample" and not by_sample,
        "folds": [
            {
                "name": name,
                "objects": round(share * preview.objects),
                "samples": max(1, round(share * preview.all_samples)),
            }
            for name, share in shares.items()
        ],
        "of_one_sample": [row["name"] for row in rows if row["samples"] == 1],
    }


def _names(names: dict[int, str], taxa: Iterable[int]) -> list[str]:
    return sorted(names[taxon] for taxon in set(taxa) if taxon in names)


def facts_in_words(learning_set: LearningSet) -> dict:
    """What a frozen set's page shows beside the plain numbers."""
    facts, recipe = learning_set.facts, Recipe.read(learning_set.recipe) if learning_set.recipe else None
    fallen, grouped = dict(facts.get("fallen", [])), dict(facts.get("grouped", []))
    per_taxon = facts.get("per_taxon", [])
    taxa = {entry["taxon"] for entry in per_taxon} | {*fallen, *fallen.values(), *grouped, *grouped.values()}
    names = names_of(taxa | set(facts.get("left_out", [])))
    sources: dict[int, list[int]] = {}
    for taxon, label in grouped.items():
        sources.setdefault(label, []).append(taxon)
    capped = dict(facts.get("capped", []))
    return {
        "recipe": recipe,
        "facts": facts,
        "folds": [
            {"name": words, "objects": facts["folds"][fold], "samples": facts["fold_samples"][fold]}
            for fold, words in FOLDS.items()
            if "folds" in facts
        ],
        "per_taxon": [
            {
                **entry,
                "name": names.get(entry["taxon"], f"taxon {entry['taxon']}"),
                "of": _names(names, sources.get(entry["taxon"], [])),
                "of_all": capped.get(entry["taxon"]),
            }
            for entry in per_taxon
        ],
        "left_out": _names(names, facts.get("left_out", [])),
        "contradictions": _contradictions(learning_set),
    }


def _contradictions(learning_set: LearningSet) -> list[tuple[dict, dict]]:
    """Pairs of objects as they are today: what was settled, deleted or moved since is gone from the list."""
    pairs = learning_set.facts.get("contradictions", {}).get("pairs", [])
    projects = [project.pk for project in learning_set.projects.all()]
    pictures = pictures_of([row for pair in pairs for row in pair], projects)
    names = names_of({picture["taxon"] for picture in pictures.values()})
    contradictions = [
        (pictures[a], pictures[b])
        for a, b in pairs
        if a in pictures and b in pictures and pictures[a]["taxon"] != pictures[b]["taxon"]
    ]
    for picture in pictures.values():
        picture["name"] = names.get(picture["taxon"], "without taxon")
    return contradictions[:SHOWN_CONTRADICTIONS]
