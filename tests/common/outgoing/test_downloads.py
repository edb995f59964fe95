"""A file is fetched whole or not at all; what broke off goes on where it stopped, if it is the same file still."""

import fcntl

import pytest

from annotations.common.outgoing import downloads
from annotations.common.outgoing.downloads import DraftBusy, download, remove_draft
from annotations.common.outgoing.errors import OutgoingRefused, ServerAway

CONTENT = bytes(range(256)) * 4000  # about a megabyte: more than one piece


class Stopped(Exception):
    pass


@pytest.fixture
def draft(tmp_path):
    return tmp_path / "uploads" / "tow.zip.part"


def fetch(file_server, draft, most=10**7, on_piece=lambda size, whole: None):
    file_server.files.setdefault("/tow.zip", CONTENT)
    address = f"{file_server.address}/tow.zip"
    download(address, draft, most=most, on_piece=on_piece, pause=lambda: None)


def ranges(file_server) -> list[str | None]:
    return [headers.get("Range") for _, _, headers in file_server.requests]


def test_a_file_comes_whole_and_says_how_far_it_is(file_server, draft):
    steps = []
    fetch(file_server, draft, on_piece=lambda *step: steps.append(step))
    assert draft.read_bytes() == CONTENT
    assert steps[0] == (0, len(CONTENT)) and steps[-1] == (len(CONTENT), len(CONTENT))
    remove_draft(draft)
    assert list(draft.parent.iterdir()) == []


def test_what_breaks_off_goes_on_where_it_stopped(file_server, draft):
    file_server.breaks_after = [300_000, 400_000]
    fetch(file_server, draft)
    assert draft.read_bytes() == CONTENT
    first, second, third = ranges(file_server)
    assert first is None and second == "bytes=300000-" and third == "bytes=700000-"


def test_a_process_that_is_stopped_leaves_what_the_next_one_goes_on_with(file_server, draft):
    def stop(size: int, whole: int | None) -> None:
        if size > 500_000:
            raise Stopped

    with pytest.raises(Stopped):
        fetch(file_server, draft, on_piece=stop)
    here = draft.stat().st_size
    assert 0 < here < len(CONTENT)
    fetch(file_server, draft)
    assert draft.read_bytes() == CONTENT
    assert ranges(file_server) == [None, f"bytes={here}-"]


@pytest.mark.parametrize("heeds_if_range", [True, False])
def test_another_file_at_the_same_address_begins_anew(file_server, draft, heeds_if_range):
    file_server.heeds_if_range = heeds_if_range
    file_server.breaks_after = [300_000]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(downloads, "TRIES", 0)
        with pytest.raises(ServerAway):
            fetch(file_server, draft)
    other = CONTENT[::-1]
    file_server.files["/tow.zip"], file_server.tag = other, '"two"'
    fetch(file_server, draft)
    assert draft.read_bytes() == other


@pytest.mark.parametrize("tag", ['W/"weak"', ""])
def test_a_file_that_nobody_can_tell_from_another_begins_anew(file_server, draft, tag):
    file_server.tag, file_server.breaks_after = tag, [300_000]
    fetch(file_server, draft)
    assert draft.read_bytes() == CONTENT
    assert ranges(file_server) == [None, None]


def test_a_file_that_was_here_whole_is_not_fetched_again(file_server, draft):
    fetch(file_server, draft)
    fetch(file_server, draft)
    assert ranges(file_server) == [None, f"bytes={len(CONTENT)}-"]
    assert draft.read_bytes() == CONTENT


def test_a_file_that_is_too_large_is_refused_before_it_comes(file_server, draft):
    with pytest.raises(OutgoingRefused, match=r"larger than 0\.0 GB.*SESTON_FETCH_MAX_BYTES"):
        fetch(file_server, draft, most=1000)
    assert draft.stat().st_size == 0


def test_a_server_that_never_gets_on_is_given_up(file_server, draft):
    file_server.statuses = [503] * downloads.TRIES
    with pytest.raises(ServerAway, match="503"):
        fetch(file_server, draft)
    assert len(file_server.requests) == downloads.TRIES


def test_a_server_that_begins_anew_and_breaks_off_sooner_or_later_is_given_up(file_server, draft):
    file_server.tag, file_server.breaks_after = "", [200_000, 100_000] * 10
    with pytest.raises(ServerAway):
        fetch(file_server, draft)
    assert len(file_server.requests) == 1 + downloads.TRIES


def test_one_process_writes_at_a_time(file_server, draft):
    fetch(file_server, draft)
    with draft.open("rb") as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        with pytest.raises(DraftBusy):
            fetch(file_server, draft)
