"""A site: its projects, models and taxa."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import pandas as pd

from seston_client.catalogue import Catalogue
from seston_client.connection import Connection
from seston_client.errors import SestonError
from seston_client.frames import rows_or_none
from seston_client.jobs import Job
from seston_client.models import Model
from seston_client.projects import Project
from seston_client.taxa import Taxa


class Client:
    """A Seston site at `url`, as whom the token stands for.

    Tokens are made on the page of one's account, or from name and password by `Client.sign_in`.
    """

    def __init__(self, url: str, token: str) -> None:
        self.connection = Connection(url, token)

    def __repr__(self) -> str:
        return f"<Client of {self.connection.url}>"

    @classmethod
    def sign_in(cls, url: str, username: str, password: str) -> "Client":
        """Makes a new token, which stays good until it is revoked or expires."""
        answer = Connection(url).post("token/", {"username": username, "password": password})
        return cls(url, answer["token"])

    def projects(self) -> pd.DataFrame:
        """Those that you are a member of, one a row."""
        frame = rows_or_none(self.connection.get("projects/"), ["id", "title"])
        return frame.drop(columns="contact", errors="ignore")

    def project(self, which: int | str) -> Project:
        """By its number or its title."""
        if isinstance(which, int):
            return self._project(self.connection.get(f"projects/{which}/"))
        return self._project(_only(self.connection.get("projects/"), "title", which, "project"))

    def create_project(self, title: str, **properties: Any) -> Project:
        """With you as its manager."""
        return self._project(self.connection.post("projects/", {"title": title, **properties}))

    def models(self, q: str = "") -> pd.DataFrame:
        """Those that you may see; with `q`, those whose name or notes hold it."""
        return rows_or_none(self.connection.get("models/", {"q": q} if q else None), ["id", "name"])

    def model(self, which: int | str) -> Model:
        """By its number or its name."""
        if isinstance(which, int):
            return Model(self.connection, self.connection.get(f"models/{which}/"))
        return Model(
            self.connection, _only(self.connection.get("models/", {"q": which}), "name", which, "model")
        )

    def catalogue(self) -> Catalogue:
        """What the site shows to everybody."""
        return Catalogue(self.connection)

    def train(self, projects: Iterable[Project], *, wait: bool = True, **settings: Any) -> Job:
        """Trains a model on what the projects have validated; `job.result["model"]` is its number.

        Settings are those of `POST training-runs/`: `name`, `method`, `epochs` …
        """
        body = {"projects": [project.id for project in projects], **settings}
        job = Job(self.connection, self.connection.post("training-runs/", body))
        return job.wait() if wait else job

    @cached_property
    def taxa(self) -> Taxa:
        return Taxa(self.connection)

    def job(self, number: int) -> Job:
        return Job(self.connection, self.connection.get(f"jobs/{number}/"))

    def _project(self, shape: dict[str, Any]) -> Project:
        return Project(self.connection, self.taxa, shape)


def _only(shapes: list[dict[str, Any]], key: str, name: str, noun: str) -> dict[str, Any]:
    """The one that is called so; a name that several have is refused."""
    same = [shape for shape in shapes if shape[key] == name]
    if len(same) == 1:
        return same[0]
    if same:
        numbers = ", ".join(str(shape["id"]) for shape in same)
        raise SestonError(f"{len(same)} {noun}s are called “{name}”: take one by its number, {numbers}.", 404)
    raise SestonError(f"No {noun} that you may see is called “{name}”.", 404)
