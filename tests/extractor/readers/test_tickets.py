"""Tickets and conversations: who wrote what, what only the staff sees, what a machine wrote."""

import json
from datetime import UTC, datetime

import pytest

from extractor.document import Role

USERS = [
    {"id": 1, "name": "Jana Holt", "email": "Jana@halden.example", "role": "end-user"},
    {"id": 2, "name": "Suvi Kallas", "email": "suvi@vendor.example", "role": "agent"},
]
COMMENTS = [
    {
        "id": 10,
        "author_id": 1,
        "plain_body": "It is broken.&nbsp;Again.",
        "public": True,
        "created_at": "2026-05-20T12:41:00Z",
    },
    {
        "id": 11,
        "author_id": 2,
        "html_body": "<p>They are angry.</p>",
        "plain_body": "",
        "public": False,
        "created_at": "2026-05-20T12:50:00Z",
    },
    {"id": 12, "author_id": 2, "body": "Fixed.", "public": True, "created_at": "2026-05-20T13:00:00Z"},
    {
        "id": 13,
        "author_id": -1,
        "plain_body": "Ticket closed by automation.",
        "public": True,
        "created_at": "2026-05-25T13:00:00Z",
    },
]
TICKET = {"id": 48211, "subject": "Broken", "description": "It is broken. Again.", "requester_id": 1, "organization_id": 900,
          "created_at": "2026-05-20T12:41:00Z"}  # fmt: skip
EXPECTED = [
    ("Jana Holt", Role.CUSTOMER, "It is broken. Again."),
    ("Suvi Kallas", Role.INTERNAL, "They are angry."),
    ("Suvi Kallas", Role.VENDOR, "Fixed."),
]


def said(document) -> list[tuple[str, Role, str]]:
    return [(m.speaker, m.role, document.words(m)) for m in document.messages]


class TestZendesk:
    def test_an_ndjson_line_is_a_ticket(self, reading):
        line = json.dumps(TICKET | {"comments": COMMENTS, "users": USERS})
        first, broken, other = reading("export.ndjson", f"{line}\n{{broken\n{json.dumps({'id': 3})}\n")
        assert said(first)[:3] == EXPECTED
        assert (first.key, first.title, first.origin) == ("zendesk:48211", "Broken", "export.ndjson#ticket 48211")
        assert first.messages[0].at == datetime(2026, 5, 20, 12, 41, tzinfo=UTC)
        assert (broken.origin, broken.reason) == ("export.ndjson#2", "broken_json")
        assert (other.origin, other.reason) == ("export.ndjson#3", "not_a_conversation")

    def test_automations_are_not_customers(self, reading):
        (document,) = reading("t.json", json.dumps(TICKET | {"comments": COMMENTS, "users": USERS}))
        assert document.messages[3].role is Role.UNKNOWN
        assert document.exclusion_at(document.messages[3].span).why == "automatic"

    def test_an_api_page_joins_users_and_organisations(self, reading):
        page = {
            "ticket": TICKET,
            "comments": COMMENTS[:3],
            "users": USERS,
            "organizations": [{"id": 900, "external_id": "a-halden"}],
        }
        (document,) = reading("page.json", json.dumps(page))
        assert said(document) == EXPECTED
        assert document.account_hint == "a-halden"

    def test_a_page_of_tickets_gives_one_document_each(self, reading):
        page = {"tickets": [TICKET, TICKET | {"id": 5, "description": "Other."}], "users": USERS}
        assert [d.key for d in reading("page.json", json.dumps(page))] == ["zendesk:48211", "zendesk:5"]

    def test_a_description_that_no_comment_repeats_comes_first(self, reading):
        (document,) = reading("t.json", json.dumps(TICKET | {"comments": COMMENTS[2:3], "users": USERS}))
        assert [document.words(m) for m in document.messages] == ["It is broken. Again.", "Fixed."]

    def test_quoted_mail_in_a_comment_is_history(self, reading):
        body = "Still broken.\n\nOn Wed, May 20, 2026 at 12:41 PM Suvi <suvi@vendor.example> wrote:\n> Fixed.\n"
        ticket = TICKET | {"description": body, "comments": [], "users": USERS}
        (document,) = reading("t.json", json.dumps(ticket))
        assert [e.why for e in document.excluded] == ["quoted_history"]


