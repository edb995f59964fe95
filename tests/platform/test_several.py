"""A field that finds one of many boxes is called as its group says: nameless, a screen reader heard nothing."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"
NAMELESS = re.compile(r"data-several(?!=\"[^\"])")


def test_every_group_of_boxes_has_a_name():
    pages = [path for path in TEMPLATES.rglob("*.html") if NAMELESS.search(path.read_text())]
    assert pages == []
