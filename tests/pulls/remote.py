"""A small EcoTaxa server of the tests' own: it answers, over HTTP, as `openapi.json` of ecotaxa_back says."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.imports.packages import png

ACCOUNT, PASSWORD, TOKEN = "ann@lab.example", "Plankton-1", "eyJ1c2VyX2lkIjo5OTN9.YUmHHw.secret"
PEOPLE = {7: ("Ann Lee", "ann@lab.example"), 8: ("Bo Ek", "bo@lab.example")}
TAXA = {
    1: ("living", ["living"], None),
    25828: ("Copepoda", ["Copepoda", "Crustacea", "living"], 1080),
    82399: ("Penilia", ["Penilia", "Cladocera", "living"], 106273),
    30000: ("egg<Copepoda", ["egg", "Copepoda", "Crustacea", "living"], None),
}
JSON = dict[str, Any]


def remote_object(number: int, **more: Any) -> JSON:
    """An object of sample 100 with one picture; `more` adds or replaces values."""
    values = {
        "objid": number,
        "orig_id": f"o{number}",
        "sample": 100,
        "acquisid": 1000,
        "latitude": 43.5,
        "longitude": 7.25,
        "depth_min": 0.0,
        "depth_max": 50.0,
        "objdate": "2020-05-13",
        "objtime": "08:59:48",
        "object_link": None,
        "complement_info": None,
        "classif_id": None,
        "classif_qual": None,
        "classif_who": None,
        "classif_when": None,
        "classif_auto_score": None,
        "classif_auto_when": None,
        "free": {"area": 10.0 * number, "label": f"L{number}"},
        "images": [(number * 10, 0)],
        "history": [],
    }
    return {**values, **more}


def validated(number: int, taxon: int = 25828, who: int = 7, **more: Any) -> JSON:
    label = {"classif_id": taxon, "classif_qual": "V", "classif_who": who}
    return remote_object(number, **label, classif_when="2021-09-29T08:25:37.968095", **more)


def predicted(number: int, taxon: int = 82399, score: float = 0.25, **more: Any) -> JSON:
    label = {"classif_id": taxon, "classif_qual": "P", "classif_auto_score": score}
    return remote_object(number, **label, classif_auto_when="2021-09-21T14:59:01", **more)


@dataclass
class Remote:
    """What the server has and does. Objects are by their numbers; `requests` are method, path and headers."""

    objects: dict[int, JSON] = field(default_factory=dict)
    samples: dict[int, JSON] = field(default_factory=dict)
    acquisitions: dict[int, JSON] = field(default_factory=dict)
    columns: dict[str, JSON] = field(default_factory=dict)
    forbidden: set[int] = field(default_factory=set)  # projects
    lost_pictures: set[int] = field(default_factory=set)
    pictures: dict[int, bytes] = field(default_factory=dict)  # other bytes than the usual ones
    statuses: list[int] = field(default_factory=list)  # of the next answers
    breaks_after: list[int] = field(default_factory=list)  # bytes of the next pictures
    tokens: set[str] = field(default_factory=set)
    before_answer: Callable[[str], None] = lambda path: None
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    address: str = ""

    def add(self, *objects: JSON) -> None:
        self.objects.update({each["objid"]: each for each in objects})

    def paths(self, start: str) -> list[str]:
        return [path for _, path, _ in self.requests if path.startswith(start)]

    # --- Answers --------------------------------------------------------------------------------------------------

    def answer(self, path: str, query: dict[str, str], body: Any) -> Any:
        """Raises KeyError for what is not there, PermissionError for what the account may not see."""
        for pattern, function in ROUTES:
            if match := re.fullmatch(pattern, path):
                return function(self, query, body, *map(int, match.groups()))
        raise KeyError(path)

    def me(self, query: JSON, body: Any) -> JSON:
        return {"id": 7, "name": "Ann Lee", "email": ACCOUNT}

    def person(self, query: JSON, body: Any, number: int) -> JSON:
        name, email = PEOPLE[number]
        return {"id": number, "name": name, "email": email}

    def search(self, query: JSON, body: Any) -> list[JSON]:
        return [self.project(query, body, number) for number in (42, 43) if number not in self.forbidden]

    def project(self, query: JSON, body: Any, number: int) -> JSON:
        if number in self.forbidden:
            raise PermissionError
        title = {42: "Villefranche 2020", 43: "Nice 2021"}[number]
        members = {
            "managers": [{"id": 7, "name": "Ann Lee", "email": ACCOUNT}],
            "annotators": [],
            "viewers": [],
        }
        return {"projid": number, "title": title, "objcount": len(self.objects), **self.columns, **members}

    def sample_list(self, query: JSON, body: Any) -> list[JSON]:
        return [{"sampleid": number, **sample} for number, sample in self.samples.items()]

    def acquisition_list(self, query: JSON, body: Any) -> list[JSON]:
        return [{"acquisid": number, **each["acquisition"]} for number, each in self.acquisitions.items()]

    def process(self, query: JSON, body: Any, number: int) -> JSON:
        return {"processid": number, **self.acquisitions[number]["process"]}

    def page(self, query: JSON, body: Any, project: int) -> JSON:
        self.project(query, body, project)
        samples = {int(number) for number in body.get("samples", "").split(",") if number}
        chosen = [
            each for _, each in sorted(self.objects.items()) if not samples or each["sample"] in samples
        ]
        start, size = int(query["window_start"]), int(query["window_size"])
        window = chosen[start : start + size]
        fields = list(filter(None, query.get("fields", "").split(",")))
        return {
            "object_ids": [each["objid"] for each in window],
            "acquisition_ids": [each["acquisid"] for each in window],
            "sample_ids": [each["sample"] for each in window],
            "project_ids": [project] * len(window),
            "details": [[_field(each, name) for name in fields] for each in window],
            "total_ids": len(chosen),
        }

    def object(self, query: JSON, body: Any, number: int) -> JSON:
        return {"objid": number, "images": [_image(*each) for each in self.objects[number]["images"]]}

    def history(self, query: JSON, body: Any, number: int) -> list[JSON]:
        return self.objects[number]["history"]

    def taxa(self, query: JSON, body: Any) -> list[JSON]:
        numbers = [int(number) for number in query["ids"].split(",")]
        return [_taxon(number) for number in numbers if number in TAXA]


ROUTES = (
    (r"/users/me", Remote.me),
    (r"/users/(\d+)", Remote.person),
    (r"/projects/search", Remote.search),
    (r"/projects/(\d+)", Remote.project),
    (r"/samples/search", Remote.sample_list),
    (r"/acquisitions/search", Remote.acquisition_list),
    (r"/process/(\d+)", Remote.process),
    (r"/object_set/(\d+)/query", Remote.page),
    (r"/object/(\d+)", Remote.object),
    (r"/object/(\d+)/history", Remote.history),
    (r"/taxon_set/query", Remote.taxa),
)


def _taxon(number: int) -> JSON:
    name, lineage, aphia = TAXA[number]
    return {"id": number, "name": lineage[0], "display_name": name, "lineage": lineage, "aphia_id": aphia}


def _image(number: int, rank: int) -> JSON:
    file_name = f"{number // 10000:04}/{number % 10000:04}.png"
    return {"imgid": number, "imgrank": rank, "file_name": file_name, "orig_file_name": f"raw/o{number}.png"}


def _field(each: JSON, name: str) -> Any:
    prefix, _, rest = name.partition(".")
    if prefix == "fre":
        return each["free"].get(rest)
    if prefix == "img":
        images = sorted(each["images"], key=lambda image: image[1])
        return _image(*images[0])[rest] if images else None
    return len(each["images"]) if rest == "imgcount" else each[rest]


# --- HTTP -------------------------------------------------------------------------------------------------------------


class _Handler(BaseHTTPRequestHandler):
    remote: Remote

    def do_GET(self) -> None:
        path = self.path
        self.remote.requests.append((self.command, path, dict(self.headers)))
        self.remote.before_answer(path)
        if self.remote.statuses:
            self._send(self.remote.statuses.pop(0), {"detail": "away"})
        elif path.startswith("/vault/"):
            self._send_picture(int(re.sub(r"\D", "", unquote(path))))
        else:
            self._send(*self._answer(urlsplit(path.removeprefix("/api"))))

    do_POST = do_GET

    def _answer(self, address: Any) -> tuple[int, Any]:
        sent = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
        if address.path == "/login":
            is_right = sent == {"username": ACCOUNT, "password": PASSWORD}
            self.remote.tokens.add(TOKEN)
            return (200, TOKEN) if is_right else (403, {"detail": "Not authenticated"})
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in self.remote.tokens:
            return 403, {"detail": "Not authenticated"}
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        try:
            return 200, self.remote.answer(address.path, query, sent)
        except KeyError:
            return 404, {"detail": "Not found"}
        except PermissionError:
            return 403, {"detail": "You cannot do this."}

    def _send_picture(self, number: int) -> None:
        if number in self.remote.lost_pictures:
            return self._send(404, {"detail": "Not found"})
        content = self.remote.pictures.get(number, png(number % 200, (11, 9)))
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.remote.breaks_after:
            content = content[: self.remote.breaks_after.pop(0)]
            self.close_connection = True
        self.wfile.write(content)

    def _send(self, status: int, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(port: int = 0) -> Iterator[Remote]:
    remote = Remote(
        samples={
            100: {"orig_id": "tow1", "free_columns": {"ship": "Tara"}, "dataportal_descriptor": None},
            101: {"orig_id": "tow2", "free_columns": {"ship": "Sagitta"}, "dataportal_descriptor": None},
        },
        acquisitions={
            1000: {
                "acquisition": {"orig_id": "a1", "instrument": "zooscan", "free_columns": {"sub_part": "4"}},
                "process": {"orig_id": "p1", "free_columns": {"particle_pixel_size_mm": "0.0106"}},
            },
            1001: {
                "acquisition": {"orig_id": "a2", "instrument": "zooscan", "free_columns": {"sub_part": "2"}},
                "process": {"orig_id": "p2", "free_columns": {"particle_pixel_size_mm": "0.0106"}},
            },
        },
        columns={
            "obj_free_cols": {"area": "n01", "label": "t01"},
            "sample_free_cols": {"ship": "t01"},
            "acquisition_free_cols": {"sub_part": "t01"},
            "process_free_cols": {"particle_pixel_size_mm": "t01"},
        },
    )
    handler = type("Handler", (_Handler,), {"remote": remote})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    remote.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield remote
    server.shutdown()
    server.server_close()
    thread.join()
