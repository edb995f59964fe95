"""What a filter can ask of models: where they disagree, what else they hold possible, what they doubt."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.learning.queries import models_seen_by
from annotations.search.fields import SECOND_THOUGHTS, FormField, Select, tick
from annotations.search.registry import PROBED, Condition, Sql, flag, register, simple
from annotations.search.values import number, whole, yes
from annotations.taxonomy.queries import names_of
from annotations.taxonomy.replacements import in_use, meaning

HELD_OUT = """o.id IN (SELECT h.object_id FROM learning_heldout h
              WHERE h.model_id = %s AND h.taxon_id = %s AND h.predicted_id = %s AND h.fold = 'test')"""
SUSPECT = "o.id IN (SELECT h.object_id FROM learning_heldout h WHERE h.model_id = %s AND h.is_suspect)"
# 0.95 again, in words that the index of the few that are novel is known by
NOVEL = """o.id IN (SELECT p.object_id FROM learning_prediction p
           WHERE p.is_current AND p.novelty >= 0.95 AND p.novelty >= %s::float8 / 100)"""
CANDIDATE = """o.id IN (SELECT p.object_id FROM learning_prediction p
               WHERE p.is_current AND p.candidates && %s::bigint[])"""
PREDICTED_BY = f"""EXISTS (SELECT FROM learning_prediction p
                  WHERE p.object_id = o.id AND p.model_id = %s {PROBED})"""
DISAGREES = """o.state IN ('V', 'D') AND EXISTS (SELECT FROM learning_prediction p
               WHERE p.object_id = o.id AND p.is_current AND p.taxa[1] <> o.taxon_id
               AND NOT EXISTS (
                   SELECT FROM taxonomy_taxon r WHERE r.id = p.taxa[1] AND r.replaced_by_id = o.taxon_id))"""
SECOND = """EXISTS (SELECT FROM learning_prediction p
            WHERE p.object_id = o.id AND p.is_current AND p.taxa[2] = ANY(%s))"""


def novelty(text: str, name: str) -> float:
    """In percent. What is nearer than 95 % is nothing to look for, and no index has it."""
    percent = number(text, name)
    if not 95 <= percent <= 100:
        raise ValidationError(f"`{name}` is {text}, but takes a percentage from 95 to 100.")
    return percent


def confusion(text: str, name: str) -> tuple[int, ...]:
    """A cell of a model's confusion matrix."""
    parts = tuple(whole(part, name) for part in text.split(":"))
    if len(parts) != 3:
        raise ValidationError(f"`{name}` takes three numbers: model:taxon:predicted.")
    return parts


def _of_taxon(condition: str) -> Callable[[Any, int], Sql]:
    """What is kept of a model's answers may still speak of taxa that were merged since."""
    return lambda taxon, project_id: (condition, [meaning(in_use([taxon]).values())])


def _taxon(taxon: int) -> str:
    return names_of({taxon}).get(taxon, f"taxon {taxon}")


def _confusion_sentence(value: tuple[int, ...]) -> str:
    model, taxon, predicted = value
    return f"model {model}: {_taxon(taxon)} taken for {_taxon(predicted)}"


def _may_see_model(model: int, user: User | None) -> bool:
    return user is not None and models_seen_by(user).filter(pk=model).exists()


register(
    Condition(
        name="disagrees",
        help="the model's first choice is another taxon than a person's",
        example="1",
        read=yes,
        sql=flag(DISAGREES),
        sentence=lambda value: "the model disagrees",
        field=FormField(SECOND_THOUGHTS, "", tick(1, "the model disagrees with the person")),
    ),
    Condition(
        name="novel",
        help="further from what was learnt than this percentage of held-out objects, from 95",
        example="99",
        read=novelty,
        sql=simple(NOVEL),
        sentence=lambda value: f"unlike {value:g} % of what the model knows",
        field=FormField(SECOND_THOUGHTS, "", tick(99, "unlike anything that the model has learnt")),
    ),
    Condition(
        name="candidate",
        help="may be this taxon: one of those that the model holds possible",
        example="25828",
        read=whole,
        sql=_of_taxon(CANDIDATE),
        sentence=lambda taxon: f"may be {_taxon(taxon)}",
        field=FormField(SECOND_THOUGHTS, "may be", Select(options="candidates", empty="any taxon")),
    ),
    Condition(
        name="predicted_by",
        help="this model has said something of it, whether that is current or another model's is",
        example="7",
        read=whole,
        sql=simple(PREDICTED_BY),
        sentence=lambda model: f"model {model} has looked at it",
        field=FormField(SECOND_THOUGHTS, "looked at by", Select(options="models-heard", empty="any model")),
    ),
    Condition(
        name="suspect",
        help="its label is one that this model takes for an error",
        example="7",
        read=whole,
        sql=simple(SUSPECT),
        sentence=lambda model: f"label doubted by model {model}",
        may_use=_may_see_model,
        field=FormField(
            SECOND_THOUGHTS,
            "label doubted by",
            Select(options="doubting-models", empty="no model in particular"),
        ),
    ),
    Condition(
        name="second",
        help="the model's second choice is this taxon",
        example="25828",
        read=whole,
        sql=_of_taxon(SECOND),
        sentence=lambda taxon: f"second choice {_taxon(taxon)}",
    ),
    Condition(
        name="held_out",
        help="a cell of a model's confusion matrix: model:taxon:predicted",
        example="7:25828:92012",
        read=confusion,
        sql=lambda value, project_id: (HELD_OUT, list(value)),
        sentence=_confusion_sentence,
    ),
)
