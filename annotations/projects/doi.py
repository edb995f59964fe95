"""Digital object identifiers, as people paste them."""

import re

from django.core.exceptions import ValidationError

PREFIX = re.compile(r"^(https?://(dx\.)?doi\.org/|doi:)\s*", re.IGNORECASE)
DOI = re.compile(r"10\.\d{4,9}(\.\d+)*/[^\s<>\"]+")


def clean_doi(text: str) -> str:
    """`https://doi.org/10.17882/55741` → `10.17882/55741`; nothing stays nothing. Raises ValidationError."""
    doi = PREFIX.sub("", text.strip())
    if doi and not DOI.fullmatch(doi):
        raise ValidationError(
            {"doi": f"{text.strip()} is no DOI: it begins with 10., as 10.17882/55741 does."}
        )
    return doi
