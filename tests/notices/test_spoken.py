"""What somebody answered or said, in the mail of the day: in four languages, once, with a way to the page."""

from datetime import date, timedelta

import pytest
from markupsafe import escape
from sqlalchemy import select

from tests.notices.mailing import REFUSED, hand_over, post, states_of, tell
from tests.support.apps import DbSession
from tests.support.factories import (
    DAY,
    act,
    be_patient,
    make_commitment,
    make_milestone,
    make_partner,
    make_place,
    make_unit,
    make_user,
)
from tracker.core.db import db
from tracker.core.mail import Rendered
from tracker.follow_up.operations.assessing import assess_commitment, reply_to_assessment
from tracker.follow_up.operations.dates import NewDate, ask_new_date, grant_new_date, refuse_new_date
from tracker.notices.deciding import send_again
from tracker.notices.digest import write_digests
from tracker.notices.models import Digest, Notice
from tracker.notices.moving import move_address
from tracker.notices.operations import hold_back, hold_back_from, void
from tracker.notices.queries import notices_to
from tracker.notices.rules import SPOKEN, ladder_of
from tracker.notices.spoken import overtake
from tracker.territory.rules import Place

WHO = "rosa@example.org"
LATER = DAY + timedelta(days=80)
ANSWERED = {"clock": "answer", "answer": "granted", "wanted_on": "2027-02-11", "wanted_precision": "day"}
ANSWER = {**ANSWERED, "asked_by": "Rosa", "by": "Eva", "text": "", "due_on": None, "first_due_on": None}
#: By language: heading, and the lines of a grant, a refusal, a verdict and a reply; the right to reply.
SAID = {
    "en": (
        "Answers, and what others say (4)",
        "Eva granted the new date that Luis asked for: 11 Feb 2027 · Obras · who asked for it",
        "Eva did not grant the new date that Luis asked for, February 2027: No · Obras · who asked for it",
        "Agua (Ana) says how far it is: limited progress. Falta luz · Obras · as responsible",
        "Eva replied to “substantial progress”: Ya está · Obras · who said how far it is",
        "The municipality has the right to reply, once: its reply stands beside what was said.",
    ),
    "es": (
        "Respuestas y lo que dicen otros (4)",
        "Eva concedió la nueva fecha que pidió Luis: 11 feb 2027 · Obras · quien pidió la fecha",
        "Eva no concedió la nueva fecha que pidió Luis, febrero 2027: No · Obras · quien pidió la fecha",
        "Agua (Ana) dice hasta dónde ha llegado: avance limitado. Falta luz · Obras · como responsable",
        "Eva respondió a “avance sustancial”: Ya está · Obras · quien dijo hasta dónde ha llegado",
        "El municipio tiene derecho a responder, una vez: su respuesta queda junto a lo que se dijo.",
    ),
    "pt_BR": (
        "Respostas e o que outros dizem (4)",
        "Eva concedeu a nova data que Luis pediu: 11 fev 2027 · Obras · quem pediu a data",
        "Eva não concedeu a nova data que Luis pediu, fevereiro 2027: No · Obras · quem pediu a data",
        "Agua (Ana) diz até onde chegou: avanço limitado. Falta luz · Obras · como responsável",
        "Eva respondeu a “avanço substancial”: Ya está · Obras · quem disse até onde chegou",
        "O município tem direito de responder, uma vez: a resposta fica ao lado do que foi dito.",
    ),
    "fr": (
        "Réponses, et ce qu'en disent les autres (4)",
        "Eva a accordé la nouvelle date demandée par Luis : 11 févr 2027 · Obras · qui a demandé la date",
        "Eva n'a pas accordé la nouvelle date demandée par Luis, février 2027 : No · Obras · qui a demandé la date",
        "Agua (Ana) dit où en est l'engagement : avancement limité. Falta luz · Obras · en tant que responsable",
        "Eva a répondu à « avancement substantiel » : Ya está · Obras · qui a dit où en est l'engagement",
        "La municipalité a le droit de répondre, une fois : sa réponse figure à côté de ce qui a été dit.",
    ),
}
SUBJECT = {
    "en": "4 answers or opinions",
    "es": "4 respuestas u opiniones",
    "pt_BR": "4 respostas ou opiniões",
    "fr": "4 réponses ou avis",
}


