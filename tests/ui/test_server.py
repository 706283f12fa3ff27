"""The app as a server: every answer has its headers, the document its language and a policy that fits."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path

import pytest

from ui import screenshots, server, settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def served():
    with screenshots.serving() as address:
        yield address


def fetch(address: str, **headers: str):
    with urllib.request.urlopen(
        urllib.request.Request(address, headers={name.replace("_", "-"): v for name, v in headers.items()}), timeout=20
    ) as found:
        return found.headers, found.read().decode()


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("?lang=en", "nl", "en"),
        ("?lang=nl", "en", "nl"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "nl-NL,en;q=0.8", "nl"),
        ("?lang=xx", "de,en", "en"),
        ("", "", "nl"),
    ],
)
def test_the_document_says_its_language(served, query, accepted, language):
    _, body = fetch(f"{served}/{query}", Accept="text/html", Accept_Language=accepted)
    assert f'<html lang="{language}">' in body


def test_the_policy_lets_no_other_host_in(served):
    headers, body = fetch(f"{served}/risk?lang=nl", Accept="text/html", Accept_Encoding="gzip")
    policy = headers["content-security-policy"]
    assert "unsafe-eval" not in policy and "http" not in policy and "*" not in policy
    assert "'unsafe-inline'" not in re.search(r"script-src[^;]*", policy).group()
    assert int(headers["content-length"]) == len(body.encode())


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/favicon.png"])
def test_every_answer_is_protected(served, path):
    headers, _ = fetch(served + path) if not path.endswith("png") else (urllib.request.urlopen(served + path, timeout=20).headers, "")
    for name, value in server.HEADERS.items():
        assert headers[name] == value


def test_both_ways_to_start_look_the_same():
    files = [tomllib.loads((ROOT / name).read_text(encoding="utf-8")) for name in (".streamlit/config.toml", "ui/config.toml")]
    assert files[0] == files[1]
    told = server.settings(8600, "127.0.0.1", browser=False)
    assert told["server.port"] == 8600 and told["server.headless"] is True
    assert told["client.showErrorDetails"] == "none" and told["browser.gatherUsageStats"] is False


def test_a_taken_port_is_told(served):
    port = served.rsplit(":", 1)[1]
    command = [sys.executable, "-c", "from model.cli import main; main()", "app", "--port", port, "--no-browser"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 2
    assert "served there already" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("given", ["many", "99", "5001", "-1", "1e3"])
def test_a_wrong_number_of_draws_is_refused_at_the_start(given):
    command = [sys.executable, "-m", "ui.server", "--no-browser"]
    done = subprocess.run(command, env={**os.environ, settings.DRAWS: given}, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert f"{settings.DRAWS} is '{given}'; allowed is a whole number of draws from 100 to 5000" in done.stderr
    assert "Traceback" not in done.stderr
