"""Who walks, and what the permission table says each may expect."""

from tests.walk.examples import EXAMPLES, Example
from tests.walk.walking import NOBODY
from tracker.permissions import ENTERERS, PERMISSIONS

#: Everybody of `A` and `B`. `A` is in Mexico, and the partner has a part in it; `C`, there too, holds nothing yet,
#: and `D` nobody; `E` is an association.
PEOPLE = (
    NOBODY,
    "administrator",
    "monitor",
    "monitor of MX",
    "partner",
    "other partner",
    "coordinator of A",
    "officer of A",
    "other officer of A",
    "authority of A",
    "assistant of A",
    "coordinator of B",
    "officer of B",
    "other officer of B",
    "authority of B",
)
LETTERS = ("A", "B")


def role_of(who: str) -> str:
    """The role somebody holds."""
    return who.partition(" of ")[0].removeprefix("other ")


def sees(who: str, letter: str) -> bool:
    """Whether a municipality is in somebody's scope."""
    if who in ("administrator", "monitor"):
        return True
    if who == "monitor of MX":
        return letter in ("A", "C", "D", "E")
    if who == "partner":
        return letter == "A"
    return who.endswith(f" of {letter}")


def expected(endpoint: str, who: str, letter: str, led_by_other: bool = False) -> tuple[int, ...]:
    """The answers that are right when this person goes there: right role or not, own municipality or not."""
    example, line = EXAMPLES[endpoint], PERMISSIONS[endpoint]
    if line.public:
        return example.answers_to(who)
    if example.mine and who not in (NOBODY, example.by):
        return (404,)
    if who == NOBODY:
        return (401,) if example.sends is not None else (303,)
    if example.of_place and role_of(who) not in line.roles:
        return (403,)
    if example.has_place and not sees(who, letter):
        return (404,)
    if line.whole and who == "monitor of MX":
        return (403,)
    if role_of(who) not in line.roles or _is_of_another_unit(example, who, led_by_other):
        return (403,)
    return example.but.get(role_of(who)) or example.answers_to(who)


def _is_of_another_unit(example: Example, who: str, led_by_other: bool) -> bool:
    """Whether only who leads may, and this person does not: in the examples a unit leads."""
    if role_of(who) == "partner":
        return example.own_unit
    return example.own_unit and role_of(who) not in ENTERERS and who.startswith("other") != led_by_other
