"""What the bench's address says besides the filter: how a page looks and where it begins.

Order, captions and numbers are read by `annotations/search`, as those of the API are, and refused in its words.
"""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.common.forms import LARGEST_ID
from annotations.gallery.vignette_labels import sorting_trait
from annotations.search.captions import parse_captions
from annotations.search.values import whole
from annotations.traits.models import Trait

PAGE, LEAST_PAGE, MOST_PAGE = 200, 50, 1000
LOOK = ["order", "review", "size", "show", "trait_values"]  # of the page: no filter
# chosen elsewhere than in the filter's form
ELSEWHERE = ["taxon", "descendants", "state", "sample", *LOOK]


@dataclass(frozen=True)
class Look:
    """Of a page of vignettes: how many, which captions, the trait in the place of taxa; `cursor` is where it begins."""

    order: str | None
    cursor: str | None
    size: int
    captions: list[str]
    trait: Trait | None
    is_review: bool

    @classmethod
    def read(cls, query: QueryDict, project_id: int) -> Self:
        """Raises ValidationError that names the parameter and what it takes."""
        return cls(
            order=query.get("order"),
            cursor=query.get("cursor"),
            size=_size(query.get("size")),
            captions=parse_captions(query.getlist("show"), project_id),
            trait=sorted_by(query, project_id),
            is_review="review" in query,
        )


def sorted_by(query: QueryDict, project_id: int) -> Trait | None:
    """The trait that is in the place of taxa. Raises ValidationError for one that the project has not."""
    return sorting_trait(project_id, query.get("trait_values"))


def ids_again(query: QueryDict) -> list[int] | None:
    """Objects that are shown again: a page that was forgotten meanwhile. None where none is named."""
    text = query.get("ids")
    if text is None:
        return None
    numbers = text.split(",")[:MOST_PAGE]
    if not all(number.isascii() and number.isdecimal() and int(number) <= LARGEST_ID for number in numbers):
        raise ValidationError("`ids` takes the numbers of objects with commas between them, as 1,2.")
    return [int(number) for number in numbers]


def chosen_elsewhere(query: QueryDict) -> list[tuple[str, str, bool]]:
    """What the filter's form takes along unseen: (name, text, whether it is of the filter)."""
    return [
        (name, text, name not in LOOK) for name in ELSEWHERE if name in query for text in query.getlist(name)
    ]


def without_filter(query: QueryDict) -> str:
    """The address of the same page without any filter, in its order and with its captions."""
    return "?" + urlencode({name: query.getlist(name) for name in LOOK if name in query}, doseq=True)


def of_other_traits(query: QueryDict, trait: Trait) -> list[str]:
    return [text for text in query.getlist("trait") if not re.match(rf"{trait.key}\b", text)]


def without_trait(query: QueryDict, trait: Trait) -> QueryDict:
    """The filter without what it asks of the trait itself: each line leads to another of its values."""
    rest = query.copy()
    rest.setlist("trait", of_other_traits(query, trait))
    return rest


def _size(text: str | None) -> int:
    if not text:
        return PAGE
    size = whole(text, "size")
    if not LEAST_PAGE <= size <= MOST_PAGE:
        raise ValidationError(f"`size` is {size}, but a page has {LEAST_PAGE} to {MOST_PAGE} vignettes.")
    return size
