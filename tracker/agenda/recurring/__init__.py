"""Promises that recur: their occurrences made ahead, held or not held."""
