"""Every setting, its variable and its default: the only reader of the environment."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.bearer import BearerRules, bearer_rules
from scoring.rulebook.loading import RULEBOOKS

Engine = Literal["local", "llm", "cascade"]


class SettingsError(ValueError):
    """A variable holds what it cannot hold; the message names it."""


class Settings(BaseSettings):
    """Read from variables that begin with `WHYRED_`; `whyred settings` lists them."""

    model_config = SettingsConfigDict(env_prefix="WHYRED_", frozen=True, extra="ignore", env_ignore_empty=True)

    home: Path = Field(Path("var"), description="folder of everything kept: database, cache, runs")
    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in the home folder")
    own_domains: str = Field("", description="the vendor's own mail domains besides the account owners', by comma")
    engine: Engine = Field("local", description="what reads new documents: local, llm or cascade")
    today: date | None = Field(None, description="the day that the service takes for today; empty means the real one")
    rulebooks: Path = Field(RULEBOOKS, description="folder of dated rulebooks")
    local_model: Path | None = Field(None, description="folder of a trained local model; empty means the shipped one")
    local_encoder: str = Field("", description="path or name of the base encoder; empty means the packaged MiniLM")
    llm_base_url: str = Field("", description="OpenAI-compatible endpoint; empty means OpenAI's own")
    llm_model: str = Field("gpt-4.1-mini", description="model name at that endpoint")
    llm_api_key: SecretStr = Field(SecretStr(""), description="key for that endpoint")
    llm_prompt: str = Field("extract_signals/v1", description="prompt and version")
    llm_answer_prompt: str = Field("answer_question/v1", description="prompt and version that words answers")
    llm_temperature: float | None = Field(0.0, description="empty leaves it out, as models that reason want it")
    llm_strict_schema: bool = Field(default=True, description="ask for strict JSON schema; off for servers without it")
    llm_repeat: int = Field(0, ge=0, description="which of several readings of the same text this is")
    llm_concurrency: int = Field(4, ge=1, description="requests under way at once")
    llm_timeout: float = Field(60.0, gt=0, description="seconds for one call")
    llm_requests_per_minute: float | None = Field(None, gt=0, description="rate limit; empty means none")
    llm_tokens_per_minute: float | None = Field(None, gt=0, description="rate limit; empty means none")
    llm_budget_tokens: int | None = Field(None, gt=0, description="hard limit of a run; empty means none")
    llm_budget_money: float | None = Field(None, gt=0, description="hard limit of a run; empty means none")
    llm_price_input: float | None = Field(None, ge=0, description="price of a million prompt tokens; empty: the table")
    llm_price_cached: float | None = Field(None, ge=0, description="the same for cached ones; empty: as uncached")
    llm_price_output: float | None = Field(None, ge=0, description="price of a million reply tokens; empty: the table")
    llm_batch: bool = Field(default=False, description="order through the provider's batch service")
    cascade_threshold: float = Field(0.1, ge=0, le=1, description="local confidence from which the LLM is asked")
    cascade_audit: float = Field(0.02, ge=0, le=1, description="share of skipped documents read all the same")
    pseudonymise: bool = Field(default=False, description="replace people and numbers before text leaves this machine")
    oidc_issuer: str = Field("", description="issuer whose bearer tokens open the API besides keys; empty: none")
    oidc_audience: str = Field("", description="whom those tokens must be meant for")
    oidc_jwks_url: str = Field("", description="where the issuer's keys are; empty: as its discovery document says")
    oidc_algorithms: str = Field("RS256,ES256", description="signatures that are taken, by comma")
    oidc_role_claim: str = Field("roles", description="claim that holds the role; dots lead into nested claims")
    oidc_roles: str = Field(
        "admin=admin,manager=manager,reviewer=reviewer,csm=csm",
        description="value of that claim = role here, by comma; the first that a token holds counts",
    )
    oidc_owner_claim: str = Field("email", description="claim that holds a csm's own address")
    oidc_team_claim: str = Field("", description="claim that lists the csms a manager leads; empty: every account")
    oidc_leeway: int = Field(30, ge=0, le=300, description="seconds that the issuer's clock may differ")

    @field_validator("oidc_issuer", "oidc_jwks_url")
    @classmethod
    def _not_in_the_open(cls, url: str) -> str:
        """Keys fetched without TLS are anybody's keys, except on this very machine."""
        parts = urlsplit(url)
        if url and parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
            raise ValueError("must be an https:// address")
        return url

    @model_validator(mode="after")
    def _bearer_tokens_make_sense(self) -> Self:
        _ = self.bearer
        return self

    @property
    def bearer(self) -> BearerRules | None:
        """What a bearer token must say; None where only keys open the API. Raises ValueError naming the setting."""
        return bearer_rules(
            issuer=self.oidc_issuer,
            audience=self.oidc_audience,
            jwks_url=self.oidc_jwks_url,
            algorithms=self.oidc_algorithms,
            role_claim=self.oidc_role_claim,
            roles=self.oidc_roles,
            owner_claim=self.oidc_owner_claim,
            team_claim=self.oidc_team_claim,
            leeway=self.oidc_leeway,
        )

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'whyred.db'}"

    @property
    def own_domain_names(self) -> tuple[str, ...]:
        return tuple(name.strip().lower() for name in self.own_domains.split(",") if name.strip())


def load_settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        if not fault["loc"]:  # several settings together; the message names them
            raise SettingsError(str(fault["msg"]).removeprefix("Value error, ")) from error
        name = "_".join(str(part) for part in fault["loc"]).upper()
        raise SettingsError(f"WHYRED_{name}={fault.get('input')!r}: {fault['msg']}") from error
