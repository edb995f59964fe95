"""A backbone that learnt without labels embeds objects: its features, made narrower by principal components."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from annotations.learning.models import Backbone
from annotations.similarity.actions import unit
from annotations.similarity.models import EmbeddingSpace
from annotations.similarity.projection import Projection
from classifier.contract.errors import Cancelled
from classifier.data.decoded import decode
from classifier.inference.embedding import load_embedder
from classifier.inference.predict import PictureRow
from worker.embedding.embedder import ObjectEmbedder

WIDTH = 128  # numbers an object: a quarter of the room of 512, for nearly all of the variance
TOGETHER = 256  # pictures


class BackboneEmbedder(ObjectEmbedder):
    def __init__(self, backbone: Backbone, folder: Path, should_stop: Callable[[], bool]):
        self.backbone, self.should_stop = backbone, should_stop
        self.network = load_embedder(folder)
        self.space = EmbeddingSpace.objects.filter(backbone=str(backbone.pk)).order_by("-version").first()
        self.projection = Projection.from_json(self.space.details) if self.space else None

    @property
    def needs_sample(self) -> bool:
        return self.projection is None

    def fit(self, pictures: list[PictureRow]) -> None:
        _, features = self._features(pictures)
        if len(features):
            self.space = self._space_by(Projection.fitted(features, WIDTH))
            self.projection = Projection.from_json(self.space.details)

    def _space_by(self, fitted: Projection) -> EmbeddingSpace:
        """Whoever fits first decides: a job of another project may have done so meanwhile."""
        return EmbeddingSpace.objects.get_or_create(
            kind=EmbeddingSpace.Kind.BACKBONE,
            backbone=str(self.backbone.pk),
            version=1,
            defaults={
                "name": self.backbone.name,
                "dimensions": len(fitted.components),
                "details": fitted.as_json(),
            },
        )[0]

    def ready_space(self, dimensions: int) -> EmbeddingSpace:
        assert self.space is not None
        return self.space

    def __call__(self, pictures: list[PictureRow]) -> tuple[list[int], np.ndarray]:
        ids, features = self._features(pictures)
        if self.projection is None or not ids:
            return [], np.empty((0, 0), np.float32)
        return ids, self.projection.apply(features)

    def _features(self, pictures: list[PictureRow]) -> tuple[list[int], np.ndarray]:
        """The objects whose pictures could be read, and float32 (those, features), of length one."""
        ids: list[int] = []
        parts: list[np.ndarray] = []
        for at in range(0, len(pictures), TOGETHER):
            if self.should_stop():
                raise Cancelled
            some = pictures[at : at + TOGETHER]
            decoded = list(decode(((path, pixel_um) for _, path, pixel_um in some), self.network.image_size))
            ids += [row[0] for row, picture in zip(some, decoded, strict=True) if picture]
            pixels = [picture[0] for picture in decoded if picture]
            if pixels:
                parts.append(np.nan_to_num(unit(self.network(np.stack(pixels)))))
        return ids, np.concatenate(parts) if parts else np.empty((0, 0), np.float32)
