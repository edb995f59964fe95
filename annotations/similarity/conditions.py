"""What is most like some objects, and what is nearly the same."""

from annotations.search.registry import Condition, Sql, register
from annotations.search.values import whole
from annotations.similarity.examples import AlikeExamples, read_examples
from annotations.similarity.queries import nearest, similarity_to_examples

MOST_SIMILAR = 1000  # objects nearest to them


def _near(examples: AlikeExamples, project_id: int) -> Sql:
    rows = nearest(similarity_to_examples(examples, project_id), project_id, MOST_SIMILAR)
    return "o.id = ANY(%s)", [[near for near, _ in rows]]


def _sentence(examples: AlikeExamples) -> str:
    kind = f" by {examples.kind}" if examples.kind else ""
    return f"the {MOST_SIMILAR:,} most {examples.in_words}{kind}"


def _in_group(group: int, project_id: int) -> Sql:
    members = "SELECT m.object_id FROM similarity_duplicatemember m WHERE m.group_id = %s"
    return f"o.id IN ({members})", [group]


register(
    Condition(
        name="similar",
        help=f"the {MOST_SIMILAR:,} objects most like these, and unlike those with a -; "
        "`17:measurements` names the kind of space",
        example="17,18,-25",
        read=read_examples,
        sql=_near,
        sentence=_sentence,
    )
)
register(
    Condition(
        name="duplicates",
        help="near-duplicates of one group, by its number",
        example="3",
        read=whole,
        sql=_in_group,
        sentence=lambda group: f"near-duplicates {group}",
    )
)
