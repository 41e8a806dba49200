"""Files out of a request, as multipart parts or as JSON: bounded, and under names that stay where they are put."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError
from starlette.datastructures import UploadFile

from api.problems import InvalidError, MalformedError, TooLargeError
from api.visit import Announced
from extractor.document import content_id

MOST_FILES = 200
_NAME = re.compile(r"[\w][\w .@+()-]{0,150}")
_NAME_BYTES = 250
"""No file system keeps names of more than 255; Python counts characters, they count bytes."""


_EXAMPLE: dict[str, JsonValue] = {
    "name": "48211.eml",
    "text": "From: Jana Holt <jana.holt@halden.example>\nSubject: Export\n\nIt broke again.",
}


class TextFile(BaseModel):
    """A file whose content is text."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=160, examples=["48211.eml"])
    text: str


class FilesIn(BaseModel):
    """The JSON form of the request."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"files": [_EXAMPLE]}]})

    files: list[TextFile] = Field(min_length=1, max_length=MOST_FILES)
    account: str | None = Field(default=None, max_length=200)


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """Everything one request brought; `account` overrides every match."""

    files: tuple[File, ...]
    account: str | None

    @property
    def digest(self) -> str:
        return content_id([self.account, sorted([f.name, f.content.hex()] for f in self.files)])

    def unpack(self, folder: Path) -> None:
        """All of it or, with an OSError, nothing."""
        folder.mkdir(parents=True, exist_ok=True)
        try:
            for file in self.files:
                (folder / file.name).write_bytes(file.content)
        except OSError:
            shutil.rmtree(folder)
            raise


async def delivery(request: Request, caller: Announced) -> Delivery:
    """Raises ForbiddenError before it reads anything; then MalformedError, InvalidError or TooLargeError."""
    caller.must("ingest")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _of_parts(request)
    if kind == "application/json":
        return _of_json(await request.body())
    raise InvalidError(f"content-type {kind or 'none'!r} is not taken; send multipart/form-data or application/json")


async def _of_parts(request: Request) -> Delivery:
    async with request.form(max_files=MOST_FILES + 1, max_fields=20) as form:
        parts = [part for part in form.getlist("files") if isinstance(part, UploadFile)]
        if len(parts) > MOST_FILES:
            raise TooLargeError(f"more than {MOST_FILES} files came at once; send them in several requests")
        files = [File(part.filename or "", await part.read()) for part in parts]
        account = form.get("account")
    return _checked(files, account if isinstance(account, str) and account else None)


def _of_json(body: bytes) -> Delivery:
    try:
        given = FilesIn.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        if fault["type"] == "json_invalid":
            raise MalformedError(f"the body is no JSON: {fault['msg']}") from error
        raise InvalidError(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}") from error
    return _checked([File(f.name, f.text.encode()) for f in given.files], given.account)


def _checked(files: Iterable[File], account: str | None) -> Delivery:
    """Plain file names only, each once: a reader tells a file's kind by its name."""
    found = tuple(files)
    names = [f.name for f in found]
    if not found:
        raise InvalidError("no file came; send each as a part named `files`")
    for name in names:
        if not _NAME.fullmatch(name):
            raise InvalidError(
                f"file name {name!r} is not taken; use letters, digits, spaces and .-_@+() without folders"
            )
        if len(name.encode()) > _NAME_BYTES:
            raise InvalidError(f"file name {name!r} is too long; use at most {_NAME_BYTES} bytes in UTF-8")
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InvalidError(f"file name {repeated[0]!r} came more than once; give each file its own")
    return Delivery(found, account)


Delivered = Annotated[Delivery, Depends(delivery)]
