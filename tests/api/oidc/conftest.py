"""An OpenID issuer on this machine: real keys, real HTTP, and faults on demand."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from api.app import create_app

AUDIENCE = "whyred"


class Issuer:
    """`published` are the keys that its document lists; `asked` counts by path; `answer` replaces what it says.

    It takes its time while `awake` is not set; `busy` is set once somebody waits for it.
    """

    def __init__(self, url, *keys):
        self.url = url
        self.published = list(keys)
        self.asked = []
        self.answer = {}
        self.awake, self.busy = threading.Event(), threading.Event()
        self.awake.set()

    def token(self, key, now, header=None, **claims):
        """What a sound client would send, but for what is changed; None takes a claim out."""
        at = int(now.timestamp())
        said = {"iss": self.url, "aud": AUDIENCE, "sub": "u-1", "iat": at, "exp": at + 300, **claims}
        alg = "RS256" if key.key_type == "RSA" else "ES256"
        head = {"alg": alg, "kid": key.kid, **(header or {})}
        wanted = {name: value for name, value in said.items() if value is not None}
        return jwt.encode({k: v for k, v in head.items() if v is not None}, wanted, key, algorithms=[head["alg"]])

    def document(self, path):
        if path.endswith("/openid-configuration"):
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        return {"keys": [key.as_dict(private=False) for key in self.published]}


@contextmanager
def issuing(*keys) -> Iterator[Issuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            issuer.asked.append(self.path)
            if not issuer.awake.is_set():
                issuer.busy.set()
                issuer.awake.wait(60)
            status, body = issuer.answer.get(self.path, (200, json.dumps(issuer.document(self.path)).encode()))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_port}", *keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def key():
    return RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})


@pytest.fixture(scope="session")
def others_key():
    """Of the same name, of somebody else."""
    return RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})


@pytest.fixture
def issuer(key):
    with issuing(key) as found:
        yield found


@pytest.fixture
def open_to(world, issuer):
    """The application that takes tokens of the issuer; settings may be changed. Returns what asks with a token."""

    def opened(**changed):
        settings = {"oidc_issuer": issuer.url, "oidc_audience": AUDIENCE, **changed}
        world.app.settings = type(world.app.settings).model_validate(world.app.settings.model_dump() | settings)
        world.served = create_app(world.app, world.clock)

        def ask(token, path="/v1/me"):
            return world.client({"Authorization": f"Bearer {token}".encode()}).get(path)

        return ask

    return opened
