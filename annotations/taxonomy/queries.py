from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Func, QuerySet, Value

from annotations.projects.models import Project
from annotations.taxonomy.models import Favourite, Taxon
from annotations.taxonomy.names import caseless, clean_name
from annotations.taxonomy.ranks import italic_among
from annotations.taxonomy.replacements import all_in_use
from annotations.taxonomy.spelling import similar_words_of_each

WORDS = "array_to_tsvector(string_to_array({}.folded, ' '))"  # migration 0007
FEW = 3  # with fewer, words that differ by a letter are looked for, too
ENOUGH = 400  # of each way to find taxa: with fewer letters than that tells apart, any will do
# Each way is bounded, so that one letter among 300,000 taxa costs no more than a whole word. One SELECT a text, with
# the text written out: the planner finds the range of an index only for a LIKE of what it knows.
COMPLETE = f"""
SELECT {{n}} AS number, completed.* FROM (
WITH found AS (
    SELECT t.id, NULL AS name, false AS is_whole FROM taxonomy_taxon t
    WHERE (t.id = ANY(%(first)s) OR t.used > 0)
      AND (t.folded LIKE %(inside{{n}})s OR {WORDS.format("t")} @@ %(words{{n}})s::tsquery)
    UNION ALL (SELECT t.id, NULL, false FROM taxonomy_taxon t WHERE t.name_folded = %(text{{n}})s)
    UNION ALL (
        SELECT t.id, NULL, false FROM taxonomy_taxon t WHERE t.folded LIKE %(prefix{{n}})s
        ORDER BY t.folded USING ~<~ LIMIT {ENOUGH}
    )
    UNION ALL (
        SELECT t.id, NULL, false FROM taxonomy_taxon t
        WHERE %(by_words{{n}})s AND {WORDS.format("t")} @@ %(words{{n}})s::tsquery LIMIT {ENOUGH}
    )
    UNION ALL (
        SELECT s.taxon_id, s.name, s.folded = %(text{{n}})s FROM taxonomy_synonym s
        WHERE s.folded LIKE %(prefix{{n}})s ORDER BY s.folded USING ~<~ LIMIT {ENOUGH}
    )
    UNION ALL (
        SELECT s.taxon_id, s.name, false FROM taxonomy_synonym s
        WHERE %(by_words{{n}})s AND {WORDS.format("s")} @@ %(words{{n}})s::tsquery LIMIT {ENOUGH}
    )
    UNION ALL (
        SELECT taxonomy_in_use(t.id), t.display_name, t.folded = %(text{{n}})s FROM taxonomy_taxon t
        WHERE t.replaced_by_id IS NOT NULL AND t.folded LIKE %(prefix{{n}})s
        ORDER BY t.folded USING ~<~ LIMIT {ENOUGH}
    )
), once AS (
    SELECT id, CASE WHEN bool_or(name IS NULL) THEN NULL ELSE min(name) END AS synonym, bool_or(is_whole) AS is_whole
    FROM found GROUP BY id
)
SELECT row_number() OVER (
    ORDER BY t.display_name = %(written{{n}})s DESC, t.folded = %(text{{n}})s DESC,
        t.name_folded = %(text{{n}})s DESC, once.is_whole DESC,
        t.id = ANY(%(first)s) AND t.folded LIKE %(prefix{{n}})s DESC,
        array_position(%(first)s::bigint[], t.id) NULLS LAST,
        t.folded LIKE %(prefix{{n}})s DESC, once.synonym IS NULL DESC, t.used DESC,
        length(t.display_name), t.display_name
) AS place, t.id, t.display_name, t.path, once.synonym, t.rank
FROM once JOIN taxonomy_taxon t USING (id)
WHERE t.status = 'A' ORDER BY place LIMIT %(limit)s
) completed
"""
Spellings = list[list[str]]  # of a text: for each of its words those that are looked for


