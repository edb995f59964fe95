"""What models said of an object: the current prediction, and those of the models before."""

from annotations.learning.doubt import is_nine_in_ten, is_unlike
from annotations.learning.models import Prediction
from annotations.taxonomy.queries import names_of
from annotations.taxonomy.ranks import italic_among
from annotations.taxonomy.replacements import in_use, scores_in_use


def predictions_of(object_id: int) -> list[dict]:
    """All that models said of the object in the API's shape, the current one first, then the latest."""
    predictions = list(Prediction.objects.filter(object=object_id).order_by("-is_current", "-created"))
    became = in_use({taxon for each in predictions for taxon in (*each.taxa, *each.candidates)})
    names = names_of(set(became.values()))
    return [_in_words(each, became, names) for each in predictions]


def choices_of(project_id: int, ids: list[int]) -> list[dict]:
    """What the current predictions call these objects of the project, the surest taxon first: `{id, best}` of each
    that has one."""
    predictions = list(
        Prediction.objects.filter(object__in=ids, object__project=project_id, is_current=True).values_list(
            "object", "taxa", "scores"
        )
    )
    became = in_use({taxon for _, taxa, _ in predictions for taxon in taxa})
    names, italic = names_of(set(became.values())), italic_among(set(became.values()))
    described = {taxon: {"id": taxon, "name": names[taxon], "is_italic": taxon in italic} for taxon in names}
    return [
        {
            "id": number,
            "best": [
                {"taxon": described[taxon], "score": score}
                for taxon, score in scores_in_use(zip(taxa, scores, strict=True), became)
            ],
        }
        for number, taxa, scores in predictions
    ]


def current_of(predictions: list[dict]) -> dict | None:
    return next((each for each in predictions if each["is_current"]), None)


def _in_words(prediction: Prediction, became: dict[int, int], names: dict[int, str]) -> dict:
    surest = scores_in_use(zip(prediction.taxa, prediction.scores, strict=True), became)
    candidates = dict.fromkeys(became[taxon] for taxon in prediction.candidates)
    scores = dict(zip(prediction.taxa, prediction.scores, strict=True))
    return {
        "model": prediction.model_id,
        "is_current": prediction.is_current,
        "best": [{"taxon": {"id": taxon, "name": names[taxon]}, "score": score} for taxon, score in surest],
        "candidates": [{"id": taxon, "name": names[taxon]} for taxon in candidates],
        "novelty": prediction.novelty,
        "is_novel": is_unlike(prediction.novelty),
        "is_nine_in_ten": is_nine_in_ten(prediction.candidates, scores, prediction.novelty),
        "created": prediction.created,
    }
