"""Redis as Django's cache, with one client of the library for all words with it: Django makes a new one for each, which
takes longer than the word itself."""

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class SharedClient(RedisCacheClient):
    """It holds no connection, but a pool of them. Of several servers one answers the reads of a thread."""

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        clients: dict[bool, Any] = self.__dict__.setdefault("clients", {})
        if write not in clients:
            clients[write] = super().get_client(key, write=write)
        return clients[write]


class Cache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = SharedClient
