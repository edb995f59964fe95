"""The SQL of a table of a trait, and of its histogram."""

from annotations.regroupings.counted_taxa import CountedTaxa
from annotations.traits.models import Trait
from annotations.traits.queries import applying
from annotations.traits.table_spec import GROUPINGS, TableSpec
from classifier.contract.traits import TraitKind


def state_letters(spec: TableSpec) -> list[str]:
    return [state.value for state in spec.states]


def table_sql(spec: TableSpec, condition: str, params: list) -> tuple[str, list]:
    keys = [_key(spec, by) for by in spec.by]
    places = [f"k{n}" for n in range(len(keys))]
    names = [
        f"{_name(spec, by).format(place)} AS n{n}"
        for n, (by, place) in enumerate(zip(spec.by, places, strict=True))
    ]
    order = [
        f"n{n} NULLS LAST, k{n}" if by in ("sample", "taxon") else f"k{n} NULLS LAST"
        for n, by in enumerate(spec.by)
    ]
    figures, figure_params = _figures(spec.trait)
    applies, its_params = applying(spec.trait)
    is_rolled = spec.rolls_up and "taxon" in spec.by
    is_counted = spec.counted_taxa is not None and "taxon" in spec.by
    target_params, name_params = _counted_taxa_params(spec.counted_taxa if is_counted else None)
    only_taxa = [list(spec.taxa)] if is_rolled and spec.taxa is not None else []
    sql = TABLE.format(
        groups="".join(f", {key} AS {place}" for key, place in zip(keys, places, strict=True)),
        rolled=ROLLED if is_rolled else COUNTED if is_counted else "",
        applies=applies,
        condition=condition,
        chosen_taxa="AND (up.id IS NULL OR up.id = ANY(%s))"
        if only_taxa
        else IS_COUNTED
        if is_counted
        else "",
        columns=", ".join([*places, *names, "count(*)", "count(v.object_id)", HIDDEN_ONES, *figures]),
        grouped=", ".join(places) or "()",
        order=f"ORDER BY {', '.join(order)}" if order else "",
    )
    values = [
        *target_params,
        *its_params,
        spec.trait.project_id,
        *params,
        *only_taxa,
        *name_params,
        *figure_params,
    ]
    return sql, [*values, spec.trait.pk, state_letters(spec)]


def _key(spec: TableSpec, by: str) -> str:
    if by == "taxon" and spec.rolls_up:
        return "up.id"
    if by == "taxon" and spec.counted_taxa:
        return "counted.target"
    return GROUPINGS[by].key.format(depth_m=spec.depth_m)


def _name(spec: TableSpec, by: str) -> str:
    return NAMED_TARGET if by == "taxon" and spec.counted_taxa else GROUPINGS[by].name


def _counted_taxa_params(of_taxa: CountedTaxa | None) -> tuple[list, list]:
    """Of the join that says what taxa count for, and of the names of these."""
    if of_taxa is None:
        return [], []
    targets, names = of_taxa.targets, of_taxa.names
    return [list(targets), list(targets.values())], [list(names), list(names.values())]


def _figures(trait: Trait) -> tuple[list[str], list]:
    kind = TraitKind(trait.kind)
    if kind.is_chosen:
        keys = [choice["key"] for choice in trait.choices]
        return ["count(*) FILTER (WHERE v.choices @> ARRAY[%s]::varchar[])"] * len(keys), keys
    return (NUMBERS if kind.is_number else []), []


HIDDEN_ONES = "count(*) FILTER (WHERE v.is_hidden)"
NUMBERS = [
    "avg(v.number)",
    "stddev_samp(v.number)",
    "min(v.number)",
    "max(v.number)",
    "percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY v.number)",
]
ROLLED = """LEFT JOIN taxonomy_taxon own ON own.id = o.taxon_id
            LEFT JOIN LATERAL unnest(own.path) AS up (id) ON TRUE"""
COUNTED = (
    "LEFT JOIN unnest(%s::bigint[], %s::bigint[]) AS counted (taxon, target) ON counted.taxon = o.taxon_id"
)
IS_COUNTED = "AND (o.taxon_id IS NULL OR counted.target IS NOT NULL)"
NAMED_TARGET = (
    "(SELECT named.name FROM unnest(%s::bigint[], %s::text[]) AS named (id, name) WHERE named.id = {0})"
)
TABLE = """
WITH asked AS (
    SELECT o.id{groups} FROM samples_object o {rolled}
    WHERE {applies} AND o.project_id = %s AND ({condition}) {chosen_taxa}
)
SELECT {columns}
FROM asked LEFT JOIN traits_traitvalue v ON v.object_id = asked.id AND v.trait_id = %s AND v.state = ANY(%s)
GROUP BY {grouped} {order}
"""
HISTOGRAM = """
SELECT floor(v.number / %s)::int, count(*)
FROM samples_object o JOIN traits_traitvalue v ON v.object_id = o.id AND v.number IS NOT NULL
WHERE {applies} AND o.project_id = %s AND ({condition}) AND v.trait_id = %s AND v.state = ANY(%s) GROUP BY 1
"""
