"""Words of the tree that differ from a typed one by a letter: wrong, missing, too many, or two the wrong way round.

The typed word may be the beginning of a longer one. Each way to differ is a narrow range of an index: by the letters
before the mistake, or, where that is in the first two letters, by those behind it.
"""

from collections.abc import Collection

from django.db import connection

LEAST_LETTERS = 4  # with fewer, everything is alike
MOST_WORDS = 20
ENOUGH = 200  # of each way

BY_BEGINNING = f"""
(SELECT word FROM taxonomy_word WHERE word LIKE %s AND word ~ %s LIMIT {ENOUGH})"""
BY_TAIL = f"""
(SELECT word FROM taxonomy_word WHERE substr(word, 3) COLLATE "C" LIKE %s AND word ~ %s LIMIT {ENOUGH})"""
SIMILAR = """
(SELECT %s AS typed, row_number() OVER (ORDER BY abs(length(word) - %s), word) AS place, word
 FROM ({union}) similar_word WHERE word <> %s ORDER BY place LIMIT %s)"""


def similar_words(typed: str) -> list[str]:
    """`typed` is one folded word; the nearest in length come first, at most 20."""
    return similar_words_of_each([typed])[typed]


def similar_words_of_each(typed: Collection[str]) -> dict[str, list[str]]:
    """`similar_words` of each of several words, with one query for all."""
    similar: dict[str, list[str]] = {word: [] for word in typed}
    searches = [_search(word) for word in similar if len(word) >= LEAST_LETTERS]
    if searches:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT * FROM ({' UNION ALL '.join(sql for sql, _ in searches)}) each_word ORDER BY typed, place",
                [param for _, params in searches for param in params],
            )
            for word, _, like in cursor.fetchall():
                similar[word].append(like)
    return similar


def _search(typed: str) -> tuple[str, list]:
    """A SELECT of (typed, place, word), and its parameters."""
    ranges = [(BY_BEGINNING, start, regex) for start, regex in _late(typed)]
    ranges += [(BY_BEGINNING, start, f"^{start}") for start in _early(typed)]
    ranges += [(BY_TAIL, tail, regex) for tail, regex in _very_early(typed)]
    union = " UNION ".join(sql for sql, _, _ in ranges)
    params = [param for _, start, regex in ranges for param in (f"{start}%", regex)]
    return SIMILAR.format(union=union), [typed, len(typed), *params, typed, MOST_WORDS]


def _late(w: str) -> list[tuple[str, str]]:
    """(beginning, regular expression) of mistakes behind the second letter: those behind the fourth look at less."""
    searches = []
    for start, places in ((2, range(2, min(4, len(w)))), (4, range(4, len(w)))):
        variants = [variant for i in places for variant in _variants(w, i)]
        if variants:
            searches.append((w[:start], f"^(?:{'|'.join(variants)})"))
    return searches


def _variants(w: str, i: int) -> list[str]:
    """A wrong letter at place i, one missing before it, it is too many, it stands before the next."""
    turned = [w[:i] + w[i + 1] + w[i] + w[i + 2 :]] if i + 1 < len(w) else []
    return [w[:i] + "." + w[i + 1 :], w[:i] + "." + w[i:], w[:i] + w[i + 1 :], *turned]


def _early(w: str) -> list[str]:
    """Beginnings that the word may have had: one of the first two letters is too many, or two are turned."""
    return list(dict.fromkeys([w[1:], w[0] + w[2:], w[1] + w[0] + w[2:], w[0] + w[2] + w[1] + w[3:]]))


def _very_early(w: str) -> list[tuple[str, str]]:
    """(all behind the second letter, regular expression): one of the first two is wrong, or missing."""
    return [(w[2:], f"^(?:.{w[1]}|{w[0]}.)"), (w[1:], f"^(?:.{w[0]}|{w[0]}.)")]
