"""What is forwarded keeps its own author and its own moment, whatever client and language wrote its header lines."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.readers.mail.moments import MOMENTS_FILE, load_calendar, written_moment

NEAR = datetime(2026, 5, 20, 12, 41, tzinfo=timezone(timedelta(hours=2)))
PETRA = "Petra Noor <petra@halden.example>"

BLOCKS = {
    "outlook-en-us": f"From: {PETRA}\nSent: Tuesday, May 19, 2026 9:05 PM\nTo: Jana Holt\nSubject: Cost",
    "outlook-en-gb": f"From: {PETRA}\nSent: 19 May 2026 21:05\nTo: Jana\nSubject: Cost",
    "outlook-mac-en": f"From: {PETRA}\nDate: Tuesday, 19 May 2026 at 21:05\nTo: Jana\nSubject: Cost",
    "gmail-en": f"---------- Forwarded message ---------\nFrom: {PETRA}\nDate: Tue, May 19, 2026 at 9:05\u202fPM\nSubject: Cost",
    "apple-en": f"Begin forwarded message:\n\nFrom: {PETRA}\nSubject: Cost\nDate: May 19, 2026 at 9:05:00 PM GMT+2",
    "apple-en-quoted": f"Begin forwarded message:\n\n> From: {PETRA}\n> Date: 19 May 2026 at 21:05:00 CEST\n> To: Jana",
    "thunderbird-en": f"-------- Forwarded Message --------\nSubject: \tCost\nDate: \tTue, 19 May 2026 21:05:00 +0200\nFrom: \t{PETRA}",
    "yahoo-en": f"----- Forwarded Message -----\nFrom: {PETRA}\nSent: Tuesday, May 19, 2026, 09:05:00 PM GMT+2\nSubject: Cost",
    "lotus-en": "----- Forwarded by Jana Holt/Halden on 05/20/2026 12:41 PM -----\n\nFrom:\tPetra Noor/Halden/NO@Halden\nTo:\tJana\nDate:\t05/19/2026 09:05 PM",
    "proton-en": f"------- Forwarded Message -------\nFrom: {PETRA}\nDate: On Tuesday, May 19th, 2026 at 9:05 PM\nSubject: Cost",
    "android-en": f"-------- Original message --------\nFrom: {PETRA}\nDate: 19/05/2026 20:05 (GMT+01:00)\nTo: Jana",
    "android-us": f"-------- Original message --------\nFrom: {PETRA}\nDate: 5/19/26 3:05 PM (GMT-04:00)\nTo: Jana",
    "outlook-de": f"Von: {PETRA}\nGesendet: Dienstag, 19. Mai 2026 21:05\nAn: Jana Holt\nBetreff: Kosten",
    "gmail-de": f"---------- Forwarded message ---------\nVon: {PETRA}\nDate: Di., 19. Mai 2026 um 21:05 Uhr\nSubject: Kosten",
    "apple-de": f"Anfang der weitergeleiteten Nachricht:\n\nVon: {PETRA}\nBetreff: Kosten\nDatum: 19. Mai 2026 um 21:05:00 MESZ",
    "gmx-de": f"Gesendet: Dienstag, 19. Mai 2026 um 21:05 Uhr\nVon: {PETRA}\nAn: jana@halden.example\nBetreff: Kosten",
    "lotus-de": "----- Weitergeleitet von Jana Holt/Halden am 20.05.2026 12:41 -----\n\nVon:\tPetra Noor/Halden\nAn:\tJana\nDatum:\t19.05.2026 21:05",
    "android-de": f"-------- Ursprüngliche Nachricht --------\nVon: {PETRA}\nDatum: 19.05.26 20:05 (GMT+01:00)\nAn: Jana",
    "outlook-fr": f"De : {PETRA}\nEnvoyé : mardi 19 mai 2026 21:05\nÀ : Jana Holt\nObjet : Prix",
    "gmail-fr": f"---------- Forwarded message ---------\nDe : {PETRA}\nDate: mar. 19 mai 2026 à 21:05\nSubject: Prix",
    "apple-fr": f"Début du message transféré :\n\nDe: {PETRA}\nObjet: Prix\nDate: 19 mai 2026 à 21:05:00 UTC+2\nÀ: Jana",
    "outlook-es": f"De: {PETRA}\nEnviado el: martes, 19 de mayo de 2026 21:05\nPara: Jana Holt\nAsunto: Precio",
    "gmail-es": f"---------- Forwarded message ---------\nDe: {PETRA}\nDate: mar, 19 may 2026 a las 21:05\nSubject: Precio",
    "apple-es": f"Inicio del mensaje reenviado:\n\nDe: {PETRA}\nAsunto: Precio\nFecha: 19 de mayo de 2026, 9:05:00 p. m. CEST",
    "outlook-pt": f"De: {PETRA}\nEnviada em: terça-feira, 19 de maio de 2026 21:05\nPara: Jana Holt\nAssunto: Preço",
    "gmail-pt": f"---------- Forwarded message ---------\nDe: {PETRA}\nDate: ter., 19 de mai. de 2026 às 21:05\nSubject: Preço",
    "apple-pt": f"Início da mensagem encaminhada:\n\nDe: {PETRA}\nAssunto: Preço\nData: 19 de maio de 2026 16:05:00 BRT",
    "outlook-it": f"Da: {PETRA}\nInviato: martedì 19 maggio 2026 21:05\nA: Jana Holt\nOggetto: Costi",
    "gmail-it": f"---------- Forwarded message ---------\nDa: {PETRA}\nDate: mar 19 mag 2026 alle ore 21:05\nSubject: Costi",
    "apple-it": f"Inizio messaggio inoltrato:\n\nDa: {PETRA}\nOggetto: Costi\nData: 19 maggio 2026 alle ore 21:05:00 CEST",
    "outlook-nl": f"Van: {PETRA}\nVerzonden: dinsdag 19 mei 2026 21:05\nAan: Jana Holt\nOnderwerp: Kosten",
    "gmail-nl": f"---------- Forwarded message ---------\nVan: {PETRA}\nDate: di 19 mei 2026 om 21:05\nSubject: Kosten",
    "apple-nl": f"Begin doorgestuurd bericht:\n\nVan: {PETRA}\nOnderwerp: Kosten\nDatum: 19 mei 2026 om 21:05:00 CEST",
    "outlook-pl": f"Od: {PETRA}\nWysłano: wtorek, 19 maja 2026 21:05\nDo: Jana Holt\nTemat: Koszt",
    "gmail-pl": f"---------- Forwarded message ---------\nOd: {PETRA}\nDate: wt., 19 maj 2026 o 21:05\nSubject: Koszt",
    "apple-pl": f"Początek przekazywanej wiadomości:\n\nOd: {PETRA}\nTemat: Koszt\nData: 19 maja 2026 o 21:05:00 CEST",
    "outlook-ja": f"差出人: {PETRA}\n送信日時: 2026年5月19日火曜日 午後 9:05\n宛先: Jana Holt\n件名: 費用",
    "gmail-ja": f"---------- Forwarded message ---------\nFrom: {PETRA}\nDate: 2026年5月19日(火) 21:05\nSubject: 費用",
    "apple-ja": f"転送されたメッセージ：\n\n差出人: {PETRA}\n件名: 費用\n日付: 2026年5月20日 4:05:00 JST\n宛先: Jana",
    "outlook-zh": f"发件人: {PETRA}\n发送时间: 2026年5月19日 21:05\n收件人: Jana\n主题: 费用",
    "outlook-ko": f"보낸 사람: {PETRA}\n보낸 날짜: 2026년 5월 19일 화요일 오후 9:05\n받는 사람: Jana Holt\n제목: 비용",
    "outlook-sv": f"Från: {PETRA}\nSkickat: den 19 maj 2026 21:05\nTill: Jana Holt\nÄmne: Pris",
    "outlook-da": f"Fra: {PETRA}\nSendt: 19. maj 2026 21:05\nTil: Jana Holt\nEmne: Pris",
    "outlook-no": f"Fra: {PETRA}\nSendt: tirsdag 19. mai 2026 21.05\nTil: Jana Holt\nEmne: Pris",
    "outlook-fi": f"Lähettäjä: {PETRA}\nLähetetty: tiistai 19. toukokuuta 2026 21.05\nVastaanottaja: Jana\nAihe: Hinta",
    "outlook-cs": f"Od: {PETRA}\nOdesláno: úterý 19. května 2026 21:05\nKomu: Jana Holt\nPředmět: Cena",
    "outlook-hu": f"Feladó: {PETRA}\nElküldve: 2026. május 19., kedd 21:05\nCímzett: Jana Holt\nTárgy: Ár",
    "outlook-tr": f"Kimden: {PETRA}\nGönderildi: 19 Mayıs 2026 Salı 21:05\nKime: Jana Holt\nKonu: Fiyat",
    "outlook-ru": f"От: {PETRA}\nОтправлено: 19 мая 2026 г. 21:05\nКому: Jana Holt\nТема: Цена",
    "outlook-el": f"Από: {PETRA}\nΗμερομηνία: Τρίτη, 19 Μαΐου 2026 9:05 μ.μ.\nΠρος: Jana\nΘέμα: Τιμή",
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_a_forwarded_mail_keeps_author_and_moment(mails, block):
    data = mails.plain(f"FYI, see below.\n\n{block}\n\nIt costs too much.\n", Subject="Fwd: Cost")
    own, forwarded = mails.parsed(data).messages
    assert (own.speaker, own.at) == ("Jana Holt", NEAR)
    assert forwarded.speaker == "Petra Noor"
    assert forwarded.at == datetime(2026, 5, 19, 19, 5, tzinfo=UTC)
    assert mails.parsed(data).own_moments() == [NEAR]


MONTHS = [(name, number) for name, number in load_calendar().months.items()]


@given(st.sampled_from(MONTHS), st.integers(1, 28), st.integers(1990, 2080), st.sampled_from(["{d} {m} {y}", "{d}. {m} {y} 09:05", "{m} {d}, {y}", "{y}. {m} {d}.", "{d} de {m} de {y}", "Tue, {d}-{m}-{y} 1:02:03 +0100"]))  # fmt: skip
def test_every_name_of_a_month_is_read(month, day, year, form):
    name, number = month
    found = written_moment(form.format(d=day, m=name, y=year))
    assert found is not None
    assert found.date() == date(year, number, day)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("05/06/2026 10:00", "2026-06-05"),
        ("05/06/2026 10:00 AM", "2026-05-06"),
        ("06/05/2026 10:00 PM", "2026-06-05"),
        ("13/05/2026 10:00 AM", "2026-05-13"),
        ("05/13/2026 10:00", "2026-05-13"),
        ("05.06.2026 10:00", "2026-06-05"),
        ("2026-06-05", "2026-06-05"),
    ],
)
def test_days_in_figures(written, day):
    found = written_moment(written)
    assert found is not None
    assert found.date().isoformat() == day


def test_nobody_forwards_what_is_yet_to_come():
    assert written_moment("05/06/2026 10:00", near=NEAR).date() == date(2026, 5, 6)


@pytest.mark.parametrize("clock", ["12:00 AM", "0:00", "午前 12:00", "12:00 a. m."])
def test_midnight(clock):
    assert written_moment(f"2026-05-19 {clock}").hour == 0


@pytest.mark.parametrize("text", ["", "tomorrow", "May 19", "31 February 2026", "0/0/2026", "99:99", "19 May"])
def test_what_names_no_day_gives_none(text):
    assert written_moment(text) is None


@given(st.text(max_size=60) | st.from_regex(r"[0-9./: ]{0,30}[a-zA-Z. ]{0,10}[+-]?[0-9:]{0,6}"))
def test_nothing_raises(text):
    found = written_moment(text)
    assert found is None or found.tzinfo is not None


def test_a_file_with_a_month_missing_or_doubled_is_refused(tmp_path):
    text = MOMENTS_FILE.read_text("utf-8")
    for broken in (text.replace("january jan, ", ""), text.replace("january jan", "january jan march")):
        (tmp_path / "moments.yaml").write_text(broken, "utf-8")
        load_calendar.cache_clear()
        with pytest.raises(ValueError, match=r"moments.yaml: months of"):
            load_calendar(tmp_path / "moments.yaml")
