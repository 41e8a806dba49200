"""Settings that cannot work are refused at the start, by name."""

import pytest

from pipeline.settings import SettingsError, load_settings


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"AUDIENCE": ""}, "WHYRED_OIDC_AUDIENCE is empty"),
        ({"ISSUER": "http://issuer.example"}, "WHYRED_OIDC_ISSUER='http://issuer.example'"),
        ({"JWKS_URL": "ftp://issuer.example"}, "WHYRED_OIDC_JWKS_URL"),
        ({"ALGORITHMS": "RS256,HS256"}, "WHYRED_OIDC_ALGORITHMS='RS256,HS256'"),
        ({"ALGORITHMS": "none"}, "WHYRED_OIDC_ALGORITHMS='none'"),
        ({"ALGORITHMS": ","}, "WHYRED_OIDC_ALGORITHMS=','"),
        ({"ROLES": "cs-leads"}, "WHYRED_OIDC_ROLES='cs-leads'"),
        ({"ROLES": "cs-leads=boss"}, "roles are csm, manager, reviewer, admin"),
    ],
)
def test_bearer_tokens_that_could_not_be_trusted(monkeypatch, changed, named):
    sound = {"ISSUER": "https://issuer.example", "AUDIENCE": "whyred"}
    for name, value in {**sound, **changed}.items():
        monkeypatch.setenv(f"WHYRED_OIDC_{name}", value)
    with pytest.raises(SettingsError) as fault:
        load_settings()
    assert named in str(fault.value)


def test_without_an_issuer_only_keys_open_the_service(monkeypatch):
    monkeypatch.delenv("WHYRED_OIDC_ISSUER", raising=False)
    assert load_settings().bearer is None
