"""The docs say what the code has: every setting, command, key and route."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from seston.reference import commands, keys, reference, routes, settings_read

DOCS = Path(settings.ROOT, "docs")
SETTINGS = (DOCS / "settings.md").read_text()
# for tests and benchmarks: whoever runs a site has no use for them
INTERNAL = {"SESTON_EAGER"}


def test_the_reference_is_what_the_code_says() -> None:
    assert (DOCS / "reference.md").read_text() == reference(), "run `python manage.py write_reference`"


def test_every_command_key_and_route_says_what_it_does() -> None:
    silent = [row[0] for row in [*commands(), *keys(), *routes()] if not row[-1].strip()]
    assert silent == []


def test_every_key_of_the_bench_is_listed() -> None:
    source = Path(settings.STATICFILES_DIRS[0], "js", "keyboard", "keys.js").read_text()
    assert len(keys()) == len(re.findall(r"\bid: ", source))


@pytest.mark.parametrize("name", sorted(set(settings_read()) - INTERNAL))
def test_every_setting_is_listed(name: str) -> None:
    family = name if name.startswith("SESTON_") else name.split("_")[0]
    assert re.search(rf"`{name}`|`{family}_\*`", SETTINGS), (
        f"{name} is read, and docs/settings.md doesn't say so"
    )


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:SESTON|DATABASE|REDIS)_[A-Z_]+)`", SETTINGS))))
def test_every_listed_setting_is_read(name: str) -> None:
    assert name in set(settings_read())


def test_links_between_the_docs_lead_somewhere() -> None:
    pages = [Path(settings.ROOT, name) for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")]
    dead = [
        f"{page.name}: {link}"
        for page in [*pages, *DOCS.glob("*.md")]
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
        if not (page.parent / link).exists()
    ]
    assert dead == []


def test_every_page_of_the_docs_is_reached_from_their_first_one() -> None:
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", (DOCS / "README.md").read_text()))
    assert linked | {"README.md"} == {page.name for page in DOCS.glob("*.md")}
