"""The doorway to LangChain and the OpenAI client: any server that speaks the chat completions protocol.

Nothing else imports them, so that a type can be imported without loading either. Retries, pacing and budgets stand
outside (`calling`); here one call is one request. Tracing services that LangChain would switch on by environment are
switched off: documents go to the configured server and nowhere else.
"""

from __future__ import annotations

import io
import math
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, TypeVar

import httpx2
import openai
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from langsmith.run_helpers import tracing_context
from pydantic import SecretStr

from extractor.llm.batch_lines import BatchState
from extractor.llm.completion import ENDPOINT, MODERN, read_completion, reply_limit, response_format
from extractor.llm.exchange import (
    BadRequestError,
    BarredError,
    BusyError,
    ChatError,
    ChatReply,
    ChatRequest,
    Finish,
    TimedOutError,
    Tokens,
    UnavailableError,
)
from extractor.llm.settings import LlmSettings
from prompts import ChatMessage

Result = TypeVar("Result")

BATCH_TOKEN = "whyred"  # noqa: S105  the name of a metadata field, no secret
RECENT_BATCHES = 100
_ENDS = "whyred_ends"
_SPENT = "insufficient_quota"
_FILTERED = ChatReply("", Finish.FILTERED)
_ROLES: dict[str, type[SystemMessage | HumanMessage | AIMessage]] = {
    "system": SystemMessage,
    "user": HumanMessage,
    "assistant": AIMessage,
}


class OpenAIChat:
    """`Chat` over LangChain's structured output with a JSON schema; safe to call from several threads."""

    def __init__(self, settings: LlmSettings) -> None:
        self._strict, self._limit_name = settings.strict_schema, settings.reply_limit_name
        self._http = _client(settings.timeout_seconds)
        self._model = ChatOpenAI(
            model=settings.model,
            base_url=settings.base_url,
            api_key=SecretStr(settings.api_key),
            temperature=settings.temperature,
            timeout=settings.timeout_seconds,
            max_retries=0,
            use_responses_api=False,
            openai_proxy=None,  # from the environment it would clash with our own client, which honours the usual names
            http_client=self._http,
            http_async_client=httpx2.AsyncClient(verify=_trust()),  # unused; without it LangChain makes its own
        )

    def complete(self, request: ChatRequest) -> ChatReply:
        """One request. Raises `ChatError`."""
        schema = response_format(request.schema, strict=self._strict)["json_schema"]
        limit = reply_limit(request, self._limit_name)
        asked = self._model.with_structured_output(
            schema, method="json_schema", include_raw=True, **(limit if MODERN in limit else {"extra_body": limit})
        )
        try:
            with tracing_context(enabled=False):
                answered = asked.invoke([_message(m) for m in request.messages])
        except openai.LengthFinishReasonError as cut:
            return read_completion(cut.completion.model_dump())
        except openai.ContentFilterFinishReasonError as filtered:
            return read_completion(filtered.completion.model_dump()) if filtered.completion else _FILTERED
        except openai.OpenAIError as error:
            raise chat_error(error) from error
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            # LangChain reads a body that is no completion with bare subscripts
            raise UnavailableError(
                f"the answer is no chat completion ({type(error).__name__}: {_short(error)})"
            ) from error
        return _reply(answered)

    def close(self) -> None:
        """Give the connections back; the chat cannot be used after."""
        self._http.close()


class OpenAIBatches:
    """`BatchService` over the OpenAI client's files and batches."""

    def __init__(self, settings: LlmSettings) -> None:
        self._client = openai.OpenAI(
            base_url=settings.base_url,
            api_key=settings.api_key,
            timeout=settings.timeout_seconds,
            max_retries=0,
            http_client=_client(settings.timeout_seconds),
        )

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def submit(self, lines: bytes, token: str) -> str:
        """Upload the requests and start the batch; its id."""

        def create() -> str:
            file = self._client.files.create(file=("requests.jsonl", io.BytesIO(lines)), purpose="batch")
            batch = self._client.batches.create(
                input_file_id=file.id,
                endpoint=ENDPOINT,
                completion_window="24h",
                metadata={BATCH_TOKEN: token},
            )
            return batch.id

        return _guarded(create)

    def find(self, token: str) -> str | None:
        """The id of a recent batch that was started with the token, where the caller stopped before keeping its id."""

        def look() -> str | None:
            recent = self._client.batches.list(limit=RECENT_BATCHES)
            return next((b.id for b in recent.data if (b.metadata or {}).get(BATCH_TOKEN) == token), None)

        return _guarded(look)

    def poll(self, batch_id: str) -> BatchState:
        def look() -> BatchState:
            batch = self._client.batches.retrieve(batch_id)
            faults = [e.message or "" for e in (batch.errors.data if batch.errors else None) or []]
            files = tuple(f for f in (batch.output_file_id, batch.error_file_id) if f)
            return BatchState(batch.status, files, "; ".join(faults[:3]))

        return _guarded(look)

    def read(self, file_id: str) -> Sequence[str]:
        """The lines of a result file."""
        # not splitlines(): JSON may hold U+2028 and its like unescaped
        return [line for line in _guarded(lambda: self._client.files.content(file_id).text).split("\n") if line.strip()]


