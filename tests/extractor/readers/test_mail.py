"""What a mail client shows of a mail is what the document holds, whatever its encoding and structure."""

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest

from extractor.document import Took
from extractor.readers import Obstacle, Unread, UnreadableError
from extractor.readers.mail.body import WINMAIL_NOTE
from extractor.readers.mail.mbox import split_mbox

OWN = "We stay, Größe matters."
CALENDAR = (
    b"BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1\nSUMMARY:Beside\nDTSTART:20260520T100000Z\n"
    b"ORGANIZER:mailto:nadia@vendor.example\nATTENDEE:mailto:beside@halden.example\nEND:VEVENT\nEND:VCALENDAR\n"
)


def alternative(plain: str, html: str) -> bytes:
    return (
        'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n\n'
        f'--b\nContent-Type: text/plain; charset="utf-8"\n\n{plain}\n'
        f'--b\nContent-Type: text/html; charset="utf-8"\n\n{html}\n--b--\n'
    ).encode()


def with_parts(mails, body: bytes, **headers: str) -> bytes:
    return mails.raw(b"", **headers).rstrip(b"\n") + b"\n" + body


class TestText:
    @pytest.mark.parametrize(
        ("charset", "declared"),
        [
            ("utf-8", "utf-8"),
            ("latin-1", "iso-8859-1"),
            ("cp1252", "iso-8859-1"),
            ("utf-16", "utf-16"),
            ("utf-8", "us-ascii"),
            ("utf-8", "x-unknown"),
            ("utf-8", ""),
            ("cp1252", "utf-8"),
            ("latin-1", "'iso-8859-1'"),
        ],
    )
    def test_charsets_right_wrong_and_missing(self, mails, charset, declared):
        text = "Die Größe des Vertrags ist für uns zu groß, wir müssen das prüfen.\n"
        kind = f"text/plain; charset={declared}" if declared else "text/plain"
        body = base64.b64encode(text.encode(charset))
        document = mails.parsed(mails.raw(body, Content_Type=kind, Content_Transfer_Encoding="base64"))
        assert document.text.strip() == text.strip()

    def test_the_plain_form_is_preferred(self, mails):
        assert (
            mails.parsed(with_parts(mails, alternative("plain words here", "<p>rich words here</p>"))).text
            == "plain words here"
        )

    @pytest.mark.parametrize("stub", ["", "   ", "Your e-mail client does not support HTML messages."])
    def test_a_stub_gives_way_to_the_html(self, mails, stub):
        html = "<p>" + "We will not renew. " * 30 + "</p>"
        assert mails.parsed(with_parts(mails, alternative(stub, html))).text.startswith("We will not renew.")

    def test_attachments_are_no_text(self, mails):
        body = (
            b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nown words\n'
            b"--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=log.txt\n\nlog words\n--b--\n"
        )
        assert mails.parsed(with_parts(mails, body)).text.strip() == "own words"

    def test_flowed_lines_are_joined(self, mails):
        body = b"These words go \non here.\n> quoted \n> too\n-- \nJana\n"
        document = mails.parsed(mails.raw(body, Content_Type="text/plain; format=flowed"))
        assert document.text.startswith("These words go on here.\n> quoted too\n-- \nJana")
        assert mails.new_words(document) == "These words go on here."

    def test_line_ends_become_plain(self, mails):
        assert mails.parsed(mails.raw(b"a\r\nb\rc\n")).text.strip() == "a\nb\nc"

    def test_outlooks_container_is_noted(self, mails):
        body = (
            b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nown words\n'
            b"--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\neJ8=\n--b--\n"
        )
        assert any("winmail.dat" in note for note in mails.parsed(with_parts(mails, body)).notes)

    @pytest.mark.parametrize("kind", ["application/x-tnef", "application/octet-stream", "application/x-unknown"])
    def test_a_winmail_dat_hides_neither_text_nor_invitation_beside_it(self, mails, kind):
        """What Outlook packs into it (here an appointment in clear text) is not read; what stands beside it is."""
        packed = base64.b64encode(b"\x78\x9f\x3e\x22" + CALENDAR.replace(b"Beside", b"Packed")).decode().encode()
        body = b'Content-Type: multipart/mixed; boundary="b"\n\n'
        body += b"--b\nContent-Type: text/plain\n\nWords\n--b\nContent-Type: text/calendar\n\n" + CALENDAR
        body += b"--b\nContent-Type: " + kind.encode() + b'\nContent-Disposition: attachment; filename="WinMail.dat"\n'
        body += b"Content-Transfer-Encoding: base64\n\n" + packed + b"\n--b--\n"
        document = mails.parsed(with_parts(mails, body))
        assert document.text == "Words"
        assert [p.address for p in document.participants] == ["nadia@vendor.example", "beside@halden.example"]
        assert [n for n in document.notes if "winmail.dat" in n] == [WINMAIL_NOTE]

    def test_a_mail_that_is_nothing_but_a_winmail_dat_says_so(self, mails):
        data = mails.raw(b"eJ8+Ig==\n", Content_Type="application/ms-tnef", Content_Transfer_Encoding="base64")
        document = mails.parsed(data)
        assert (document.text, document.notes) == ("", (WINMAIL_NOTE, "no text: subject only"))

    def test_encrypted_mail_is_set_aside(self, mails):
        body = b'Content-Type: multipart/encrypted; boundary="b"\n\n--b\nContent-Type: application/pgp-encrypted\n\nx\n--b--\n'
        with pytest.raises(UnreadableError) as caught:
            mails.parsed(with_parts(mails, body))
        assert caught.value.reason is Obstacle.ENCRYPTED

    def test_a_missing_boundary_loses_no_word(self, mails):
        document = mails.parsed(mails.raw(b"words without parts\n", Content_Type='multipart/mixed; boundary="zz"'))
        assert document.text == "words without parts"


