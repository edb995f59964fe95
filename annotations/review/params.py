"""What the address of the review says besides the filter."""

from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.review.models import ReviewOrder


def read_order(query: QueryDict) -> str:
    """`by`: what comes first. Raises ValidationError that names what it takes."""
    text = query.get("by", ReviewOrder.PROGRESS)
    if text not in ReviewOrder.values:
        raise ValidationError(f"`by` is {text!r}, but takes one of {', '.join(ReviewOrder.values)}.")
    return text
