"""In every language and client the sender's own words remain, and what is left out is named by its kind."""

from pathlib import Path

import pytest

from extractor.readers.mail.spans import not_newly_written
from extractor.readers.marks import outside

OWN = "We have been asked to compare you with another platform.\n\nThe decision is due on Friday."


def left(text: str, **known) -> str:
    return outside(text, not_newly_written(text, **known)).strip()


def kinds(text: str, **known) -> list[str]:
    return [e.why for e in not_newly_written(text, **known)]


ATTRIBUTIONS = {
    "gmail-en": "On Wed, May 20, 2026 at 12:41 PM Jana Holt <jana@halden.example> wrote:",
    "apple-en": "On 20 May 2026, at 12:41, Jana Holt <jana@halden.example> wrote:",
    "wrapped-en": "On Wed, May 20, 2026 at 12:41 PM Jana Holt via Portal <\njana@halden.example> wrote:",
    "three-lines-en": "On Wed, May 20, 2026 at 12:41 PM\nJana Holt <jana@halden.example>\nwrote:",
    "lotus-en": "Jana Holt/Halden wrote on 05/20/2026 12:41:00 PM:",
    "no-date-en": "Jana Holt <jana@halden.example> wrote:",
    "zoho-en": "---- On Wed, 20 May 2026 12:41:00 +0200 jana@halden.example wrote ----",
    "gmail-de": "Am Mi., 20. Mai 2026 um 12:41 Uhr schrieb Jana Holt <jana@halden.example>:",
    "gmail-de-name-first": "Jana Holt <jana@halden.example> schrieb am Mi., 20. Mai 2026\num 12:41 Uhr:",
    "thunderbird-de": "Am 20.05.26 um 12:41 schrieb Jana Holt:",
    "gmail-fr": "Le mer. 20 mai 2026 à 12:41, Jana Holt <jana@halden.example> a écrit :",
    "gmail-fr-wrapped": 'Le 20 mai 2026 12:41, "Jana Holt"\n<jana@halden.example>\na écrit :',
    "gmail-es": "El mié, 20 may 2026 a las 12:41, Jana Holt (<jana@halden.example>) escribió:",
    "gmail-pt": "Em qua., 20 de mai. de 2026 às 12:41, Jana Holt <jana@halden.example> escreveu:",
    "gmail-it": "Il giorno mer 20 mag 2026 alle ore 12:41 Jana Holt <jana@halden.example> ha scritto:",
    "gmail-nl": "Op wo 20 mei 2026 om 12:41 schreef Jana Holt <jana@halden.example>:",
    "apple-nl": "Op 20 mei 2026 om 12:41 heeft Jana Holt <jana@halden.example> het volgende geschreven:",
    "gmail-pl": "śr., 20 maj 2026 o 12:41 Jana Holt <jana@halden.example> napisał(a):",
    "wp-pl": "W dniu 2026-05-20 12:41:59 użytkownik Jana Holt <jana@halden.example> napisał:",
    "gmail-ja": "2026年5月20日(水) 12:41 Jana Holt <jana@halden.example>:",
    "gmail-sv": "Den ons 20 maj 2026 kl 12:41 skrev Jana Holt <jana@halden.example>:",
    "broken-address-no": "ons. 20. mai 2026 kl. 12:41 skrev Jana Holt <jana@halden.example\n>:",
    "gmail-zh": "Jana Holt <jana@halden.example> 于2026年5月20日周三 下午12:41写道:",
    "gmail-ru": "ср, 20 мая 2026 г. в 12:41, Jana Holt <jana@halden.example>:",
    "bare-date": "2026-05-20 12:41 GMT+02:00 Jana Holt <jana@halden.example>:",
}


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_a_quote_below_goes_with_the_line_above_it(line):
    assert left(f"{OWN}\n\n{line}\n\n> Could you tell us more?\n>\n> Nadia\n") == OWN


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_an_unmarked_earlier_mail_goes_with_the_line_above_it(line):
    assert left(f"{OWN}\n\n{line}\n\nCould you tell us more?\n\nNadia\n") == OWN


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_answers_below_and_between_quotes_stay(line):
    text = f"{line}\n\n> Could you come?\n\nYes, on Monday.\n\n> And Nadia?\n\nShe stays here."
    assert left(text).split() == ["Yes,", "on", "Monday.", "She", "stays", "here."]


