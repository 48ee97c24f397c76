"""gunicorn's worker of threads, with two differences: half a request holds no thread, and its log names no reader.

A thread is given a connection only when the whole request stands in the socket's buffer (looked at, not taken). So
thousands of requests that are begun and never ended cost a place in a list, not a thread; when the list is full the
one that waits longest is closed, and everybody else is served meanwhile.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections import OrderedDict
from functools import partial
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

LONGEST = 60_000
"""Bytes of a request that are waited for; forms and Dash's questions are shorter, a longer one is refused by Flask."""
PATIENCE = 10.0
"""Seconds until a request that was begun must be whole."""
MOST_UNFINISHED = 256
"""Unfinished requests kept at once in one process."""
AGAIN = 0.1
"""Seconds between two looks at unfinished requests."""
END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,12})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)


def is_whole(begun: bytes) -> bool | None:
    """Say whether bytes hold a whole request; None where it never will be served: no browser sends it so."""
    head, end, body = begun.partition(END)
    if not end:
        return None if len(begun) >= LONGEST else False
    if _CHUNKED.search(head + b"\r\n"):
        return None
    length = _LENGTH.search(head + b"\r\n")
    return len(body) >= min(int(length[1]) if length else 0, LONGEST - len(head) - len(END))


class WholeRequestWorker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """A worker whose threads are given whole requests only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with nothing unfinished."""
        super().__init__(*args, **kwargs)
        self._unfinished: OrderedDict[TConn, float] = OrderedDict()

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection to a thread, when its request is whole; runs in the main thread."""
        if conn.parser is not None and conn.parser.unreader.buf.getvalue():
            super().enqueue_req(conn)  # a part of the next request was read with the last one
            return
        conn.sock.setblocking(False)
        try:
            begun = conn.sock.recv(LONGEST, socket.MSG_PEEK)
        except BlockingIOError:
            self._await_first_byte(conn)
            return
        except OSError:
            begun = b""
        whole = is_whole(begun) if begun else None
        if whole:
            self._unfinished.pop(conn, None)
            conn.data_ready = True
            super().enqueue_req(conn)
        elif whole is None:
            self._drop(conn)
        elif conn not in self._unfinished:
            self._unfinished[conn] = time.monotonic() + PATIENCE
            if len(self._unfinished) > MOST_UNFINISHED:
                self._drop(next(iter(self._unfinished)))

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait as gunicorn does, and look again at what was unfinished."""
        super().wait_for_and_dispatch_events(min(timeout, AGAIN) if self._unfinished else timeout)
        now = time.monotonic()
        for conn, ends in list(self._unfinished.items()):
            if ends < now:
                self._drop(conn)
            else:
                self.enqueue_req(conn)

    def _await_first_byte(self, conn: TConn) -> None:
        """Let the poller wait for a connection that has sent nothing yet, as it does for kept-alive ones."""
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _drop(self, conn: TConn) -> None:
        self._unfinished.pop(conn, None)
        self.nr_conns -= 1
        conn.close()


class NamelessLogger(Logger):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's log without what a reader sent: broken requests are not told, faults are told by the site itself."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write a warning, unless it is about one request (it would name the address)."""
        if not msg.startswith("Invalid request"):
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write that a request failed, without its address and without the text of the fault."""
        del args, kwargs
        super().error(msg.partition("%")[0].rstrip())
