"""Who is who: accounts by hint, contact and domain; sides by address; nobody guessed."""

from datetime import UTC, datetime

import pytest

from extractor.document import Document, Exclusion, Participant, Role, Source, Span, Took, Turn, compose
from extractor.people import Directory, free_mail_domains, interactions
from extractor.readers.tables import AccountRow, ContactRow

AT = datetime(2026, 5, 20, 12, tzinfo=UTC)


def account(name: str, *domains: str) -> AccountRow:
    return AccountRow(name, name, "smb", "", None, "EUR", "nadia@vendor.example", None, None, domains, None)


DIRECTORY = Directory(
    [
        account("a-halden", "halden.example"),
        account("a-strand", "strand.example", "group.example"),
        account("a-lund", "group.example"),
    ],
    [
        ContactRow("a-halden", "jana@halden.example", "Jana Holt", "IT Director", "sponsor"),
        ContactRow("a-halden", "mikkel@it-help.example", "Mikkel Strand", "IT Consultant", "admin"),
        ContactRow("a-lund", "kit@group.example", "Kit Lund", "COO", "sponsor"),
        ContactRow("a-strand", "jana.private@gmail.com", "Jana Private", "", "user"),
    ],
    ["@Sister.example"],
)


def mail(sender: str, *recipients: str, name: str = "", hint: str | None = None) -> Document:
    people = tuple(Participant("", address, Role.UNKNOWN, Took.RECEIVED) for address in recipients)
    turns = [Turn("words", name or sender, at=AT, address=sender or None)]
    return compose(turns, source=Source.EMAIL, key="k", participants=people, account_hint=hint)


class TestAccounts:
    @pytest.mark.parametrize(
        ("document", "found"),
        [
            (mail("nadia@vendor.example", "greta@vendor.example", hint="a-lund"), "a-lund"),
            (mail("someone@halden.example", "nadia@vendor.example"), "a-halden"),
            (mail("nadia@vendor.example", "someone@mail.halden.example"), "a-halden"),
            (mail("mikkel@it-help.example", "nadia@vendor.example"), "a-halden"),
            (mail("kit@group.example", "nadia@vendor.example"), "a-lund"),
            (mail("other@group.example", "kit@group.example"), "a-lund"),
            (mail("jana.private@gmail.com", "nadia@vendor.example"), "a-strand"),
            (mail("", hint="strand.example"), "a-strand"),
        ],
    )
    def test_found(self, document, found):
        resolution = DIRECTORY.resolve(document)
        assert (resolution.account_id, resolution.reason) == (found, None)

    @pytest.mark.parametrize(
        ("document", "reason", "candidates"),
        [
            (mail("x@nowhere.example", "nadia@vendor.example"), "unmatched", ()),
            (mail("other@group.example", "nadia@vendor.example"), "ambiguous", ("a-lund", "a-strand")),
            (mail("jana@halden.example", "kit@group.example"), "ambiguous", ("a-halden", "a-lund")),
            (mail("jana99@gmail.com", "nadia@vendor.example"), "free_mail", ()),
            (mail("jana99@gmail.com", "nadia@vendor.example", name="Jana Holt"), "free_mail", ("a-halden",)),
            (mail("nadia@vendor.example", "greta@sister.example"), "unmatched", ()),
            (mail("x@notgroup.example"), "unmatched", ()),
        ],
    )
    def test_left_to_a_person(self, document, reason, candidates):
        resolution = DIRECTORY.resolve(document)
        assert (resolution.account_id, resolution.reason, resolution.candidates) == (None, reason, candidates)


