"""`format=flowed` (RFC 3676): lines that end in a space go on in the next one."""

from __future__ import annotations


def unflow(text: str, *, delsp: bool) -> str:
    """Join flowed lines of one quote depth; the signature separator `-- ` stays a line of its own."""
    done: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:]
        content = content.removeprefix(" ")
        fixed = content == "-- " or not content.endswith(" ")
        if open_depth == depth and content != "-- ":
            done[-1] += content
        else:
            done.append(f"{'>' * depth}{' ' if depth and content else ''}{content}")
        if fixed:
            open_depth = -1
        else:
            open_depth = depth
            if delsp:
                done[-1] = done[-1][:-1]
    return "\n".join(done)