def complete(text: str, limit: int = 20, first: list[int] | None = None) -> list[dict]:
    """Taxa whose name or synonym holds words that start as those of `text`, in any order and case, with or without
    accents, or with a letter wrong. First come those that are called exactly so (the one that is written so, then by
    the name that is shown, by their own, by a synonym or a former name), those in `first` that begin so, the rest of
    `first`, each in its order, then the others: by their own names before by synonyms, most used first. Deprecated
    taxa are not offered; the name of a replaced one finds its replacement.

    Each as {id, name, lineage, synonym, rank, is_italic}: the lineage from the root down, the synonym by which alone it
    was found, whether its name is written in italics.
    """
    return complete_each([text], limit, first)[0]


def complete_each(texts: Sequence[str], limit: int = 20, first: list[int] | None = None) -> list[list[dict]]:
    """`complete` of each of the texts, with as many queries for all as for one."""
    cleaned = [clean_name(text) for text in texts]
    folded = fold_texts(cleaned)
    written = {
        key: text for key, text in zip(folded, cleaned, strict=True) if key or not text
    }  # not: only signs
    rows = _complete_each(
        {text: [[word] for word in text.split()] for text in written}, written, limit, first
    )
    wider = _with_a_letter_wrong([text for text in written if len(rows[text]) < FEW])
    for text, more in _complete_each(wider, written, limit, first).items():
        listed = {row[0] for row in rows[text]}
        rows[text] = [*rows[text], *(row for row in more if row[0] not in listed)][:limit]
    described = iter(_with_lineages([row for text in folded for row in rows.get(text, [])]))
    return [[next(described) for _ in rows.get(text, [])] for text in folded]


def _with_a_letter_wrong(texts: list[str]) -> dict[str, Spellings]:
    """Of those texts that hold a word which others are like."""
    similar = similar_words_of_each({word for text in texts for word in text.split()})
    spellings = {text: [[word, *similar[word]] for word in text.split()] for text in texts}
    return {text: words for text, words in spellings.items() if any(len(several) > 1 for several in words)}


def described(taxa: list[int]) -> list[dict]:
    """Taxa as `complete` gives them, in this order."""
    rows = Taxon.objects.filter(pk__in=taxa).values_list("pk", "display_name", "path", "rank")
    by_id = {pk: (pk, name, path, None, rank) for pk, name, path, rank in rows}
    return _with_lineages([by_id[taxon] for taxon in taxa if taxon in by_id])


def _with_lineages(rows: list[tuple]) -> list[dict]:
    names = names_of({ancestor for _, _, path, _, _ in rows for ancestor in path})
    italic = italic_among({taxon_id for taxon_id, *_ in rows})
    return [
        {
            "id": taxon_id,
            "name": name,
            "lineage": [names[a] for a in path if a in names],
            "synonym": synonym,
            "rank": rank,
            "is_italic": taxon_id in italic,
        }
        for taxon_id, name, path, synonym, rank in rows
    ]


def _complete_each(
    searched: dict[str, Spellings], written: dict[str, str], limit: int, first: list[int] | None
) -> dict[str, list[tuple]]:
    """Folded text → (id, display name, path, synonym, rank) of the taxa, best first; `written` is as it was typed."""
    rows: dict[str, list[tuple]] = {text: [] for text in searched}
    if not searched:
        return rows
    params: dict = {"first": first or [], "limit": limit}
    for number, (text, words) in enumerate(searched.items()):
        patterns = _patterns(text, words) | {"written": written[text]}
        params |= {f"{name}{number}": value for name, value in patterns.items()}
    statement = " UNION ALL ".join(COMPLETE.format(n=number) for number in range(len(searched)))
    texts = list(searched)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ORDER BY number, place", params)
        for number, _, *row in cursor.fetchall():
            rows[texts[number]].append(tuple(row))
    return rows


def _patterns(text: str, words: Spellings) -> dict[str, str | bool]:
    """Parameters of COMPLETE; of each of the `words` one of several spellings is looked for."""
    terms = ["(" + " | ".join(f"'{word}':*" for word in several) + ")" for several in words]
    return {
        "text": text,
        "prefix": f"{text}%",
        "inside": f"%{text}%" if len(text) >= 3 else f"{text}%",
        "words": " & ".join(terms),
        "by_words": len(text) >= 3,
    }


def fold_text(text: str) -> str:
    """As names are looked up: small letters and digits, without accents and signs, one space between words."""
    return fold_texts([text])[0]


