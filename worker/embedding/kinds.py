"""What embeds objects: a model or a backbone that is ready. A new kind joins `embedder_of`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
from django.conf import settings

from annotations.learning.files import files_of_backbone, files_of_model
from annotations.learning.models import Backbone, Model
from annotations.similarity.actions import space_of
from annotations.similarity.models import EmbeddingSpace
from classifier.inference.predict import PictureRow, predict_chunks
from worker.embedding.backbone import BackboneEmbedder
from worker.embedding.embedder import ObjectEmbedder

BATCH = 256  # pictures a forward pass


class ModelEmbedder(ObjectEmbedder):
    """A model's embedding, of the width that its network has: its last layer is refitted on it."""

    def __init__(self, model: Model, folder: Path, should_stop: Callable[[], bool]):
        self.model, self.folder, self.should_stop = model, str(folder), should_stop
        self.space = EmbeddingSpace.objects.filter(model=model).first()

    def ready_space(self, dimensions: int) -> EmbeddingSpace:
        self.space = self.space or space_of(self.model, dimensions)
        return self.space

    def __call__(self, pictures: list[PictureRow]) -> tuple[list[int], np.ndarray]:
        tables = predict_chunks(
            self.folder,
            iter(pictures),
            batch=BATCH,
            threads=settings.PREDICTION_THREADS,
            should_stop=self.should_stop,
        )
        return _embedded(list(tables))


def _embedded(tables: list[pa.Table]) -> tuple[list[int], np.ndarray]:
    if not tables:
        return [], np.empty((0, 0), np.float32)
    table = pa.concat_tables(tables).combine_chunks()
    vectors = table["embedding"].combine_chunks().flatten().to_numpy()
    return table["object_id"].to_pylist(), vectors.reshape(len(table), -1)


@contextmanager
def embedder_of(params: dict, should_stop: Callable[[], bool]) -> Iterator[ObjectEmbedder]:
    """Of the parameters of a job. Its files stay while it is used."""
    if "backbone" in params:
        backbone = Backbone.objects.get(pk=params["backbone"])
        with files_of_backbone(backbone) as folder:
            yield BackboneEmbedder(backbone, folder, should_stop)
        return
    model = Model.objects.get(pk=params["model"])
    with files_of_model(model) as folder:
        yield ModelEmbedder(model, folder, should_stop)
