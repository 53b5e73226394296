"""Reads of the agenda; every listing takes a scope or a municipality that the gate has let in."""
