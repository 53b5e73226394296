"""Handing over to the next term: the mail that says that the present one ends."""
