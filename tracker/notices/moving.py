"""What hangs on a mail address follows its owner to another one."""

from sqlalchemy import and_, delete, func, not_, select, update

from tracker.core.db import db, table_of
from tracker.notices.models import Digest, MailPreference, Notice, UnsubscribeLink
from tracker.post.operations import readdress
from tracker.territory.queries import hold_all


def move_address(old: str, new: str) -> None:
    """Notices, digests, choices, links of mails and mails that wait for `old` are for `new` from now on.

    What `new` has been told, or is to be, already stays as it is; what waited for `old` of that is cancelled as
    overtaken. Past notices go along, so that nobody hears the same step twice.
    """
    own = select(Notice.municipality_id).where(Notice.recipient == old).distinct()
    hold_all(db.session.scalars(own).all())
    _move_notices(old, new)
    digests = table_of(Digest)
    other = digests.alias()
    has_one = select(other.c.id).where(other.c.recipient == new, other.c.day == digests.c.day).exists()
    db.session.execute(update(digests).where(digests.c.recipient == old, not_(has_one)).values(recipient=new))
    if db.session.get(MailPreference, old) is not None:
        db.session.execute(delete(MailPreference).where(MailPreference.address == new))
        db.session.execute(update(MailPreference).where(MailPreference.address == old).values(address=new))
    db.session.execute(update(UnsubscribeLink).where(UnsubscribeLink.address == old).values(address=new))
    readdress("digest", old, new)
    db.session.flush()
    db.session.expire_all()


def _move_notices(old: str, new: str) -> None:
    notices = table_of(Notice)
    columns, other = notices.c, notices.alias()
    # The key ends with the address.
    stem = func.substr(columns.key, 1, func.length(columns.key) - len(old))
    told = select(other.c.id).where(other.c.key == stem + new).exists()
    mine = columns.recipient == old
    unsent = columns.state.in_(("waiting", "composed"))
    db.session.execute(
        update(notices)
        .where(and_(mine, unsent, told))
        .values(state="cancelled", reason="overtaken", digest_id=None)
    )
    db.session.execute(update(notices).where(and_(mine, not_(told))).values(recipient=new, key=stem + new))
