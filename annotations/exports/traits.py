"""What a package says of traits: `vocabulary.json`, and `traits.tsv` with a line a value. EcoTaxa passes them over."""

import io
import zipfile
from typing import cast

import orjson
from django.db import connection

from annotations.gallery.filter import Filter
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
           COALESCE(NULLIF(trim(concat(u.first_name, ' ', u.last_name)), ''), u.username) AS annotator,
           u.email AS annotator_email,
           to_char(v.set_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS date
    FROM samples_object o
    JOIN traits_traitvalue v ON v.object_id = o.id AND v.state <> 'U'
    JOIN traits_trait t ON t.id = v.trait_id
    JOIN samples_objectfields w ON w.object_id = o.id
    LEFT JOIN accounts_user u ON u.id = v.annotator_id
    WHERE o.project_id = %s AND ({condition}) ORDER BY o.id, t.position, t.id
) TO STDOUT (FORMAT csv, DELIMITER E'\\t', HEADER)
"""


def write_traits(package: zipfile.ZipFile, project_id: int, wanted: Filter) -> None:
    """Adds both files, of the objects that match. A project without traits has neither."""
    version = current_version(project_id)
    if version is None:
        return
    package.writestr("vocabulary.json", orjson.dumps(_vocabulary(version), option=orjson.OPT_INDENT_2))
    condition, params = wanted.where(project_id)
    with (
        package.open("traits.tsv", "w", force_zip64=True) as raw,
        io.BufferedWriter(cast(io.RawIOBase, raw), 2**20) as file,
        connection.cursor() as cursor,
        cursor.copy(LINES.format(condition=condition), [HIDDEN_CELL, project_id, *params]) as copy,
    ):
        for block in copy:
            file.write(block)


def _vocabulary(version: VocabularyVersion) -> dict:
    """Ids of taxa mean nothing elsewhere: their names come with them."""
    ids = {taxon for trait in version.content for taxon in trait["applies_to"]}
    taxa = Taxon.objects.filter(pk__in=ids)
    names = names_of({above for taxon in taxa for above in taxon.path})
    return {
        "number": version.number,
        "created": version.created,
        "traits": version.content,
        "taxa": {
            str(taxon.pk): {
                "name": taxon.display_name,
                "lineage": [names[above] for above in taxon.path[:-1]],
                "ecotaxa_id": taxon.ecotaxa_id,
            }
            for taxon in taxa
        },
    }
