"""Several commitments in one go: another lead, other dates, closing, asking how it goes; and taking it back."""
