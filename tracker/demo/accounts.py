"""Who can sign in to the demo world; all with one password, known to everybody."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.demo.world_files import Json, world_codes, world_of

PASSWORD = "compromiso-demo"
#: Whoever has this account has the demo world: it is made first and in no other installation.
ADMINISTRATOR = "administracion@example.org"
#: Places where somebody of one unit has an account of their own.
OFFICERS_IN = ("cl-16201", "gt-0301", "mx-07078", "mx-15033", "pe-050101", "uy-14")
AUTHORITY_IN = PARTNER_IN = "mx-15033"


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in, before there are rows."""

    role: str
    email: str
    name: str
    #: Municipality, None for the whole region or a country.
    code: str | None = None
    country: str | None = None
    unit: str | None = None
    partner: str | None = None
    #: None follows the browser.
    locale: str | None = "es"

    @property
    def place(self) -> str:
        """Where the role counts, in words."""
        if self.code is None:
            return {None: "the whole region", "MX": "Mexico"}.get(self.country, self.country or "")
        name = str(world_of(self.code)["municipality"]["name"])
        return ", ".join(part for part in (self.unit or self.partner, name) if part)


REGION = (
    Account("administrator", ADMINISTRATOR, "Administración de la demostración"),
    Account("monitor", "seguimiento.region@example.org", "Seguimiento de la región", locale=None),
    Account("monitor", "seguimiento.mexico@example.org", "Seguimiento de México", country="MX"),
)


def all_accounts() -> list[Account]:
    """Every account of the demo world, those of the region first, then by role and place."""
    order = ("coordinator", "officer", "authority", "partner")
    local = [account for code in world_codes() for account in accounts_at(code)]
    return [*REGION, *sorted(local, key=lambda account: order.index(account.role))]


def accounts_at(code: str) -> Iterator[Account]:
    """The accounts of one municipality, its coordinator first."""
    world = world_of(code)
    coordinator = world["coordinator"]
    yield Account("coordinator", coordinator["email"], coordinator["name"], code)
    if code in OFFICERS_IN:
        unit = _busiest_unit(world)
        person = next(person for person in unit["people"] if person["email"])
        yield Account("officer", person["email"], person["name"], code, unit=unit["name"])
    if code == AUTHORITY_IN:
        name = f"Presidencia Municipal de {world['municipality']['name']}"
        yield Account("authority", "presidencia.ecatepec@example.org", name, code)
    if code == PARTNER_IN:
        partner = next(c["partner"] for c in world["commitments"] if c["partner"])
        name = f"Enlace de {partner}"
        yield Account("partner", "enlace.fundacion@example.org", name, code, partner=partner)


def _busiest_unit(world: Json) -> Json:
    """The unit that leads most commitments, of those with somebody who has an address."""
    leads = Counter(commitment["unit"] for commitment in world["commitments"])
    reachable = [unit for unit in world["units"] if any(person["email"] for person in unit["people"])]
    busiest: Json = max(reachable, key=lambda unit: leads[unit["name"]])
    return busiest
