"""A list of traits of taxa as a file has it: a name a line, its value behind it."""

from collections.abc import Sequence

from annotations.common.problems import Problems
from annotations.common.tables import lines_of
from annotations.taxonomy.matching import Matcher, TaxonName
from annotations.taxonomy.names import clean_name

MOST_LINES = 20_000
MOST_NAME, MOST_VALUE = 200, 200


def read_values(text: str, file: str, problems: Problems) -> dict[str, str]:
    """Value by name, as the source spells both; the first line names the columns. What is wrong goes to `problems`."""
    values: dict[str, str] = {}
    lines = lines_of(text, problems, file)
    next(lines, None)
    for line in lines:
        name, value = [*line.cells[:2], "", ""][:2]
        name = clean_name(name)
        for column, cell, most in (("name", name, MOST_NAME), ("value", value, MOST_VALUE)):
            if not cell or len(cell) > most:
                problems.add(
                    f"A {column} has 1 to {most} letters. Correct the cell, or remove the line.",
                    file,
                    line.number,
                    column,
                )
        if values.setdefault(name, value) != value:
            problems.add(
                f"{name!r} is {value!r} here, but {values[name]!r} before. Keep one.",
                file,
                line.number,
                "value",
            )
    if not values and not problems:
        problems.add("The table has no line behind the names of its columns.", file)
    if len(values) > MOST_LINES:
        problems.add(f"The table has {len(values):,} names; at most {MOST_LINES:,} fit.", file)
    return values


def taxa_called(names: Sequence[str]) -> dict[str, int | None]:
    """The taxon of each name, as packages are matched: None where there is none, or several may be meant."""
    matcher = Matcher(map(TaxonName, names))
    return {name: matcher.match(TaxonName(name)).taxon for name in names}
