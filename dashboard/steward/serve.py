"""Running the desk: Werkzeug's threaded server on 127.0.0.1, until its page or Ctrl-C closes it.

Not gunicorn: what lies on the desk is in the memory of one process.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import webbrowser

from werkzeug.serving import WSGIRequestHandler, make_server

from dashboard.settings import desk_port
from dashboard.steward.desk import Desk
from dashboard.steward.factory import create_desk
from geodata.settings import from_environment
from geodata.values import DataProblem

HOST = "127.0.0.1"


class _Quiet(WSGIRequestHandler):
    """Writes no log: addresses hold the names of datasets, and nobody needs them."""

    protocol_version = "HTTP/1.1"
    timeout = 120

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - Werkzeug's name
        """Say nothing."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def serve(*, open_browser: bool) -> int:
    """Serve the desk until it is closed; everything put down on it is deleted then."""
    os.umask(0o077)
    port = desk_port()
    desk = Desk(from_environment())
    try:
        application = create_desk(desk)
        try:
            server = make_server(HOST, port, application, threaded=True, request_handler=_Quiet)
        except (OSError, SystemExit) as problem:
            raise DataProblem(
                f"Port {port} is taken by another program; set PORT to another one, or unset it."
            ) from problem
        desk.gate.port = int(server.server_port)
        address = f"http://{HOST}:{desk.gate.port}/enter?token={desk.gate.token}"
        print(  # noqa: T201 - the person who started the desk reads this
            f"The steward's desk is open on this computer only. This address works once:\n{address}\n"
            "Close it with the button on its page, or with Ctrl-C here.",
            flush=True,
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: desk.closing.set())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        if open_browser:
            webbrowser.open(address)
        desk.closing.wait()
        threading.Event().wait(0.3)  # the page that says goodbye is still on its way
        server.shutdown()
    finally:
        desk.close()
    print("The desk is closed; the files on it are deleted.", file=sys.stderr)  # noqa: T201 - see above
    return 0
