"""`flask audit`: whether the trail is whole, heads to keep elsewhere, names taken out, seals renewed."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from tracker.accounts.forgetting import Namesakes, forget_person
from tracker.audit.models import Act
from tracker.audit.operations import reseal
from tracker.audit.rules import NO_PLACE
from tracker.audit.verifying import Broken, Head, heads_now, verify_trail
from tracker.core.commands import REFUSED, answer, format_option, refuse
from tracker.core.db import begin_write, db, dialect_name
from tracker.core.errors import NotHere
from tracker.core.now import today, utc_now
from tracker.monitoring.queries import places_with_facts
from tracker.territory.queries import hold, place_by_code, places_by_id
from tracker.territory.rules import EVERYWHERE

audit_cli = AppGroup("audit", help="The trail of all changes: verify it, keep its heads, take a name out.")


@audit_cli.command("verify")
@click.option("--municipality", "code", default="", metavar="CODE", help="Only the trail of this one.")
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Heads written by `flask audit heads` earlier: the trail must still hold them.",
)
@format_option
def verify(code: str, heads: Path | None, form: str) -> None:
    """Read the whole trail and name the first entry of each chain that is not as it was written.

    Exit code 1 where anything is broken. Reads a snapshot, in little memory; nobody has to wait.
    """
    only = _chain(code) if code else None
    outside = _kept(heads) if heads else []
    db.session.remove()
    if dialect_name() == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    verdict = verify_trail(only, outside, places_with_facts())
    codes = _codes([broken.chain for broken in verdict.broken])
    found = [_as_json(broken, codes) for broken in verdict.broken]
    told = {"chains": verdict.chains, "entries": verdict.entries, "broken": found}
    lines = [f"Looked at {verdict.entries} entries in {verdict.chains} chains."]
    for broken in verdict.broken:
        lines.append(f"Broken: {codes.get(broken.chain, 'no municipality')}, entry {broken.number}: {broken.why}.")
    answer(form, told, lines if found else [*lines, "All as it was written."])
    if found:
        raise SystemExit(REFUSED)


@audit_cli.command("heads")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def heads_(output: Path | None) -> None:
    """Print where every chain ends now, sealed, as JSON: to be kept where the database's owner cannot write."""
    heads = heads_now()
    codes = _codes([head.chain for head in heads])
    told = [{"municipality": codes.get(head.chain), **vars(head)} for head in heads]
    text = json.dumps({"at": utc_now().isoformat(), "heads": told}, indent=1)
    if output is None:
        click.echo(text)
    else:
        output.write_text(text + "\n", encoding="utf-8")
        click.echo(f"{len(told)} heads written to {output}.")


@audit_cli.command("forget")
@click.argument("email")
@click.option("--reason", required=True, help="Goes into the trail; name nobody in it.")
@click.option(
    "--namesakes",
    type=click.Choice(["leave", "take"]),
    help="What becomes of entries without an account that bear a name which somebody else has too.",
)
def forget(email: str, reason: str, namesakes: str | None) -> None:
    """Take the name and address of a person out of the trail, for good, on a lawful request.

    What was done stays, by "somebody whose name was taken out". Texts that people wrote are left as they are.
    """
    if not reason.strip():
        refuse("Give a reason.")
    begin_write()
    try:
        found = forget_person(_act(), email, reason.strip(), namesakes or "")
    except Namesakes as others:
        db.session.rollback()
        codes = _codes([other.municipality_id for other in others.found if other.municipality_id])
        told = sorted({f"{o.name} ({codes.get(o.municipality_id or 0, 'an account')})" for o in others.found})
        refuse(f"Somebody else bears the same name: {', '.join(told)}. Say --namesakes leave or take.")
        return
    except NotHere:
        db.session.rollback()
        refuse(f"Nothing in the trail names {email}.")
        return
    db.session.commit()
    codes = _codes([chain for chain in found if chain != NO_PLACE])
    for chain, count in sorted(found.items()):
        click.echo(f"{codes.get(chain, 'no municipality')}: {count}")
    click.echo(f"{sum(found.values())} names taken out of {len(found)} chains; each has an entry that says so.")


@audit_cli.command("reseal")
@click.option("--accept-broken", is_flag=True, help="Also where the seal fits no known key; an entry says so.")
def reseal_(accept_broken: bool) -> None:
    """Seal every head with the present SECRET_KEY, after it was changed (the old one in SECRET_KEY_FALLBACKS)."""
    chains = [head.chain for head in heads_now()]
    db.session.remove()
    counts = {"kept": 0, "renewed": 0, "accepted": 0, "broken": 0}
    for chain in chains:
        if chain == NO_PLACE:
            begin_write()
        else:
            hold(chain)
        counts[reseal(_act(), chain, accept_broken)] += 1
        db.session.commit()
        db.session.remove()
    answer("text", counts, counts)
    if counts["broken"]:
        refuse("Seals that fit no known key were left: run flask audit verify.")


def _act() -> Act:
    return Act(None, "command line", "command", utc_now(), today("UTC"))


def _chain(code: str) -> int:
    place = place_by_code(code, EVERYWHERE)
    if place is None:
        refuse(f"No municipality {code!r}.")
    assert place is not None
    return place.id


def _codes(chains: list[int]) -> dict[int, str]:
    return {key: place.code for key, place in places_by_id([c for c in chains if c != NO_PLACE]).items()}


def _as_json(broken: Broken, codes: dict[int, str]) -> dict[str, Any]:
    where = {"municipality": codes.get(broken.chain), "chain": broken.chain, "entry": broken.number}
    return {**where, "what": broken.what, "why": broken.why}


def _kept(path: Path) -> list[Head]:
    """Heads of a file; refused where this installation did not write them."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))["heads"]
        heads = [Head(int(h["chain"]), int(h["length"]), str(h["hash"]), str(h["seal"])) for h in told]
    except (ValueError, KeyError, TypeError) as error:
        refuse(f"{path} was not written by flask audit heads: {error}")
        raise
    wrong = [head.chain for head in heads if not head.is_genuine]
    if wrong:
        refuse(f"{path} was changed, or SECRET_KEY was: the seal of chain {wrong[0]} does not fit.")
    return heads