CLIENTS = Path(__file__).with_name("attributions.txt").read_text("utf-8").splitlines()
"""How clients introduce a quote, in some thirty languages."""


@pytest.mark.parametrize("line", CLIENTS)
@pytest.mark.parametrize("quoted", ["> Could you?\n>\n> Nadia", "Could you?\n\nNadia"], ids=["quoted", "bare"])
def test_every_client_and_language(line, quoted):
    assert left(f"{OWN}\n\n{line}\n\n{quoted}\n") == OWN


HEADER_BLOCKS = {
    "outlook-en": "From: Nadia Corvane\nSent: Wednesday, 20 May 2026 12:41\nTo: Jana Holt\nSubject: Review",
    "bold-en": "*From:* Nadia Corvane\n*Sent:* Wednesday, 20 May 2026 12:41\n*To:* Jana Holt\n*Subject:* Review",
    "rule-en": "________________________________\nFrom: Nadia\nSent: 20 May 2026 12:41\nTo: Jana\nSubject: Review",
    "mac-en": "From: Nadia <n@vendor.example>\nDate: Wednesday, 20 May 2026 at 12:41\nTo: Jana\nSubject: Review",
    "lotus-en": "From:\tNadia Corvane/Vendor\nTo:\tJana Holt/Halden\nDate:\t05/20/2026 12:41 PM\nSubject:\tReview",
    "wrapped": "From: Nadia\nSent: 20 May 2026\nTo: Jana Holt; Petra\n  Noorlander\nSubject: A review that\nwraps",
    "de": "Von: Nadia Corvane\nGesendet: Mittwoch, 20. Mai 2026 12:41\nAn: Jana Holt\nBetreff: Termin",
    "fr": "De : Nadia Corvane\nEnvoyé : mercredi 20 mai 2026 12:41\nÀ : Jana Holt\nObjet : Revue",
    "es": "De: Nadia Corvane\nEnviado el: miércoles, 20 de mayo de 2026 12:41\nPara: Jana Holt\nAsunto: Revisión",
    "pt": "De: Nadia Corvane\nEnviada em: quarta-feira, 20 de maio de 2026 12:41\nPara: Jana\nAssunto: Revisão",
    "it": "Da: Nadia Corvane\nInviato: mercoledì 20 maggio 2026 12:41\nA: Jana Holt\nOggetto: Revisione",
    "nl": "Van: Nadia Corvane\nVerzonden: woensdag 20 mei 2026 12:41\nAan: Jana Holt\nOnderwerp: Overleg",
    "pl": "Od: Nadia Corvane\nWysłano: środa, 20 maja 2026 12:41\nDo: Jana Holt\nTemat: Przegląd",
    "ja": "差出人: Nadia Corvane\n送信日時: 2026年5月20日 12:41\n宛先: Jana Holt\n件名: レビュー",
    "original-en": "-----Original Message-----\nFrom: Nadia",
    "original-de": "-----Ursprüngliche Nachricht-----\nVon: Nadia",
    "original-fr": "-------- Message d'origine --------\nDe : Nadia",
    "original-es": "-----Mensaje original-----\nDe: Nadia",
    "original-it": "-----Messaggio originale-----\nDa: Nadia",
    "original-nl": "-----Oorspronkelijk bericht-----\nVan: Nadia",
    "original-pl": "-----Wiadomość oryginalna-----\nOd: Nadia",
    "original-ja": "-----元のメッセージ-----\n差出人: Nadia",
}


