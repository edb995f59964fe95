"""The objects that the bench is sorted by similarity to, as pictures, each with the way to leave it out."""

from dataclasses import dataclass
from urllib.parse import urlencode

from annotations.accounts.requests import SignedInRequest
from annotations.common.addresses import without
from annotations.search.order import Order
from annotations.search.rows import images_of
from annotations.similarity.queries import Similarity


@dataclass(frozen=True)
class ExamplePicture:
    id: int
    is_liked: bool
    image: dict | None
    url_without: str


def examples_of(request: SignedInRequest, order: Order) -> list[ExamplePicture]:
    """Of an order by similarity; those that are liked first. One alone is in the vignettes, as their first."""
    if not isinstance(order.ranking, Similarity):
        return []
    examples = order.ranking.examples
    if len(examples.ids) == 1:
        return []
    images, rest = images_of(examples.ids), without(request, "order")

    def example(pk: int) -> ExamplePicture:
        query = urlencode({"order": f"similar:{examples.without(pk)}"})
        image = next(iter(images.get(pk, [])), None)
        return ExamplePicture(pk, pk in examples.likes, image, f"{rest}&{query}")

    return [example(pk) for pk in examples.ids]
