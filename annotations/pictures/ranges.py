"""Part of a file, as a browser or `curl -C -` asks for it when a download goes on (RFC 9110, section 14)."""

import re
from typing import IO

from django.http import FileResponse, HttpResponse, HttpResponseBase

BLOCK = 2**20  # bytes; each block of a download crosses from its thread to the event loop
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class FilePart:
    """So many bytes from where the file stands."""

    def __init__(self, file: IO[bytes], length: int):
        self.file = file
        self.left = length

    def read(self, size: int = -1) -> bytes:
        size = self.left if size < 0 else min(size, self.left)
        block = self.file.read(size)
        self.left -= len(block)
        return block

    def close(self) -> None:
        self.file.close()


def bounds(header: str, size: int) -> tuple[int, int] | None:
    """The first byte and the one behind the last. None where all of it is asked for, or several parts at once.

    Raises ValueError where there is no such part.
    """
    match = RANGE.fullmatch(header.strip())
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:  # so many of the last bytes
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
    if start >= end:
        raise ValueError(f"There are {size} bytes.")
    return start, end


def file_response(file: IO[bytes], size: int, file_name: str, header: str, tag: str) -> HttpResponseBase:
    """The file, or the part that the header `Range` asks for. `tag` is the same as long as the file is (`If-Range`)."""
    headers = {"Accept-Ranges": "bytes", "ETag": tag}
    try:
        part = bounds(header, size)
    except ValueError:
        file.close()
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    if part is None:
        return _in_blocks(FileResponse(file, as_attachment=True, filename=file_name, headers=headers))
    start, end = part
    file.seek(start)
    headers |= {"Content-Range": f"bytes {start}-{end - 1}/{size}", "Content-Length": str(end - start)}
    rest = FilePart(file, end - start)
    return _in_blocks(FileResponse(rest, as_attachment=True, filename=file_name, status=206, headers=headers))


def _in_blocks(response: FileResponse) -> FileResponse:
    response.block_size = BLOCK
    return response
