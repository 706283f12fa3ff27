"""Where the server asks for a login, nothing is shown before it, and saved cases say who saved them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlparse

import pytest

from model.store import open_store
from ui import screenshots

CLIENT = "megacluster"
NAME = "Ada <b>van</b> Dijk"


class Provider(BaseHTTPRequestHandler):
    """As much of an OpenID Connect provider as a login needs: it lets everybody in as the same person."""

    nonce = ""

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def do_GET(self) -> None:
        asked = urlparse(self.path)
        given = {key: values[0] for key, values in parse_qs(asked.query).items()}
        if asked.path == "/authorize":
            Provider.nonce = given["nonce"]
            self.send_response(302)
            self.send_header("location", f"{given['redirect_uri']}?{urlencode({'code': 'once', 'state': given['state']})}")
            self.end_headers()
        elif asked.path == "/keys":
            self.answer({"keys": [self.server.key.as_dict(private=False)]})
        else:
            pages = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            told = {name: f"{self.issuer}/{page}" for name, page in pages.items()}
            self.answer({"issuer": self.issuer, "id_token_signing_alg_values_supported": ["RS256"], "response_types_supported": ["code"], **told})

    def do_POST(self) -> None:
        from joserfc import jwt

        self.rfile.read(int(self.headers["content-length"]))
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300, "nonce": Provider.nonce, "name": NAME}
        token = jwt.encode({"alg": "RS256", "kid": "k"}, claims, self.server.key)
        self.answer({"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def answer(self, told: dict) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def provider() -> Iterator[str]:
    from joserfc.jwk import RSAKey

    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.key = RSAKey.generate_key(2048, {"kid": "k"})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def secrets(home: Path, provider: str, address: str) -> None:
    folder = home / ".streamlit"
    folder.mkdir()
    lines = {
        "redirect_uri": f"{address}/oauth2callback",
        "cookie_secret": "0123456789abcdef0123456789abcdef",
        "client_id": CLIENT,
        "client_secret": "not so secret",
        "server_metadata_url": f"{provider}/.well-known/openid-configuration",
    }
    (folder / "secrets.toml").write_text("[auth]\n" + "".join(f'{name} = "{value}"\n' for name, value in lines.items()), encoding="utf-8")


@pytest.mark.browser
def test_a_server_can_ask_for_a_login(browser, provider, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with screenshots.serving_process(tmp_path, lambda address: secrets(tmp_path, provider, address)) as (address, _):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="nl-NL")
        page = context.new_page()
        for name in ("", "compare", "assumptions"):
            page.goto(f"{address}/{name}?lang=nl")
            page.get_by_role("heading", name="Wie bent u?").wait_for()
            assert page.locator(".figure .value").count() == page.get_by_test_id("stSlider").count() == page.locator(".menu").count() == 0
        page.get_by_role("button", name="Inloggen").click()
        page.get_by_text(f"Ingelogd als {NAME}", exact=True).wait_for()
        page.goto(f"{address}/compare?lang=nl")
        screenshots.settled(page)
        page.get_by_label("Naam", exact=True).fill("Later")
        page.get_by_role("button", name="Bewaar dit geval").click()
        page.get_by_text(f"Door {NAME}.").wait_for()
        assert open_store(str(tmp_path / "cases.db")).get("Later").author == NAME
        page.get_by_role("button", name="Uitloggen").click()
        page.get_by_role("heading", name="Wie bent u?").wait_for()
        context.close()
