"""Where a picture lies in an archive, under a name that unpacks on every system: numbers of object and image."""

from pathlib import PurePosixPath

LONGEST_SUFFIX = 10


def picture_name(object_id: int, rank: int, file_name: str) -> str:
    """`471_0.png`, with the ending of the picture's own name."""
    suffix = PurePosixPath(file_name).suffix.lower()
    plain = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= LONGEST_SUFFIX
    return f"{object_id}_{rank}{suffix if plain else ''}"


def folder_of(layout: str, sample: str, taxon: str) -> str:
    """`sample` and `taxon` are names of folders; empty, or with a slash at its end."""
    return {"sample": f"{sample}/", "taxon": f"{taxon}/"}.get(layout, "")
