"""The API keeps what its OpenAPI document says, whatever is sent to it: no 5xx, no status or shape that is not described."""

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

SLOW = list(HealthCheck)
EXAMPLES = 6
"""Of each kind for each operation; the whole file stays under ten seconds."""


@pytest.fixture(scope="module")
def contract(shared_world):
    found = schemathesis.openapi.from_asgi("/v1/openapi.json", shared_world.served)
    found.config.update(headers={"Authorization": f"Bearer {shared_world.key()}"})
    return found


def test_every_answer_is_described(contract):
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    tried = 0
    for operation in (found.ok() for found in contract.get_all_operations()):

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW)
        @given(case=operation.as_strategy())
        def whatever_is_sent(case):
            case.call_and_validate(checks=checks)

        whatever_is_sent()
        tried += 1
    assert tried > 20
