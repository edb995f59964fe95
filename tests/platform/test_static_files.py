"""Scripts, styles and icons as browsers get them."""

import asyncio
import gzip
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.templatetags.static import static

from seston import static_addresses
from seston.static_files import find, path_of, serve_static, without_comments


@pytest.fixture
def folder(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of static files, beside those of the apps."""
    settings.STATICFILES_DIRS = [tmp_path]
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    """What was found where."""
    finders.get_finder.cache_clear()
    find.cache_clear()
    static_addresses.release.cache_clear()


async def elsewhere(scope, receive, send):
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    messages = []

    async def send(message):
        messages.append(message)

    names = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = [(name.encode(), value.encode()) for name, value in names.items()]
    scope = {"type": "http", "path": path, "method": method, "headers": raw}
    asyncio.run(serve_static(elsewhere)(scope, None, send))
    start, body = messages
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, body["body"]


def test_a_script_travels_compressed_and_without_its_lines_of_comment(folder):
    (folder / "a.js").write_text(
        "/** Says\n * something. */\nconst a = 1; // one\n  // alone\nconst b = `// kept`;\n"
    )
    status, headers, body = ask("/static/a.js", accept_encoding="gzip, br")
    assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert gzip.decompress(body).decode() == "\n\nconst a = 1; // one\n\nconst b = `// kept`;\n"
    assert headers["content-length"] == str(len(body))
    status, headers, plain = ask("/static/a.js")
    assert "content-encoding" not in headers and plain == gzip.decompress(body)


def test_what_others_wrote_stays_as_it_is(folder):
    (folder / "vendor").mkdir()
    licence = "/* The licence */\nlet x;\n"
    (folder / "vendor/x.js").write_text(licence)
    assert ask("/static/vendor/x.js")[2].decode() == licence


def test_who_has_it_gets_nothing_and_who_has_an_older_one_the_new(folder):
    file = folder / "a.css"
    file.write_text("a { color: red }\n")
    status, headers, _ = ask("/static/a.css")
    assert ask("/static/a.css", if_none_match=headers["etag"])[::2] == (304, b"")
    file.write_text("a { color: blue }\n")
    status, changed, body = ask("/static/a.css", if_none_match=headers["etag"])
    assert (status, body) == (200, b"a { color: blue }\n") and changed["etag"] != headers["etag"]


def test_its_head_has_no_body(folder):
    (folder / "a.css").write_text("a { color: red }\n")
    status, headers, body = ask("/static/a.css", "HEAD")
    assert (status, headers["content-length"], body) == (200, "17", b"")


def test_pictures_are_not_compressed_again(folder):
    (folder / "a.png").write_bytes(b"\x89PNG")
    _, headers, body = ask("/static/a.png", accept_encoding="gzip")
    assert (headers["content-type"], body) == ("image/png", b"\x89PNG") and "content-encoding" not in headers


@pytest.mark.parametrize(
    "path", ["/static/no.js", "/static/", "/static/../settings.py", "/static//etc/passwd", "/a.js"]
)
def test_all_else_is_for_others(folder, path):
    assert ask(path)[0] == 418


def test_nothing_is_written_there(folder):
    (folder / "a.css").write_text("")
    assert ask("/static/a.css", "POST")[0] == 418


def test_a_file_that_is_gone_is_no_longer_there(folder):
    (folder / "a.css").write_text("")
    assert path_of("a.css") == folder / "a.css"
    (folder / "a.css").unlink()
    assert path_of("a.css") is None


def test_code_behind_a_comment_stays():
    css = "/* one */ a { }\n/* two\n */ b { }\n/* three */\n"
    assert without_comments(css, "text/css") == "/* one */ a { }\n/* two\n */ b { }\n\n"


def test_an_address_with_the_version_is_never_asked_again(folder):
    (folder / "a.js").write_text("let a;")
    address = static("a.js")
    assert address != "/static/a.js"
    status, headers, body = ask(address)
    assert (status, body) == (200, b"let a;")
    assert headers["cache-control"] == "max-age=31536000, public, immutable"
    assert ask("/static/a.js")[1]["cache-control"] == "max-age=60, public"


def test_another_content_anywhere_is_another_address_everywhere(folder):
    """A script imports others by addresses relative to its own."""
    (folder / "a.js").write_text('import "./b.js";')
    (folder / "b.js").write_text("1;")
    before = static("a.js")
    (folder / "b.js").write_text("2;")
    assert static("a.js") == before  # this process serves what it began with
    forget()
    assert static("a.js") != before


def test_what_another_release_names_is_served_for_a_minute(folder):
    (folder / "a.js").write_text("let a;")
    status, headers, body = ask("/static/@0123456789abcdef/a.js")
    assert (status, body, headers["cache-control"]) == (200, b"let a;", "max-age=60, public")


def test_what_an_update_puts_below_a_running_process_is_not_kept_for_good(folder):
    """Else it would stand under the old address, also when the update is taken back."""
    script = folder / "a.js"
    script.write_text("let a;")
    address = static("a.js")
    script.write_text("let other;")
    _, headers, body = ask(address)
    assert (body, headers["cache-control"]) == (b"let other;", "max-age=60, public")


def test_what_packages_bring_keeps_its_address(folder):
    (folder / "a.js").write_text("let a;")
    name = "admin/css/base.css"
    assert static(name) == f"/static/{name}"
    below_ours = static("a.js").replace("a.js", name)
    assert ask(below_ours)[1]["cache-control"] == "max-age=60, public", "the version says nothing of it"


def test_who_writes_a_sheet_has_plain_addresses(folder, settings):
    (folder / "a.css").write_text("")
    settings.DEBUG = True
    assert static("a.css") == "/static/a.css"
