"""An issuer that takes its time holds up nobody who does not need its answer."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from joserfc.jwk import RSAKey

import api.oidc.issuer
from api.turns import ASIDE, COMPUTING

LEAD = {"roles": ["manager"]}


def with_token(token):
    return {"headers": {"Authorization": f"Bearer {token}"}, "timeout": 60}


@pytest.fixture
def me(world, open_to, issuer, serve, monkeypatch):
    """Where a real server tells who asks; it waits for its issuer for longer than any test takes."""
    monkeypatch.setattr(api.oidc.issuer, "TIMEOUT", 50.0)
    open_to()
    with serve(world.served) as where:
        yield f"{where}/v1/me"
        issuer.awake.set()


def test_who_has_a_key_does_not_wait_for_it(world, me, issuer, key):
    issuer.awake.clear()
    token = issuer.token(key, world.clock.now, **LEAD)
    with ThreadPoolExecutor(ASIDE + COMPUTING) as pool:
        waiting = [pool.submit(httpx.get, me, **with_token(token)) for _ in range(ASIDE + COMPUTING)]
        assert issuer.busy.wait(30)
        try:
            assert httpx.get(me, **with_token(world.key("reviewer")) | {"timeout": 20}).json()["role"] == "reviewer"
        finally:
            issuer.awake.set()
    assert {w.result().status_code for w in waiting} == {200}


@pytest.mark.parametrize("minutes", [1, 20])
def test_who_has_a_token_with_a_known_key_does_not_wait_for_it(world, me, issuer, key, minutes):
    """Neither while keys are fresh nor when they are due to be looked at again."""
    assert httpx.get(me, **with_token(issuer.token(key, world.clock.now, **LEAD))).status_code == 200
    world.clock.forward(minutes=minutes)
    issuer.awake.clear()
    new = RSAKey.generate_key(2048, {"kid": "rsa-2", "use": "sig"})
    issuer.published.append(new)
    known, unknown = (issuer.token(one, world.clock.now, **LEAD) for one in (key, new))
    with ThreadPoolExecutor(1) as pool:
        fetching = pool.submit(httpx.get, me, **with_token(unknown))
        assert issuer.busy.wait(30)
        try:
            assert httpx.get(me, **with_token(known) | {"timeout": 20}).status_code == 200
            assert httpx.get(me, **with_token(unknown) | {"timeout": 20}).status_code == 503
        finally:
            issuer.awake.set()
    assert fetching.result().status_code == 200
    assert httpx.get(me, **with_token(unknown)).status_code == 200
