r"""Names that unpack on every system: Windows refuses `:`, `aux`, trailing dots and long paths, and knows no case."""

import re
import unicodedata
from collections.abc import Iterable

from annotations.samples.models import Sample

LONGEST_FOLDER, LONGEST_FILE = 60, 120  # characters: Windows takes 260 for a whole path
RESERVED = "con|prn|aux|nul|com[0-9]|lpt[0-9]"
RESERVED_NAME = re.compile(rf"^({RESERVED})(\.|$)", re.IGNORECASE)

# of samples_image `i`: a name that some system can't have, or that leads out of the folder
UNSAFE = rf"""
(length(i.file_name) > {LONGEST_FILE}
 OR i.file_name ~* '[<>:"|?*\\\x01-\x1f]|[. ](/|$)|^/|(^|/)({RESERVED})([./]|$)')
"""
CLEAN = rf"""
regexp_replace(regexp_replace(regexp_replace(i.file_name, '[<>:"|?*\\\x01-\x1f]', '_', 'g'),
    '^/+|[. ]+(?=/|$)', '_', 'g'), '(^|/)({RESERVED})(?=[./]|$)', '\1_\2', 'gi')
"""
# the picture's number tells it apart from what is called alike, and keeps `con.png` from being a device
RENAMED = rf"""
left(regexp_replace({CLEAN}, '\.[^./]*$', ''), {LONGEST_FILE - 30}) || '_' || i.id
    || COALESCE(substring({CLEAN} from '\.[^./]{{1,10}}$'), '')
"""
# as Windows and Macs compare names; of ASCII nothing has to be composed
FOLDED = """
lower(CASE WHEN octet_length(i.file_name) = length(i.file_name) THEN i.file_name ELSE normalize(i.file_name, NFC) END)
"""


def folder_names(samples: Iterable[Sample]) -> dict[int, str]:
    """Each sample's number → its folder's name, different in more than case or composition."""
    return distinct_names((sample.pk, sample.original_id) for sample in samples)


def distinct_names(named: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Each number → a folder's name that is near its text, different from the others in more than case."""
    names: dict[int, str] = {}
    used: set[str] = set()
    for number, text in named:
        name = _safe(text)
        if name != text:
            name = f"{name}_{number}"
        while _folded(name) in used:
            name = f"{name}_{number}"
        used.add(_folded(name))
        names[number] = name
    return names


def _safe(text: str) -> str:
    safe = "".join(c if c.isalnum() or c in "._-" else "_" for c in unicodedata.normalize("NFC", text))
    safe = safe[:LONGEST_FOLDER].strip(".")
    return f"_{safe}" if RESERVED_NAME.match(safe) else safe


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
