"""Outlook's `.msg`: the compound file is written here, property by property, and read as any mail."""

import struct
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from extractor.document import Document

SECTOR, MINI = 512, 64
FREE, END, FAT_SECTOR, NOTHING = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
Tree = dict[str, "bytes | Tree"]


def text(value: str) -> bytes:
    return value.encode("utf-16-le")


def properties(strings: dict[int, str], header: int, times: dict[int, datetime] | None = None) -> Tree:
    """A property stream with the streams of its strings."""
    entries = b"".join(
        struct.pack("<HHIII", 0x001F, number, 6, len(text(value)) + 2, 0) for number, value in strings.items()
    )
    for number, moment in (times or {}).items():
        ticks = int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds() * 10_000_000)
        entries += struct.pack("<HHIQ", 0x0040, number, 6, ticks)
    tree: Tree = {"__properties_version1.0": b"\0" * header + entries}
    return tree | {f"__substg1.0_{number:04X}001F": text(value) for number, value in strings.items()}


def compound_file(tree: Tree) -> bytes:
    """A compound file whose streams are all below 4 KiB, so that they lie in the mini stream."""
    entries: list[list] = [["Root Entry", 5, NOTHING, NOTHING, NOTHING, END, 0]]
    mini, mini_fat = bytearray(), list[int]()

    def add(folder: Tree) -> int:
        """Entries of one storage, each the right neighbour of the one before; the first one's number."""
        numbers = []
        for name, value in sorted(folder.items(), key=lambda item: (len(item[0]), item[0].upper())):
            numbers.append(len(entries))
            if isinstance(value, dict):
                entries.append([name, 1, NOTHING, NOTHING, NOTHING, 0, 0])
                entries[numbers[-1]][4] = add(value)
                continue
            first = len(mini_fat)
            count = max(1, -(-len(value) // MINI))
            mini_fat.extend([*range(first + 1, first + count), END])
            mini.extend(value.ljust(count * MINI, b"\0"))
            entries.append([name, 2, NOTHING, NOTHING, NOTHING, first, len(value)])
        for left, right in pairwise(numbers):
            entries[left][3] = right
        return numbers[0]

    entries[0][4] = add(tree)
    entries[0][6] = len(mini)
    directory = b"".join(
        struct.pack(
            "<64sHBBIII16sIQQIQ",
            text(name + "\0"),
            2 * len(name) + 2,
            kind,
            1,
            left,
            right,
            child,
            b"",
            0,
            0,
            0,
            start,
            size,
        )
        for name, kind, left, right, child, start, size in entries
    )
    directory = directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\0")
    table = struct.pack(f"<{len(mini_fat)}I", *mini_fat)
    table = table.ljust(-(-len(table) // SECTOR) * SECTOR, b"\xff")
    parts = [directory, table, bytes(mini).ljust(-(-len(mini) // SECTOR) * SECTOR, b"\0")]
    fat, starts = [FAT_SECTOR], []
    for part in parts:
        starts.append(len(fat))
        count = len(part) // SECTOR
        fat.extend([*range(len(fat) + 1, len(fat) + count), END])
    directory_at = starts[0]
    data = bytearray(b"".join(parts))
    struct.pack_into("<I", data, 116, starts[2])
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, 1, directory_at, 0, 4096,
        starts[1], len(table) // SECTOR, END, 0,
    )  # fmt: skip
    header += struct.pack("<109I", 0, *[FREE] * 108)
    return header + struct.pack("<128I", *fat, *[FREE] * (128 - len(fat))) + bytes(data)


RECIPIENT = properties({0x3001: "Nadia Corvane", 0x39FE: "nadia@vendor.example", 0x3003: "nadia@vendor.example"}, 8)
OWN = {
    0x001A: "IPM.Note",
    0x0037: "Re: Größe",
    0x1000: "We stay.\r\n\r\nFrom: Nadia\r\nSent: 19 May 2026 12:00\r\nTo: Jana\r\nSubject: x\r\n\r\nold\r\n",
}


def message(strings: dict[int, str], **parts: Tree) -> bytes:
    times = {0x0039: datetime(2026, 5, 20, 12, 41, tzinfo=UTC)}
    return compound_file(properties(strings, 32, times) | {"__recip_version1.0_#00000000": RECIPIENT} | parts)


def test_fields_that_outlook_keeps(reading):
    data = message(OWN | {0x0C1A: "Jana Holt", 0x0C1F: "jana@halden.example", 0x1035: "<one@halden.example>"})
    (document,) = reading("one.msg", data)
    assert isinstance(document, Document), document
    assert (document.key, document.title) == ("mail:one@halden.example", "Re: Größe")
    assert (document.messages[0].speaker, document.messages[0].address) == ("Jana Holt", "jana@halden.example")
    assert document.messages[0].at == datetime(2026, 5, 20, 12, 41, tzinfo=UTC)
    assert [p.address for p in document.participants] == ["nadia@vendor.example"]
    assert document.text.startswith("We stay.\n")
    assert [e.why for e in document.excluded] == ["quoted_history"]


def test_transport_headers_win(reading):
    headers = "From: Petra <petra@halden.example>\r\nTo: n@vendor.example\r\nMessage-ID: <two@x>\r\nReferences: <one@x>\r\n\r\n"
    (document,) = reading("two.msg", message(OWN | {0x007D: headers}))
    assert (document.key, document.thread) == ("mail:two@x", "mail:one@x")
    assert document.messages[0].address == "petra@halden.example"


def test_without_sender_and_date(reading):
    (document,) = reading("three.msg", compound_file(properties(OWN, 32)))
    assert (document.messages[0].speaker, document.messages[0].at) == ("", None)
    assert {"no sender address", "no date"} <= set(document.notes)


def test_a_message_in_a_message_keeps_its_author_and_moment(reading):
    inner = properties(
        {
            0x001A: "IPM.Note",
            0x0037: "Cost",
            0x1000: "It costs too much.",
            0x007D: "From: Petra <petra@halden.example>\r\n",
        },
        24,
        {0x0039: datetime(2026, 5, 19, 9, 5, tzinfo=UTC)},
    )
    attachment: Tree = {"__properties_version1.0": b"\0" * 8, "__substg1.0_3701000D": inner}
    header = struct.pack("<IIIIII", 0, 0, 1, 1, 1, 1)
    tree = properties(OWN | {0x007D: "From: Jana Holt <jana@halden.example>\r\n"}, 32)
    tree["__properties_version1.0"] = header + tree["__properties_version1.0"][24:]
    parts = {"__recip_version1.0_#00000000": RECIPIENT, "__attach_version1.0_#00000000": attachment}
    (document,) = reading("a.msg", compound_file(tree | parts))
    own, forwarded = document.messages
    assert (own.address, document.words(own).split("\n")[0]) == ("jana@halden.example", "We stay.")
    assert (forwarded.speaker, document.words(forwarded)) == ("Petra", "It costs too much.")
    assert forwarded.at == datetime(2026, 5, 19, 9, 5, tzinfo=UTC)
    assert document.exclusion_at(forwarded.span).why == "forwarded"
    assert not [n for n in document.notes if "not read" in n]


@pytest.mark.parametrize("kept", [8, 300, 600, 1100, 2000])
def test_a_truncated_message_is_set_aside(reading, kept):
    (item,) = reading("a.msg", message(OWN)[:kept])
    assert getattr(item, "reason", item) == "broken_mime"
