"""The chat completions protocol: what a request holds, and an answer read leniently, what is missing counting as empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extractor.llm.exchange import ChatReply, ChatRequest, Finish, Tokens, UnavailableError
from extractor.llm.settings import LlmSettings

ENDPOINT: Literal["/v1/chat/completions"] = "/v1/chat/completions"
SCHEMA_NAME = "signals"
MODERN = "max_completion_tokens"
"""LangChain passes this name on as it is and renames the older one to it."""

_FINISH = {"length": Finish.LENGTH, "content_filter": Finish.FILTERED}


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Words(_Lenient):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Lenient):
    message: _Words
    finish_reason: str | None = None


class _PromptDetails(_Lenient):
    cached_tokens: int | None = None


class _Spent(_Lenient):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _PromptDetails | None = None


class _Completion(_Lenient):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Spent | None = None


def response_format(schema: Mapping[str, Any], *, strict: bool) -> dict[str, Any]:
    """The reply's schema as the protocol wants it."""
    return {"type": "json_schema", "json_schema": {"name": SCHEMA_NAME, "schema": dict(schema), "strict": strict}}


def reply_limit(request: ChatRequest, name: str) -> dict[str, int]:
    """How many tokens the reply may have."""
    return {name: request.reply_tokens}


def request_body(request: ChatRequest, settings: LlmSettings) -> dict[str, Any]:
    """What a batch holds for one request; the same as a call of its own sends."""
    warmth = {} if settings.temperature is None else {"temperature": settings.temperature}
    return {
        "model": settings.model,
        "messages": [{"role": m.role, "content": m.content} for m in request.messages],
        **reply_limit(request, settings.reply_limit_name),
        "response_format": response_format(request.schema, strict=settings.strict_schema),
        **warmth,
    }


def read_completion(body: Any) -> ChatReply:
    """The first choice as a reply. Raises `UnavailableError` where the body is no chat completion at all."""
    try:
        completion = _Completion.model_validate(body)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"]) or "body"
        raise UnavailableError(f"the answer is no chat completion: {where}: {fault['msg']}") from error
    choice, spent = completion.choices[0], completion.usage or _Spent()
    details = spent.prompt_tokens_details or _PromptDetails()
    return ChatReply(
        text=choice.message.content or "",
        finish=_FINISH.get(choice.finish_reason or "", Finish.STOP),
        refusal=choice.message.refusal or "",
        tokens=Tokens(spent.prompt_tokens, details.cached_tokens or 0, spent.completion_tokens),
    )
