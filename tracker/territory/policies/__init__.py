"""Policies: days without mails, and changing the figures of a place."""
