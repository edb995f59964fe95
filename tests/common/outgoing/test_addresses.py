"""Which servers the site may call: public ones, those that the administrator names, and nobody else's inside."""

import socket
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.common.outgoing.addresses import checked_addresses, is_allowed, parsed_address
from annotations.common.outgoing.errors import OutgoingRefused, ServerAway


def resolving_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "100.100.100.200",
        "169.254.169.254", "169.254.170.2", "168.63.129.16", "192.0.0.192", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "fec0::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "100::1",
    ],
)  # fmt: skip
def test_nothing_inside_is_called(inside):
    assert not is_allowed(inside)


@pytest.mark.parametrize(
    "public", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_public_addresses_are_called(public):
    assert is_allowed(public)


@given(st.ip_addresses(v=4))
def test_an_address_is_as_private_in_ipv6_clothes(address: IPv4Address):
    for clothed in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert is_allowed(clothed) == is_allowed(str(address))


@pytest.mark.parametrize(
    "never",
    [
        "169.254.169.254",
        "fe80::1",
        "224.0.0.1",
        "0.0.0.0",
        "168.63.129.16",
        "100.100.100.200",
        "fd00:ec2::254",
    ],
)
def test_what_an_administrator_names_may_be_private_but_never_metadata(never):
    assert is_allowed("10.0.0.5", may_be_private=True) and is_allowed("127.0.0.1", may_be_private=True)
    assert not is_allowed(never, may_be_private=True)


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "[::ffff:7f00:1]"],
)
def test_other_spellings_of_this_machine_are_refused_by_name(host):
    with pytest.raises(OutgoingRefused, match=r"private network.*SESTON_PRIVATE_HOSTS"):
        checked_addresses(parsed_address(f"http://{host}/a.zip"))


def test_a_name_that_leads_inside_is_named_with_where_it_leads(monkeypatch):
    resolving_to(monkeypatch, "93.184.216.34", "10.0.0.7")
    with pytest.raises(OutgoingRefused, match=r"^data.example leads to 10.0.0.7, an address inside"):
        checked_addresses(parsed_address("https://data.example/tow.zip"))


def test_the_administrator_names_servers_with_or_without_a_port(monkeypatch, settings):
    resolving_to(monkeypatch, "10.0.0.7")
    settings.PRIVATE_HOSTS = ["data.lab", "nas.lab:8080"]
    assert checked_addresses(parsed_address("https://DATA.lab/tow.zip")) == ["10.0.0.7"]
    assert checked_addresses(parsed_address("http://nas.lab:8080/")) == ["10.0.0.7"]
    with pytest.raises(OutgoingRefused, match=r"^nas\.lab leads to"):
        checked_addresses(parsed_address("http://nas.lab:9090/"))


def test_a_name_that_is_not_there_is_no_fault_that_passes(monkeypatch):
    def refuse(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(code, "")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    code = socket.EAI_NONAME
    with pytest.raises(OutgoingRefused, match=r"There is no server called data\.exampel"):
        checked_addresses(parsed_address("https://data.exampel/"))
    code = socket.EAI_AGAIN
    with pytest.raises(ServerAway, match=r"where data\.exampel is"):
        checked_addresses(parsed_address("https://data.exampel/"))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://data.example/tow.zip", "no address that begins with https"),
        ("file:///etc/passwd", "no address that begins with https"),
        ("data.example/tow.zip", "no address that begins with https"),
        ("https://", "no address"),
        ("http://[::1", "no address"),
        ("", "no address"),
        ("https://bob:secret@data.example/", "name or password before the @"),
        ("https://data.example:22/", "Port 22 of data.example"),
    ],
)
def test_what_is_no_address_of_a_web_server_is_refused(url, words):
    with pytest.raises(OutgoingRefused, match=words) as refused:
        parsed_address(url)
    assert "secret" not in str(refused.value)


def test_an_address_is_read_once_for_all():
    server = parsed_address(" HTTPS://Data.Example:8443/a b?c=d#part ")
    assert (server.scheme, server.host, server.port) == ("https", "data.example", 8443)
    assert (server.target, server.host_header) == ("/a%20b?c=d", "data.example:8443")
    assert parsed_address("http://[2606:4700::1111]").url == "http://[2606:4700::1111]/"
