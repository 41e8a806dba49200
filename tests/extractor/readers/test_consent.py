"""Who refuses to be recorded is not kept, in whatever words; who asks, agrees or speaks of others is."""

import pytest

from extractor.readers.calls.consent import refuses_recording

REFUSALS = [
    "I do not consent to being recorded.",
    "I don't consent to this call being recorded",
    "I do not consent to this recording",
    "I don't give my consent to be recorded",
    "I do not give you consent to record this call",
    "I do not consent to the recording of this call.",
    "I do not consent to recording.",
    "I'm not consenting to being recorded.",
    "I am not comfortable being recorded.",
    "I'm not comfortable with this being recorded",
    "I'm not okay with being recorded",
    "I am not OK with this call being recorded.",
    "Please don't record this call.",
    "Please do not record me.",
    "I would prefer not to be recorded.",
    "I'd rather not be recorded",
    "I'd prefer this not be recorded.",
    "I do not want to be recorded",
    "I don't wish to be recorded",
    "I withdraw my consent to be recorded.",
    "I refuse to be recorded",
    "I object to this call being recorded.",
    "We do not consent to being recorded.",
    "We don't want this recorded",
    "You do not have my permission to record this.",
    "You don't have my consent to record.",
    "No, I do not agree to be recorded",
    "I decline to be recorded",
    "I haven't agreed to be recorded",
    "I never agreed to be recorded",
    "I have not consented to being recorded",
    "Ich möchte nicht aufgenommen werden.",
    "Ich möchte nicht, dass das Gespräch aufgezeichnet wird",
    "Bitte nicht aufzeichnen",
    "Ich stimme der Aufzeichnung nicht zu",
    "Ich bin mit der Aufzeichnung nicht einverstanden",
    "Ich widerspreche der Aufzeichnung",
    "Ich willige nicht in die Aufzeichnung ein",
    "Ich bin nicht damit einverstanden, dass aufgezeichnet wird",
    "Je ne souhaite pas être enregistré",
    "Je ne veux pas être enregistrée.",
    "Je ne consens pas à être enregistré",
    "Je m'oppose à l'enregistrement",
    "No quiero que me graben",
    "No consiento que se grabe la llamada",
    "No doy mi consentimiento para ser grabado",
    "Por favor, no grabe la llamada",
    "Não quero ser gravado",
    "Não autorizo a gravação",
    "Non voglio essere registrato",
    "Non acconsento alla registrazione",
    "Ik wil niet opgenomen worden",
    "Ik geef geen toestemming voor de opname",
    "Nie zgadzam się na nagrywanie",
    "Nie wyrażam zgody na nagrywanie rozmowy",
    "録音に同意しません",
    "録音しないでください",
    "録音はお断りします",
]
OTHERS = [
    "Do you consent to being recorded?",
    "Does anyone object to being recorded?",
    "If you do not consent to being recorded, please leave.",
    "This call is being recorded.",
    "I consent to being recorded",
    "If you don't want to be recorded, turn off your camera",
    "The recording feature does not work for us.",
    "Can you stop the recording job when the export fails?",
    "We don't want the wrong data recorded in the CRM.",
    "I don't want errors to be recorded twice",
    "Please don't record the order twice in the system.",
    "Some users do not consent to cookies",
    "Our agents do not consent to being recorded, that is a problem with your product.",
    "We don't record calls.",
    "Can we turn off recording in your product for German users?",
    "I don't agree to the price.",
    "Ist es okay, wenn wir aufzeichnen?",
    "Wir zeichnen das Gespräch auf, wenn niemand widerspricht.",
    "Je vous envoie l'enregistrement",
    "La grabación no funciona.",
    "The customers refuse to be recorded by your bot",
    "Please stop recording our invoices as paid.",
    "How do I stop the recording when a customer asks?",
    "Can you stop the recording, please? Thanks all, bye.",
    "Bitte schalten Sie die Aufzeichnung jetzt aus, wir sind fertig.",
]


@pytest.mark.parametrize("words", REFUSALS)
def test_a_refusal(words):
    assert refuses_recording(f"Before we begin: {words} Thank you.")


@pytest.mark.parametrize("words", OTHERS)
def test_no_refusal(words):
    assert not refuses_recording(words)
