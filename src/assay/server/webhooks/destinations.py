"""Which addresses a webhook may be delivered to.

A tenant names any host, and the engine stands inside somebody's network: so a name is resolved once, every
address it has must be a public one, and the connection goes to an address that was checked. What a name says
later does not matter, and redirects are not followed.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from assay.errors import InvalidInput, Problem

Address = IPv4Address | IPv6Address

# Clouds answer with credentials under these, and Python counts them as public (192.0.0.192 is Oracle's,
# 168.63.129.16 Azure's). 100.100.100.200 and fd00:ec2::254 are private ranges already.
_METADATA: Final = frozenset({ip_address("192.0.0.192"), ip_address("168.63.129.16")})
_NAT64: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_THIS_NETWORK: Final = ip_network("0.0.0.0/8")


class DestinationRefused(Exception):
    """The host has no address that may be connected to."""


def check_url(url: str, *, allow_private: bool) -> None:
    """Refuse at once what can never be delivered to. Raises InvalidInput at /url.

    Plain http is for private networks only: an event and its signature do not cross the internet unsealed.
    """
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise _invalid("credentials", "A webhook's address has no user name or password in it")
    if parts.scheme != "https" and not allow_private:
        raise _invalid("https", "A webhook's address begins with https")
    literal = _literal(parts.hostname or "")
    if literal is not None and not allow_private and not is_public(literal):
        raise _invalid("private_address", "A webhook cannot be delivered to a private address")


async def resolve(host: str, port: int, *, allow_private: bool) -> str:
    """An address of the host to connect to. Raises DestinationRefused, for one bad address among many too."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DestinationRefused("the name does not resolve") from None
    # The zone of a link-local address is no part of it.
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    return str(choose(addresses, allow_private=allow_private))


def choose(addresses: Sequence[Address], *, allow_private: bool) -> Address:
    """The first address, when every one is allowed."""
    if not addresses:
        raise DestinationRefused("the name has no address")
    if not allow_private and not all(is_public(address) for address in addresses):
        raise DestinationRefused("the address is private")
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether an address is on the internet, also when it is wrapped into an IPv6 address."""
    if isinstance(address, IPv6Address):
        wrapped = _wrapped(address)
        if wrapped is not None:
            return is_public(wrapped)
    if isinstance(address, IPv4Address) and address in _THIS_NETWORK:
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and address not in _METADATA
    )


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that packets to this address reach in the end."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in _NAT64):
        return IPv4Address(address.packed[-4:])
    return None


def _literal(host: str) -> Address | None:
    """The address that the host is, also in the short and octal forms that resolvers accept."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _invalid(rule: str, message: str) -> InvalidInput:
    return InvalidInput(message + ".", path="/url", problems=[Problem("/url", rule, message)])
