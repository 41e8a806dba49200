"""The batch half of the scripted server: files are stored, batches advance each time they are looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_FILE = re.compile(rb'name="file"; filename="[^"]*"\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL)
_NOT_FOUND = {"error": {"message": "no such thing", "type": "scripted", "code": None}}
COURSE = ("validating", "in_progress")
"""What a batch is on its way to its end, a look each."""


@dataclass(frozen=True, slots=True)
class Response:
    """A status with a JSON body, or with bytes as they are."""

    status: int
    body: Any = None
    raw: bytes | None = None

    @property
    def content(self) -> bytes:
        return json.dumps(self.body).encode() if self.raw is None else self.raw


class Batches:
    """`ends` is how batches end; `unanswered` many of the last questions get no line; `lose_orders` breaks the answer to an order.

    `orders` counts batches that were ordered, `looks` how often one was asked after.
    """

    def __init__(self, complete: Callable[[dict[str, Any]], Response]) -> None:
        self._complete = complete
        self._files: dict[str, bytes] = {}
        self._batches: dict[str, dict[str, Any]] = {}
        self.ends = "completed"
        self.unanswered = 0
        self.lose_orders = 0
        self.lines_twice = False
        self.looks = 0

    @property
    def orders(self) -> int:
        return len(self._batches)

    def get(self, path: str) -> Response:
        path = path.partition("?")[0]
        if content := re.search(r"/files/([^/]+)/content\Z", path):
            return Response(200, raw=self._files[content[1]])
        if path.endswith("/batches"):
            newest_first = list(reversed(self._batches.values()))
            return Response(200, {"object": "list", "data": newest_first, "has_more": False})
        batch = self._batches.get(path.rpartition("/")[2])
        if batch is None:
            return Response(404, _NOT_FOUND)
        self.looks += 1
        self._advance(batch)
        return Response(200, batch)

    def post(self, path: str, content: bytes) -> Response:
        if path.endswith("/files"):
            found = _FILE.search(content)
            name = self._store(found[1] if found else b"")
            return Response(200, {**_file(name), "bytes": len(self._files[name])})
        if path.endswith("/batches"):
            asked = json.loads(content)
            batch = {
                "id": f"batch_{len(self._batches) + 1}",
                "object": "batch",
                "endpoint": asked["endpoint"],
                "completion_window": asked["completion_window"],
                "input_file_id": asked["input_file_id"],
                "metadata": asked.get("metadata"),
                "created_at": 0,
                "status": COURSE[0],
            }
            self._batches[str(batch["id"])] = batch
            if self.lose_orders:
                self.lose_orders -= 1
                return Response(500, {"error": {"message": "lost after it was ordered", "type": "scripted"}})
            return Response(200, batch)
        return Response(404, _NOT_FOUND)

    def _advance(self, batch: dict[str, Any]) -> None:
        if batch["status"] in COURSE[:-1]:
            batch["status"] = COURSE[COURSE.index(batch["status"]) + 1]
        elif batch["status"] == COURSE[-1]:
            batch["status"] = self.ends
            if self.ends == "failed":
                batch["errors"] = {"object": "list", "data": [{"code": "invalid", "message": "line 1 is not valid"}]}
            else:
                self._answer(batch)

    def _answer(self, batch: dict[str, Any]) -> None:
        """Every question of the batch, answered or failed, in an order that is not the question's."""
        asked = [json.loads(line) for line in self._files[batch["input_file_id"]].splitlines()]
        good: list[str] = []
        bad: list[str] = []
        for question in asked[: len(asked) - self.unanswered]:
            answer = self._complete(question["body"])
            response = {"status_code": answer.status, "request_id": "r", "body": answer.body}
            line = json.dumps({"id": "line", "custom_id": question["custom_id"], "response": response, "error": None})
            (good if answer.status == 200 else bad).append(line)
        repeats = 2 if self.lines_twice else 1
        batch["output_file_id"] = self._store("\n".join(list(reversed(good)) * repeats).encode())
        if bad:
            batch["error_file_id"] = self._store("\n".join(bad).encode())

    def _store(self, content: bytes) -> str:
        name = f"file-{len(self._files) + 1}"
        self._files[name] = content
        return name


def _file(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "object": "file",
        "created_at": 0,
        "filename": "requests.jsonl",
        "purpose": "batch",
        "status": "processed",
    }
