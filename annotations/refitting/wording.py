"""How learning while sorting does, and what a full training would gain, as people read it."""

from annotations.common.percent import percent
from annotations.refitting.models import RefitMeasurement
from annotations.refitting.status import Advice, RefitStanding
from classifier.statistics.learning_gain import PairedDifference

MINUS = "−"
WHOLE = 0.00995  # from which a gain is a point or more


def standing_in_words(standing: RefitStanding) -> str:
    """`Learning while sorting names 84 % rightly (80 to 88) of 312 held-out objects …`"""
    measured = standing.measurement
    if measured is None or not measured.figures:
        return (
            "How well learning while sorting does is not known yet: it takes 50 settled objects in three samples that"
            " can be held out."
        )
    accuracy = standing.accuracy
    low, high = (f"{100 * bound:.0f}" for bound in accuracy["refit_interval"])
    return (
        f"Learning while sorting names {percent(round(accuracy['refit'], 2))} rightly ({low} to {high}) of"
        f" {measured.objects_tested:,} held-out objects of {measured.samples_tested:,} samples that it was not fitted"
        " to."
    )


def right_in_words(standing: RefitStanding) -> str:
    """`84 %`, of held-out objects; empty where nothing is known."""
    return percent(round(standing.accuracy["refit"], 2)) if standing.accuracy else ""


def advice_in_words(standing: RefitStanding) -> str:
    """What a full training would gain there."""
    match standing.advice:
        case Advice.UNMEASURED:
            return ""
        case Advice.UNTRAINED:
            return "What a full training would gain is not known: none from this project’s labels is among the models."
        case Advice.NO_CURVE:
            return (
                "What a full training would gain is not known: the last model came without a learning curve."
            )
    assert standing.gain is not None
    points = points_in_words(standing.gain)
    match standing.advice:
        case Advice.PAYS:
            return f"A full training from all labels would gain about {points}."
        case Advice.UNSURE:
            return (
                f"A full training from all labels may gain about {points}: too little is held out to be sure."
            )
        case _:
            return f"A full training is not worth it yet: it would gain about {points}."


def comparison_in_words(measured: RefitMeasurement) -> str:
    """Of a trained model beside the refit, on the same objects. Its figures are there, and of both."""
    accuracy = measured.figures["accuracy"]
    low, high = accuracy["interval"]
    points = points_in_words(PairedDifference(accuracy["difference"], low, high))
    meaning = "" if low > 0 or high < 0 else ", which may be chance"
    return (
        f"On the same {measured.objects_tested:,} held-out objects of {measured.samples_tested:,} samples this model"
        f" names {percent(round(accuracy['full'], 2))} rightly, learning while sorting (from {measured.labels:,}"
        f" labels, without those of these samples) {percent(round(accuracy['refit'], 2))}: a difference of"
        f" {points}{meaning}."
    )


def points_in_words(gain: PairedDifference) -> str:
    """`3 points (1 to 5)`, of a hundred objects; of less than one, with a decimal."""
    digits = 0 if abs(gain.difference) >= WHOLE else 1
    middle, low, high = (f"{100 * each:.{digits}f}".replace("-", MINUS) for each in gain)
    middle, low, high = (
        ("0" if float(each.replace(MINUS, "-")) == 0 else each) for each in (middle, low, high)
    )
    return f"{middle} point{'' if middle in ('1', '1.0') else 's'} ({low} to {high})"
