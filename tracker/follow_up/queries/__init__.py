"""Reads of what happened to promises: updates, the journal of checks, what nobody could be told."""
