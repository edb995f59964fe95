"""Measuring a closed reading: agreement of all readers and of each pair, with intervals; per answer; who said what.

That is done when the reading closes, and kept as numbers of people and answers; names come when they are shown.
"""

import json
from collections import Counter, defaultdict
from itertools import combinations

import numpy as np
from django.db import connection

from annotations.readings.conditions import CHOSEN
from annotations.readings.models import Reading
from annotations.readings.subjects import Answer, Subject, subject_of
from annotations.traits.values import NOT_VISIBLE
from classifier.statistics import agreement

FURTHEST = 30  # pairs of numbers that are shown
CHOICES = f"""SELECT c.object_id, c.reader_id, {CHOSEN.format("c")} FROM readings_choice c
WHERE c.reading_id = %s ORDER BY c.id"""


def keep_figures(reading: Reading) -> None:
    reading.figures = measured(reading)
    Reading.objects.filter(pk=reading.pk).update(figures=reading.figures)


def measured(reading: Reading) -> dict:
    """As JSON. Answers are told by their places in `answers`, readers by their numbers."""
    subject = subject_of(reading)
    people = list(reading.reader_set.order_by("user__username").values_list("user", flat=True))
    choices = choices_of(reading)
    answers = subject.in_order({answer for by_reader in choices.values() for answer in by_reader.values()})
    table = _table(choices, people, answers)
    overall = agreement.with_intervals(subject.overall(answers, len(people)), table)
    return {
        "objects": len(choices),
        "metric": subject.metric,
        "answers": answers,
        "overall": {name: figure.as_dict() for name, figure in overall.items()},
        "pairs": [
            {"readers": [people[a], people[b]], **_pair(subject, answers, table[:, [a, b]])}
            for a, b in combinations(range(len(people)), 2)
        ],
        "per_answer": [] if subject.metric == "interval" else _per_answer(table, len(answers)),
    }


def _table(choices: dict[int, dict[int, Answer]], people: list[int], answers: list[Answer]) -> np.ndarray:
    """(objects, readers) of places in `answers`; MISSING where a reader said nothing."""
    place = {answer: n for n, answer in enumerate(answers)}
    table = np.full((len(choices), len(people)), agreement.MISSING)
    for row, by_reader in enumerate(choices.values()):
        for column, person in enumerate(people):
            if person in by_reader:
                table[row, column] = place[by_reader[person]]
    return table


def _pair(subject: Subject, answers: list[Answer], both: np.ndarray) -> dict:
    """How far two readers agree, and how often one said this while the other said that."""
    both = both[(both != agreement.MISSING).all(axis=1)]
    figures = agreement.with_intervals(subject.of_pair(answers), both)
    cells: Counter = Counter(map(tuple, both.tolist()))
    confused = _furthest(answers, cells) if subject.metric == "interval" else _matrix(subject, answers, cells)
    return {"figures": {name: figure.as_dict() for name, figure in figures.items()}, **confused}


def _matrix(subject: Subject, answers: list[Answer], cells: Counter) -> dict:
    """Answers in the order of how often they were given, what has an order in its own."""
    named: Counter = Counter()
    for (this, that), count in cells.items():
        named.update({this: count})
        named.update({that: count})
    order = [place for place, _ in named.most_common()]
    if subject.metric == "ordinal":
        place_of = {answer: place for place, answer in enumerate(answers)}
        order = [place_of[answer] for answer in subject.in_order([answers[place] for place in order])]
    return {"order": order, "matrix": [[cells[row, column] for column in order] for row in order]}


def _furthest(answers: list[Answer], cells: Counter) -> dict:
    """Of numbers there may be as many as objects: not a matrix, but the pairs that lie furthest apart."""
    apart = sorted(
        ((this, that) for this, that in cells if this != that),
        key=lambda pair: -_distance(answers[pair[0]], answers[pair[1]]),
    )
    return {"furthest": [[this, that, cells[this, that]] for this, that in apart[:FURTHEST]]}


def _distance(this: Answer, that: Answer) -> float:
    """What only one could see is further apart than any numbers."""
    return float("inf") if NOT_VISIBLE in (this, that) else abs(float(this) - float(that))


def _per_answer(table: np.ndarray, answers: int) -> list[tuple[int, dict]]:
    """Of the pairs in which one said this: how many of the other said it, too. The most frequent answer first."""
    counts = agreement.counted(table)
    readers = counts.sum(axis=1, keepdims=True)
    agreeing, all_pairs = (counts * (counts - 1)).sum(axis=0), (counts * (readers - 1)).sum(axis=0)
    lines = [
        (
            place,
            {
                "named": int(counts[:, place].sum()),
                "agreement": round(float(agreeing[place] / all_pairs[place]), 4)
                if all_pairs[place]
                else None,
            },
        )
        for place in range(answers)
    ]
    return sorted(lines, key=lambda entry: -entry[1]["named"])


def choices_of(reading: Reading) -> dict[int, dict[int, Answer]]:
    """object → reader → answer."""
    subject = subject_of(reading)
    by_object: dict[int, dict[int, Answer]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(CHOICES, [reading.pk])
        for pk, reader, text in cursor.fetchall():
            by_object[pk][reader] = answer_of(subject, text)
    return by_object


def answer_of(subject: Subject, text: str) -> Answer:
    return subject.answer(json.loads(text))
