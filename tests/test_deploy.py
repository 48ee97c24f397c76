"""The examples under deploy/ are read by the programs they are for, where those are installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
LIVE = "/etc/letsencrypt/live/example.org"
AROUND = """
pid {folder}/pid; error_log {folder}/error.log; events {{ }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  include {folder}/njia.conf;
}}
"""


@pytest.mark.skipif(NGINX is None or shutil.which("openssl") is None, reason="nginx or openssl is missing")
def test_nginx_reads_its_example(tmp_path: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
         "/CN=example.org", "-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    example = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert LIVE in example
    (tmp_path / "njia.conf").write_text(example.replace(LIVE, str(tmp_path)), encoding="utf-8")
    (tmp_path / "nginx.conf").write_text(AROUND.format(folder=tmp_path), encoding="utf-8")
    told = subprocess.run(
        [str(NGINX), "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], check=False, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
