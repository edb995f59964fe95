"""What a site says of a thing: a number, a name, and of a model its taxa."""

from typing import Any


class Described:
    """`shape` is all that the API says of it."""

    shape: dict[str, Any]

    @property
    def id(self) -> int:
        return self.shape["id"]

    @property
    def name(self) -> str:
        return self.shape["name"]

    @property
    def taxa(self) -> list[str]:
        """Names of a model's classes; none where the API names none."""
        taxa = self.shape.get("taxa", [])
        return [taxon if isinstance(taxon, str) else taxon["name"] for taxon in taxa]