def chat_error(error: openai.OpenAIError) -> ChatError:
    """The client's error by what can be done about it."""
    if isinstance(error, openai.APITimeoutError):
        return TimedOutError("no reply in time")
    if isinstance(error, openai.APIConnectionError):
        return UnavailableError(f"the connection broke: {_short(error.__cause__ or error)}")
    if not isinstance(error, openai.APIStatusError):
        return UnavailableError(_short(error))
    status, said = error.status_code, f"{error.status_code}: {_short(error.message)}"
    if status == httpx2.codes.TOO_MANY_REQUESTS:
        return BarredError(said) if error.code == _SPENT else BusyError(said, retry_after(error.response.headers))
    if status in (httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN, httpx2.codes.NOT_FOUND):
        return BarredError(said)
    if status >= httpx2.codes.INTERNAL_SERVER_ERROR or status in (
        httpx2.codes.REQUEST_TIMEOUT,
        httpx2.codes.CONFLICT,
    ):
        return UnavailableError(said, retry_after(error.response.headers))
    return BadRequestError(said)


def retry_after(headers: Mapping[str, str], wall: Callable[[], float] = time.time) -> float | None:
    """Seconds to wait by `retry-after-ms` or `retry-after` (seconds or an HTTP date, RFC 9110 10.2.3); None if unsaid."""
    for name, divisor in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) / divisor
        except ValueError:
            continue
        if not math.isnan(seconds):
            return max(seconds, 0.0)
    try:
        return max(parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - wall(), 0.0)
    except ValueError:
        return None


class _UntilDeadline(httpx2.SyncByteStream):
    """Ends a reply that trickles: the client's own timeout starts anew with every byte."""

    def __init__(self, inner: Any, ends: float) -> None:
        self._inner, self._ends = inner, ends

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._inner:
            if time.monotonic() > self._ends:
                raise httpx2.ReadTimeout("the reply was not whole in time")
            yield chunk

    def close(self) -> None:
        self._inner.close()


def _client(seconds: float) -> httpx2.Client:
    """Honours the usual proxy settings; follows no redirects, since documents go where the settings say."""

    def begin(request: httpx2.Request) -> None:
        request.extensions[_ENDS] = time.monotonic() + seconds

    def bound(response: httpx2.Response) -> None:
        response.stream = _UntilDeadline(response.stream, response.request.extensions[_ENDS])

    hooks: dict[str, list[Callable[..., Any]]] = {"request": [begin], "response": [bound]}
    return httpx2.Client(timeout=seconds, follow_redirects=False, event_hooks=hooks, verify=_trust())


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Reading the trust store takes 20 ms, so all clients share it."""
    return httpx2.create_ssl_context()


def _message(message: ChatMessage) -> BaseMessage:
    return _ROLES[message.role](content=message.content)


def _reply(answered: Any) -> ChatReply:
    """From LangChain's message; its own parse is not used, since ours tells the ways of failing apart."""
    raw: AIMessage = answered["raw"]
    spent = raw.response_metadata.get("token_usage") or {}
    tokens = Tokens(
        spent.get("prompt_tokens") or 0,
        (spent.get("prompt_tokens_details") or {}).get("cached_tokens") or 0,
        spent.get("completion_tokens") or 0,
    )
    return ChatReply(str(raw.content), Finish.STOP, raw.additional_kwargs.get("refusal") or "", tokens)


def _guarded(call: Callable[[], Result]) -> Result:
    try:
        return call()
    except openai.OpenAIError as error:
        raise chat_error(error) from error


def _short(error: object) -> str:
    line = " ".join(str(error).split())
    return line if len(line) <= 200 else line[:199] + "…"
