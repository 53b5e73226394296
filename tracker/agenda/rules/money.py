"""What is odd about the money of a year and source: it may be true, so it is said and not refused."""

#: What is known of the money of a year and source, in the order in which it comes about.
FIGURES = ("assigned", "current", "executed", "paid")


def odd_money(assigned: int, current: int | None, executed: int | None, paid: int | None) -> list[tuple[str, str]]:
    """Pairs (figure, the one it should not be above), of FIGURES, in minor units; None is not known.

    What is spent is compared with the budget as it is now, with the assigned one where nobody told that.
    """
    name, ceiling = ("current", current) if current is not None else ("assigned", assigned)
    found = []
    if executed is not None and executed > ceiling:
        found.append(("executed", name))
    if executed is not None and paid is not None and paid > executed:
        found.append(("paid", "executed"))
    if executed is None and paid is not None and paid > ceiling:
        found.append(("paid", name))
    return found
