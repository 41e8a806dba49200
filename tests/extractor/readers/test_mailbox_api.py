"""Mails out of Gmail's and Graph's APIs read like the same mail as `.eml`; drafts, spam and trash are set aside."""

import base64
import json
from datetime import UTC, datetime

import pytest

from extractor.document import Role, Took
from extractor.people import interactions
from extractor.readers import Unread

WORDS = "We stay, Größe matters 🚄."


def b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def fields(**more: str) -> list[dict[str, str]]:
    named = {
        "From": "Jana Holt <jana@halden.example>",
        "To": "Nadia <nadia@vendor.example>",
        "Subject": "Seats",
        "Message-ID": "<1@x>",
        "Date": "Wed, 20 May 2026 12:41:00 +0200",
        **more,
    }
    return [{"name": name.replace("_", "-"), "value": value} for name, value in named.items() if value]


def gmail(**more) -> dict:
    parts = [
        {
            "mimeType": "text/plain",
            "headers": [
                {"name": "Content-Type", "value": 'text/plain; charset="iso-8859-1"'},
                {"name": "Content-Transfer-Encoding", "value": "quoted-printable"},
            ],
            "body": {
                "size": 9,
                "data": b64(f"{WORDS}\n\nOn Tue, 19 May 2026 Nadia <n@vendor.example> wrote:\n> old\n"),
            },
        },
        {"mimeType": "text/html", "headers": [], "body": {"data": b64("<b>rich</b>")}},
        {"mimeType": "application/pdf", "filename": "a.pdf", "headers": [], "body": {"attachmentId": "q"}},
    ]
    headers = fields(Content_Type='multipart/alternative; boundary="b"')
    payload = {"mimeType": "multipart/alternative", "headers": headers, "parts": parts}
    return {
        "id": "g1",
        "threadId": "t1",
        "labelIds": ["INBOX"],
        "internalDate": "1779273660000",
        "payload": payload,
    } | more


def graph(**more) -> dict:
    person = {"emailAddress": {"name": "Jana Holt", "address": "Jana@halden.example"}}
    ours = {"emailAddress": {"name": "Nadia", "address": "nadia@vendor.example"}}
    return {
        "id": "AAMk",
        "subject": "Seats",
        "internetMessageId": "<1@x>",
        "conversationId": "AAQk=",
        "sentDateTime": "2026-05-20T10:41:00Z",
        "receivedDateTime": "2026-05-20T10:41:02Z",
        "isDraft": False,
        "body": {"contentType": "html", "content": f"<p>{WORDS}</p><div id=divRplyFwdMsg><b>From:</b> Nadia</div>"},
        "from": person,
        "toRecipients": [ours],
        "ccRecipients": [],
    } | more


def plain_raw() -> str:
    head = "".join(f"{f['name']}: {f['value']}\r\n" for f in fields(Content_Type="text/plain; charset=utf-8"))
    return b64(f"{head}\r\n{WORDS}\r\n")


MAILS = {"gmail": gmail(), "gmail raw": {"id": "g1", "threadId": "t", "raw": plain_raw()}, "graph": graph()}


@pytest.mark.parametrize("data", MAILS.values(), ids=MAILS)
def test_a_mail_of_an_api_is_a_mail(reading, mails, data):
    (document,) = reading("mail.json", json.dumps(data))
    (message,) = document.messages
    assert mails.new_words(document) == WORDS
    assert (document.key, document.title) == ("mail:1@x", "Seats")
    assert (message.speaker, message.address) == ("Jana Holt", "jana@halden.example")
    assert message.at.isoformat() in ("2026-05-20T12:41:00+02:00", "2026-05-20T10:41:00+00:00")
    assert [p.address for p in document.participants] == ["nadia@vendor.example"]


@pytest.mark.parametrize("page", [{"id": "t1", "messages": [gmail(), {"id": "stub", "threadId": "t1"}]}, {"value": [graph(), {"id": "stub"}], "@odata.nextLink": "u"}], ids=["gmail", "graph"])  # fmt: skip
def test_a_page_gives_every_mail_and_names_those_without_a_body(reading, page):
    document, stub = reading("page.json", json.dumps(page))
    assert document.key == "mail:1@x"
    assert (stub.origin, stub.reason) == ("page.json#stub", "no_text")


def test_graph_mails_of_one_conversation_name_it(reading):
    (bare,) = reading("a.json", json.dumps(graph()))
    (headed,) = reading("b.json", json.dumps(graph(internetMessageHeaders=fields(References="<0@x>"))))
    assert (bare.answers, headed.answers) == (("mail:AAQk=",), ("mail:0@x",))


def person(name: str, response: str | None = None) -> dict:
    status = {"status": {"response": response, "time": "2026-05-20T10:41:00Z"}} if response else {}
    return {"type": "required", "emailAddress": {"name": name, "address": f"{name}@Halden.example"}, **status}


ANSWERS = {
    "accepted": ({"meetingMessageType": "meetingAccepted"}, Took.ACCEPTED),
    "declined": ({"meetingMessageType": "meetingDeclined"}, Took.DECLINED),
    "tentative, as Graph spells it": ({"meetingMessageType": "meetingTenativelyAccepted"}, Took.TENTATIVE),
    "by its response": ({"meetingMessageType": "none", "responseType": "declined"}, Took.DECLINED),
}


