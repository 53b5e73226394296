"""What bringing an agenda in costs, and what readers feel of it meanwhile.

`python -m bench.imports` measures and writes bench/results/imports.json; `python -m bench.report` tells it.
"""
