"""The rules of the building, read from the source itself; each failure names file and line."""
