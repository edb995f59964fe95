"""What other programs call an organism, as a taxon."""

from django.core.exceptions import ValidationError

from annotations.imports.coco.entries import MOST_NAME, Category
from annotations.taxonomy.actions import TaxonName
from annotations.taxonomy.names import clean_name

UNNAMED = Category("", TaxonName("", ()))
UNCLASSIFIED = "unclassified"


def category_named(text: str, separator: str = "") -> Category:
    """`Copepoda: Calanoida` is a Calanoida of the Copepoda where `separator` is `:`. Raises ValidationError."""
    parts = text.split(separator) if separator else [text]
    names = tuple(filter(None, map(clean_name, parts)))
    if not names:
        return UNNAMED
    if max(map(len, names)) > MOST_NAME:
        raise ValidationError(f"its class has more than {MOST_NAME} characters. Shorten it.")
    return Category(names[-1], TaxonName(names[-1], names if len(names) > 1 else ()))


def state_of(category: Category, state: str = "") -> str:
    """What has no name is unclassified."""
    return state if category.name else UNCLASSIFIED
