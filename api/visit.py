"""One request: who asks, when, over which transaction. Committed before the answer is sent, or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.identity import Caller, caller_of
from api.oidc.bearer import Bearer
from api.problems import NotFoundError, UnauthorizedError, UnknownAccountError
from api.turns import Turns
from pipeline.lookup import close_accounts
from pipeline.wiring import App
from scoring.facts import Account
from store.audit import Entry, append
from store.browse import account_for, account_of_document, accounts_for
from store.database import Connection
from store.keys import is_key, key_of

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a route needs; `csrf` is empty for tools, whose keys no browser sends by itself."""

    app: App
    connection: Connection
    caller: Caller
    now: datetime
    request_id: str
    turns: Turns
    csrf: str = ""

    @property
    def today(self) -> date:
        """The day that work is done on: the real one, unless the settings look back at a portfolio of the past."""
        return self.app.settings.today or self.now.date()

    @property
    def decided_at(self) -> datetime:
        """This moment, on the day that work is done on."""
        return datetime.combine(self.today, self.now.timetz())

    def account(self, account_id: str) -> Account:
        """Raises UnknownAccountError, the same for accounts of others as for none at all."""
        found = account_for(self.connection, account_id, self.caller.owners)
        if found is not None:
            return found
        close = close_accounts(accounts_for(self.connection, self.caller.owners), account_id)
        hint = f"did you mean {', '.join(close)}?" if close else "/v1/accounts lists those you may see"
        page = f"There is no account {account_id!r} that you may see."
        raise UnknownAccountError(f"no account {account_id!r}; {hint}", candidates=close, page=page)

    def account_seen(self, account_id: str | None) -> Account | None:
        """None for an account that the caller may not see, as for none at all: what is asked for by another id is then
        told not to exist under that id, and nothing of whose it is."""
        return account_for(self.connection, account_id, self.caller.owners) if account_id is not None else None

    def account_of_document(self, document_id: str) -> Account:
        """Raises NotFoundError, the same for documents of others as for none at all."""
        account = self.account_seen(account_of_document(self.connection, document_id))
        if account is None:
            raise NotFoundError(
                f"no document {document_id!r}; /v1/accounts/ACCOUNT/documents lists those of an account",
                page="There is no such document that you may see. The page of its account lists those there are.",
            )
        return account

    def note(self, action: str, subject: str, **detail: Any) -> None:
        """Append to the audit log, in the same transaction as what it tells of, and last: from here on nobody else can."""
        entry = Entry(self.now, self.caller.name, self.caller.role, action, subject, detail, self.request_id)
        append(self.connection, entry)


async def _place(request: Request) -> AsyncIterator[None]:
    turns: Turns = request.app.state.turns
    async with turns.taken():
        yield


Place = Annotated[None, Depends(_place, scope="function")]

_BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="a key made with `whyred keys create`, or a token of the configured OpenID issuer, as a bearer token",
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


async def _token(credentials: Credentials) -> str:
    if credentials is None:
        raise UnauthorizedError("send a key as `Authorization: Bearer KEY`; `whyred keys create` makes one")
    return credentials.credentials


Token = Annotated[str, Depends(_token)]


async def _borne(request: Request, token: Token) -> Caller | None:
    """Who the issuer says it is, None for a key. Asked before there is a place to lose: the issuer may take its time."""
    bearer: Bearer | None = request.app.state.bearer
    if bearer is None or is_key(token):
        return None
    turns: Turns = request.app.state.turns
    return await turns.aside(bearer, token, request.app.state.clock())


Borne = Annotated[Caller | None, Depends(_borne)]


def tool_visit(request: Request, token: Token, borne: Borne, _place: Place) -> Iterator[Visit]:
    """A tool with a key or a token. Raises UnauthorizedError without one that works."""
    app: App = request.app.state.wired
    now: datetime = request.app.state.clock()
    with app.database.transaction() as connection:
        caller = borne or _caller_with(connection, token, now)
        yield Visit(app, connection, caller, now, request.state.request_id, request.app.state.turns)


async def _announced(request: Request, token: Token, borne: Borne) -> Caller:
    """Who asks, told in a turn that is over at once: for routes that wait for a body before their visit begins."""
    if borne is not None:
        return borne
    turns: Turns = request.app.state.turns
    async with turns.taken():
        return await run_in_threadpool(_looked_up, request.app.state.wired, token, request.app.state.clock())


Announced = Annotated[Caller, Depends(_announced)]


def _looked_up(app: App, token: str, now: datetime) -> Caller:
    with app.database.reading() as connection:
        return _caller_with(connection, token, now)


def _caller_with(connection: Connection, token: str, now: datetime) -> Caller:
    key = key_of(connection, token)
    if key is None:
        raise UnauthorizedError("this key is unknown; `whyred keys list` lists those that work")
    if not key.works_at(now):
        fate = f"was revoked on {key.revoked:%Y-%m-%d}" if key.revoked else f"expired on {key.expires:%Y-%m-%d}"
        raise UnauthorizedError(f"key {key.id} {fate}; make another with `whyred keys create`")
    return caller_of(key.name, key.role, key.owners)


ToolVisit = Annotated[Visit, Depends(tool_visit, scope="function")]
