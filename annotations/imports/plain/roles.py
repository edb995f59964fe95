"""What a column of any program's table holds, by how it is called, or as the person says."""

import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError

from annotations.taxonomy.names import clean_name

# role: names of columns that have it, without case, spaces and underscores; the likeliest first. Those of Darwin Core
# (dwc) are at https://dwc.tdwg.org/terms/
NAMES = {
    "picture": (
        *(
            "imgpath",
            "picture",
            "file",
            "filename",
            "image",
            "imagefile",
            "imagename",
            "imgfilename",
            "imagepath",
            "path",
        ),
        *("vignette", "associatedmedia"),  # dwc
    ),
    "id": ("objectid", "id", "originalid", "occurrenceid"),  # dwc
    "taxon": (
        *("taxon", "label", "class", "species", "category", "annotation", "objectannotationcategory"),
        *("scientificname", "verbatimidentification"),  # dwc
    ),
    "lineage": ("lineage", "hierarchy", "objectannotationhierarchy", "higherclassification"),  # dwc
    "status": ("status", "state", "objectannotationstatus"),
    "score": ("score", "probability", "confidence"),
    "annotator": ("annotator", "objectannotationpersonname", "identifiedby"),  # dwc
    "sample": ("sample", "sampleid", "station", "tow", "eventid"),  # dwc
    "latitude": ("latitude", "lat", "objectlat", "decimallatitude"),  # dwc
    "longitude": ("longitude", "lon", "long", "objectlon", "decimallongitude"),  # dwc
    "date": ("date", "objectdate", "datetime", "timestamp", "eventdate"),  # dwc
    "time": ("time", "objecttime", "eventtime"),  # dwc
    "depth_min": ("depthmin", "mindepth", "objectdepthmin", "depth", "minimumdepthinmeters"),  # dwc
    "depth_max": ("depthmax", "maxdepth", "objectdepthmax", "maximumdepthinmeters"),  # dwc
}
NOT_LETTERS = re.compile(r"[\W_]+")


def roles_of(columns: Sequence[str], chosen: dict[str, str]) -> dict[str, str]:
    """Role by column, of those that have one; `chosen` is what the person says, column by role.

    Of several columns that may have a role the one with the likeliest name has it. Raises ValidationError for a chosen
    column that is not there.
    """
    by_role = {role: _column_called(columns, column) for role, column in chosen.items()}
    assigned = set(by_role.values())
    plain = {_plain(column): column for column in reversed(columns) if column and column not in assigned}
    for role, names in NAMES.items():
        if role not in by_role and (column := next((plain[name] for name in names if name in plain), None)):
            by_role[role] = column
            del plain[_plain(column)]
    return {column: role for role, column in by_role.items()}


def chosen_roles(text: str) -> dict[str, str]:
    """`taxon=Art, picture=Bild` as column by role. Raises ValidationError for what is no role."""
    chosen = {}
    for entry in filter(None, map(str.strip, re.split(r"[,;\n]", text))):
        role, is_given, column = entry.partition("=")
        name = role.strip().lower()
        if not is_given or name not in NAMES or not clean_name(column):
            roles = ", ".join(NAMES)
            message = f"{entry!r} names no column. Write role=column, as taxon=Species; roles are {roles}."
            raise ValidationError({"columns": message})
        chosen[name] = clean_name(column)
    return chosen


def _column_called(columns: Sequence[str], name: str) -> str:
    same = [column for column in columns if column.lower() == name.lower()]
    if not same:
        there = ", ".join(filter(None, columns))
        raise ValidationError(f"No column is called {name!r}: there are {there}.")
    return same[0]


def _plain(name: str) -> str:
    return NOT_LETTERS.sub("", name).lower()