@pytest.fixture
def place(session: DbSession) -> Place:
    place = make_place()
    be_patient(place)
    return place


def written(address: str, day: date) -> Rendered:
    """The mail of a day to this address."""
    own = db.session.scalars(select(Digest.id).where(Digest.recipient == address, Digest.day == day)).one()
    return write_digests([own], act(day).at)[own]


@pytest.mark.parametrize("language", list(SAID))
def test_each_is_told_in_the_language_of_its_reader(place: Place, language: str) -> None:
    unit = make_unit(place, "Obras")
    luis = make_user("officer", unit=unit, email=WHO, name="Luis", locale=language)
    eva = make_user("coordinator", place=place, name="Eva")
    made = make_commitment(place, "Diez pozos", DAY + timedelta(days=60), unit=unit)
    step = make_milestone(place, made, DAY + timedelta(days=50), title="Permiso")
    judged = make_commitment(place, "Parque", unit=make_unit(place))
    for wanted in (NewDate(LATER, "day", "Faltan"), NewDate(LATER, "month", "Faltan", step.id)):
        asked = ask_new_date(act(user=luis), place, made.code, wanted)
        if wanted.milestone_id:
            refuse_new_date(act(user=eva), place, made.code, asked.id, "No")
        else:
            grant_new_date(act(user=eva), place, made.code, asked.id)
    partner = make_partner("Agua")
    judge = make_user("partner", partner=partner, name="Ana")
    assess_commitment(act(user=judge), place, made.code, "limited", "Falta luz", partner.id)
    said = assess_commitment(act(user=luis), place, judged.code, "substantial", "Poco")
    reply_to_assessment(act(user=eva), place, judged.code, said.id, "Ya está")
    post(place)
    mail = written(WHO, DAY)
    heading, *lines, right = SAID[language]
    assert mail.subject == f"{SUBJECT[language]} · {place.name}"
    assert heading in mail.text
    for line in lines:
        own = line if "Ya está" not in line else line.replace("Obras", judged.unit.name)
        assert own in mail.text
        assert escape(own.partition(" · ")[0]) in mail.html
    assert right in mail.text and escape(right) in mail.html
    assert f"/{place.code}/agenda/{made.code}" in mail.text and f"/{place.code}/agenda/{made.code}" in mail.html
    assert "Permiso (" in mail.text, "of a milestone, with its commitment"
    assert "%(" not in mail.subject + mail.text + mail.html
    assert " ·  · " not in mail.text
    assert not mail.one_click_url, "nothing in it can be left out"


def test_what_has_no_date_names_itself_in_the_subject(place: Place) -> None:
    tell(place, WHO, 1, "undated+30", facts={"clock": "undated", "due_on": None, "first_due_on": None})
    post(place)
    mail = written(WHO, DAY)
    assert mail.subject.startswith("1 asunto sin plazo")
    assert " ·  · " not in mail.text


def test_a_long_text_has_room_for_its_beginning_and_stays_on_its_line(place: Place) -> None:
    reason = "Primera razón\nsegunda\n" + "y otra más " * 40
    tell(place, WHO, 1, "answer+1", facts={**ANSWER, "answer": "refused", "text": reason})
    post(place)
    mail = written(WHO, DAY)
    assert "Primera razón segunda y otra más" in mail.text
    assert reason.split("\n")[2] not in mail.text


