"""`megacluster app`: opens the screen in the browser."""

from __future__ import annotations

import socket
import subprocess
import sys
from importlib.util import find_spec
from typing import Annotated

import typer

from model.commands.shared import FAILED, reported
from model.language.errors import InputError, ModelError

SCREEN = "ui.server"


def register(app: typer.Typer) -> None:
    app.command(name="app")(open_app)


@reported
def open_app(
    port: Annotated[int, typer.Option("--port", help="Port to serve on.")] = 8501,
    address: Annotated[str, typer.Option("--address", help="Address to listen on; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
) -> None:
    """Open the app in your browser; Ctrl-C stops it.

    Example: megacluster app --port 8600
    """
    if not 1 <= port <= 65535:
        raise InputError(f"--port {port} is not a port from 1 to 65535")
    if find_spec("ui") is None or find_spec("streamlit") is None:
        raise ModelError("the app is not installed: install the package with its dependencies (pip install .)")
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1" if address == "0.0.0.0" else address, port)) == 0:
            raise InputError(f"--port {port}: something is served there already; give another with --port")
    command = [sys.executable, "-m", SCREEN, "--port", str(port), "--address", address, *([] if browser else ["--no-browser"])]
    server = subprocess.Popen(command)
    try:
        status = server.wait()
    except KeyboardInterrupt:
        server.wait()
        return
    if status:
        raise typer.Exit(FAILED)
