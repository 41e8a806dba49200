"""Who hears of crossings and actions: webhooks and mail addresses, from a strictly read YAML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError, model_validator

FILE = "receivers.yaml"
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class ReceiversError(ValueError):
    """A receivers file that does not load; the message names file, place, fault."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Webhook(_Strict):
    """Gets each announcement as JSON whose `text` Slack shows. `secret_file` holds the key it is signed with."""

    name: Name
    url: HttpUrl
    secret_file: Path | None = None
    kinds: tuple[str, ...] = ()


class Mail(_Strict):
    """Gets each announcement as a mail. Without `to` it goes to the account's owner.

    With `starttls` the server must show a certificate for its name; `ca_file` names who signed it where that is no public
    authority. A password is never sent without it.
    """

    name: Name
    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    sender: str
    to: tuple[str, ...] = ()
    starttls: bool = True
    user: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None
    kinds: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _passwords_go_encrypted(self) -> Mail:
        if self.user and not self.starttls:
            raise ValueError(f"{self.name}: user {self.user!r} would send its password unencrypted; leave starttls on")
        return self


class Receivers(_Strict):
    """`kinds` of a receiver names what it wants (`band_crossed`, `action_opened`, …); none named is all."""

    webhooks: tuple[Webhook, ...] = ()
    mail: tuple[Mail, ...] = ()

    @property
    def all(self) -> tuple[Webhook | Mail, ...]:
        return (*self.webhooks, *self.mail)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Receivers:
        names = [r.name for r in self.all]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"receivers named twice: {', '.join(twice)}; a name is how deliveries are remembered")
        return self


def load_receivers(path: Path) -> Receivers:
    """Nobody, where there is no file. Raises ReceiversError."""
    if not path.is_file():
        return Receivers()
    try:
        found = Receivers.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ReceiversError(f"{path}: {error}") from error
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise ReceiversError(f"{path}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}") from error
    for receiver in found.all:
        for name in ("secret_file", "password_file", "ca_file"):
            secret = getattr(receiver, name, None)
            if secret is not None and not beside(path, secret).is_file():
                raise ReceiversError(f"{path}: {receiver.name}: {name} {secret} does not exist")
    return found


def secret_of(path: Path, secret: Path | None) -> str:
    """The words of a secret file, which a relative path finds beside the receivers file."""
    return beside(path, secret).read_text("utf-8").strip() if secret is not None else ""


def beside(path: Path, secret: Path) -> Path:
    return secret if secret.is_absolute() else path.parent / secret
