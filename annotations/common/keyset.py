"""Cursors of keyset pages: where a page ended, as an opaque text for the URL."""

import base64
import binascii
from dataclasses import dataclass
from typing import TypeVar

import orjson
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from annotations.common.numbers import is_whole

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Cursor:
    """The last row of a page: its sort key (None: the page had come to rows without one) and its id.

    `state` is what else the order needs to go on as it began; 0 for nothing.
    """

    order: str
    key: float | str | int | None
    id: int
    state: int = 0

    def encode(self) -> str:
        parts = [self.order, self.key, self.id, *([self.state] if self.state else [])]
        return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, order: str) -> "Cursor":
        """Raises ValidationError for a text that is no cursor, or the cursor of another order."""
        try:
            padded = text + "=" * (-len(text) % 4)
            cursor_order, key, row_id, *states = orjson.loads(base64.urlsafe_b64decode(padded))
            (state,) = states or [0]
        except (ValueError, binascii.Error, TypeError) as error:
            raise ValidationError("`cursor` is damaged: start again without it.") from error
        is_number = is_whole(row_id) and is_whole(state) and abs(state) < 2**63
        if cursor_order != order or not is_number or isinstance(key, list | dict | bool):
            raise ValidationError("`cursor` belongs to another order: start again without it.")
        return cls(order, key, row_id, state)


def page_back(rows: QuerySet[Row], order: str, cursor: str | None, size: int) -> tuple[list[Row], str | None]:
    """The newest rows, or those before the cursor; and the cursor of those before them."""
    if cursor:
        start = Cursor.decode(cursor, order)
        if abs(start.id) >= 2**63:  # PostgreSQL would choke on it
            raise ValidationError("`cursor` is damaged: start again without it.")
        rows = rows.filter(pk__lt=start.id)
    page = list(rows.order_by("-pk")[: size + 1])
    before = Cursor(order, None, page[size - 1].pk).encode() if len(page) > size else None
    return page[:size], before
