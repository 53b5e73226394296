"""countries of the region"""

import json
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LABELS = ("name", "languages", "municipality", "municipalities", "authority", "council")


def upgrade() -> None:
    """Fill in the countries that are not there yet."""
    country = sa.table(
        "country",
        sa.column("code", sa.String),
        sa.column("currency", sa.String),
        sa.column("timezone", sa.String),
        *[sa.column(name, sa.JSON) for name in LABELS],
    )
    source = Path(__file__).parents[2] / "tracker" / "territory" / "countries.json"
    held = {row[0] for row in op.get_bind().execute(sa.select(country.c.code))}
    rows = [row for row in json.loads(source.read_text(encoding="utf-8")) if row["code"] not in held]
    if rows:
        op.bulk_insert(country, rows)


def downgrade() -> None:
    """Leave them: municipalities point to countries, and going up again adds only what is missing."""
