"""Reads rulebook files and finds the one in force on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scoring.rulebook.checking import RulebookFaultsError
from scoring.rulebook.model import Rulebook

RULEBOOKS = Path(__file__).parent


class RulebookError(ValueError):
    """A rulebook that does not load; the message names file, place, fault."""


def load_rulebook(path: Path) -> Rulebook:
    try:
        text = path.read_text("utf-8")
        rulebook = Rulebook.model_validate(yaml.safe_load(text))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RulebookError(f"{path}:{line}: {error.problem}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RulebookError(f"{path}: {error}") from error
    except ValidationError as error:
        faults = [told for fault in error.errors(include_url=False) for told in _told(fault, text)]
        raise RulebookError("\n".join(f"{path}:{fault}" for fault in faults)) from error
    if rulebook.segment:
        raise RulebookError(f"{path}: segment: is set by whyred for one of `segments`; remove it")
    if path.stem != rulebook.id:
        raise RulebookError(f"{path}: takes effect {rulebook.id}; name the file {rulebook.id}.yaml")
    return rulebook


def load_rulebooks(folder: Path = RULEBOOKS) -> tuple[Rulebook, ...]:
    """Every rulebook of the folder, oldest first."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise RulebookError(f"{folder}: holds no rulebook; put one there, named by the day it takes effect")
    return tuple(load_rulebook(path) for path in paths)


def in_force(rulebooks: tuple[Rulebook, ...], day: date) -> Rulebook:
    """The latest that had taken effect; before the first, the first."""
    return max((r for r in rulebooks if r.effective <= day), key=lambda r: r.effective, default=rulebooks[0])


def _told(fault: ErrorDetails, text: str) -> Iterator[str]:
    whole = fault.get("ctx", {}).get("error")
    if isinstance(whole, RulebookFaultsError):
        yield from (_fault(each.where, each.what, text) for each in whole.faults)
    else:
        yield _fault(fault["loc"], str(fault["msg"]), text)


def _fault(where: tuple[int | str, ...], what: str, text: str) -> str:
    return f"{_line_of(where, text)}: {'.'.join(map(str, where)) or 'rulebook'}: {what.removeprefix('Value error, ')}"


def _line_of(where: tuple[int | str, ...], text: str) -> int:
    """The line of the deepest node on the way to the fault."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for step in where:
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == step]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line
