"""Users and what they may do where."""

from sqlalchemy import delete, select, update

from tracker.accounts.models import AccountNews, Membership, RecoveryCode, User
from tracker.accounts.operations.ending import end_unreached, hold_what_rests_on, revoke_unbacked
from tracker.accounts.operations.sessions import end_sessions_of
from tracker.accounts.rules import Role
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _
from tracker.post.operations import post_mails
from tracker.territory.queries import hold_all


def create_user(
    act: Act,
    email: str,
    name: str,
    password_hash: str | None,
    roles: list[Role],
    locale: str | None = None,
    is_proved: bool = True,
) -> User:
    """Make somebody who can sign in, or give an existing address further roles.

    `password_hash` None keeps the password of an existing account; a new one needs it (ValueError). `is_proved`
    False: nobody knows yet whether a new account's owner reads what comes to the address.
    """
    hold_all(sorted({role.municipality_id for role in roles if role.municipality_id is not None}))
    email = email.strip().lower()
    user = db.session.scalar(select(User).where(User.email == email))
    is_new = user is None
    if user is None:
        if password_hash is None:
            raise ValueError("a new account needs a password")
        user = User(
            email=email,
            name=name,
            password_hash=password_hash,
            locale=locale,
            active=True,
            created_at=act.at,
            keys_changed_at=act.at,
            address_proved_at=act.at if is_proved else None,
        )
        db.session.add(user)
        db.session.flush()
    add_roles(act, user, roles)
    # Chains of municipalities come before that of none, or two writers could wait for each other.
    if is_new:
        record(act, "create", None, f"user:{user.id}", {"email": (None, email)})
    elif password_hash is not None:
        set_password(act, user, password_hash)
    return user


def add_roles(act: Act, user: User, roles: list[Role], but: int | None = None) -> None:
    """Give a user these roles; those held already stay as they are.

    Who gets a new one has to sign in again `but` in one browser.
    """
    held = {
        Role(m.role, m.municipality_id, m.unit_id, m.country_code, m.partner_id, m.state_id, m.workshop_id)
        for m in db.session.scalars(select(Membership).where(Membership.user_id == user.id))
    }
    # In the order of chains; that of no municipality comes last.
    for role in sorted(roles, key=lambda role: (role.municipality_id is None, role.municipality_id or 0)):
        if role in held:
            continue
        held.add(role)
        db.session.add(
            Membership(
                user_id=user.id,
                role=role.name,
                municipality_id=role.municipality_id,
                unit_id=role.unit_id,
                country_code=role.country_code,
                partner_id=role.partner_id,
                state_id=role.state_id,
                workshop_id=role.workshop_id,
                until_on=role.until_on,
            )
        )
        record(act, "add_role", role.municipality_id, f"user:{user.id}", {"role": (None, role.name)})
        end_sessions_of(user.id, but)
    db.session.flush()


def choose_language(user_id: int, locale: str) -> None:
    """Remember the language somebody wants to read."""
    db.session.execute(update(User).where(User.id == user_id).values(locale=locale))


def name_user(act: Act, user_id: int, name: str, locale: str) -> None:
    """Change how somebody is called and the language of pages and mails."""
    user = db.session.get_one(User, user_id)
    changes = {"name": (user.name, name), "locale": (user.locale, locale)}
    user.name, user.locale = name, locale
    if any(old != new for old, new in changes.values()):
        record(act, "edit_account", None, f"user:{user_id}", changes)


def set_password(act: Act, user: User, password_hash: str, but: int | None = None) -> None:
    """A new password: signed out everywhere `but` in one browser, older links are dead, and a mail says so."""
    user.password_hash, user.keys_changed_at = password_hash, act.at
    end_sessions_of(user.id, but)
    record(act, "set_password", None, f"user:{user.id}", {})
    tell(act, user, "password")


def tell(act: Act, user: User, what: str) -> None:
    """Write to somebody what changed about the account; `what` is one of AccountNews."""
    news = AccountNews(user_id=user.id, what=what, by="" if act.user_id == user.id else act.name, at=act.at)
    db.session.add(news)
    db.session.flush()
    post_mails("account_news", [(news.id, user.email)], act.at)


def end_membership(act: Act, membership_id: int, municipality_id: int | None, gives: frozenset[str]) -> str:
    """Take a role away from somebody, who is signed out; the person's name.

    Open invitations that the person's other roles may not give are taken back; consents end in municipalities that
    none of them looks after.

    `gives` are the roles that the one who acts may give and so may take. NotHere for a membership of another place;
    Refused for a role beyond that, and for the last administrator.
    """
    membership = db.session.get(Membership, membership_id)
    if membership is None or not _is_held_at(membership, municipality_id):
        raise NotHere
    if membership.role not in gives:
        raise Refused(_("This role is not yours to take away. Ask the administration."))
    if membership.role == "administrator":
        _keep_one_administrator(membership)
    user = db.session.get_one(User, membership.user_id)
    role = membership.role
    if municipality_id is None:
        hold_what_rests_on(user.id)
    gone = delete(Membership).where(Membership.id == membership_id).returning(Membership.id)
    if db.session.execute(gone).first() is None:
        raise NotHere
    end_sessions_of(user.id)
    if municipality_id is not None:
        record(act, "end_role", municipality_id, f"user:{user.id}", {"role": (role, None)})
    if role == "monitor":
        end_unreached(act, user.id)
    revoke_unbacked(act, user.id)
    # Chains of municipalities come before that of none, or two writers could wait for each other.
    if municipality_id is None:
        record(act, "end_role", None, f"user:{user.id}", {"role": (role, None)})
    db.session.flush()
    return user.name


def _is_held_at(membership: Membership, municipality_id: int | None) -> bool:
    """Whether it stands on the page of this municipality; who monitors an association stands on that of none."""
    if membership.role == "monitor":
        return municipality_id is None
    return membership.municipality_id == municipality_id


def _keep_one_administrator(leaving: Membership) -> None:
    """Refuse to leave the installation without anybody who can administrate it.

    All of them are locked in one order: two who end each other's role at the same moment do it one after the other.
    """
    held = (
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role == "administrator", User.active)
        .order_by(Membership.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if not any(other.user_id != leaving.user_id for other in db.session.scalars(held)):
        raise Refused(
            _("This is the last administrator. Invite another one first, then this role can be taken away.")
        )


def drop_factor(act: Act, user: User, what: str) -> None:
    """Take a second factor off with its recovery codes; a mail says so. `what` is factor_off or factor_taken."""
    user.factor_secret = user.factor_at = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    if act.user_id != user.id:
        end_sessions_of(user.id)
    record(act, "factor_off", None, f"user:{user.id}", {"second_factor": (True, False)})
    tell(act, user, what)