def author(kind: str, number: str, name: str) -> dict:
    return {"type": kind, "id": number, "name": name, "email": f"{name.lower()}@x.example"}


INTERCOM = {
    "type": "conversation",
    "id": "147",
    "created_at": 1779280860,
    "title": "",
    "source": {
        "subject": "<p>Broken</p>",
        "body": "<p>It is <b>broken</b>.</p>",
        "author": author("user", "1", "Jana"),
    },
    "contacts": {"contacts": [{"id": "1", "companies": {"data": [{"company_id": "a-halden"}]}}]},
    "conversation_parts": {
        "conversation_parts": [
            {
                "part_type": "note",
                "body": "<p>angry</p>",
                "created_at": 1779280960,
                "author": author("admin", "2", "Suvi"),
            },
            {"part_type": "assignment", "body": None, "created_at": 1779280961, "author": author("admin", "2", "Suvi")},
            {
                "part_type": "comment",
                "body": "<p>Meanwhile read this.</p>",
                "created_at": 1779280962,
                "author": author("bot", "3", "Fin"),
            },
            {
                "part_type": "comment",
                "body": "<p>secret</p>",
                "redacted": True,
                "created_at": 1,
                "author": author("user", "1", "Jana"),
            },
            {
                "part_type": "comment",
                "body": "<p>Fixed.</p>",
                "created_at": 1779281000,
                "author": author("admin", "2", "Suvi"),
            },
        ]
    },
}
FRESHDESK = {
    "id": 7, "subject": "Broken", "requester_id": 1, "responder_id": 2, "company_id": 55, "created_at": "2026-05-20T12:41:00Z",
    "requester": {"id": 1, "name": "Jana", "email": "jana@halden.example"}, "description_text": "It is broken.",
    "conversations": [
        {"body_text": "angry", "private": True, "incoming": False, "user_id": 2, "created_at": "2026-05-20T12:50:00Z"},
        {"body_text": "Fixed.", "private": False, "incoming": False, "user_id": 2, "created_at": "2026-05-20T13:00:00Z"},
        {"body": "<p>Thanks</p>", "private": False, "incoming": True, "user_id": 1, "created_at": "2026-05-20T14:00:00Z"},
    ],
}  # fmt: skip


def adf(*paragraphs: str) -> dict:
    content = [
        {"type": "paragraph", "content": [{"type": "text", "text": p}, {"type": "hardBreak"}]} for p in paragraphs
    ]
    return {"type": "doc", "version": 1, "content": content}


JIRA = {
    "key": "SUP-12",
    "fields": {
        "summary": "Broken", "created": "2026-05-20T14:41:00.000+0200", "description": adf("It is", "broken."),
        "reporter": {"accountId": "1", "accountType": "customer", "displayName": "Jana", "emailAddress": "jana@halden.example"},
        "customfield_10002": [{"id": "31", "name": "Halden", "_links": {"self": "https://x.example/rest/servicedeskapi/organization/31"}}],
        "comment": {"comments": [
            {"author": {"accountId": "2", "accountType": "atlassian", "displayName": "Suvi"}, "body": adf("angry"), "jsdPublic": False,
             "created": "2026-05-20T14:50:00.000+0200"},
            {"author": {"accountId": "2", "accountType": "atlassian", "displayName": "Suvi"}, "jsdPublic": True,
             "body": {"type": "doc", "content": [{"type": "blockquote", "content": adf("It is broken.")["content"]}, *adf("Fixed.")["content"]]},
             "created": "2026-05-20T15:00:00.000+0200"},
            {"author": {"accountType": "app", "displayName": "Automation"}, "body": adf("Closed."), "jsdPublic": True},
        ]},
    },
}  # fmt: skip
SALESFORCE = {
    "records": [
        {"attributes": {"type": "Case"}, "Id": "500x", "CaseNumber": "00012", "Subject": "Broken", "Description": "It is broken.",
         "AccountId": "001x", "Contact": {"Name": "Jana", "Email": "jana@halden.example"}, "CreatedDate": "2026-05-20T12:41:00.000+0000",
         "ClosedDate": "2026-05-19T00:00:00.000+0000",
         "CaseComments": {"records": [{"CommentBody": "angry", "IsPublished": False, "CreatedDate": "2026-05-20T12:50:00.000+0000",
                                       "CreatedBy": {"Name": "Suvi"}}]}},
        {"attributes": {"type": "EmailMessage"}, "ParentId": "500x", "TextBody": "Fixed.", "FromAddress": "suvi@vendor.example",
         "FromName": "Suvi", "Incoming": False, "MessageDate": "2026-05-20T13:00:00.000+0000"},
    ]
}  # fmt: skip


