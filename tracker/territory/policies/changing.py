"""Changing the figures of a policy, of the installation, a country or a municipality."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import begin_write, db
from tracker.core.errors import EditConflict
from tracker.core.i18n import _l
from tracker.territory.models import Municipality, PolicySetting
from tracker.territory.queries import hold


def set_policy(act: Act, place: str, figures: Mapping[str, Any], seen: int | None = None) -> PolicySetting:
    """Change figures of the policy of `*` (installation), a country code or a municipality code.

    A figure of None is given back to the level above. Clocks reckoned under an older version are redone by the next
    tick. EditConflict where the setting's version is not the one `seen` (0 where there was none).
    """
    begin_write()
    own = db.session.scalar(select(Municipality.id).where(Municipality.code == place))
    if own is not None:
        hold(own)
    setting = setting_of(place)
    if seen is not None and seen != (setting.version if setting else 0):
        raise EditConflict(_l("Somebody else changed these figures while you were writing."))
    version = (db.session.scalar(select(func.max(PolicySetting.version))) or 0) + 1
    if setting is None:
        setting = PolicySetting(place=place, figures={}, version=version)
        db.session.add(setting)
    before = dict(setting.figures)
    after = {key: value for key, value in {**before, **figures}.items() if value is not None}
    setting.figures, setting.version = after, version
    db.session.flush()
    changes = {key: (_told(before.get(key)), _told(after.get(key))) for key in figures}
    record(act, "set_policy", own, f"policy:{place}", changes)
    return setting


def setting_of(place: str) -> PolicySetting | None:
    """The figures that were set for `*`, a country code or a municipality code."""
    return db.session.scalar(select(PolicySetting).where(PolicySetting.place == place))


def _told(value: Any) -> Any:
    """A list as one text, as the trail tells it."""
    return ", ".join(str(part) for part in value) if isinstance(value, (list, tuple)) else value
