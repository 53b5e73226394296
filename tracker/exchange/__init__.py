"""Sheets in and out: agendas and registries as municipalities and statistics offices write them.

Not for what a row does once it is read (agenda, territory) nor for files as such (core.sheets). Words: mapping
(how a foreign sheet is to be read), caption (what stands above a column), treated (a row that a line of the
mapping put right, counted and named).
"""