@pytest.mark.parametrize("block", HEADER_BLOCKS.values(), ids=HEADER_BLOCKS)
def test_all_below_a_header_block_is_the_earlier_mail(block):
    text = f"{OWN}\n\n{block}\n\nCould you tell us more?\n"
    assert left(text) == OWN
    assert kinds(text) == ["quoted_history"]


@pytest.mark.parametrize("block", HEADER_BLOCKS.values(), ids=HEADER_BLOCKS)
def test_the_same_block_under_a_forwarding_subject_is_forwarded(block):
    assert kinds(f"{OWN}\n\n{block}\n\nText\n", subject="WG: Termin") == ["forwarded"]


FORWARDS = [
    "---------- Forwarded message ---------",
    "Begin forwarded message:",
    "-------- Forwarded Message --------",
    "---------- Weitergeleitete Nachricht ---------",
    "Anfang der weitergeleiteten Nachricht:",
    "---------- Message transféré ---------",
    "---------- Mensaje reenviado ---------",
    "---------- Mensagem encaminhada ---------",
    "---------- Messaggio inoltrato ---------",
    "---------- Doorgestuurd bericht ---------",
    "---------- Przekazana wiadomość ---------",
    "---------- 転送されたメッセージ ---------",
]


@pytest.mark.parametrize("mark", FORWARDS)
def test_a_forwarded_mail_is_named_forwarded(mark):
    text = f"{OWN}\n\n{mark}\nFrom: Petra <p@halden.example>\nSubject: Cost\n\nIt costs too much.\n"
    assert left(text) == OWN
    assert kinds(text) == ["forwarded"]


FOOTERS = [
    "Sent from my iPhone",
    "Sent from my Galaxy S23 Ultra",
    "Sent from my Verizon Wireless BlackBerry",
    "Get Outlook for iOS<https://aka.example/o0ukef>",
    "Von meinem iPhone gesendet",
    "Gesendet mit der GMX Mail App",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Wysłane z iPhone'a",
    "iPhoneから送信",
    "Sent using the mail.com mail app",
    "Sent from my Verizon, Samsung Galaxy smartphone",
    "Get the new AOL app: mail.mobile.aol.com",
    "Sent from my mobile device, please excuse brevity.",
    "Sent on the go",
    "Von Samsung Mobile gesendet",
    "Mobil gesendet",
    "Envoyé à partir d'Outlook pour Android",
    "Outlook for iOS を入手",
    "Yahoo!メール アプリで送信",
    "Trimis de pe iPhone",
    "iPhone'umdan gönderildi",
    "Στάλθηκε από το iPhone μου",
    "Elküldve az iPhone-omról",
    "Надіслано з iPhone",
    "Odoslané z iPhonu",
]


@pytest.mark.parametrize("footer", FOOTERS)
def test_a_phones_footer_is_signature(footer):
    text = f"{OWN}\n\n{footer}\n"
    assert left(text) == OWN
    assert kinds(text) == ["signature"]


DISCLAIMERS = [
    "CONFIDENTIALITY NOTICE: this e-mail may contain protected information.",
    "This email and any attachments are confidential and intended solely for the addressee.",
    "Diese E-Mail enthält vertrauliche und rechtlich geschützte Informationen.",
    "Ce message et ses pièces jointes sont confidentiels et destinés au seul destinataire.",
    "Este mensaje es confidencial y está dirigido exclusivamente a su destinatario.",
    "Esta mensagem é confidencial e destina-se apenas ao destinatário.",
    "Questa e-mail è riservata e destinata esclusivamente al destinatario.",
    "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde.",
    "Ta wiadomość jest poufna i przeznaczona wyłącznie dla adresata.",
    "本メールには機密情報が含まれており、宛先以外の方は破棄してください。",
    "Please consider the environment before printing this email.",
]


