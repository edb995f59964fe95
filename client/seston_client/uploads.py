"""Packages go up piece by piece, by the protocol tus 1.0.0: what has arrived stays, whatever breaks."""

import base64
import time
from pathlib import Path
from typing import IO

from tqdm.auto import tqdm

from seston_client.connection import Connection
from seston_client.errors import SestonError

PIECE = 8 << 20  # bytes
TRIES = 6  # of one piece
TUS = {"Tus-Resumable": "1.0.0"}


def upload(connection: Connection, path: Path, *, has_bar: bool = True) -> str:
    """Sends the file. Returns the upload's number, for an import."""
    size = path.stat().st_size
    name = base64.b64encode(path.name.encode()).decode()
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": f"filename {name}"}
    location = connection.request("POST", "uploads/", headers=headers).headers["Location"]
    with (
        path.open("rb") as file,
        tqdm(desc=path.name, total=size, unit="B", unit_scale=True, disable=not has_bar) as bar,
    ):
        offset = 0
        while offset < size:
            arrived = _send_piece(connection, location, file, offset)
            bar.update(arrived - offset)
            offset = arrived
    return location.rstrip("/").rsplit("/", 1)[-1]


def _send_piece(connection: Connection, location: str, file: IO[bytes], offset: int) -> int:
    """Returns how much has arrived."""
    for attempt in range(TRIES):
        file.seek(offset)
        headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        try:
            answer = connection.request("PATCH", location, data=file.read(PIECE), headers=headers)
            return int(answer.headers["Upload-Offset"])
        except SestonError as error:
            if 400 <= error.status < 500 and error.status not in (409, 423):
                raise
            if attempt == TRIES - 1:
                raise
            time.sleep(2**attempt / 2)
            offset = _arrived(connection, location, offset)
    return offset


def _arrived(connection: Connection, location: str, otherwise: int) -> int:
    try:
        return int(connection.request("HEAD", location, headers=TUS).headers["Upload-Offset"])
    except SestonError as error:
        if error.status:
            raise
        return otherwise