def fold_texts(texts: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT taxonomy_folded(text) FROM unnest(%s::text[]) WITH ORDINALITY AS t (text, n) ORDER BY n",
            [texts],
        )
        return [folded for (folded,) in cursor.fetchall()]


def looked_up(text: str) -> Func:
    return Func(Value(text), function="taxonomy_folded")


def taxa_shown_as(name: str) -> list[Taxon]:
    """Those that pages call so, whatever the case. One, but for what was made before names were cleaned."""
    candidates = Taxon.objects.filter(folded=looked_up(clean_name(name))).order_by("id")
    return [taxon for taxon in candidates if caseless(taxon.display_name) == caseless(name)]


def namesakes(name: str) -> list[Taxon]:
    """All taxa whose own name is this, wherever they stand."""
    candidates: QuerySet[Taxon] = Taxon.objects.filter(name_folded=looked_up(clean_name(name))).order_by("id")
    return [taxon for taxon in candidates if caseless(taxon.name) == caseless(name)]


def taxa_called(text: str) -> list[Taxon]:
    """Those that pages show by that name, else those that have it, or that of `#number`."""
    text = clean_name(text)
    if text.startswith("#") and text[1:].isdecimal() and len(text) < 20:
        return list(Taxon.objects.filter(pk=int(text[1:])))
    return taxa_shown_as(text) or namesakes(text)


def taxon_called(text: str) -> Taxon:
    """The taxon that pages show by that name, or that alone has it, or that of `#number`.

    Raises ValidationError when there is none, or several.
    """
    text = clean_name(text)
    candidates = taxa_called(text)
    if not candidates:
        raise ValidationError(
            f"There is no taxon {text!r}: choose one from the list." if text else "Name a taxon."
        )
    if len(candidates) > 1:
        several = ", ".join(taxon.display_name for taxon in candidates[:5])
        raise ValidationError(f"{text} may be {several}: choose one of them.")
    return candidates[0]


def names_of(taxon_ids: set[int]) -> dict[int, str]:
    """Display names by id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, display_name FROM taxonomy_taxon WHERE id = ANY(%s)", [list(taxon_ids)])
        return dict(cursor.fetchall())


def with_descendants(taxon_ids: list[int]) -> list[int]:
    """The taxa themselves and all below them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM taxonomy_taxon WHERE path && %s::bigint[]", [taxon_ids])
        return [taxon_id for (taxon_id,) in cursor.fetchall()]


def favourites_of(project: Project) -> list[int]:
    """In their order; of those that were merged, what they became."""
    return all_in_use(Favourite.objects.filter(project=project).values_list("taxon", flat=True))


# A rule about a taxon that was merged is about what that became, where this has none itself; but what it became is not
# left out because of it.
LEARNT_AS = """
WITH rule AS (
    SELECT r.project_id, r.taxon_id, taxonomy_in_use(r.into_id) AS into_id FROM taxonomy_trainingrule r
    UNION ALL
    SELECT r.project_id, taxonomy_in_use(t.id), taxonomy_in_use(r.into_id)
    FROM taxonomy_trainingrule r JOIN taxonomy_taxon t ON t.id = r.taxon_id
    WHERE t.replaced_by_id IS NOT NULL AND r.into_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM taxonomy_trainingrule own
        WHERE own.project_id = r.project_id AND own.taxon_id = taxonomy_in_use(t.id))
)
SELECT DISTINCT ON (pair.project, pair.taxon) pair.project, pair.taxon, r.into_id
FROM unnest(%s::bigint[], %s::bigint[]) AS pair (project, taxon)
JOIN taxonomy_taxon t ON t.id = pair.taxon
JOIN rule r ON r.project_id = pair.project AND r.taxon_id = ANY(t.path)
ORDER BY pair.project, pair.taxon, array_position(t.path, r.taxon_id) DESC
"""


def learnt_as(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], int | None]:
    """For (project, taxon) that a rule of the project is about: the taxon that it is learnt as, None for nothing."""
    projects, taxa = zip(*pairs, strict=True) if pairs else ((), ())
    with connection.cursor() as cursor:
        cursor.execute(LEARNT_AS, [list(projects), list(taxa)])
        return {(project, taxon): into for project, taxon, into in cursor.fetchall()}
