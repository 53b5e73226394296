"""Consent of a municipality that somebody who looks after it enters data for it."""