@pytest.mark.parametrize(("more", "took"), ANSWERS.values(), ids=ANSWERS)
def test_a_meetings_answer_out_of_graph_is_an_answer_and_no_mail(reading, more, took):
    start = {"dateTime": "2026-05-27T09:00:00.0000000", "timeZone": "W. Europe Standard Time"}
    kind = {"@odata.type": "#microsoft.graph.eventMessageResponse", "startDateTime": start}
    (document,) = reading("answer.json", json.dumps(graph(**kind, **more, body={"contentType": "html", "content": ""})))
    assert {(i.address, i.took) for i in interactions(document)} == {
        ("jana@halden.example", took),
        ("nadia@vendor.example", Took.RECEIVED),
    }


def test_an_invitation_out_of_graph_names_who_was_asked(reading):
    (document,) = reading("request.json", json.dumps(graph(meetingMessageType="meetingRequest")))
    assert "calendar request" in document.notes
    assert {(p.address, p.took) for p in document.participants} == {
        ("jana@halden.example", Took.ACCEPTED),
        ("nadia@vendor.example", Took.RECEIVED),
    }


@pytest.mark.parametrize("as_page", [False, True])
def test_a_graph_event_tells_each_attendees_answer(reading, as_page):
    people = [("ann", "accepted"), ("bob", "declined"), ("cem", "tentativelyAccepted"), ("dee", "notResponded"), ("eva", "none")]  # fmt: skip
    event = {
        "id": "AAMk=",
        "iCalUId": "040000008200E0",
        "subject": "Quarterly review",
        "body": {"contentType": "html", "content": "<p>Agenda: seats</p>"},
        "start": {"dateTime": "2026-05-27T09:00:00.0000000", "timeZone": "W. Europe Standard Time"},
        "end": {"dateTime": "2026-05-27T10:00:00.0000000", "timeZone": "W. Europe Standard Time"},
        "responseStatus": {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
        "organizer": {"emailAddress": {"name": "Nadia", "address": "nadia@vendor.example"}},
        "attendees": [person(name, answer) for name, answer in people],
    }
    (document,) = reading("event.json", json.dumps({"value": [event]} if as_page else event))
    assert (document.key, document.title) == ("meeting:040000008200E0", "Quarterly review")
    assert "Agenda: seats" in document.text
    assert document.messages[0].at == datetime(2026, 5, 27, 7, tzinfo=UTC)
    assert [(p.name, p.took) for p in document.participants] == [
        ("Nadia", Took.ACCEPTED),
        ("ann", Took.ACCEPTED),
        ("bob", Took.DECLINED),
        ("cem", Took.TENTATIVE),
        ("dee", Took.RECEIVED),
        ("eva", Took.RECEIVED),
    ]


def test_a_broken_body_is_set_aside(reading):
    (item,) = reading("a.json", json.dumps({"id": "1", "threadId": "t", "raw": "€€€"}))
    assert (type(item), item.reason) == (Unread, "broken_mime")


SET_ASIDE = {
    "gmail draft": ("a.json", json.dumps(gmail(labelIds=["DRAFT"])), "not_sent"),
    "gmail spam": ("a.json", json.dumps(gmail(labelIds=["SPAM"])), "discarded"),
    "graph draft": ("a.json", json.dumps(graph(isDraft=True)), "not_sent"),
    "takeout trash": ("a.eml", "X-Gmail-Labels: Trash,Unread\nFrom: a@b.example\n\nwords\n", "discarded"),
    "takeout draft, German": (
        "a.eml",
        "X-Gmail-Labels: =?UTF-8?Q?Entw=C3=BCrfe?=\nFrom: a@b.example\n\nw\n",
        "not_sent",
    ),
    "maildir draft": ("inbox/cur/1.a:2,DS", "From: a@b.example\nTo: c@d.example\n\nwords\n", "not_sent"),
    "maildir trashed": ("inbox/cur/1.a:2,ST", "From: a@b.example\nTo: c@d.example\n\nwords\n", "discarded"),
    "maildir folder": ("box/.INBOX.Drafts/cur/1.a:2,S", "From: a@b.example\nTo: c@d.example\n\nwords\n", "not_sent"),
    "mbox of spam": ("Spam.mbox", "From a@b Wed May 20 12:41:00 2026\nFrom: a@b.example\n\nwords\n", "discarded"),
}


@pytest.mark.parametrize(("name", "content", "reason"), SET_ASIDE.values(), ids=SET_ASIDE)
def test_what_is_no_correspondence_is_set_aside(reading, name, content, reason):
    (item,) = reading(name, content)
    assert getattr(item, "reason", item) == reason
    assert item.detail.startswith(item.origin)


@pytest.mark.parametrize("labels", ["Inbox,Opened", "Inbox,Trash talk", "Customers/Drafts"])
def test_other_labels_leave_a_mail_where_it_is(reading, labels):
    (document,) = reading("a.eml", f"X-Gmail-Labels: {labels}\nFrom: a@b.example\n\nwords\n")
    assert document.text.strip() == "words"


def test_a_mail_that_the_mailbox_has_sent_is_the_vendors(reading):
    (document,) = reading("a.eml", "X-Gmail-Labels: Sent,Opened\nFrom: a@b.example\n\nwords\n")
    assert document.messages[0].role is Role.VENDOR


def test_a_seen_mail_of_a_maildir_is_read(reading):
    (document,) = reading("inbox/cur/1700.M1.host:2,S", "From: a@b.example\nTo: c@d.example\n\nwords\n")
    assert document.text.strip() == "words"
