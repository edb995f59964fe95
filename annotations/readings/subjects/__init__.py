"""What a reading is about: the taxon of each object, or the value of one trait.

An answer is what a reader said, in a form that can be counted: a taxon's number, or a value as it is spelt in an
address. Every subject has one for “I looked, and can't say”: 0, and `-`.
"""

from annotations.readings.models import Reading
from annotations.readings.subjects.base import CANT_TELL, Answer, DecisionOutcome, Now, Subject
from annotations.readings.subjects.taxa import OfTaxa
from annotations.readings.subjects.traits import OfTrait

__all__ = ["CANT_TELL", "Answer", "DecisionOutcome", "Now", "Subject", "subject_of"]


def subject_of(reading: Reading) -> Subject:
    return OfTrait(reading.trait) if reading.trait else OfTaxa()
