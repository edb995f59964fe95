"""Bodies of requests."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
ESCAPE = rb"\u"  # in UTF-8 none of these gets into JSON but by such a one


class TextJSONParser(JSONParser):
    """JSON whose texts can be kept: PostgreSQL has neither NUL nor halves of a surrogate pair, wherever they stand."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: dict | None = None
    ) -> Any:
        raw = stream.read()
        body = super().parse(BytesIO(raw), media_type, parser_context)
        encoding = (parser_context or {}).get("encoding", settings.DEFAULT_CHARSET)
        if ESCAPE in raw or encoding.lower() != "utf-8":
            _refuse_unstorable(body)
        return body


def _refuse_unstorable(body: object) -> None:
    for text in _texts(body):
        if UNSTORABLE.search(text):
            raise ParseError(
                f"{text[:50]!a} has characters that no text has: NUL, or half of a surrogate pair."
            )


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
