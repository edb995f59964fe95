"""What embeds: anything that makes vectors of pictures."""

import numpy as np

from annotations.similarity.embedding import NO_SPACE
from annotations.similarity.models import EmbeddingSpace
from classifier.inference.predict import PictureRow


class ObjectEmbedder:
    """Pictures to vectors of one space, which is made when the first come."""

    space: EmbeddingSpace | None = None

    @property
    def space_id(self) -> int:
        """0 as long as there is no space."""
        return self.space.pk if self.space else NO_SPACE

    @property
    def needs_sample(self) -> bool:
        """Whether it has to see some objects before it can embed any."""
        return False

    def fit(self, pictures: list[PictureRow]) -> None:
        """Learns from a sample of the project what it `needs_sample` for."""

    def ready_space(self, dimensions: int) -> EmbeddingSpace:
        """The space of vectors of that width; made when the first come."""
        raise NotImplementedError

    def __call__(self, pictures: list[PictureRow]) -> tuple[list[int], np.ndarray]:
        """The objects whose pictures could be read, and float32 (those, dimensions)."""
        raise NotImplementedError
