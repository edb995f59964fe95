"""Bodies of requests."""

from collections.abc import Iterator
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class TextJSONParser(JSONParser):
    """JSON whose texts can be kept: PostgreSQL has neither NUL nor halves of a surrogate pair, wherever they stand."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: dict | None = None
    ) -> Any:
        body = super().parse(stream, media_type, parser_context)
        for text in _texts(body):
            if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
                raise ParseError(
                    f"{text[:50]!a} has characters that no text has: NUL, or half of a surrogate pair."
                )
        return body


def _texts(body: object) -> Iterator[str]:
    """All texts in it, names of fields too."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, dict):
        for name, value in body.items():
            yield name
            yield from _texts(value)
    elif isinstance(body, list):
        for entry in body:
            yield from _texts(entry)
