"""Which servers may be called: never this machine, its network, or what hands out the credentials of a cloud.

A name is resolved once, all that it resolves to is checked, and the connection goes to what was checked: a name that
leads elsewhere a moment later (DNS rebinding) gains nothing.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from annotations.common.outgoing.errors import OutgoingRefused, ServerAway

PORTS = {"http": 80, "https": 443}
FIRST_FREE_PORT = 1024  # mail, shells and the like listen below
NAT64 = ip_network("64:ff9b::/96")  # an IPv4 address as seen from a network that has IPv6 alone (RFC 6052)
# of Azure, Oracle, Alibaba, AWS and Google, for virtual machines of their own; else they are link-local
METADATA = {
    ip_address(text)
    for text in ("168.63.129.16", "192.0.0.192", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254")
}
# protocol assignments and relays of 6to4, which Python of before 3.11.10 calls global
NOT_GLOBAL = (ip_network("192.0.0.0/24"), ip_network("192.88.99.0/24"))


@dataclass(frozen=True)
class ServerAddress:
    """A parsed address of http or https: `host` without brackets, `target` the path with its query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host_header}{self.target}"


def parsed_address(url: str) -> ServerAddress:
    """Raises OutgoingRefused for what is no address of http or https, or has a password in it."""
    try:
        parts: Url = parse_url(url.strip())
    except LocationParseError:
        parts = Url()
    if parts.scheme not in PORTS or not parts.host:
        raise OutgoingRefused(f"{_shortened(url)!r} is no address that begins with https:// or http://.")
    if parts.auth:
        raise OutgoingRefused(
            f"The address of {parts.host} has a name or password before the @. Jobs keep addresses, so leave it out."
        )
    port = parts.port or PORTS[parts.scheme]
    if port < FIRST_FREE_PORT and port not in PORTS.values():
        raise OutgoingRefused(
            f"Port {port} of {parts.host} is no port of a web server: use 80, 443, or 1024 and above."
        )
    return ServerAddress(parts.scheme, parts.host.strip("[]"), port, parts.request_uri)


def checked_addresses(server: ServerAddress) -> list[str]:
    """The numeric addresses of its host, all of which may be called.

    Raises OutgoingRefused where one may not or there is no such host, ServerAway where nobody can say now.
    """
    addresses = _resolved(server)
    may_be_private = bool({server.host, f"{server.host}:{server.port}"} & set(settings.PRIVATE_HOSTS))
    for text in addresses:
        if not is_allowed(text, may_be_private=may_be_private):
            raise OutgoingRefused(_refusal(server.host, text))
    return addresses


def is_allowed(text: str, *, may_be_private: bool = False) -> bool:
    """Whether a numeric address is one of the internet; or of a private network, where it may be."""
    address = _inner_address(ip_address(text))
    never = address.is_link_local or address.is_multicast or address.is_unspecified or address in METADATA
    return not never and (may_be_private or (address.is_global and not _is_relayed(address)))


def _resolved(server: ServerAddress) -> list[str]:
    try:
        answers = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise ServerAway(f"Nobody could say where {server.host} is") from error
        answers = []
    except UnicodeError:  # a label of the name is too long
        answers = []
    if not answers:
        raise OutgoingRefused(f"There is no server called {server.host}. Check the address.")
    return list(dict.fromkeys(str(address[0]) for *_, address in answers))


def _inner_address(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_relayed(address: IPv4Address | IPv6Address) -> bool:
    """IPv6 that carries an IPv4 address which a relay would call in our place; or what is reserved."""
    if isinstance(address, IPv4Address):
        return address.is_reserved or any(address in network for network in NOT_GLOBAL)
    return (
        address.sixtofour is not None
        or address.teredo is not None
        or address.is_site_local
        or address.is_reserved
    )


def _refusal(host: str, text: str) -> str:
    leads = f"{host} is" if host == text else f"{host} leads to {text},"
    return (
        f"{leads} an address inside a private network, which the site does not call. Upload the file, or ask the "
        "administrator to name the server in SESTON_PRIVATE_HOSTS."
    )


def _shortened(url: str) -> str:
    return url if len(url) <= 80 else f"{url[:79]}…"