class TestRoles:
    def roles(self, document: Document) -> list[Role]:
        return [m.role for m in DIRECTORY.resolve(document).document.messages]

    def test_sides_by_address(self):
        assert self.roles(mail("jana@halden.example", "nadia@vendor.example")) == [Role.CUSTOMER]
        assert self.roles(mail("mikkel@it-help.example", "nadia@vendor.example")) == [Role.CUSTOMER]
        assert self.roles(mail("nadia@eu.vendor.example", "jana@halden.example")) == [Role.VENDOR]
        assert self.roles(mail("x@stranger.example", "jana@halden.example")) == [Role.UNKNOWN]

    def test_a_mail_among_the_staff_is_internal(self):
        assert self.roles(mail("nadia@vendor.example", "greta@sister.example", hint="a-halden")) == [Role.INTERNAL]

    def test_names_in_a_call_become_contacts_of_the_account(self):
        turns = [
            Turn("words", "jana  holt", at=AT),
            Turn("words", "Kit Lund", at=AT),
            Turn("words", "Nadia", role=Role.VENDOR),
        ]
        document = compose(turns, source=Source.TRANSCRIPT, key="call:1", account_hint="a-halden")
        known = DIRECTORY.resolve(document).document.messages
        assert [(m.role, m.address, m.job_title) for m in known] == [
            (Role.CUSTOMER, "jana@halden.example", "IT Director"), (Role.UNKNOWN, None, None), (Role.VENDOR, None, None),
        ]  # fmt: skip

    def test_internal_notes_stay_internal(self):
        turns = [Turn("words", "Nadia", role=Role.INTERNAL, address="nadia@vendor.example", at=AT)]
        document = compose(turns, source=Source.TICKET, key="zendesk:1", account_hint="a-halden")
        assert self.roles(document) == [Role.INTERNAL]

    def test_the_document_stays_the_same_document(self):
        document = mail("jana@halden.example", "nadia@vendor.example")
        assert DIRECTORY.resolve(document).document.id == document.id


class TestInteractions:
    def test_a_mail_is_written_and_received(self):
        document = DIRECTORY.resolve(mail("jana@halden.example", "nadia@vendor.example")).document
        assert [(i.address, i.took, i.role) for i in interactions(document)] == [
            ("jana@halden.example", Took.WROTE, Role.CUSTOMER), ("nadia@vendor.example", Took.RECEIVED, Role.VENDOR),
        ]  # fmt: skip

    def test_a_call_is_spoken_in_once_and_attended(self):
        people = tuple(Participant(n, None, Role.CUSTOMER, Took.ATTENDED) for n in ("Jana", "Petra"))
        turns = [Turn("a", "Jana", at=AT), Turn("b", "Nadia", at=AT), Turn("c", "Jana", at=AT)]
        document = compose(turns, source=Source.TRANSCRIPT, key="call:1", participants=people)
        assert [(i.name, i.took) for i in interactions(document)] == [
            ("Jana", Took.SPOKE), ("Nadia", Took.SPOKE), ("Petra", Took.ATTENDED),
        ]  # fmt: skip

    def test_answers_to_an_invitation_count_as_answers(self):
        people = (Participant("Jana", "jana@halden.example", Role.CUSTOMER, Took.DECLINED),)
        document = compose(
            [Turn("Declined: QBR", "Jana", at=AT, address="jana@halden.example")],
            source=Source.EMAIL, key="k", participants=people, notes=("calendar reply",),
        )  # fmt: skip
        assert [i.took for i in interactions(document)] == [Took.DECLINED]

    @pytest.mark.parametrize("note", ["automatic answer", "delivery failure"])
    def test_machines_give_no_sign_of_life(self, note):
        document = compose([Turn("x", "Jana", at=AT)], source=Source.EMAIL, key="k", notes=(note,))
        assert interactions(document) == ()

    def test_forwarded_authors_and_bots_did_not_write(self):
        gone = tuple(Exclusion(Span(0, 1), why) for why in ("forwarded",))
        bot = (Exclusion(Span(0, 1), "automatic"),)
        turns = [
            Turn("a", "Jana", at=AT),
            Turn("b", "Petra", at=AT, excluded=gone),
            Turn("c", "Bot", at=AT, excluded=bot),
        ]
        document = compose(turns, source=Source.EMAIL, key="k")
        assert [i.name for i in interactions(document)] == ["Jana"]


def test_free_mail_domains_are_a_list_of_domains():
    assert "gmail.com" in free_mail_domains()
    assert all("." in d and "@" not in d for d in free_mail_domains())


def test_a_broken_list_is_named(tmp_path):
    path = tmp_path / "free.yaml"
    path.write_text("gmail.com: yes\n")
    with pytest.raises(ValueError, match=r"free\.yaml"):
        free_mail_domains(path)
