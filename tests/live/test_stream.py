"""What open pages hear of each other, and who may listen."""

import asyncio
import json
from collections.abc import Callable

import pytest
from django.db import connections

from annotations.common.live import now
from annotations.discussions.actions import comment, edit_comment, remove_comment
from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.live import stream
from annotations.marks.actions import adopt_starter_set, make_mark, undo_change
from annotations.projects.actions import remove_member
from annotations.projects.models import Role
from annotations.samples.models import Object, State
from tests.plankton import tow

__all__ = ["tow"]
pytestmark = pytest.mark.django_db(transaction=True)


async def nowhere(scope, receive, send):
    await send({"type": "http.response.start", "status": 418, "headers": []})


class Listener:
    """A page: reads one event after the other."""

    def __init__(self, path: str, client=None):
        cookies = (
            "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()) if client else ""
        )
        path, _, query = path.partition("?")
        self.scope = {
            "type": "http",
            "path": path,
            "query_string": query.encode(),
            "headers": [(b"cookie", cookies.encode())],
        }
        self.sent: asyncio.Queue = asyncio.Queue()
        self.gone = asyncio.Event()

    async def __aenter__(self) -> "Listener":
        async def receive() -> dict:
            await self.gone.wait()
            return {"type": "http.disconnect"}

        self.task = asyncio.ensure_future(stream.serve_live(nowhere)(self.scope, receive, self.sent.put))
        self.status = (await self.next())["status"]
        return self

    async def __aexit__(self, *_) -> None:
        self.gone.set()
        await self.task

    async def next(self) -> dict:
        return await asyncio.wait_for(self.sent.get(), 20)

    async def event(self, kind: str):
        """The next event of the kind."""
        while True:
            body = (await self.next()).get("body", b"").decode()
            if body.startswith(f"event: {kind}\n"):
                return json.loads(body.split("data: ", 1)[1])


async def elsewhere(action: Callable, **arguments):
    """As another person's request, in a thread that keeps no connection."""

    def work():
        try:
            return action(**arguments)
        finally:
            connections.close_all()

    return await asyncio.to_thread(work)


def run(test: Callable) -> None:
    """In a thread of its own: a browser test may have an event loop going in this one."""

    async def whole() -> None:
        await asyncio.wait_for(test(), 60)

    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(whole())).result()


def test_a_member_hears_whose_labels_changed(tow, client, bob, carla):
    client.force_login(bob)
    target = Object.objects.get(pk=tow.objects[0].pk)

    async def page():
        async with Listener(f"/live/{tow.project.pk}/", client) as listener:
            assert listener.status == 200
            await listener.event("people")
            outcome = await elsewhere(
                label_objects,
                project=tow.project,
                user=carla,
                targets=[Target(target.pk, target.version)],
                state=State.VALIDATED,
            )
            event = await listener.event("labels")
            assert event == {"batch": outcome.batch, "objects": [[target.pk, target.version + 1]]}

    run(page)


def test_a_page_hears_what_happened_while_it_was_on_its_way(tow, client, bob, carla):
    client.force_login(bob)
    first, second = (Object.objects.get(pk=each.pk) for each in tow.objects[:2])

    def label(target: Object) -> int:
        targets = [Target(target.pk, target.version)]
        return label_objects(project=tow.project, user=carla, targets=targets, state=State.VALIDATED).batch

    async def page():
        before = now()
        batch = await elsewhere(label, target=first)
        async with Listener(f"/live/{tow.project.pk}/?since={before}", client) as listener:
            event = await listener.event("labels")
            assert event == {"batch": batch, "objects": [[first.pk, first.version + 1]]}
        async with Listener(f"/live/{tow.project.pk}/?since={now() + 1}", client) as listener:
            await listener.event("people")
            batch = await elsewhere(label, target=second)
            assert (await listener.event("labels"))["batch"] == batch, (
                "what came before is on the page already"
            )

    run(page)


def test_a_member_hears_that_something_was_said_and_where(tow, client, bob, carla):
    client.force_login(bob)
    first = Object.objects.get(pk=tow.objects[0].pk)

    async def page():
        async with Listener(f"/live/{tow.project.pk}/", client) as listener:
            await listener.event("people")
            posted = await elsewhere(comment, project=tow.project, author=carla, text="an eg", object=first)
            assert await listener.event("comments") == {"object": first.pk}
            await elsewhere(edit_comment, comment=posted, user=carla, text="an egg")
            assert await listener.event("comments") == {"object": first.pk}
            await elsewhere(remove_comment, comment=posted, user=carla, role=Role.EXPERT)
            assert await listener.event("comments") == {"object": first.pk}

    run(page)


def test_a_member_hears_that_something_was_drawn_and_where(tow, client, bob, carla):
    client.force_login(bob)
    image = tow.objects[0].images.get()
    (label, *_) = adopt_starter_set(project=tow.project)

    async def page():
        async with Listener(f"/live/{tow.project.pk}/", client) as listener:
            await listener.event("people")
            points = {"points": [[1, 1], [5, 5]]}
            drawn = await elsewhere(
                make_mark, image=image, label=label, kind="line", geometry=points, author=carla
            )
            payload = {"objects": [image.object_id], "changes": [drawn.pk]}
            assert await listener.event("marks") == payload
            undone = await elsewhere(undo_change, change=drawn, user=carla, role=Role.ANNOTATOR)
            assert await listener.event("marks") == {**payload, "changes": [undone.pk]}

    run(page)


def test_people_see_who_else_is_there_and_on_which_sample(tow, client, bob, carla):
    from django.test import Client

    client.force_login(bob)
    carlas = Client()
    carlas.force_login(carla)
    sample = tow.objects[0].sample_id

    async def pages():
        async with Listener(f"/live/{tow.project.pk}/", client) as first:
            assert [p["name"] for p in await first.event("people")] == ["Bob"]
            async with Listener(f"/live/{tow.project.pk}/?sample={sample}", carlas) as second:
                await second.event("people")
                there = await first.event("people")
                while len(there) < 2:  # one's own coming is told, too
                    there = await first.event("people")
                assert {p["name"]: p["where"] for p in there} == {"Bob": [], "Carla": ["tow_1"]}
            while len(there) > 1:
                there = await first.event("people")
            assert there[0]["name"] == "Bob"

    run(pages)


def test_who_is_taken_out_of_the_project_hears_no_more(tow, client, bob, monkeypatch):
    monkeypatch.setattr(stream, "BREATH", 0.05)
    client.force_login(bob)

    async def page():
        async with Listener(f"/live/{tow.project.pk}/", client) as listener:
            await listener.event("people")
            await elsewhere(remove_member, project=tow.project, user=bob)
            await asyncio.wait_for(listener.task, 20)

    run(page)


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("dan", 404), ("vera", 200), ("root", 200)])
def test_only_members_listen(tow, client, request, dan, vera, root, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))

    async def page():
        async with Listener(f"/live/{tow.project.pk}/", client) as listener:
            assert listener.status == status

    run(page)


def test_other_addresses_are_left_to_django(db):
    async def page():
        async with Listener("/live/") as listener:
            assert listener.status == 418

    run(page)
