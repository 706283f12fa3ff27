"""What docs/deploy tells fits the program: files, extras, settings and limits that it names are there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from model.engine.kernel_cache import FOLDER_VARIABLE
from model.store import SETTING
from ui.settings import DRAWS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "docs" / "deploy"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def test_the_image_holds_all_that_the_package_needs():
    copied = {word for line in re.findall(r"^COPY (?!--from)(.*) \S+$", CONTAINER, re.MULTILINE) for word in line.split()}
    assert all((ROOT / name).exists() for name in copied)
    packages = {name.rstrip("*") for name in PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]}
    modules = {f"{name}.py" for name in PROJECT["tool"]["setuptools"]["py-modules"]}
    assert packages | modules | {"pyproject.toml", PROJECT["project"]["readme"], *PROJECT["project"]["license-files"]} <= copied
    extras = re.search(r"'\.\[([\w,]+)\]'", CONTAINER).group(1).split(",")
    assert set(extras) <= set(PROJECT["project"]["optional-dependencies"])


def test_the_image_starts_what_there_is():
    command = json.loads(re.search(r"^ENTRYPOINT (\[.*\])$", CONTAINER, re.MULTILINE).group(1))
    told = subprocess.run([sys.executable, *command[1:3], "--help"], capture_output=True, text=True, cwd=ROOT, check=True).stdout
    assert all(option in told for option in command if option.startswith("--"))
    assert f"EXPOSE {command[command.index('--port') + 1]}" in CONTAINER
    assert re.search(r"^USER \d+$", CONTAINER, re.MULTILINE)


def test_the_proxy_lets_through_what_the_app_takes():
    settings = tomllib.loads((ROOT / "ui" / "config.toml").read_text(encoding="utf-8"))["server"]
    proxy = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert int(re.search(r"client_max_body_size (\d+)m;", proxy).group(1)) > settings["maxUploadSize"]
    assert {"8501", "8502"} == set(re.findall(r"server 127\.0\.0\.1:(\d+);", proxy))
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert f"uploads of at most {settings['maxUploadSize']} MB" in text
    named = set(re.findall(r"`(MEGACLUSTER_\w+)`", text))
    assert named == {SETTING, FOLDER_VARIABLE, DRAWS}
    assert set(tomllib.loads((DEPLOY / "secrets.example.toml").read_text(encoding="utf-8"))["auth"]) == {
        "redirect_uri",
        "cookie_secret",
        "client_id",
        "client_secret",
        "server_metadata_url",
    }
