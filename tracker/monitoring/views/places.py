"""Where municipalities stand: the start page of those who oversee."""

from flask import g, render_template, request, url_for

from tracker.core.i18n import _, format_number, label
from tracker.monitoring.queries import count_not_shared, municipalities_with_standing, totals
from tracker.monitoring.views import monitoring
from tracker.territory.queries import countries, place_of


@monitoring.get("/monitoring")
def places() -> str:
    """Municipalities in scope with what is late, most late first."""
    args = request.args
    scope = g.visitor.scope
    offered = [(c.code, label(c.name)) for c in countries() if scope.is_whole or c.code in scope.country_codes]
    country = args.get("country") if args.get("country") in dict(offered) else None
    text = args.get("q", "")[:100].replace("\x00", "")
    show = args.get("show") if args.get("show") in ("all", "not_shared") else None
    number = args.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 6 and int(number) else 1
    rows, more = municipalities_with_standing(scope, country, text, show or ("all" if text else "agenda"), page)

    def address(**changes: object) -> str:
        wanted = {"country": country, "q": text or None, "show": show, **changes}
        return url_for("monitoring.places", **{k: v for k, v in wanted.items() if v})  # type: ignore[arg-type]

    pager = None
    if more or page > 1:
        pager = {
            "words": _("page %(number)s", number=format_number(page)),
            "previous_url": address(page=page - 1) if page > 1 else None,
            "next_url": address(page=page + 1) if more else None,
        }
    return render_template(
        "monitoring/places.html",
        rows=rows,
        seen=lambda municipality: scope.covers(place_of(municipality)),
        totals=totals(scope, country),
        countries=sorted(offered, key=lambda pair: pair[1]),
        country=country,
        text=text,
        show=show,
        unshared=count_not_shared(scope, country),
        pager=pager,
        address=address,
    )
