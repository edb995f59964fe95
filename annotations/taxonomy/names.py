"""How a name is spelt: what looks alike is one name at every door."""

import re
import unicodedata
from typing import Any

from django.db import models

# format characters (zero width, direction, soft hyphen, byte order mark) and controls other than white space
_UNSEEN = re.compile(
    "["
    + "".join(
        re.escape(chr(code))
        for code in range(0x10000)
        if unicodedata.category(chr(code)) in ("Cf", "Cc") and not chr(code).isspace()
    )
    + "]"
)
# letters and marks that draw nothing: joiner, fillers, blank Braille, variation selectors, tags
_BLANK = re.compile("[\u034f\u115f\u1160\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0000-\U000e0fff]")


def clean_name(text: str) -> str:
    """The name as it is kept: composed (NFC), without what nobody sees, any white space as one space.

    `egg < Copepoda` is `egg<Copepoda`. Cleaning a clean name changes nothing.
    """
    visible = _BLANK.sub("", _UNSEEN.sub("", text))
    spaced = " ".join(unicodedata.normalize("NFC", visible).split())
    return re.sub(r" ?< ?", "<", spaced)


def same_name(one: str, other: str) -> bool:
    """Whether two names are one, whatever the case and however they were typed."""
    return caseless(one) == caseless(other)


def caseless(text: str) -> str:
    """What names are compared by."""
    # as Unicode's canonical caseless match: folding may decompose, and what is decomposed may fold again
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", clean_name(text)).casefold())


def short_name(name: str) -> str:
    """`egg` of `egg<Copepoda`."""
    return name.split("<")[0].strip() or name


def is_scientific(name: str) -> bool:
    """Whether it is written as a scientific name, of which the tree holds one: `Copepoda`, not `egg` or `other`."""
    return name[:1].isupper()


class NameField(models.CharField):
    """A text that holds a name: cleaned whenever it is written or looked up."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return clean_name(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = clean_name(value)
            setattr(model_instance, self.attname, value)
        return value
