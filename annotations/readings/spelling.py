"""Answers as addresses and the buttons of a page have them."""

from annotations.readings.models import Reading
from annotations.traits.values import spell_value, spelt_value


def spell_answer(answer: dict) -> str | int:
    return spell_value(answer["value"]) if "value" in answer else answer["id"]


def answer_value(reading: Reading, text: str | None) -> object:
    """As the buttons of the page spell it; what makes no sense of taxa is refused further on."""
    return spelt_value(reading.trait, text).as_json() if reading.trait and text is not None else text
