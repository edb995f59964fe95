"""Views hand what they are sent to a form, or to the one reader of an address: none reads a parameter by hand."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APPS = Path(__file__).parents[2] / "annotations"
SENT = {"POST", "GET", "FILES"}
# an address says a filter or a table in a language of its own, which one module parses, for the API as well; forms
# are for what a person fills in
READERS = {
    "Filter.parse",  # annotations/search
    "Look.read", "chosen_elsewhere", "ids_again", "of_other_traits", "sorted_by", "without_filter", "without_trait",
    "read_results_query",  # annotations/results/query.py
    "read_gradient_query", "read_spectrum_query",  # annotations/results/gradients/query.py, spectra/query.py
    "read_comparison_query", "read_section_query",  # annotations/results/comparison/query.py, sections/query.py
    "ExportAddress.read",  # annotations/exports/address.py
    "read_archive_filter", "read_archive_options",  # annotations/publishing/address.py
    "address_of", "trait_key_of", "read_table_query",  # annotations/summaries/table_query.py
    "read_order",  # annotations/review/params.py
    "with_usual_target",  # annotations/moving/forms.py
    "ListQuery.read",  # annotations/clusters/params.py
    "TreeSight.read",  # annotations/clusters/tree/visible_rows.py
    "listed",  # annotations/search/params.py
}  # fmt: skip


def views() -> list[Path]:
    modules = [*APPS.rglob("views.py"), *APPS.rglob("*_views.py"), *APPS.rglob("views/*.py")]
    return sorted(path for path in modules if path.relative_to(APPS).parts[0] != "api")  # has serializers


def read_by_hand(source: str) -> Iterator[int]:
    """The lines that use what was sent, but not as an argument of a form or a reader."""
    tree = ast.parse(source)
    handed = {id(node) for call in ast.walk(tree) if _takes_it(call) for node in _arguments(call)}
    for node in ast.walk(tree):
        is_sent = isinstance(node, ast.Attribute) and node.attr in SENT
        if is_sent and ast.unparse(node.value).endswith("request") and id(node) not in handed:
            yield node.lineno


def _takes_it(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    return name in READERS or name.endswith(("Form", "Form.opened", "form_class"))


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    """Of `A or B` as an argument both."""
    for argument in call.args:
        yield from argument.values if isinstance(argument, ast.BoolOp) else [argument]


def catching(source: str) -> Iterator[int]:
    """The lines that catch a refusal, which the middleware or `RefusedIn` would say."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and node.type and "ValidationError" in ast.unparse(node.type):
            yield node.lineno


@pytest.mark.parametrize("path", views(), ids=lambda path: str(path.relative_to(APPS)))
def test_a_view_reads_what_it_is_sent_by_a_form(path):
    assert list(read_by_hand(path.read_text())) == []


@pytest.mark.parametrize("path", views(), ids=lambda path: str(path.relative_to(APPS)))
def test_a_view_catches_no_refusal(path):
    assert list(catching(path.read_text())) == []


def test_what_is_read_by_hand_is_seen():
    source = """
NameForm(request.POST)
NameForm(posted(request), request.FILES or None)
cleaned(NameForm(posted(request) or request.GET))
Filter.parse(request.GET, request.user)
request.POST["name"]
other(request.GET)
NameForm({"name": request.POST.get("name")})
query = self.request.GET.copy()
"""
    assert sorted(read_by_hand(source)) == [6, 7, 8, 9]
    assert list(catching("try:\n    a()\nexcept (Http404, ValidationError):\n    pass")) == [3]