@pytest.mark.parametrize("disclaimer", DISCLAIMERS)
def test_a_disclaimer_is_named(disclaimer):
    text = f"{OWN}\n\n{disclaimer}\n"
    assert left(text) == OWN
    assert kinds(text) == ["disclaimer"]


SIGNATURES = [
    "-- \nJana Holt\nIT Director",
    "--\nJana",
    "Jana Holt | IT Director\nHalden Freight AS\n+47 555 01 23",
    "Kind regards,\nJana Holt\nIT Director, Halden Freight",
    "Mit freundlichen Grüßen\n\nJana Holt\nIT-Leiterin",
    "Thanks,\nJana",
    "Jana\n\nJana Holt\nIT Director",
    "J Holt\nIT Director\nHalden Freight Ltd. Est. 1922",
    "J. M. Holt, IT Director",
    "J.Holt",
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_the_senders_own_name_opens_the_signature(signature):
    text = f"{OWN}\n\n{signature}\n"
    names = ("Jana Holt", "jana.holt@halden.example")
    assert left(text, names=names).removesuffix("Mit freundlichen Grüßen").strip() == OWN


KEPT = [
    "On the surface, this looks good.\nOn the other hand, we should wait.",
    "Here is another email\n\nSent from my desk, is much easier than my mobile phone.",
    "We spoke about three things:\n\n-- price\n-- scope\n-- time",
    "From: our side there is nothing to add.\nTo: be honest, I am glad.",
    "## Plan\n----\n1. Train\n2. Go live\n----\nThat is all I have for now, tell me what you think of it.",
    "The timestamps are 2026-05-20 12:41:30 and 20.05.2026 12:41.",
    "With regards to the price: it is too high.",
    "契約書は昨日メールで送信しました。",
    "Die Unterlagen wurden von Anna gesendet.",
    "The notification was sent from my iPhone app to all users.",
    "Get the numbers right, please.\nSent on Monday, not on Friday.\nMit Freude gesehen, was wir gesendet haben.",
    "this is an email with a -- in the middle.",
    "Torunn said: we stay.",
    "J Holt will leave us in June.",
    "Holt\nwill leave us in June.",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_only_resembles_a_mark_stays(text):
    assert left(text, names=("Jana Holt",)) == text


def test_a_postscript_after_the_name_stays():
    text = f"{OWN}\n\nJana\n\nPS: we still have no answer about the seats."
    assert left(text, names=("Jana Holt",)).endswith("PS: we still have no answer about the seats.")


@pytest.mark.parametrize(
    "last",
    ["Jana\nbtw we are leaving in june", "Jana Holt will leave us in June.", "Thanks\nJana\nwe may cancel the contract",
     "Jana\n\nWir kündigen zum Jahresende"],
)  # fmt: skip
def test_prose_after_or_beside_the_name_stays(last):
    assert left(f"{OWN}\n\n{last}", names=("Jana Holt",)).endswith(last.rpartition("\n")[2])


def test_wrapped_ends_of_quoted_lines_belong_to_the_quote():
    quoted = "> the weekly report shows that the number of active users has gone down by\nhalf\n> since March"
    assert left(f"{OWN}\n\n{quoted}\n") == OWN


@pytest.mark.parametrize("line", ["Quoting Nadia <n@vendor.example>:", "Zitat von Nadia <n@vendor.example>:"])
def test_a_line_without_date_counts_above_a_quote(line):
    assert left(f"{OWN}\n\n{line}\n\n> old\n") == OWN


def test_a_quote_of_initials_is_history():
    assert left(f"{OWN}\n\nNC> Could you tell us\nNC> more about it?\n") == OWN


def test_mailing_list_footers_and_external_warnings_are_automatic():
    text = f"CAUTION: This email originated from outside of the organization. Do not click links.\n\n{OWN}\n"
    assert left(text) == OWN
    assert kinds(text) == ["automatic"]
