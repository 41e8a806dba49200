"""What is sent, and the settings that decide it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing

import pytest
from langchain_core.tracers.langchain import LangChainTracer
from langsmith.utils import get_env_var

from extractor.detector import Outcome
from extractor.document import Document
from extractor.llm.budget import BudgetError
from extractor.llm.chat import OpenAIChat
from extractor.llm.engine import LlmDetector
from extractor.llm.scripted import ScriptedServer, Step, signal, signals

GOOD = Step(signals(signal("unresolved_issue", ("m1", "It broke."))), cached_tokens=1000)


class TestSettings:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"model": ""},
            {"base_url": ""},
            {"api_key": ""},
            {"concurrency": 0},
            {"attempts": 0},
            {"reasks": -1},
            {"timeout_seconds": 0},
        ],
        ids=str,
    )
    def test_are_refused_where_they_make_no_sense(self, settings: Callable, wrong: dict[str, object]) -> None:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            settings(**wrong)

    def test_never_print_the_key(self, settings: Callable) -> None:
        assert "key-1" not in repr(settings(api_key="key-1"))

    def test_a_budget_in_money_wants_a_price(self, detector: Callable, server: Callable) -> None:
        with pytest.raises(BudgetError, match="needs the model's price"):
            detector(server(), budget_money=1.0, price=None)

    def test_the_environment_changes_nothing(
        self, server: Callable, detector: Callable, letter: Callable, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("OPENAI_API_BASE", "OPENAI_BASE_URL", "OPENAI_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv("OPENAI_API_KEY", "another")
        scripted = server(answer=lambda _: GOOD)
        (detection,) = detector(scripted, api_key="key-1").detect([letter("It broke.")])

        assert detection.outcome is Outcome.READ
        assert scripted.headers[0]["authorization"] == "Bearer key-1"


class TestTheRequest:
    def test_is_strict_and_names_model_limit_and_temperature(
        self,
        server: Callable[..., ScriptedServer],
        detector: Callable[..., LlmDetector],
        letter: Callable[..., Document],
    ) -> None:
        scripted = server(answer=lambda _: GOOD)
        list(detector(scripted, model="gpt-x", api_key="key-1").detect([letter("It broke.")]))
        (body,) = scripted.requests

        assert (body["model"], body["temperature"], body["max_completion_tokens"]) == ("gpt-x", 0.0, 2000)
        assert body["response_format"]["type"] == "json_schema"
        assert body["response_format"]["json_schema"]["strict"] is True
        assert scripted.headers[0]["authorization"] == "Bearer key-1"

    def test_leaves_the_temperature_out_where_a_model_does_not_want_it(
        self, server: Callable, detector: Callable, letter: Callable
    ) -> None:
        scripted = server(answer=lambda _: GOOD)
        list(detector(scripted, temperature=None).detect([letter("It broke.")]))

        assert "temperature" not in scripted.requests[0]

    def test_names_the_limit_as_the_server_wants_it(
        self, server: Callable, detector: Callable, letter: Callable
    ) -> None:
        scripted = server(answer=lambda _: GOOD)
        list(detector(scripted, reply_limit_name="max_tokens", reply_tokens=77).detect([letter("It broke.")]))
        (body,) = scripted.requests

        assert body["max_tokens"] == 77
        assert "max_completion_tokens" not in body

    def test_is_traced_by_nobody_even_where_tracing_is_switched_on(
        self, server: Callable, settings: Callable, letter: Callable, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        traced: list[str] = []
        monkeypatch.setattr(LangChainTracer, "on_chat_model_start", lambda *_, **__: traced.append("traced"))
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "x")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", "http://127.0.0.1:9")
        get_env_var.cache_clear()
        chosen = settings(server(answer=lambda _: GOOD))
        with closing(OpenAIChat(chosen)) as chat:
            (detection,) = LlmDetector(chosen, chat).detect([letter("It broke.")])
            assert (detection.outcome, traced) == (Outcome.READ, [])
            chat._model.invoke("without our switch it would be")
            assert traced == ["traced"]


def test_importing_the_types_loads_no_model_library() -> None:
    code = (
        "import sys, extractor.cascade, extractor.llm.engine, extractor.llm.batch, extractor.llm.scripted; "
        "print([m for m in sys.modules if m.split('.')[0] in {'langchain', 'langchain_core', 'langchain_openai', 'openai'}])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
