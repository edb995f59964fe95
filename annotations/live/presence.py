"""Who has a project open, and on which samples. A page that falls silent is forgotten after a while."""

import json
import time

from redis.asyncio import Redis

from annotations.common.live import channel

SILENCE = 45  # seconds


def _key(project_id: int) -> str:
    return f"seston:present:{project_id}"


async def appear(redis: Redis, project_id: int, page: str, person: dict) -> None:
    """Says that the page is open; `person` is {id, name, where}."""
    entry = json.dumps({**person, "seen": time.time()})
    is_new = await redis.hset(_key(project_id), page, entry)
    await redis.expire(_key(project_id), 2 * SILENCE)
    if is_new:
        await _publish(redis, project_id)


async def leave(redis: Redis, project_id: int, page: str) -> None:
    await redis.hdel(_key(project_id), page)
    await _publish(redis, project_id)


async def present(redis: Redis, project_id: int) -> list[dict]:
    """[{id, name, where: [names of samples]}], each person once, by name."""
    people: dict[int, dict] = {}
    for page, text in (await redis.hgetall(_key(project_id))).items():
        entry = json.loads(text)
        if time.time() - entry["seen"] > SILENCE:
            await redis.hdel(_key(project_id), page)
            continue
        person = people.setdefault(entry["id"], {"id": entry["id"], "name": entry["name"], "where": []})
        person["where"] = sorted({*person["where"], *entry["where"]})
    return sorted(people.values(), key=lambda person: person["name"])


async def _publish(redis: Redis, project_id: int) -> None:
    await redis.publish(channel(project_id), json.dumps({"kind": "people"}))
