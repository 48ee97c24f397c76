"""Where phones in the same room find this computer: its address in the local network, asked of the system only."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

LOCAL = ("localhost", "127.0.0.1", "::1")


def public_root(host_url: str, bound: str, port: int) -> str:
    """Return the root address phones can open, empty when this server answers its own computer only.

    host_url: how the presenter's browser reached the site; bound: the address the server listens on.
    """
    parts = urlsplit(host_url)
    if parts.hostname and parts.hostname not in LOCAL:
        return f"{parts.scheme}://{parts.netloc}"
    if bound in LOCAL:
        return ""
    address = lan_address()
    return f"http://{address}:{port}" if address else ""


def lan_address() -> str:
    """Return this computer's private IPv4 address, empty when it is in no network.

    Choosing a route for a datagram socket sends nothing: the system only says which address it would use.
    """
    for target in ("10.255.255.255", "192.168.255.255", "172.31.255.255"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((target, 9))
            except OSError:
                continue
            address = str(probe.getsockname()[0])
            if ip_address(address).is_private and not ip_address(address).is_loopback:
                return address
    return ""
