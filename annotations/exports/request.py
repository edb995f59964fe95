"""What is asked of an export, whatever its format; read again by the worker from the parameters of its job."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from annotations.accounts.models import User
from annotations.projects.addresses import WITHOUT_ADDRESS, Signature
from annotations.projects.models import Project
from annotations.search.filter import Filter


class ImageChoice(StrEnum):
    """Which pictures of an object go along; the first is the one that pages show."""

    ALL = "all"
    FIRST = "first"
    NONE = "none"

    @classmethod
    def read(cls, value: object) -> "ImageChoice":
        """Also of the yes or no that was asked before there was a choice. Raises ValueError."""
        if isinstance(value, bool):
            return cls.ALL if value else cls.NONE
        return cls(str(value))


@dataclass(frozen=True)
class ExportRequest:
    """Which objects of a project, and what of them. `options` are those of the format, each with a value.

    `rendered` asks for pictures as pages show them (8 bits, upright, PNG), else they go out as they came in.
    """

    project: Project
    object_filter: Filter = field(default_factory=Filter)
    images: ImageChoice = ImageChoice.ALL
    rendered: bool = False
    signature: Signature = WITHOUT_ADDRESS  # of annotators
    options: Mapping[str, str] = field(default_factory=dict)
    user: User | None = None  # who wants it; None on the server itself

    @classmethod
    def read(
        cls,
        project: Project,
        params: Mapping[str, Any],
        user: User | None,
        signature: Signature = WITHOUT_ADDRESS,
    ) -> "ExportRequest":
        """From the parameters of a job. Raises ValidationError for a filter that the person may not use any more."""
        return cls(
            project,
            Filter.parse(params.get("filter", {}), user),
            ImageChoice.read(params.get("images", False)),
            bool(params.get("rendered", False)),
            signature,
            params.get("options", {}),
            user,
        )


@dataclass
class Written:
    """How far an export is, and in the end what it holds."""

    rows: int = 0
    pictures: int = 0
