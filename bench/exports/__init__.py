"""How fast agendas leave, and in how much memory: CSV and workbooks of one municipality, small and large.

`python -m bench.exports` measures and writes bench/results/exports.json; `python -m bench.report` tells it.
"""
