"""Who may do what: every endpoint, its verb, and the roles that hold it. One page; a route without a line fails.

The gate loads the municipality of the address in the visitor's scope first (else 404), then looks here (else 403).
"""

from dataclasses import dataclass

EVERYONE = frozenset({"administrator", "monitor", "coordinator", "officer", "authority", "partner", "assistant"})
INSIDE = frozenset({"administrator", "coordinator", "officer", "authority"})
READERS = EVERYONE
WRITERS = frozenset({"administrator", "coordinator"})
#: Officers for their own unit, partners for what they lead: agenda/guards.py.
REPORTERS = frozenset({"administrator", "coordinator", "officer", "partner", "assistant"})
#: Whose word stands beside that of who reports, for what they do not lead: follow_up/operations/assessing.py.
ASSESSORS = WRITERS | {"partner"}
#: Who enters data: also who does so for the municipality by its consent.
ENTERERS = WRITERS | {"assistant"}
#: Who gives and ends that consent.
CONSENTERS = frozenset({"coordinator", "authority"})
#: Who writes down what only the municipality reads.
NOTERS = WRITERS | {"officer"}
#: Who holds a role of a municipality.
LOCALS = frozenset({"coordinator", "officer", "authority"})
OVERSEERS = frozenset({"administrator", "monitor"})
ADMINISTRATORS = frozenset({"administrator"})
#: Who invites others to a municipality: to which roles, accounts/rules.py.
INVITERS = OVERSEERS | {"coordinator"}
#: Who looks whether mails arrive and the daily check was made; each sees what is about the own municipalities.
MAIL_READERS = WATCHERS = OVERSEERS | {"coordinator", "authority"}


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    #: read, report, write, oversee … what the roles may do here.
    verb: str
    roles: frozenset[str] = frozenset()
    #: Open to people who are not signed in.
    public: bool = False
    #: Only for those of them who see the whole region.
    whole: bool = False
    #: Nobody is looked up: it answers even where the database does not.
    unasked: bool = False
    #: About oneself: for whoever is signed in, with a role or without.
    oneself: bool = False
    #: Open already before the second factor has been shown (code) or set up (set_up).
    before: frozenset[str] = frozenset()


PUBLIC = Line("look", public=True)
#: One's own account.
OWN = Line("choose", EVERYONE, oneself=True)

