"""Rows of an agenda sheet: cells by field, dates, figures, stages, rows that stand twice."""

from tracker.exchange.rows.sheet import read_rows
from tracker.exchange.rows.units import settle_units

__all__ = ["read_rows", "settle_units"]
