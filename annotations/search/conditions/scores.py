"""How sure the model is that predicted an object's taxon, and how far its second choice is behind."""

from annotations.search.fields import SCORE, SHARE, FormField
from annotations.search.registry import Condition, register, simple
from annotations.search.values import number

register(
    Condition(
        name="score_min",
        help="a model's score from this on",
        example="0.8",
        read=number,
        sql=simple("o.score >= %s"),
        sentence=lambda value: f"score ≥ {value:g}",
        field=FormField(SCORE, "from", SHARE),
    ),
    Condition(
        name="score_max",
        help="a model's score up to this",
        example="0.95",
        read=number,
        sql=simple("o.score <= %s"),
        sentence=lambda value: f"score ≤ {value:g}",
        field=FormField(SCORE, "to", SHARE),
    ),
    Condition(
        name="margin_max",
        help="the model's second choice is this far or less behind its first",
        example="0.1",
        read=number,
        sql=simple("o.margin <= %s"),
        sentence=lambda value: f"second choice within {value:g}",
        field=FormField(SCORE, "second choice within", SHARE),
    ),
)
