from collections.abc import Iterator

import pytest

from tests.pulls.remote import Remote, serving


@pytest.fixture
def remote(settings) -> Iterator[Remote]:
    """An EcoTaxa server on this machine, which the site may call as an exception."""
    with serving() as server:
        settings.PRIVATE_HOSTS = [server.address.removeprefix("http://")]
        settings.ECOTAXA_RETRY_SECONDS, settings.ECOTAXA_REQUESTS_PER_SECOND = 0.001, 10_000
        yield server
