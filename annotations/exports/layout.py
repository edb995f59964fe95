"""Where a picture lies in an archive, under a name that unpacks on every system: numbers of object and image."""

import json

from annotations.exports.names import distinct_names, folder_names
from annotations.exports.request import ExportRequest
from annotations.exports.taxa import taxa_in
from annotations.samples.models import Sample
from annotations.search.registry import Sql

UNCLASSIFIED = 0, "unclassified"  # in the place of a taxon's number and name
# of object `o` and its picture `i`: `471_0.png`, with the ending of the picture's own name
PICTURE_NAME = r"""
o.id || '_' || i.rank || COALESCE('.' || lower(substring(i.file_name from '[^/]\.([A-Za-z0-9]{1,9})$')), '')
"""
FOLDERS = {
    "sample": "(%s::jsonb ->> o.sample_id::text) || '/' ||",
    "taxon": "(%s::jsonb ->> COALESCE(o.taxon_id, 0)::text) || '/' ||",
}


def picture_path(request: ExportRequest) -> Sql:
    """The path of picture `i` of object `o` within the archive, with its parameters."""
    layout = request.options.get("layout", "")
    params = [json.dumps(_folders(request, layout))] if layout in FOLDERS else []
    return f"'images/' || {FOLDERS.get(layout, '')} {PICTURE_NAME}", params


def _folders(request: ExportRequest, layout: str) -> dict[int, str]:
    if layout == "sample":
        return folder_names(Sample.objects.filter(project=request.project).order_by("id"))
    return distinct_names([UNCLASSIFIED, *taxa_in(request).items()])
