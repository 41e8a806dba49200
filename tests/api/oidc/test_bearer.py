"""A token opens the API when its issuer signed it, for us, for now; and then as much as its role does."""

import base64
import hmac
import json

import pytest
from joserfc.jwk import ECKey, RSAKey

from store.audit import entries

OWNER = "tobias.renwick@vendor.example"
LEAD = {"roles": ["manager"]}


def problem(answer, status, words):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]
    return answer


def plain(part):
    """A part of a token as it travels."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


class TestWhoComesIn:
    def test_a_sound_token(self, open_to, issuer, key, world):
        me = open_to()(issuer.token(key, world.clock.now, roles=["admin"], email="ada@vendor.example"))
        assert me.json() == {"name": "ada@vendor.example (oidc:u-1)", "role": "admin", "owners": []}

    def test_with_an_elliptic_key_of_several(self, open_to, issuer, world):
        curve = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"})
        issuer.published.append(curve)
        assert open_to()(issuer.token(curve, world.clock.now, **LEAD)).status_code == 200

    def test_keys_at_an_address_of_their_own(self, open_to, issuer, key, world):
        ask = open_to(oidc_jwks_url=f"{issuer.url}/elsewhere")
        assert ask(issuer.token(key, world.clock.now, **LEAD)).status_code == 200
        assert issuer.asked == ["/elsewhere"]

    def test_keys_of_whyred_still_do(self, open_to, world, issuer):
        assert open_to()(world.key("reviewer")).json()["role"] == "reviewer"
        assert issuer.asked == []

    def test_a_token_for_several_audiences(self, open_to, issuer, key, world):
        token = issuer.token(key, world.clock.now, aud=["crm", "whyred"], **LEAD)
        assert open_to()(token).status_code == 200

    def test_what_a_token_did_is_in_the_audit_log_under_its_subject(self, open_to, issuer, key, world):
        ask = open_to()
        token = issuer.token(key, world.clock.now, roles="admin")
        assert ask(token, "/v1/accounts/a-sundergate/export").status_code == 200
        with world.writing() as connection:
            assert entries(connection, limit=1)[0].who == "oidc:u-1"

    def test_without_an_issuer_no_token_is_looked_at(self, world, issuer, key):
        client = world.client({"Authorization": f"Bearer {issuer.token(key, world.clock.now, **LEAD)}"})
        problem(client.get("/v1/me"), 401, "key is unknown")
        assert issuer.asked == []


class TestWhoStaysOut:
    @pytest.mark.parametrize(
        ("claims", "words"),
        [
            ({"iss": "https://elsewhere.example"}, "iss"),
            ({"aud": "crm"}, "aud"),
            ({"aud": None}, "aud"),
            ({"aud": {"whyred": 1}}, "aud"),
            ({"sub": None}, "sub"),
            ({"sub": 7}, "sub"),
            ({"exp": None}, "exp"),
            ({"exp": "tomorrow"}, "exp"),
            ({"exp": 0}, "expired"),
        ],
    )
    def test_by_a_claim(self, open_to, issuer, key, world, claims, words):
        answer = problem(open_to()(issuer.token(key, world.clock.now, **LEAD, **claims)), 401, words)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    def test_before_and_after_its_time(self, open_to, issuer, key, world):
        ask, at = open_to(), int(world.clock.now.timestamp())
        token = issuer.token(key, world.clock.now, nbf=at + 120, iat=at, exp=at + 300, **LEAD)
        problem(ask(token), 401, "not yet valid")
        world.clock.forward(seconds=150)
        assert ask(token).status_code == 200
        world.clock.forward(seconds=149)
        assert ask(token).status_code == 200
        world.clock.forward(seconds=60)
        problem(ask(token), 401, "expired")

    def test_signed_by_somebody_else_under_the_same_name(self, open_to, issuer, others_key, world):
        problem(open_to()(issuer.token(others_key, world.clock.now, **LEAD)), 401, "cannot be verified")

    def test_changed_on_the_way(self, open_to, issuer, key, world):
        head, body, seal = issuer.token(key, world.clock.now, roles=["csm"]).split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=="))
        problem(open_to()(f"{head}.{plain(claims | {'roles': ['admin']})}.{seal}"), 401, "cannot be verified")

    def test_unsigned(self, open_to, issuer, key, world):
        _, body, _ = issuer.token(key, world.clock.now, roles=["admin"]).split(".")
        for alg in ("none", "None", "NONE", ""):
            problem(open_to()(f"{plain({'alg': alg, 'kid': 'rsa-1'})}.{body}."), 401, "signature by RS256 or ES256")
        assert issuer.asked == []

    def test_sealed_with_the_public_key_as_a_shared_secret(self, open_to, issuer, key, world):
        """The old trick: what anybody can read, used as the secret of an HMAC."""
        at = int(world.clock.now.timestamp())
        claims = {"iss": issuer.url, "aud": "whyred", "sub": "u", "exp": at + 300, "roles": ["admin"]}
        for secret in (key.as_pem(private=False), json.dumps(key.as_dict(private=False)).encode()):
            said = ".".join(plain(part) for part in ({"alg": "HS256", "kid": "rsa-1"}, claims))
            seal = base64.urlsafe_b64encode(hmac.digest(secret, said.encode(), "sha256")).decode().rstrip("=")
            problem(open_to()(f"{said}.{seal}"), 401, "signature by RS256 or ES256")

    def test_with_a_key_of_another_kind_than_its_signature_says(self, open_to, issuer, key, world):
        curve = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"})
        token = issuer.token(curve, world.clock.now, {"kid": "rsa-1"}, **LEAD)
        problem(open_to()(token), 401, "cannot be verified")

    def test_with_a_key_that_the_token_brings_itself(self, open_to, issuer, others_key, world):
        header = {"jwk": others_key.as_dict(private=False), "kid": "rsa-1"}
        problem(open_to()(issuer.token(others_key, world.clock.now, header, **LEAD)), 401, "cannot be verified")

    def test_with_a_key_meant_for_encryption(self, open_to, issuer, key, world):
        issuer.published.append(RSAKey.import_key(key.as_dict(private=True) | {"kid": "enc-1", "use": "enc"}))
        problem(open_to()(issuer.token(key, world.clock.now, {"kid": "enc-1"}, **LEAD)), 401, "no key 'enc-1'")

    @pytest.mark.parametrize(
        "text",
        ["x", "a.b.c", "....", "e30.e30.", "eyJhbGciOiJSUzI1NiJ9.e30.AAAA", "eyJhbGciOiJSUzI1NiIsImtpZCI6WzFdfQ.e30.AA",
         "eyJhbGciOlsxXX0.e30.AA", "W10.W10.W10", "é.é.é"],
    )  # fmt: skip
    def test_no_token_at_all(self, open_to, text):
        problem(open_to()(text), 401, "")


class TestWhatItOpens:
    def test_a_csm_sees_the_accounts_of_their_own_address(self, open_to, issuer, key, world):
        token = issuer.token(key, world.clock.now, roles=["csm"], email=OWNER)
        items = open_to()(token, "/v1/accounts").json()["items"]
        assert items
        assert {a["owner"] for a in items} == {OWNER}

    @pytest.mark.parametrize("verified", [False, "false", "False", "no", 0, 1, "", [], {}])
    def test_an_address_nobody_verified_opens_nothing(self, open_to, issuer, key, world, verified):
        token = issuer.token(key, world.clock.now, roles=["csm"], email=OWNER, email_verified=verified)
        problem(open_to()(token), 403, "not verified")

    @pytest.mark.parametrize("verified", [True, "true"])
    def test_an_address_that_was_verified_opens_what_is_its_own(self, open_to, issuer, key, world, verified):
        token = issuer.token(key, world.clock.now, roles=["csm"], email=OWNER, email_verified=verified)
        assert open_to()(token).json()["owners"] == [OWNER]

    def test_a_csm_without_an_address_sees_nothing_rather_than_all(self, open_to, issuer, key, world):
        problem(open_to()(issuer.token(key, world.clock.now, roles=["csm"])), 403, "no email")

    def test_a_manager_sees_the_team_that_the_token_names(self, open_to, issuer, key, world):
        ask = open_to(oidc_team_claim="team")
        assert ask(issuer.token(key, world.clock.now, team=[OWNER], **LEAD)).json()["owners"] == [OWNER]
        problem(ask(issuer.token(key, world.clock.now, **LEAD)), 403, "no team")

    @pytest.mark.parametrize("roles", [None, [], "root", ["Admin "], [7], {"admin": True}, "admin,csm"])
    def test_a_role_that_nobody_mapped(self, open_to, issuer, key, world, roles):
        problem(open_to()(issuer.token(key, world.clock.now, roles=roles)), 403, "no role here")

    def test_the_first_mapped_role_counts(self, open_to, issuer, key, world):
        ask = open_to(oidc_roles="cs-audit=reviewer, cs-leads=manager", oidc_role_claim="realm.access.groups")
        token = issuer.token(key, world.clock.now, realm={"access": {"groups": ["cs-leads", "cs-audit", "admin"]}})
        assert ask(token).json()["role"] == "reviewer"

    def test_a_claim_whose_own_name_holds_dots(self, open_to, issuer, key, world):
        ask = open_to(oidc_role_claim="https://vendor.example/roles")
        assert ask(issuer.token(key, world.clock.now, **{"https://vendor.example/roles": "admin"})).status_code == 200


class TestKeysOfTheIssuer:
    def test_are_fetched_once_for_many_requests(self, open_to, issuer, key, world):
        ask, token = open_to(), issuer.token(key, world.clock.now, **LEAD)
        assert [ask(token).status_code for _ in range(5)] == [200] * 5
        assert issuer.asked == ["/.well-known/openid-configuration", "/keys"]

    def test_are_fetched_again_for_one_never_seen(self, open_to, issuer, key, world):
        ask = open_to()
        assert ask(issuer.token(key, world.clock.now, **LEAD)).status_code == 200
        new = RSAKey.generate_key(2048, {"kid": "rsa-2", "use": "sig"})
        issuer.published = [new]
        world.clock.forward(minutes=1)
        assert ask(issuer.token(new, world.clock.now, **LEAD)).status_code == 200
        problem(ask(issuer.token(key, world.clock.now, **LEAD)), 401, "no key 'rsa-1'")

    def test_are_not_fetched_for_every_made_up_name(self, open_to, issuer, key, others_key, world):
        ask = open_to()
        world.clock.forward(minutes=1)
        for number in range(20):
            token = issuer.token(others_key, world.clock.now, {"kid": f"made-up-{number}"}, **LEAD)
            problem(ask(token), 401, "no key 'made-up-")
        assert issuer.asked.count("/keys") == 1
        world.clock.forward(minutes=1)
        problem(ask(issuer.token(others_key, world.clock.now, {"kid": "one-more"}, **LEAD)), 401, "no key")
        assert issuer.asked.count("/keys") == 2

    def test_that_were_withdrawn_stop_within_a_quarter_of_an_hour(self, open_to, issuer, key, world):
        ask = open_to()
        assert ask(issuer.token(key, world.clock.now, **LEAD)).status_code == 200
        issuer.published = [RSAKey.generate_key(2048, {"kid": "rsa-2", "use": "sig"})]
        world.clock.forward(minutes=15)
        problem(ask(issuer.token(key, world.clock.now, **LEAD)), 401, "no key 'rsa-1'")

    @pytest.mark.parametrize(
        "answer",
        [(500, b"{}"), (404, b""), (302, b""), (200, b"<html>"), (200, b"[]"), (200, b'{"keys": 3}'),
         (200, b'{"keys": []}'), (200, b'{"keys": [{"kty": "RSA"}]}'), (200, b"x" * 1_000_001), (200, b"[" * 5000)],
    )  # fmt: skip
    def test_that_cannot_be_had_are_no_fault_of_the_token(self, open_to, issuer, key, world, answer):
        ask = open_to()
        issuer.answer["/keys"] = answer
        told = problem(ask(issuer.token(key, world.clock.now, **LEAD)), 503, "issuer's keys cannot be fetched")
        assert told.headers["Retry-After"] == "30"
        assert ask(world.key("admin")).status_code == 200
        issuer.answer.clear()
        assert ask(issuer.token(key, world.clock.now, **LEAD)).status_code == 503
        world.clock.forward(seconds=30)
        assert ask(issuer.token(key, world.clock.now, **LEAD)).status_code == 200

    def test_an_issuer_that_is_not_there(self, open_to, issuer, key, world):
        ask = open_to(oidc_jwks_url="http://127.0.0.1:9/keys")
        problem(ask(issuer.token(key, world.clock.now, **LEAD)), 503, "cannot be fetched")

    def test_a_discovery_document_that_speaks_for_another(self, open_to, issuer, key, world):
        ask = open_to()
        said = {"issuer": "http://127.0.0.1:1", "jwks_uri": f"{issuer.url}/keys"}
        issuer.answer["/.well-known/openid-configuration"] = (200, json.dumps(said).encode())
        problem(ask(issuer.token(key, world.clock.now, **LEAD)), 503, "cannot be fetched")

    def test_serve_on_for_hours_while_the_issuer_is_down(self, open_to, issuer, key, world):
        ask = open_to()
        assert ask(issuer.token(key, world.clock.now, **LEAD)).status_code == 200
        issuer.answer["/keys"] = (500, b"")
        world.clock.forward(hours=5)
        assert ask(issuer.token(key, world.clock.now, **LEAD)).status_code == 200
        world.clock.forward(hours=2)
        problem(ask(issuer.token(key, world.clock.now, **LEAD)), 503, "cannot be fetched")

    @pytest.mark.parametrize(
        "other",
        [
            {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA"},
            {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA"},
            {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
            {"kty": ["RSA"]},
            {"kty": "RSA", "n": 3, "e": "AQAB"},
        ],
    )
    def test_of_a_kind_nobody_knows_here_do_not_take_the_others_along(self, open_to, issuer, key, world, other):
        ask = open_to()
        keys = [other | {"kid": "other-1", "use": "sig"}, key.as_dict(private=False)]
        issuer.answer["/keys"] = (200, json.dumps({"keys": keys}).encode())
        assert ask(issuer.token(key, world.clock.now, **LEAD)).status_code == 200
        problem(ask(issuer.token(key, world.clock.now, {"kid": "other-1"}, **LEAD)), 401, "no key 'other-1'")

    def test_a_token_without_a_name_for_its_key(self, open_to, issuer, key, world):
        ask = open_to()
        token = issuer.token(key, world.clock.now, {"kid": None}, **LEAD)
        assert ask(token).status_code == 200
        issuer.published.append(RSAKey.generate_key(2048, {"kid": "rsa-2", "use": "sig"}))
        world.clock.forward(minutes=15)
        token = issuer.token(key, world.clock.now, {"kid": None}, **LEAD)
        problem(ask(token), 401, "no key None")
