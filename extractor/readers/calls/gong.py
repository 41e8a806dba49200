"""Gong's API: `calls` with parties and `callTranscripts` with sentences, joined by the call's id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from extractor.document import Document, Role, Took
from extractor.readers.calls.transcript import Call, Person, Utterance, call_document
from extractor.readers.fields import number_of, object_of, objects_of, parse_iso, text_of
from extractor.readers.outcome import Unread, UnreadableError

_SIDE = {"external": Role.CUSTOMER, "internal": Role.VENDOR}


def is_gong(data: Any) -> bool:
    return isinstance(data, dict) and isinstance(data.get("callTranscripts"), list)


def read_gong(data: Mapping[str, Any], origin: str) -> Iterator[Document | Unread]:
    """One document per transcript; the parts of a file with several are named `origin#CALLID`."""
    calls = {_id(c): c for c in objects_of(data.get("calls"))}
    transcripts = list(objects_of(data.get("callTranscripts")))
    for transcript in transcripts:
        call_id = text_of(transcript.get("callId"))
        place = origin if len(transcripts) == 1 else f"{origin}#call {call_id}"
        try:
            yield call_document(_call(call_id, calls.get(call_id, {})), _utterances(transcript), place)
        except UnreadableError as error:
            yield error.at(place)


def _id(call: Mapping[str, Any]) -> str:
    return text_of(_meta(call).get("id"))


def _meta(call: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of `/v2/calls/extensive` a part of the call, of `/v2/calls` the call itself."""
    return object_of(call.get("metaData")) or call


def _call(call_id: str, call: Mapping[str, Any]) -> Call:
    meta = _meta(call)
    return Call(
        id=call_id,
        title=text_of(meta.get("title")),
        started_at=parse_iso(meta.get("started") or meta.get("scheduled")),
        account_hint=_crm_account(call),
        people=tuple(_person(p) for p in objects_of(call.get("parties"))),
    )


def _person(party: Mapping[str, Any]) -> Person:
    address = text_of(party.get("emailAddress")).lower() or None
    key = text_of(party.get("speakerId")) or None
    return Person(
        name=text_of(party.get("name")) or address or (f"Speaker {key}" if key else ""),
        address=address,
        job_title=text_of(party.get("title")) or None,
        role=_SIDE.get(text_of(party.get("affiliation")).lower(), Role.UNKNOWN),
        key=key,
        took=Took.RECEIVED if party.get("methods") == ["Invitee"] else Took.ATTENDED,
    )


def _crm_account(call: Mapping[str, Any]) -> str | None:
    """The account that the CRM link names, on the call or on a party (`context[].objects[]`)."""
    holders = [call, *objects_of(call.get("parties"))]
    for context in (c for holder in holders for c in objects_of(holder.get("context"))):
        for item in objects_of(context.get("objects")):
            if text_of(item.get("objectType")).lower() == "account" and (found := text_of(item.get("objectId"))):
                return found
    return None


def _utterances(transcript: Mapping[str, Any]) -> Iterator[Utterance]:
    for monologue in objects_of(transcript.get("transcript")):
        speaker = text_of(monologue.get("speakerId"))
        for sentence in objects_of(monologue.get("sentences")):
            yield Utterance(
                speaker,
                text_of(sentence.get("text")),
                _milliseconds(sentence.get("start")),
                _milliseconds(sentence.get("end")),
            )


def _milliseconds(value: Any) -> float | None:
    number = number_of(value)
    return None if number is None else number / 1000
