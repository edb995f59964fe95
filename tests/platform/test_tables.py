"""Every table has a name: a screen reader lists a page's tables by it, and one without is only “table, 4 columns”."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
TABLE = re.compile(r"<table\b[^>]*>(?P<inside>\s*(?:\{[%#][^}]*[%#]\}\s*)*<caption\b)?")
NAMED = re.compile(r"aria-label(?:ledby)?=")


def nameless(text: str) -> list[str]:
    """The tags of tables that have neither a caption nor the name of a heading."""
    tables = TABLE.finditer(text)
    return [table[0] for table in tables if not (table["inside"] or NAMED.search(table[0]))]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("<table><caption>Jobs</caption>", []),
        ('<table class="data">\n  <caption class="visually-hidden">Jobs</caption>', []),
        ('<table aria-labelledby="jobs"><thead>', []),
        ("<table><thead><tr>", ["<table>"]),
        ("<table></table><p>aria-label=</p>", ["<table>"]),
        ("<table>{% if jobs %}<caption>Jobs</caption>{% endif %}", []),
    ],
)
def test_a_table_is_named_by_its_caption_or_a_heading(text, tags):
    assert nameless(text) == tags


def test_every_table_of_the_pages_has_a_name():
    pages = {path.relative_to(TEMPLATES): nameless(path.read_text()) for path in TEMPLATES.rglob("*.html")}
    assert {str(page): tables for page, tables in pages.items() if tables} == {}


def test_a_heading_that_names_a_table_is_on_its_page():
    """What a part is named by may stand in the page that includes it: somewhere it has to be."""
    texts = [path.read_text() for path in TEMPLATES.rglob("*.html")]
    named_by = {name for text in texts for name in re.findall(r'<table[^>]*aria-labelledby="([\w-]+)"', text)}
    assert {name for name in named_by if not any(f'id="{name}"' in text for text in texts)} == set()
