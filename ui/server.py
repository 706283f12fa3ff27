"""The app as a server with protecting headers and the right language of the page: `python -m ui.server --port 8501`.

`streamlit run app.py` shows the same app without either; that is for development.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import logging
import re
import secrets
import threading
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from model.language.errors import InputError
from model.wording import LANGUAGES
from ui import built_in, menu
from ui.settings import draws

HERE = Path(__file__).parent
APP = HERE.parent / "app.py"
LARGEST_DOCUMENT = 1_000_000
_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "SAMEORIGIN",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}


_ONE_ENTRY = """
if (!window.oneEntry) {
  window.oneEntry = true;
  const push = history.pushState;
  history.pushState = function (state, unused, address) {
    const to = new URL(address ?? "", location.href);
    const same = to.pathname === location.pathname && !new URLSearchParams(location.search).has("s");
    (same ? history.replaceState : push).call(history, state, unused, address);
    dispatchEvent(new Event("addressed"));
  };
}
"""
"""A page that is opened without a scenario gets its own in the address at once. That is no step: going back must not stop there."""


def page_script(language: str) -> str:
    """What runs in the page: it tells the browser the language after a switch, for screen readers and for the numbers that Streamlit
    itself writes, and makes the opening of a page one entry of the browser's history.
    """
    numbers = f'Object.defineProperty(navigator, "languages", {{value: ["{language}"], configurable: true}});'
    return f'document.documentElement.lang = "{language}"; {numbers}{_ONE_ENTRY}{built_in.script(language)}'


def content_policy(document: str) -> str:
    """The content security policy of a document: nothing from other hosts, and of inline scripts only those that it holds."""
    ours = [script(language) for script in (page_script, menu.script) for language in LANGUAGES]
    scripts = [*_SCRIPT.findall(document), *ours]
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts)
    return (
        f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    )


def asked_language(query: str, accepted: str) -> str:
    """Language of the address (`lang=`), else the first of the browser's that there is, else the first there is."""
    given = parse_qs(query).get("lang", [""])[0]
    wanted = [given, *(part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))]
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])


class Protect:
    """Adds headers to every answer; in a document it sets the language, and the policy that fits its scripts."""

    def __init__(self, app: Any):
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = {name: value.decode("latin-1") for name, value in scope["headers"]}
        document = "text/html" in given.get(b"accept", "")
        if document:
            plain = (b"accept-encoding", b"if-none-match", b"if-modified-since")
            scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in plain]}
        language = asked_language(scope.get("query_string", b"").decode("latin-1"), given.get(b"accept-language", ""))
        held: dict[str, Any] = {}
        body = bytearray()

        async def protected(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                is_html = any(name == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"])
                if document and is_html:
                    held.update(message)
                    return
                await send({**message, "headers": _with_headers(message["headers"], HEADERS)})
                return
            if not held:
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body") and len(body) < LARGEST_DOCUMENT:
                return
            text = body.decode("utf-8").replace('<html lang="en">', f'<html lang="{language}">', 1)
            headers = {**HEADERS, "content-security-policy": content_policy(text), "content-length": str(len(text.encode()))}
            await send({**held, "headers": _with_headers(held["headers"], headers)})
            await send({"type": "http.response.body", "body": text.encode(), "more_body": False})

        await self._app(scope, receive, protected)


def _with_headers(old: Iterable[tuple[bytes, bytes]], new: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    names = {name.encode() for name in new}
    dropped = names | ({b"etag", b"last-modified"} if "content-length" in new else set())
    return [(name, value) for name, value in old if name.lower() not in dropped] + [(name.encode(), value.encode()) for name, value in new.items()]


def settings(port: int, address: str, browser: bool) -> dict[str, Any]:
    """Look and limits of the app (`ui/config.toml`) with where it is served."""
    found: dict[str, Any] = {}

    def descend(node: Mapping[str, Any], prefix: str) -> None:
        for name, value in node.items():
            if isinstance(value, Mapping):
                descend(value, f"{prefix}{name}.")
            else:
                found[prefix + name] = value

    descend(tomllib.loads((HERE / "config.toml").read_text(encoding="utf-8")), "")
    return {**found, "server.port": port, "server.address": address, "server.headless": not browser}


def failed(error: Exception) -> bool:
    """Tell the visitor that something broke, by a number that stands in the log as well; what broke stands in the log alone."""
    import streamlit as st

    from ui import state

    number = secrets.token_hex(4)
    logging.getLogger("megacluster").error("error %s", number, exc_info=error)
    st.error(state.w()("error.unexpected", number=number), icon=":material/error:")
    return True


def served(script: Path = APP) -> Any:
    """The app with its headers, as an ASGI application."""
    import streamlit as st
    from starlette.middleware import Middleware

    return st.App(script, middleware=[Middleware(Protect)], on_script_error=failed)


def main() -> None:
    """Serve the app until it is stopped."""
    parser = argparse.ArgumentParser(prog="python -m ui.server", description=__doc__)
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--no-browser", action="store_true")
    given = parser.parse_args()
    try:
        draws()
    except InputError as error:
        parser.error(str(error))
    from ui import drawing

    # While the server starts: the first visitor need not wait for it.
    threading.Thread(target=drawing.prepare, daemon=True).start()
    served().run(config=settings(given.port, given.address, not given.no_browser))


if __name__ == "__main__":
    main()
