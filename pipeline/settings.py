"""Every setting, its variable and its default: the only reader of the environment."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

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
        name = "_".join(str(part) for part in fault["loc"]).upper()
        raise SettingsError(f"WHYRED_{name}={fault.get('input')!r}: {fault['msg']}") from error
