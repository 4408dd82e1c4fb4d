"""Cut the network of every Python process that finds this file on its PYTHONPATH.

Python imports `sitecustomize` at its start. The hook lets no `socket` look up or reach an address
but this machine's own, so that a kernel still hears its notebook. Other programs are not covered.
"""

import ipaddress
import socket
import sys

REFUSAL = "the network is cut in the tests"


class NetworkCut(RuntimeError):
    """Not an OSError: code that silently does without a network must not hide the attempt."""


def _is_here(host):
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _guard(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        connection, address = args
        if address is None or connection.family == getattr(socket, "AF_UNIX", None):
            return
        allowed = isinstance(address, tuple) and _is_here(address[0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        address = args[0]
        allowed = _is_here(address)
    else:
        return
    if not allowed:
        raise NetworkCut(f"{REFUSAL}: {event} to {address!r}")


sys.addaudithook(_guard)