class TestOthers:
    def test_intercom(self, reading):
        (document,) = reading("i.json", json.dumps({"conversations": [INTERCOM]}))
        assert (document.key, document.account_hint) == ("intercom:147", "a-halden")
        assert said(document) == [
            ("Jana", Role.CUSTOMER, "It is broken."), ("Suvi", Role.INTERNAL, "angry"),
            ("Fin", Role.UNKNOWN, "Meanwhile read this."), ("Suvi", Role.VENDOR, "Fixed."),
        ]  # fmt: skip
        assert document.exclusion_at(document.messages[2].span).why == "automatic"
        assert document.notes == ("1 redacted parts",)

    def test_intercom_without_source(self, reading):
        (document,) = reading("i.json", json.dumps(INTERCOM | {"source": None}))
        assert document.words(document.messages[0]) == "angry"

    def test_freshdesk(self, reading):
        (document,) = reading("f.json", json.dumps(FRESHDESK))
        assert (document.key, document.account_hint) == ("freshdesk:7", "55")
        assert [(r, t) for _, r, t in said(document)] == [
            (Role.CUSTOMER, "It is broken."), (Role.INTERNAL, "angry"), (Role.VENDOR, "Fixed."), (Role.CUSTOMER, "Thanks"),
        ]  # fmt: skip

    def test_jira(self, reading):
        (document,) = reading("j.json", json.dumps({"issues": [JIRA]}))
        assert (document.key, document.account_hint) == ("jira:SUP-12", "31")
        assert said(document)[:2] == [("Jana", Role.CUSTOMER, "It is\nbroken."), ("Suvi", Role.INTERNAL, "angry")]
        assert [e.why for e in document.excluded] == ["quoted_history", "automatic"]
        assert document.messages[0].at == datetime(2026, 5, 20, 12, 41, tzinfo=UTC)

    def test_salesforce(self, reading):
        (document,) = reading("s.json", json.dumps(SALESFORCE))
        assert (document.key, document.account_hint) == ("salesforce:00012", "001x")
        assert said(document) == [
            ("Jana", Role.CUSTOMER, "It is broken."), ("Suvi", Role.INTERNAL, "angry"), ("Suvi", Role.VENDOR, "Fixed."),
        ]  # fmt: skip

    def test_jira_says_what_is_internal_in_a_property_too(self, reading):
        data = json.loads(json.dumps(JIRA))
        angry = data["fields"]["comment"]["comments"][0]
        angry.pop("jsdPublic")
        angry["properties"] = [{"key": "sd.public.comment", "value": {"internal": True}}]
        (document,) = reading("j.json", json.dumps(data))
        assert said(document)[1] == ("Suvi", Role.INTERNAL, "angry")

    def test_salesforces_drafts_were_never_sent_and_a_contact_names_the_account(self, reading):
        data = json.loads(json.dumps(SALESFORCE))
        case, mail = data["records"]
        case["AccountId"] = None
        case["Contact"]["AccountId"] = "001y"
        mail["Status"] = "5"
        (document,) = reading("s.json", json.dumps(data))
        assert (document.account_hint, [words for *_, words in said(document)]) == ("001y", ["It is broken.", "angry"])

    @pytest.mark.parametrize("at", ["1779280860000", 1779280860000, "1779280860", "2026-05-20T12:41:00Z"])
    def test_moments_as_text_or_number_in_seconds_or_milliseconds(self, reading, at):
        (document,) = reading(
            "h.json", json.dumps({"id": "1", "properties": {"hs_note_body": "x", "hs_timestamp": at}})
        )
        assert document.messages[0].at == datetime(2026, 5, 20, 12, 41, tzinfo=UTC)

    def test_hubspot(self, reading):
        page = {
            "results": [
                {"id": "1", "properties": {"hs_note_body": "<p>angry</p>", "hs_timestamp": "2026-05-20T12:41:00Z", "hubspot_owner_id": "9"},
                 "associations": {"companies": {"results": [{"id": "77"}]}}},
                {"id": "2", "properties": {"hs_email_text": "It is broken.", "hs_email_direction": "INCOMING_EMAIL",
                                           "hs_email_from_email": "jana@halden.example", "hs_timestamp": "2026-05-20T12:41:00Z"}},
                {"id": "3", "properties": {"hs_email_html": "The content of this email has been redacted.", "hs_email_direction": "EMAIL"}},
            ]
        }  # fmt: skip
        note, mail, redacted = reading("h.json", json.dumps(page))
        assert (note.key, note.account_hint, note.messages[0].role) == ("hubspot:note:1", "77", Role.INTERNAL)
        assert (mail.key, mail.messages[0].role) == ("hubspot:email:2", Role.CUSTOMER)
        assert redacted.reason == "no_text"

    def test_hubspots_older_engagements(self, reading):
        data = {"engagement": {"id": 5, "type": "NOTE", "timestamp": 1779280860000}, "associations": {"companyIds": [77]},
                "metadata": {"body": "angry"}}  # fmt: skip
        (document,) = reading("h.json", json.dumps(data))
        assert (document.key, document.account_hint, document.text) == ("hubspot:note:5", "77", "angry")


