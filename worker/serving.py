"""The serving worker: looks at a few pictures at once, with models that stay loaded."""

import math
from pathlib import Path
from tempfile import TemporaryDirectory

from annotations.jobs.errors import JobError
from annotations.learning.files import files_of_model
from annotations.learning.models import Model
from annotations.learning.serving import Picture, give_answer, take_question
from annotations.pictures.local_copies import local_paths
from classifier.contract.errors import ClassifierError
from classifier.inference.predict import load_model, predict_chunks
from worker.reading import PredictionTable, lineages, read_table

BATCH = 32  # pictures a forward pass
FEW = 8  # up to so many, threads of a network cost more than they save, and ten times so beside a training
UNREADABLE = "This is no picture that can be read: send PNG, JPEG, GIF, WebP or TIFF."


def serve(question: str, model_id: int) -> None:
    pictures = take_question(question)
    if pictures is None:
        return
    try:
        answer: dict = {"answers": look_at(Model.objects.get(pk=model_id), pictures)}
    except (ClassifierError, JobError) as error:
        answer = {"failed": str(error)}
    give_answer(question, answer)


def look_at(model: Model, pictures: list[Picture]) -> list[dict]:
    """What the model says of each picture, in order. Raises ClassifierError or JobError when it can't be loaded."""
    lineage = lineages(model)
    answers: list[dict] = [{"error": UNREADABLE} for _ in pictures]
    with files_of_model(model) as files, TemporaryDirectory(prefix="seston-") as scratch:
        folder = str(files)
        paths = _paths(pictures, Path(scratch))
        scales = [math.nan if picture.pixel_um is None else picture.pixel_um for picture in pictures]
        rows = zip(range(len(pictures)), paths, scales, strict=True)
        tables = predict_chunks(
            folder,
            rows,
            batch=BATCH,
            threads=1 if len(pictures) <= FEW else 0,
            wanted_precision=model.wanted_precision,
        )
        for table in tables:
            predictions = read_table(table, model, load_model(folder, "auto"), lineage)
            for row, place in enumerate(predictions.ids):
                answers[place] = answer_of(predictions, row)
    return answers


def _paths(pictures: list[Picture], scratch: Path) -> list[str]:
    """Decoding wants files: uploads are written, vignettes lie in the storage."""
    paths = []
    for n, picture in enumerate(pictures):
        if picture.key:
            paths += local_paths([picture.key], scratch)
            continue
        path = scratch / str(n)
        path.write_bytes(picture.content)
        paths.append(str(path))
    return paths


def answer_of(predictions: PredictionTable, row: int) -> dict:
    """As it travels: taxa by their ids. `label` is what a prediction would write, None where it is not sure enough."""
    return {
        "taxa": predictions.best[row],
        "label": predictions.taxa[row],
        "label_score": predictions.scores[row],
        "candidates": predictions.candidates[row],
        "novelty": predictions.novelties[row],
        "embedding": predictions.vectors[row].tolist(),
        "traits": {
            key: {"value": values[row], "score": predictions.trait_scores[key][row]}
            for key, values in predictions.traits.items()
        },
    }