class TestHeaders:
    def test_key_thread_title_sender_and_moment(self, mails):
        document = mails.parsed(mails.raw(b"x", References="<root@a> <two@a>", In_Reply_To="<two@a>"))
        assert (document.key, document.thread) == ("mail:one@halden.example", "mail:root@a")
        assert document.messages[0].at == datetime(2026, 5, 20, 12, 41, tzinfo=timezone(timedelta(hours=2)))
        assert document.messages[0].address == "jana.holt@halden.example"
        assert document.account_hint == "halden.example"

    def test_encoded_names_with_commas_stay_one_person(self, mails):
        data = mails.raw(
            b"x", From="=?utf-8?q?Holt=2C_J=C3=A1na?= <J.Holt@Halden.example>", To='"Corvane, Nadia" <n@vendor.example>'
        )
        document = mails.parsed(data)
        assert document.messages[0].speaker == "Holt, Jána"
        assert document.messages[0].address == "j.holt@halden.example"
        assert [p.name for p in document.participants] == ["Corvane, Nadia"]

    @pytest.mark.parametrize("sender", ["Jana Holt", '"Holt, Jana" <>', "Jana Holt <>", "Сергей Обухов"])
    def test_a_sender_without_address_keeps_the_name(self, mails, sender):
        message = mails.parsed(mails.raw(b"x", From=sender)).messages[0]
        assert (message.speaker, message.address) == (sender.replace("<>", "").strip(' "'), None)

    def test_raw_eight_bit_subjects_are_read(self, mails):
        data = mails.raw(b"x", Subject="Über uns").replace(b"Subject: \xc3\x9cber", b"Subject: \xdcber")
        assert mails.parsed(data).title == "Über uns"

    def test_without_message_id_the_key_is_of_the_bytes(self, mails):
        data = mails.raw(b"x", Message_ID="")
        assert mails.parsed(data).key.startswith("mail:sha256:")
        assert mails.parsed(data).key == mails.parsed(data).key
        assert mails.parsed(data).key != mails.parsed(data + b"y").key

    def test_without_date_the_oldest_received_line_counts(self, mails):
        data = mails.raw(b"x", Date="", Received="from a by b; Wed, 20 May 2026 10:41:00 +0000")
        assert mails.parsed(data).messages[0].at == datetime(2026, 5, 20, 10, 41, tzinfo=UTC)

    def test_a_crm_address_names_the_account(self, mails):
        data = mails.raw(b"x", From="Nadia <n@vendor.example>", To="g@vendor.example, crm+a-halden@vendor.example")
        assert mails.parsed(data).account_hint == "a-halden"

    def test_earlier_mails_are_named_once_the_oldest_first(self, mails):
        document = mails.parsed(mails.raw(b"x", References="<root@a> <two@a>", In_Reply_To="<two@a> <three@a>"))
        assert document.answers == ("mail:root@a", "mail:two@a", "mail:three@a")


class TestForwards:
    def test_a_forwarded_mail_keeps_its_author(self, mails):
        text = (
            "FYI, see below.\n\n---------- Forwarded message ---------\nFrom: Petra Noor <petra@halden.example>\n"
            "Date: Tue, 19 May 2026 09:00:00 +0200\nSubject: Cost\nTo: Jana <jana@halden.example>\n\nIt costs too much.\n"
        )
        document = mails.parsed(mails.plain(text, Subject="Fwd: Cost"))
        own, forwarded = document.messages
        assert document.words(own) == "FYI, see below."
        assert (forwarded.speaker, forwarded.address) == ("Petra Noor", "petra@halden.example")
        assert forwarded.at == datetime(2026, 5, 19, 9, 0, tzinfo=timezone(timedelta(hours=2)))
        assert [(e.why, e.span) for e in document.excluded] == [("forwarded", forwarded.span)]

    def test_an_attached_mail_is_a_forwarded_turn(self, mails):
        body = (
            b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nsee attached\n--b\n'
            b"Content-Type: message/rfc822\n\nFrom: Petra <petra@halden.example>\nSubject: Cost\n\nIt costs too much.\n--b--\n"
        )
        document = mails.parsed(with_parts(mails, body))
        assert document.messages[1].address == "petra@halden.example"
        assert document.exclusion_at(document.messages[1].span).why == "forwarded"


