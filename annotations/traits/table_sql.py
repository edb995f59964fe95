"""The SQL of a table of a trait, and of its histogram."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotations.traits.models import Trait
from annotations.traits.queries import applying
from annotations.traits.table_spec import GROUPINGS, TableSpec
from classifier.contract.traits import TraitKind


def state_letters(spec: TableSpec) -> list[str]:
    return [state.value for state in spec.states]


def table_sql(spec: TableSpec, condition: str, params: list) -> tuple[str, list]:
    """A row for each of the groups, and its parameters; `condition` is over samples_object `o`, with `params`."""
    keys = [_key(spec, by) for by in spec.by]
    places = [f"k{n}" for n in range(len(keys))]
    figures, figure_params = _figures(spec.trait)
    applies, its_params = applying(spec.trait)
    taxa = _taxa_of(spec)
    sql = TABLE.format(
        groups="".join(f", {key} AS {place}" for key, place in zip(keys, places, strict=True)),
        joined=taxa.join,
        applies=applies,
        condition=condition,
        chosen_taxa=taxa.condition,
        columns=", ".join([*places, *_names(spec), "count(*)", "count(v.object_id)", HIDDEN_ONES, *figures]),
        grouped=", ".join(places) or "()",
        order=_order(spec),
    )
    values = [*taxa.join_params, *its_params, spec.trait.project_id, *params, *taxa.condition_params]
    return sql, [*values, *taxa.name_params, *figure_params, spec.trait.pk, state_letters(spec)]


def _names(spec: TableSpec) -> list[str]:
    return [f"{_name(spec, by).format(f'k{n}')} AS n{n}" for n, by in enumerate(spec.by)]


def _order(spec: TableSpec) -> str:
    """By what people call it, or by the key where that has an order of its own."""
    order = [
        f"n{n} NULLS LAST, k{n}" if by in ("sample", "taxon") else f"k{n} NULLS LAST"
        for n, by in enumerate(spec.by)
    ]
    return f"ORDER BY {', '.join(order)}" if order else ""


@dataclass(frozen=True)
class TaxaOfRows:
    """What the taxon of an object counts for: a join, a condition on it, and the parameters of these and of names."""

    join: str = ""
    join_params: Sequence = ()
    condition: str = ""
    condition_params: Sequence = ()
    name_params: Sequence = ()


def _taxa_of(spec: TableSpec) -> TaxaOfRows:
    if "taxon" not in spec.by:
        return TaxaOfRows()
    if spec.rolls_up:
        chosen = [] if spec.taxa is None else [list(spec.taxa)]
        return TaxaOfRows(ROLLED, condition=IS_CHOSEN if chosen else "", condition_params=chosen)
    if spec.counted_taxa is None:
        return TaxaOfRows()
    targets, names = spec.counted_taxa.targets, spec.counted_taxa.names
    return TaxaOfRows(
        COUNTED,
        [list(targets), list(targets.values())],
        IS_COUNTED,
        name_params=[list(names), list(names.values())],
    )


def _key(spec: TableSpec, by: str) -> str:
    if by == "taxon" and spec.rolls_up:
        return "up.id"
    if by == "taxon" and spec.counted_taxa:
        return "counted.target"
    return GROUPINGS[by].key.format(depth_m=spec.depth_m)


def _name(spec: TableSpec, by: str) -> str:
    return NAMED_TARGET if by == "taxon" and spec.counted_taxa else GROUPINGS[by].name


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
IS_CHOSEN = "AND (up.id IS NULL OR up.id = ANY(%s))"
IS_COUNTED = "AND (o.taxon_id IS NULL OR counted.target IS NOT NULL)"
NAMED_TARGET = (
    "(SELECT named.name FROM unnest(%s::bigint[], %s::text[]) AS named (id, name) WHERE named.id = {0})"
)
TABLE = """
WITH matching AS (
    SELECT o.id{groups} FROM samples_object o {joined}
    WHERE {applies} AND o.project_id = %s AND ({condition}) {chosen_taxa}
)
SELECT {columns}
FROM matching LEFT JOIN traits_traitvalue v ON v.object_id = matching.id AND v.trait_id = %s AND v.state = ANY(%s)
GROUP BY {grouped} {order}
"""
HISTOGRAM = """
SELECT floor(v.number / %s)::int, count(*)
FROM samples_object o JOIN traits_traitvalue v ON v.object_id = o.id AND v.number IS NOT NULL
WHERE {applies} AND o.project_id = %s AND ({condition}) AND v.trait_id = %s AND v.state = ANY(%s) GROUP BY 1
"""