class TestCsv:
    def test_usual_columns_need_no_mapping(self, reading):
        rows = (
            "Ticket ID;Author;Email;Created At;Body;Internal\n7;Suvi;suvi@vendor.example;2026-05-20 13:00;Fixed.;no\n"
        )
        rows += '7;Jana;jana@halden.example;2026-05-20 12:41;"It is\nbroken.";no\n7;Suvi;suvi@vendor.example;2026-05-20 12:50;angry;yes\n'
        (document,) = reading("tickets.csv", rows)
        assert document.key == "csv:7"
        assert [(s, t) for s, _, t in said(document)] == [
            ("Jana", "It is\nbroken."),
            ("Suvi", "angry"),
            ("Suvi", "Fixed."),
        ]
        assert document.messages[1].role is Role.INTERNAL

    def test_a_mapping_names_columns_and_roles(self, reading):
        assert not reading("dump.mapping.yaml", "text: Was\nauthor: Wer\nat: Wann\nrole: Seite\nroles: {K: customer, A: vendor}\n"
                "date_format: '%d/%m/%Y'\nconversation: Fall\nsource: legacy\n")  # fmt: skip
        (document,) = reading(
            "dump.csv", "Fall,Wer,Wann,Seite,Was\nF1,Jana,03/05/2026,K,kaputt\nF1,Suvi,04/05/2026,A,gut\n"
        )
        assert document.key == "legacy:F1"
        assert [r for _, r, _ in said(document)] == [Role.CUSTOMER, Role.VENDOR]
        assert document.messages[0].at == datetime(2026, 5, 3, tzinfo=UTC)

    @pytest.mark.parametrize("mapping", ["text: Nix\nauthor: Wer\nat: Wann\n", "txt: Was\n", "[broken"])
    def test_a_wrong_mapping_is_named(self, reading, mapping):
        reading("mapping.yaml", mapping)
        (item,) = reading("dump.csv", "Wer,Wann,Was\nJana,2026-05-20,kaputt\n")
        assert "mapping" in item.detail

    def test_a_csv_of_something_else_is_set_aside(self, reading):
        assert [i.reason for i in reading("seats.csv", "plan,seats\npro,5\n")] == ["not_a_conversation"]
