"""The program that parses one file: `python -m geodata.untrusted.child workbook|vector|json|survey|document PATH`.

Writes one line of JSON and then Arrow streams to its output; a refusal is one sentence on its error stream and exit
status 3. It starts no other program, opens no address and keeps no file.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.untrusted.run import REFUSED
from geodata.values import DataProblem

if TYPE_CHECKING:
    import pyarrow as pa

_BASE = 3 << 30
_PER_BYTE = 40
"""Address space a parser may take: a base for its libraries and so many bytes per byte of the file."""


def _limit(path: Path) -> None:
    """Bound memory and forbid a core dump, where the system can."""
    try:
        import resource  # noqa: PLC0415 - absent on Windows
    except ImportError:
        return
    most = _BASE + _PER_BYTE * path.stat().st_size
    for kind, value in ((resource.RLIMIT_AS, most), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or value <= hard:
            resource.setrlimit(kind, (value, hard))


def _parse(task: str, path: Path) -> tuple[dict[str, Any], list[pa.Table]]:
    if task == "workbook":
        from geodata.untrusted.sheets import read_sheets  # noqa: PLC0415 - each task loads its own library

        return read_sheets(path)
    if task == "json":
        from geodata.untrusted.records import read_records  # noqa: PLC0415

        return read_records(path)
    if task == "survey":
        from geodata.untrusted.survey import read_survey  # noqa: PLC0415

        return read_survey(path)
    if task == "document":
        from geodata.untrusted.documents import read_document  # noqa: PLC0415

        return read_document(path)
    from geodata.untrusted.vector import read_layers  # noqa: PLC0415

    return read_layers(path)


def main(task: str, name: str) -> int:
    """Parse and answer."""
    path = Path(name)
    os.umask(0o077)
    _limit(path)
    try:
        facts, tables = _parse(task, path)
    except DataProblem as problem:
        sys.stderr.write(str(problem))
        return REFUSED
    except MemoryError:
        sys.stderr.write(f"‘{path.name}’ needs more memory to read than such a file should; save it as CSV.")
        return REFUSED
    import pyarrow as pa  # noqa: PLC0415 - after the limits are set

    streams = []
    for table in tables:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        streams.append(sink.getvalue())
    out = sys.stdout.buffer
    out.write(json.dumps({**facts, "sizes": [len(stream) for stream in streams]}).encode() + b"\n")
    for stream in streams:
        out.write(stream)
    out.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:3]))
