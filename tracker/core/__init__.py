"""Tools without domain words: the time, the database, ladders, errors, web, forms, mail, files, sheets, language.

Nothing here knows what a municipality or a commitment is.
"""