def test_of_two_answers_and_a_clock_about_one_thing_each_has_its_line(place: Place) -> None:
    for step in ("answer+1", "answer+2", "verdict+1"):
        verdict = {"clock": "verdict", "verdict": "complete", "voice": None}
        tell(place, WHO, 1, step, facts=ANSWER | (verdict if "verdict" in step else {}))
    tell(place, WHO, 1, "overdue+1")
    post(place)
    mail = written(WHO, DAY)
    assert mail.text.count("Promesa C-001") == 4
    assert mail.text.index("Respuestas") < mail.text.index("Atrasados")
    assert mail.subject.startswith("1 ")


def test_more_than_there_is_room_for_is_counted(place: Place) -> None:
    for number in range(42):
        tell(place, WHO, number, f"answer+{number}", facts=ANSWER)
    post(place)
    mail = written(WHO, DAY)
    assert mail.text.count("Promesa ") == 40
    assert "Y 2 más.\n" in mail.text


@pytest.mark.parametrize("step", ["answer+1", "verdict+1", "reply+1"])
def test_no_fact_that_changes_makes_it_untrue(place: Place, step: str) -> None:
    subject = tell(place, WHO, 1, step, facts=ANSWER)
    tell(place, WHO, 1, "overdue+1")
    void(place.id, subject, "completed", DAY)
    assert hold_back(place.id, [subject], "passed_on") == set()
    assert states_of(WHO) == [("waiting", ""), ("cancelled", "completed")]


def test_one_that_failed_is_sent_again_whatever_became_of_the_date(place: Place) -> None:
    subject = tell(place, WHO, 1, "answer+1", facts=ANSWER)
    post(place)
    failed = hand_over(WHO, "failed", REFUSED)
    void(place.id, subject, "changed", DAY)
    tell(place, WHO, 1, "answer+2", facts=ANSWER)
    send_again(act(), failed.id)
    assert states_of(WHO) == [("composed", ""), ("waiting", "")]


@pytest.mark.parametrize(
    ("state", "after"),
    [
        ("waiting", ("cancelled", "overtaken")),
        ("composed", ("cancelled", "overtaken")),
        ("leaving", ("leaving", "overtaken")),
        ("failed", ("failed", "")),
        ("sent", ("sent", "")),
    ],
)
def test_a_later_word_takes_the_place_of_what_has_not_left(
    place: Place, state: str, after: tuple[str, str]
) -> None:
    subject = tell(place, WHO, 1, "verdict+1", facts=ANSWER)
    tell(place, WHO, 1, "verdict+2", facts=ANSWER)
    first = db.session.scalars(select(Notice).where(Notice.step == "verdict+1")).one()
    first.state = state
    db.session.flush()
    overtake(place.id, subject, ["verdict+1"], DAY)
    assert states_of(WHO) == [after, ("waiting", "")]


def test_one_that_failed_and_was_overtaken_is_not_sent_again(place: Place) -> None:
    subject = tell(place, WHO, 1, "verdict+1", facts=ANSWER)
    tell(place, WHO, 2)
    post(place)
    failed = hand_over(WHO, "failed", REFUSED)
    overtake(place.id, subject, ["verdict+1"], DAY)
    send_again(act(), failed.id)
    assert states_of(WHO) == [("cancelled", "overtaken"), ("composed", "")]


def test_it_follows_its_reader_to_another_address(place: Place) -> None:
    tell(place, WHO, 1, "answer+1", facts=ANSWER)
    move_address(WHO, "nueva@example.org")
    assert states_of("nueva@example.org") == [("waiting", "")]
    assert [notice.step for notice in notices_to("nueva@example.org")] == ["answer+1"]


def test_what_is_held_back_from_somebody_is_looked_at_anew_by_no_check(place: Place) -> None:
    tell(place, WHO, 1, "answer+1", facts=ANSWER)
    late = tell(place, WHO, 2)
    assert hold_back_from(place.id, WHO, "handed_over") == {late}
    assert states_of(WHO) == [("cancelled", "handed_over")] * 2


def test_each_stands_alone_on_its_ladder() -> None:
    assert [ladder_of(f"{name}+7") for name in SPOKEN] == [f"{name}+7" for name in SPOKEN]
