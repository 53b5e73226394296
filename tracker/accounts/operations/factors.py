"""The second factor: put on, used, its recovery codes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from tracker.accounts.factors import RECOVERY_SIGNS, opened, plain_code, recovery_hash, sealed, step_of
from tracker.accounts.models import RecoveryCode, User
from tracker.accounts.operations.users import tell
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import begin_write, db


def put_factor_on(act: Act, user_id: int, secret: str, step: int, codes: Sequence[str]) -> None:
    """From now on this person's sign-in asks for a code; the one just typed (of `step`) is used up."""
    user = db.session.get_one(User, user_id)
    user.factor_secret, user.factor_at, user.factor_step = sealed(secret), act.at, step
    renew_recovery_codes(act, user_id, codes)
    record(act, "factor_on", None, f"user:{user_id}", {"second_factor": (False, True)})
    tell(act, user, "factor_on")


def renew_recovery_codes(act: Act, user_id: int, codes: Sequence[str]) -> None:
    """Only these count from now on."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.session.add_all(RecoveryCode(user_id=user_id, code_hash=recovery_hash(user_id, code)) for code in codes)
    record(act, "recovery_codes", None, f"user:{user_id}", {})
    db.session.flush()


def use_code(user_id: int, typed: str, now: datetime) -> bool:
    """Whether this is the person's code of the moment, or a recovery code; either is used up by it.

    Of two at once with the same code one wins.
    """
    begin_write()
    typed = plain_code(typed)
    if len(typed) == RECOVERY_SIGNS:
        used = update(RecoveryCode).where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == recovery_hash(user_id, typed),
            RecoveryCode.used_at.is_(None),
        )
        return db.session.execute(used.values(used_at=now).returning(RecoveryCode.id)).first() is not None
    user = db.session.get_one(User, user_id)
    secret = opened(user.factor_secret) if user.factor_secret else None
    step = step_of(secret, typed, now) if secret else None
    if step is None:
        return False
    fresh = update(User).where(User.id == user_id, User.factor_step < step).values(factor_step=step)
    return db.session.execute(fresh.returning(User.id)).first() is not None


def recovery_codes_left(user_id: int) -> int:
    """How many of the ten have not been used."""
    left = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(left) or 0
