"""Agendas that come back after somebody worked on them outside: what was changed there, what was changed here.

Words: mine (what the file says), theirs (what the system says now), conflict (a cell that both changed).
"""
