"""What a package says of traits: `vocabulary.json`, and `traits.tsv` with a line a value. EcoTaxa passes them over."""

import orjson
from django.db import connection

from annotations.exports.archive import ArchiveWriter
from annotations.projects.addresses import JOIN_PEOPLE, Signature
from annotations.search.filter import Filter
from annotations.taxon_matching.models import NameState, PendingName
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import names_of
from annotations.traits.models import VocabularyVersion
from annotations.traits.values import HIDDEN_CELL
from annotations.traits.vocabulary import current_version

LINES = """
COPY (
    SELECT w.original_id AS object_id, t.key AS trait,
           CASE WHEN v.is_hidden THEN %s WHEN v.number IS NOT NULL THEN v.number::text
                WHEN v.text <> '' THEN v.text ELSE array_to_string(v.choices, ',') END AS value,
           CASE v.state WHEN 'P' THEN 'predicted' WHEN 'D' THEN 'dubious' ELSE 'validated' END AS state,
           v.score,
           {person} AS annotator,
           {email} AS annotator_email,
           to_char(v.set_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS date
    FROM samples_object o
    JOIN traits_traitvalue v ON v.object_id = o.id AND v.state <> 'U'
    JOIN traits_trait t ON t.id = v.trait_id
    JOIN samples_objectfields w ON w.object_id = o.id
    LEFT JOIN accounts_user u ON u.id = v.annotator_id
    {people}
    WHERE o.project_id = %s AND ({condition}) ORDER BY o.id, t.position, t.id
) TO STDOUT (FORMAT csv, DELIMITER E'\\t', HEADER)
"""


def write_traits(
    package: ArchiveWriter, project_id: int, object_filter: Filter, signature: Signature
) -> None:
    """Adds both files, of the objects that match. A project without traits has neither."""
    version = current_version(project_id)
    if version is None:
        return
    package.text("vocabulary.json", orjson.dumps(_vocabulary(version), option=orjson.OPT_INDENT_2))
    condition, params = object_filter.where(project_id)
    people = {"person": signature.name, "email": signature.email, "people": JOIN_PEOPLE}
    lines = LINES.format(condition=condition, **people)
    with (
        package.table("traits.tsv") as file,
        connection.cursor() as cursor,
        cursor.copy(lines, [HIDDEN_CELL, project_id, *params]) as copy,
    ):
        for block in copy:
            file.write(block)


def _vocabulary(version: VocabularyVersion) -> dict:
    """Ids of taxa mean nothing elsewhere: their names come with them. A name that waits goes out as a taxon does, with
    a number below zero.
    """
    ids = {taxon for trait in version.content for taxon in trait["applies_to"]}
    taxa = Taxon.objects.filter(pk__in=ids)
    names = names_of({above for taxon in taxa for above in taxon.path})
    traits, waiting = _with_names(version)
    return {
        "number": version.number,
        "created": version.created,
        "traits": traits,
        "taxa": {
            str(taxon.pk): {
                "name": taxon.display_name,
                "lineage": [names[above] for above in taxon.path[:-1]],
                "ecotaxa_id": taxon.ecotaxa_id,
            }
            for taxon in taxa
        }
        | {
            str(-name.pk): {"name": name.name, "lineage": name.lineage, "ecotaxa_id": name.ecotaxa_id}
            for name in waiting
        },
    }


def _with_names(version: VocabularyVersion) -> tuple[list[dict], list[PendingName]]:
    """The traits, with names among what they apply to, and those names. A refused one only where nothing else is left:
    without it the trait would apply to everything.
    """
    ids = {name for trait in version.content for name in trait.get("applies_to_names", [])}
    rows = {name.pk: name for name in PendingName.objects.filter(project=version.project_id, pk__in=ids)}
    traits: list[dict] = []
    used: dict[int, PendingName] = {}
    for trait in version.content:
        entry = {field: value for field, value in trait.items() if field != "applies_to_names"}
        names = [rows[pk] for pk in trait.get("applies_to_names", [])]
        waiting = [name for name in names if name.state == NameState.WAITING]
        named = waiting if waiting or entry["applies_to"] else names
        entry["applies_to"] = [*entry["applies_to"], *(-name.pk for name in named)]
        used |= {name.pk: name for name in named}
        traits.append(entry)
    return traits, list(used.values())