class TestMachines:
    @pytest.mark.parametrize(
        "subject",
        [
            "Automatic reply: x",
            "Automatische Antwort: x",
            "Réponse automatique : x",
            "自動応答: x",
            "Out of Office: x",
            "Odpowiedź automatyczna: x",
        ],
    )
    def test_an_automatic_answer_is_evidence_and_named(self, mails, subject):
        document = mails.parsed(mails.plain("I am no longer with the company.", Subject=subject))
        assert "automatic answer" in document.notes
        assert mails.new_words(document) == "I am no longer with the company."

    def test_a_delivery_failure_is_no_evidence(self, mails):
        body = (
            b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
            b"Your message could not be delivered.\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n--b--\n"
        )
        document = mails.parsed(with_parts(mails, body, From="MAILER-DAEMON@mx.example"))
        assert "delivery failure" in document.notes
        assert [e.why for e in document.excluded] == ["automatic"]

    def test_an_invitation_names_who_accepted(self, mails):
        calendar = (
            "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:q@x\nSUMMARY:QBR\nDTSTART:20260603T090000Z\n"
            "ORGANIZER;CN=Nadia:mailto:nadia@vendor.example\n"
            "ATTENDEE;CN=Jana Holt;PARTSTAT=DECLINED:mailto:jana.holt@halden.example\n"
            "ATTENDEE;PARTSTAT=TENTATIVE:MAILTO:Petra@halden.example\nEND:VEVENT\nEND:VCALENDAR\n"
        )
        document = mails.parsed(mails.raw(calendar.encode(), Content_Type="text/calendar; charset=utf-8; method=REPLY"))
        took = {p.address: p.took for p in document.participants}
        assert took["jana.holt@halden.example"] is Took.DECLINED
        assert took["petra@halden.example"] is Took.TENTATIVE
        assert "calendar reply" in document.notes
        assert "QBR" in document.text


class TestMbox:
    def test_mails_are_split_and_one_broken_mail_stops_nothing(self, mails, reading):
        mbox = b"".join(
            b"From a@b Wed May 20 12:41:00 2026\n" + mails.raw(body, Message_ID=f"<{n}@x>") + b"\n\n"
            for n, body in enumerate(
                [b"one\n>From here on\n", b"two \0\n", b"three\nFrom the year 2024 on\nNote: this\n"]
            )
        )
        first, broken, third = reading("export/all.mbox", mbox)
        assert first.text.strip() == "one\nFrom here on"
        assert first.origin == "export/all.mbox#1"
        assert (broken.origin, broken.reason) == ("export/all.mbox#2", "nul_bytes")
        assert third.text.strip() == "three\nFrom the year 2024 on\nNote: this"

    def test_missing_blank_lines_and_stuffed_lines_of_any_depth(self, mails, reading):
        bodies = (b"one\n>>From twice\n> From a quote\n", b"two\n", b"three")
        mbox = b"".join(
            b"From a@b Wed May 20 12:41:00 2026\r\n" + mails.raw(body, Message_ID=f"<{n}@x>").rstrip(b"\n") + b"\n"
            for n, body in enumerate(bodies)
        )
        found = reading("all.mbox", mbox)
        assert [d.text.strip() for d in found] == ["one\n>From twice\n> From a quote", "two", "three"]

    def test_separators_across_chunks_are_found(self, mails, tmp_path, monkeypatch):
        monkeypatch.setattr("extractor.readers.mail.mbox._CHUNK", 97)
        data = [mails.raw(b"x" * n + b"\n", Message_ID=f"<{n}@x>") for n in range(60)]
        path = tmp_path / "a.mbox"
        path.write_bytes(b"".join(b"From a@b Wed May 20 12:41:00 2026\n" + d for d in data))
        assert list(split_mbox(path)) == data

    def test_a_maildir_is_read_whole(self, mails, tmp_path):
        from extractor.readers import read

        for folder, name in (("cur", "1.host:2,S"), ("new", "2.host"), ("tmp", "3.host")):
            (tmp_path / "Maildir" / folder).mkdir(parents=True)
            (tmp_path / "Maildir" / folder / name).write_bytes(mails.raw(b"x", Message_ID=f"<{name}>"))
        origins = [i.origin for i in read(tmp_path / "Maildir", tmp_path)]
        assert origins == ["Maildir/cur/1.host:2,S", "Maildir/new/2.host"]


def test_a_file_that_does_not_exist_is_set_aside(tmp_path):
    from extractor.readers import read

    assert [type(i) for i in read(tmp_path / "none.eml")] == [Unread]
