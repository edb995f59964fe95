"""How it is written in a filter or an order to what, and in which kind of space, objects are to be alike."""

from django.core.exceptions import ValidationError

from annotations.search.values import whole
from annotations.similarity.models import EmbeddingSpace


def object_and_kind(text: str, name: str) -> tuple[int, str]:
    """`17` or `17:measurements`. Raises ValidationError with the remedy."""
    number, colon, kind = text.partition(":")
    if colon and kind not in EmbeddingSpace.Kind.values:
        kinds = ", ".join(EmbeddingSpace.Kind.values)
        raise ValidationError(
            f"`{name}` is {text!r}, but takes an object and one of {kinds}, as 17:measurements."
        )
    return whole(number, name), kind