PERMISSIONS: dict[str, Line] = {
    "static": Line("look", public=True, unasked=True),
    "monitoring.alive": Line("look", public=True, unasked=True),
    "monitoring.ready": Line("look", public=True, unasked=True),
    "accounts.sign_in": PUBLIC,
    "accounts.sign_in_post": PUBLIC,
    "accounts.choose_language": PUBLIC,
    "accounts.sign_out": Line("leave", EVERYONE, oneself=True, before=frozenset({"code", "set_up"})),
    "accounts.enter_code": Line("enter", EVERYONE, oneself=True, before=frozenset({"code"})),
    "accounts.enter_code_post": Line("enter", EVERYONE, oneself=True, before=frozenset({"code"})),
    "accounts.forgotten": PUBLIC,
    "accounts.ask_for_reset": PUBLIC,
    "accounts.reset_asked": PUBLIC,
    # Whoever holds the link of a mail or the code of a slip.
    "accounts.reset": PUBLIC,
    "accounts.reset_post": PUBLIC,
    "accounts.join": PUBLIC,
    "accounts.find_slip": PUBLIC,
    "accounts.join_by_link": PUBLIC,
    "accounts.join_post": PUBLIC,
    "accounts.accept_by_link": OWN,
    **dict.fromkeys(("accounts.account", "accounts.save_account"), OWN),
    **dict.fromkeys(("accounts.password", "accounts.change_password"), OWN),
    **dict.fromkeys(("accounts.sessions", "accounts.end_one_session", "accounts.end_all_sessions"), OWN),
    "accounts.factor": Line("choose", EVERYONE, oneself=True, before=frozenset({"set_up"})),
    "accounts.put_on_factor": Line("choose", EVERYONE, oneself=True, before=frozenset({"set_up"})),
    "accounts.recovery_codes": OWN,
    "accounts.new_codes": OWN,
    "accounts.take_off_factor": OWN,
    "accounts.accept": OWN,
    "accounts.refuse": OWN,
    # Which roles one may give and take: accounts/rules.py.
    "accounts.people": Line("invite", INVITERS),
    "accounts.invite_here": Line("invite", INVITERS),
    "accounts.slips_here": Line("invite", INVITERS),
    "accounts.send_again_here": Line("invite", INVITERS),
    "accounts.revoke_here": Line("invite", INVITERS),
    "accounts.end_role_here": Line("write", WRITERS),
    "accounts.everybody": Line("invite", ADMINISTRATORS),
    "accounts.invite_anybody": Line("invite", ADMINISTRATORS),
    "accounts.slips": Line("invite", ADMINISTRATORS),
    "accounts.send_again": Line("invite", ADMINISTRATORS),
    "accounts.revoke_anywhere": Line("invite", ADMINISTRATORS),
    "accounts.end_role": Line("write", ADMINISTRATORS),
    "accounts.others_factor": Line("write", ADMINISTRATORS),
    "accounts.take_others_factor": Line("write", ADMINISTRATORS),
    "accounts.workshops": Line("oversee", OVERSEERS),
    "accounts.workshop": Line("oversee", OVERSEERS),
    "accounts.new_workshop": Line("write", ADMINISTRATORS),
    "accounts.create_workshop": Line("write", ADMINISTRATORS),
    "accounts.edit_workshop_form": Line("write", ADMINISTRATORS),
    "accounts.save_workshop": Line("write", ADMINISTRATORS),
    "accounts.came": Line("write", ADMINISTRATORS),
    "accounts.save_came": Line("write", ADMINISTRATORS),
    "accounts.remove_came": Line("write", ADMINISTRATORS),
    "accounts.start_form": Line("invite", OVERSEERS),
    "accounts.start": Line("invite", OVERSEERS),
    "accounts.workshop_slips": Line("invite", OVERSEERS),
    "follow_up.home": Line("read", EVERYONE),
    "follow_up.print_page": Line("read", EVERYONE),
    "agenda.listing": Line("read", READERS),
    "exchange.csv": Line("read", READERS),
    "exchange.xlsx": Line("read", READERS),
    "exchange.template_csv": Line("write", WRITERS),
    "exchange.template_xlsx": Line("write", WRITERS),
    "follow_up.commitment": Line("read", READERS),
    "follow_up.row": Line("read", READERS),
    "follow_up.milestone_row": Line("read", READERS),
    "agenda.file": Line("read", READERS),
    "agenda.sorting": Line("write", ENTERERS),
    "agenda.sort_out": Line("write", ENTERERS),
    "accounts.assistants": Line("read", INSIDE | {"assistant"}),
    "accounts.let_assist": Line("consent", CONSENTERS),
    # The municipality, or who has the consent: views/consent/giving.py.
    "accounts.end_assistance": Line("consent", CONSENTERS | {"assistant"}),
    "agenda.sharing": Line("read", INSIDE),
    "agenda.share": Line("write", WRITERS),
    "agenda.new": Line("write", ENTERERS),
    "agenda.create": Line("write", ENTERERS),
    "agenda.promise": Line("write", ENTERERS),
    "agenda.agreements": Line("read", INSIDE),
    "agenda.new_agreement": Line("write", WRITERS),
    "agenda.create_agreement": Line("write", WRITERS),
    "agenda.edit_agreement_form": Line("write", WRITERS),
    "agenda.save_agreement": Line("write", WRITERS),
    "agenda.edit": Line("write", ENTERERS),
    "agenda.save": Line("write", ENTERERS),
    # The registry: everywhere, or nowhere in particular.
    **dict.fromkeys(
        (
            *("agenda.municipality", "agenda.new_municipality", "agenda.create_municipality"),
            *("agenda.edit_municipality", "agenda.save_municipality"),
            *("agenda.save_members", "agenda.take_member_off", "agenda.closing", "agenda.close_one"),
            *("agenda.merging", "agenda.merge_one", "agenda.division", "agenda.divide"),
        ),
        Line("write", ADMINISTRATORS),
    ),
    "agenda.partners": Line("oversee", OVERSEERS),
    "agenda.partner": Line("oversee", OVERSEERS),
    "agenda.create_partner": Line("write", ADMINISTRATORS),
    "agenda.save_partner": Line("write", ADMINISTRATORS),
    "exchange.registry": Line("write", ADMINISTRATORS),
    "exchange.bring_registry": Line("write", ADMINISTRATORS),
    "agenda.completion": Line("write", ENTERERS),
    "agenda.complete": Line("write", ENTERERS),
    "agenda.cancellation": Line("write", ENTERERS),
    "agenda.cancel": Line("write", ENTERERS),
    "agenda.reopening": Line("write", ENTERERS),
    "agenda.reopen": Line("write", ENTERERS),
    "agenda.money": Line("write", ENTERERS),
    "agenda.save_money": Line("write", ENTERERS),
    "agenda.suspension": Line("write", ENTERERS),
    "agenda.suspend_post": Line("write", ENTERERS),
    "agenda.end_suspension_post": Line("write", ENTERERS),
    "agenda.new_milestone": Line("write", ENTERERS),
    "agenda.create_milestone": Line("write", ENTERERS),
    "agenda.edit_milestone_form": Line("write", ENTERERS),
    "agenda.save_milestone": Line("write", ENTERERS),
    "agenda.milestone_completion": Line("report", REPORTERS),
    "agenda.complete_milestone_post": Line("report", REPORTERS),
    "agenda.milestone_cancellation": Line("write", ENTERERS),
    "agenda.cancel_milestone_post": Line("write", ENTERERS),
    "agenda.reopen_milestone_post": Line("report", REPORTERS),
    "agenda.recurrence": Line("write", ENTERERS),
    "agenda.recur": Line("write", ENTERERS),
    "agenda.not_held_form": Line("report", REPORTERS),
    "agenda.not_held_post": Line("report", REPORTERS),
    **dict.fromkeys(("follow_up.new_assessment", "follow_up.assess"), Line("assess", ASSESSORS)),
    **dict.fromkeys(("follow_up.reply_form", "follow_up.reply"), Line("answer", NOTERS)),
    # How it goes, what is in the way, what a date hangs on, new dates that are asked for, what was asked.
    **dict.fromkeys(
        (
            *("follow_up.new_update", "follow_up.report", "follow_up.steady_form", "follow_up.steady"),
            *("follow_up.new_milestone_update", "follow_up.report_milestone"),
            *("follow_up.new_obstacle", "follow_up.write_obstacle", "follow_up.clearing", "follow_up.clear"),
            *("agenda.condition", "agenda.meet_condition_post", "follow_up.asked"),
            *("follow_up.new_date", "follow_up.ask_for_date", "follow_up.withdraw_date"),
        ),
        Line("report", REPORTERS),
    ),
    # New dates that were asked for; several commitments in one go, and taking it back.
    **dict.fromkeys(
        (
            *("follow_up.date_decision", "follow_up.decide_date"),
            *("follow_up.bulk", "follow_up.undo_bulk_post"),
            *("follow_up.bulk_lead", "follow_up.give_lead_post"),
            *("follow_up.bulk_dates", "follow_up.give_dates_post"),
            *("follow_up.bulk_closing", "follow_up.close_alike_post"),
            *("follow_up.bulk_asking", "follow_up.ask_alike_post"),
        ),
        Line("write", WRITERS),
    ),
    "follow_up.obstacle_letter": Line("read", INSIDE),
    "follow_up.month": Line("read", INSIDE),
    "follow_up.new_note": Line("note", NOTERS),
    "follow_up.write_note": Line("note", NOTERS),
    "follow_up.terms": Line("read", INSIDE | OVERSEERS),
    "follow_up.new_term": Line("write", WRITERS),
    "follow_up.create_term": Line("write", WRITERS),
    "follow_up.edit_term_form": Line("write", WRITERS),
    "follow_up.save_term": Line("write", WRITERS),
    "follow_up.handover": Line("write", WRITERS),
    "follow_up.decide": Line("write", WRITERS),
    "follow_up.handover_act": Line("read", INSIDE | OVERSEERS),
    "follow_up.hand_over_form": Line("hand over", WRITERS),
    "follow_up.hand_over_post": Line("hand over", WRITERS),
    # What one does oneself.
    "follow_up.leave_form": Line("hand over", LOCALS),
    "follow_up.leave": Line("hand over", LOCALS),
    "follow_up.person_act": Line("read", INSIDE | OVERSEERS),
    "follow_up.handover_letter": Line("read", INSIDE | OVERSEERS),
    # With the signed letter, also where the agenda is not shared; nothing of it shows.
    "follow_up.letter_form": Line("hand over", OVERSEERS),
    "follow_up.letter_post": Line("hand over", OVERSEERS),
    "follow_up.policy": Line("write", ADMINISTRATORS),
    "follow_up.save_policy": Line("write", ADMINISTRATORS),
    "follow_up.country_policy": Line("write", ADMINISTRATORS),
    "follow_up.save_country_policy": Line("write", ADMINISTRATORS),
    "follow_up.place_policy": Line("read", INSIDE | OVERSEERS),
    "follow_up.save_place_policy": Line("write", WRITERS),
    "follow_up.checks": Line("read", WATCHERS),
    "follow_up.check": Line("read", WATCHERS),
    "follow_up.dry_run": Line("read", WATCHERS),
    "follow_up.nobody": Line("read", WATCHERS),
    "follow_up.ownerless": Line("read", WATCHERS),
    "follow_up.units": Line("read", INSIDE | ENTERERS),
    **dict.fromkeys(
        (
            *("follow_up.give_mailbox", "follow_up.new_unit", "follow_up.create_unit", "follow_up.edit_unit"),
            *("follow_up.save_unit", "follow_up.new_person", "follow_up.create_person"),
            *("follow_up.edit_person", "follow_up.save_person", "follow_up.remove_person"),
        ),
        Line("write", ENTERERS),
    ),
    "monitoring.quality": Line("read", INSIDE | OVERSEERS | ENTERERS),
    "monitoring.history": Line("read", READERS),
    "monitoring.history_csv": Line("read", READERS),
    "monitoring.history_xlsx": Line("read", READERS),
    "monitoring.commitment_history": Line("read", READERS),
    "monitoring.milestone_history": Line("read", READERS),
    "monitoring.plan_history": Line("read", INSIDE | OVERSEERS | ENTERERS),
    "monitoring.unit_history": Line("read", INSIDE | ENTERERS),
    "plan.show": Line("read", INSIDE | OVERSEERS | ENTERERS),
    **dict.fromkeys(("plan.edit", "plan.save", "plan.new_line", "plan.create_line"), Line("write", WRITERS)),
    **dict.fromkeys(("plan.new_action", "plan.create_action"), Line("write", WRITERS)),
    "notices.inbox": Line("read", EVERYONE),
    "notices.choices": Line("read", EVERYONE),
    "notices.save_choices": Line("choose", EVERYONE),
    # Whoever holds the link of a mail chooses for the address that the mail went to, and for nothing else.
    "notices.reminders": PUBLIC,
    "notices.save_reminders": Line("choose", public=True),
    "notices.reminders_off": PUBLIC,
    "notices.turn_reminders_off": Line("choose", public=True),
    # The same for a change of address, from either of the two.
    "notices.address_link": PUBLIC,
    "notices.confirm_address": PUBLIC,
    "notices.refuse_address": PUBLIC,
    "notices.address_refused": PUBLIC,
    "notices.new_address": OWN,
    "notices.ask_address": OWN,
    "notices.mails": Line("read", MAIL_READERS),
    "notices.mail": Line("read", MAIL_READERS),
    "notices.send_mail_again": Line("write", WRITERS),
    "notices.waiting": Line("read", MAIL_READERS),
    "notices.approve": Line("write", WRITERS),
    "notices.decline": Line("write", WRITERS),
    "exchange.bring_in": Line("write", WRITERS),
    "exchange.upload": Line("write", WRITERS),
    "exchange.sheet": Line("write", WRITERS),
    "exchange.save_sheet": Line("write", WRITERS),
    "exchange.columns": Line("write", WRITERS),
    "exchange.save_columns": Line("write", WRITERS),
    "exchange.words": Line("write", WRITERS),
    "exchange.save_words": Line("write", WRITERS),
    "exchange.preview": Line("write", WRITERS),
    "exchange.save_preview": Line("write", WRITERS),
    "exchange.confirm": Line("write", WRITERS),
    "exchange.run": Line("write", WRITERS),
    "exchange.undo": Line("write", WRITERS),
    "exchange.mapping": Line("write", WRITERS),
    "monitoring.search": Line("read", EVERYONE),
    "monitoring.search_here": Line("read", READERS),
    "monitoring.places": Line("oversee", OVERSEERS),
    "monitoring.health": Line("oversee", OVERSEERS, whole=True),
}
