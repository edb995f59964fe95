"""Names explain themselves: code, scripts and templates have no riddles, and no two types share a name."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.docs.syntax import statements

ROOT = Path(__file__).parents[2]
RIDDLES = {
    "asked",
    "brought",
    "found",
    "given",
    "heard",
    "kept",
    "known",
    "meant",
    "said",
    "shown",
    "taken",
    "tell",
    "told",
    "wanted",
}
VOICE = {"asked", "brought", "foretold", "heard", "meant", "said", "tell", "told"}  # also as a part of a name
CODE = ("annotations", "worker", "classifier", "platform/seston")
AROUND = ("client", "benchmarks", "tests")

STORED = {  # what files and rows of earlier versions have: their readers know these words
    ("classifier/inference/card.py", "given"),  # how a learning set was split
    ("tests/imports/test_checkpoints.py", "known"),
    ("tests/imports/test_checkpoints.py", "shown"),
}
ONE_MEANING = {  # of the site and of the library, or of two rooms that may not import each other
    "Application": "an ASGI application",
    "LearningSet": "the row, and its file as the library reads it",
    "Level": "short for that of a free column",
    "Method": "the choice, and what does it",
    "OnProgress": "what the library calls as it gets on",
    "Points": "of figures",
    "Scan": "the row, and its file as the library reads it",
    "Segmenter": "the row, and its network as the library loads it",
    "ShouldStop": "what the library asks as it gets on",
    "Trait": "the row, and what of it the library needs",
    "View": "of Django and of the REST framework",
}
CONVENTIONS = {"Meta", "Command"}
RIDDLE = re.compile(
    rf"(?<![a-z0-9])(?:{'|'.join(sorted(RIDDLES))})(?![a-z0-9])|{'|'.join(sorted(VOICE))}", re.IGNORECASE
)
TAG = re.compile(r"{[{%](.*?)[%}]}", re.DOTALL)
LITERAL = re.compile(r"""("[^"]*"|'[^']*')""")
WORD = re.compile(r"[A-Za-z_]\w*")
NOT_CODE = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"""
    r"""|(?:(?<=\()|(?<=[,=:] ))/(?:\\.|[^/\\\n])+/""",
    re.DOTALL,
)  # of a script: comments, texts and patterns
IN_TEXT = re.compile(r"\$\{([^}]*)\}")
SCRIPT_NAME = re.compile(r"[A-Za-z_$][\w$]*")
PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
ANSWER = re.compile(r"can(no)?t?_tell", re.IGNORECASE)  # “Can't tell” is what people answer


def sources(rooms: Iterable[str] = CODE) -> list[Path]:
    files = (file for room in rooms for file in (ROOT / room).rglob("*.py") if "migrations" not in file.parts)
    return sorted(file.relative_to(ROOT) for file in files)


def templates() -> list[Path]:
    return sorted(file.relative_to(ROOT) for file in (ROOT / "templates").rglob("*.html"))


def scripts() -> list[Path]:
    files = (file for folder in ("static/js", "tests/js") for file in (ROOT / folder).rglob("*.[jt]s"))
    return sorted(file.relative_to(ROOT) for file in files if "vendor" not in file.parts)


def names_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of classes, functions, parameters, all that is assigned, and keys of dictionaries."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case (
                ast.arg(arg=name)
                | ast.Name(id=name, ctx=ast.Store())
                | ast.Attribute(attr=name, ctx=ast.Store())
            ):
                yield node.lineno, name
            case ast.keyword(arg=str(name)):
                yield node.value.lineno, name
            case ast.Subscript(slice=ast.Constant(value=str(name))):
                yield node.lineno, name
            case ast.Dict(keys=keys):
                yield from (
                    (k.lineno, k.value)
                    for k in keys
                    if isinstance(k, ast.Constant) and isinstance(k.value, str)
                )


def is_riddle(name: str) -> bool:
    parts = {part.lower() for part in PART.findall(ANSWER.sub("", name))}
    is_sentence = name.startswith("test_") or not name.isidentifier()
    return name.strip("_").lower() in RIDDLES or bool(parts & VOICE and not is_sentence)


def riddles_in(source: str) -> list[tuple[int, str]]:
    if not RIDDLE.search(source):  # not even in a comment: parsing it would only take time
        return []
    return sorted({(line, name) for line, name in names_in(ast.parse(source)) if is_riddle(name)})


def riddles_in_template(source: str) -> list[tuple[int, str]]:
    """Of variables and their attributes; not of words in quotes."""
    return [
        (source.count("\n", 0, tag.start()) + 1, name)
        for tag in TAG.finditer(source)
        for name in WORD.findall(LITERAL.sub("", tag[1]))
        if is_riddle(name)
    ]


def riddles_in_script(source: str) -> list[tuple[int, str]]:
    """Of all names; not of words in comments and texts."""
    code = NOT_CODE.sub(_names_alone, source)
    return [
        (code.count("\n", 0, name.start()) + 1, name[0])
        for name in SCRIPT_NAME.finditer(code)
        if is_riddle(name[0])
    ]


def _names_alone(comment_or_text: re.Match[str]) -> str:
    """What stands in `${…}` of a text; lines stay as many."""
    code = " ".join(NOT_CODE.sub("", each) for each in IN_TEXT.findall(comment_or_text[0]))
    return code + "\n" * comment_or_text[0].count("\n")


def types_in(tree: ast.Module) -> Iterator[str]:
    """Classes, also nested ones, and names that a module gives to types."""
    for node in statements(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name[0].isupper() and not name.isupper():
                yield name


def test_nothing_is_called_by_a_riddle() -> None:
    riddles = [
        (file.as_posix(), line, name)
        for files, search in (
            (sources((*CODE, *AROUND)), riddles_in),
            (templates(), riddles_in_template),
            (scripts(), riddles_in_script),
        )
        for file in files
        for line, name in search((ROOT / file).read_text())
    ]
    lines = [f"{file}:{line}: `{name}`" for file, line, name in riddles if (file, name) not in STORED]
    assert not lines, "Call these by what they hold:\n" + "\n".join(lines)
    assert not STORED - {(file, name) for file, _, name in riddles}, "These are gone: take them off the list"


def test_no_two_types_share_a_name() -> None:
    modules = defaultdict(list)
    for file in sources():
        for name in set(types_in(ast.parse((ROOT / file).read_text()))):
            modules[name].append(str(file))
    shared = {name: files for name, files in modules.items() if len(files) > 1 and name not in CONVENTIONS}
    more = [f"{name}: {', '.join(files)}" for name, files in shared.items() if name not in ONE_MEANING]
    assert not more, "Give each of these a name of its own:\n" + "\n".join(more)
    assert not set(ONE_MEANING) - set(shared), "These are shared no more: take them off the list"


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    found = 1",
        "def f(given): ...",
        "def _said(): ...",
        "def f(self):\n    self.kept = 1",
        "def f(rows):\n    return [known for known in rows]",
        "def f():\n    if shown := 1: ...",
        "key = lambda told: told",
        "class Row:\n    taken: int = 0",
        "WANTED = 1",
        "context = {'shown': 1}",
        "answer['said']",
        "dict(asked=1)",
        "def _tell_apart(): ...",
        "class SaidChunk: ...",
        "ASKED_EVERY = 1",
    ],
)
def test_each_kind_of_name_is_seen(source: str) -> None:
    assert riddles_in(source)


@pytest.mark.parametrize(
    "source", ["{{ found.objects }}", "{% for name in shown %}", "{% if not\n row.given %}"]
)
def test_each_kind_of_variable_is_seen(source: str) -> None:
    assert riddles_in_template(source)
    assert not riddles_in_template("<p>found {{ row.name }} {% if kind == 'given' %}given{% endif %}")


@pytest.mark.parametrize(
    "source",
    [
        "const found = 1;",
        "function given() {}",
        "  this.heard = [];",
        "(told) => 1",
        "const { meant } = row;",
        "f({ wanted: 1 })",
        "const label = `${said.name} is new`;",
        "interface Row {\n  wasAsked: boolean;\n}",
    ],
)
def test_each_kind_of_declaration_is_seen(source: str) -> None:
    assert riddles_in_script(source)
    assert not riddles_in_script("// it was found\nconst text = `${words} given` + 'found'; /* told */")
