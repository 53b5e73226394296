"""Where municipalities stand: the start page of those who oversee."""

from flask import g, render_template, request, url_for

from tracker.core.i18n import label
from tracker.core.paging import asked_page, pager
from tracker.monitoring.queries import count_not_shared, municipalities_with_standing, totals
from tracker.monitoring.views import monitoring
from tracker.permissions import ADMINISTRATORS
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
    page = asked_page()
    rows, more = municipalities_with_standing(scope, country, text, show or ("all" if text else "agenda"), page)

    def address(**changes: object) -> str:
        wanted = {"country": country, "q": text or None, "show": show, **changes}
        return url_for("monitoring.places", **{k: v for k, v in wanted.items() if v})  # type: ignore[arg-type]

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
        pager=pager(page, more, lambda number: address(page=number)),
        address=address,
        may_write=bool(g.visitor.roles_at(None) & ADMINISTRATORS),
    )
