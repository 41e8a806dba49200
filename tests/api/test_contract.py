"""The API keeps what its OpenAPI document says, whatever is sent to it: no 5xx, no status or shape that is not described."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed: pip install schemathesis")

from schemathesis.checks import not_a_server_error  # noqa: E402  only where it is installed
from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

DATABASES = ("sqlite", "postgres")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SLOW = list(HealthCheck)
EXAMPLES = 6
"""Of each kind for each operation; on one database the whole file stays under half a minute."""
ACCOUNT, NAME, PERSON = "a-sundergate", "Sundergate Cold Stores", "petra.noorlander@sundergate.example"
FILES = {"files": [{"name": "note.eml", "text": f"From: {PERSON}\n\nWe wait."}]}


@pytest.fixture(scope="module")
def contract(shared_world):
    found = schemathesis.openapi.from_asgi("/v1/openapi.json", shared_world.served)
    found.config.update(headers={"Authorization": f"Bearer {shared_world.key()}"})
    return found


@pytest.fixture(scope="module")
def existing(shared_world) -> dict[str, str]:
    """A value of every path parameter that leads somewhere."""
    tool = shared_world.tool()
    here = f"/v1/accounts/{ACCOUNT}"
    return {
        "account_id": ACCOUNT,
        "person": PERSON,
        "signal_id": tool.get(f"{here}/signals").json()["items"][0]["id"],
        "document_id": tool.get(f"{here}/documents").json()["items"][0]["id"],
        "job_id": tool.post("/v1/ingest", json=FILES).json()["id"],
    }


def operations(contract) -> Iterator:
    """Every operation; those that erase come last."""
    yield from sorted((found.ok() for found in contract.get_all_operations()), key=lambda o: o.method == "delete")


def test_every_operation_is_called_by_a_name_of_its_own(contract):
    names = [found.ok().definition.raw["summary"] for found in contract.get_all_operations()]
    assert sorted(set(names)) == sorted(names)


def test_every_answer_is_described(contract):
    tried = 0
    for operation in operations(contract):
        send_whatever(operation, {})
        tried += 1
    assert tried > 20


def test_every_answer_about_what_exists_is_described(contract, existing):
    for operation in operations(contract):
        send_whatever(operation, existing)


def send_whatever(operation, known):
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW)
    @given(case=operation.as_strategy())
    def whatever_is_sent(case):
        for name in case.path_parameters or {}:
            case.path_parameters[name] = known.get(name, case.path_parameters[name])
        case.call_and_validate(checks=CHECKS)

    whatever_is_sent()


def test_each_operation_succeeds_as_described(contract, existing, shared_world):
    """With what exists and with the document's own examples, nothing but a success will do."""
    confirmed = {"/v1/accounts/{account_id}": NAME, "/v1/people/{person}": PERSON}
    headers = {"Authorization": f"Bearer {shared_world.key()}"}
    failed = {}
    for operation in sorted(operations(contract), key=lambda o: o.path == "/v1/accounts/{account_id}"):
        named = {p.name: existing[p.name] for p in operation.path_parameters}
        sent = {"body": example(contract, operation)} if operation.method == "post" else {}
        query = {"confirm": confirmed[operation.path]} if operation.method == "delete" else {}
        case = operation.Case(path_parameters=named, query=query, media_type="application/json", **sent)
        answer = case.call_and_validate(checks=CHECKS, headers=headers)
        if answer.status_code >= 300:
            failed[operation.label] = (answer.status_code, answer.text)
    assert failed == {}


def example(contract, operation):
    """What the document offers to those who try the operation."""
    content = operation.definition.raw["requestBody"]["content"]["application/json"]
    name = content["schema"]["$ref"].rpartition("/")[2]
    return contract.raw_schema["components"]["schemas"][name]["examples"][0]
