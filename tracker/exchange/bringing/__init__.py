"""Bringing an agenda in step by step: uploaded, decided about, taken in by itself, perhaps undone.

Not for reading sheets (exchange) nor for what a row does (agenda). Words: run (one sheet on its way), look (what a
run would do, tried and taken back), footprint (what it made and changed, with the values of before).
"""
