"""What is changed of a network that has learnt, whatever it is: its name, and whether it is put away."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

MOST_LETTERS = 200


def change_network(network: Any, changes: Mapping[str, object], noun: str) -> None:
    """Changes `name` or `archived` (yes or no) of a row that people call a `noun`. Raises ValidationError."""
    if "name" in changes:
        network.name = _name(changes["name"], noun)
    if "archived" in changes:
        network.archived = (network.archived or timezone.now()) if changes["archived"] else None
    network.save(update_fields=["name", "archived"])


def _name(value: object, noun: str) -> str:
    name = str(value).replace("\0", "").strip()
    if not name or len(name) > MOST_LETTERS:
        raise ValidationError(f"A {noun} needs a name of at most {MOST_LETTERS} letters.")
    return name
