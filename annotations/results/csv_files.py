"""Results as CSV that is sent while it is written."""

from collections.abc import Iterable, Sequence

from django.http import StreamingHttpResponse

from annotations.common.spreadsheet import csv_blocks


def csv_file(head: Sequence[str], lines: Iterable[Sequence[object]], name: str) -> StreamingHttpResponse:
    """`name` is without its ending; a cell of None is empty."""
    rows = (["" if cell is None else cell for cell in line] for line in _with_head(head, lines))
    return StreamingHttpResponse(
        csv_blocks(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _with_head(head: Sequence[str], lines: Iterable[Sequence[object]]) -> Iterable[Sequence[object]]:
    yield head
    yield from lines
