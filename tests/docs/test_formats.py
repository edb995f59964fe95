"""Every format that the site imports or exports stands in the docs under its name."""

from pathlib import Path

import pytest
from django.conf import settings

from annotations.exports.registry import formats as export_formats
from annotations.imports.registry import formats as import_formats

DOCS = Path(settings.ROOT, "docs")
PAGES = {page.name: page.read_text() for page in DOCS.glob("*.md")}


@pytest.mark.parametrize("name", import_formats())
def test_what_is_imported_is_explained(name: str) -> None:
    text = PAGES["imports.md"] + PAGES["instruments.md"]
    assert f"`{name}`" in text, f"explain `{name}` in docs/imports.md"


@pytest.mark.parametrize("name", export_formats())
def test_what_is_exported_is_explained(name: str) -> None:
    text = PAGES["exports.md"] + PAGES["darwin-core.md"]
    assert f"`{name}`" in text, f"explain `{name}` in docs/exports.md"
