"""How fast notices are: the check of a region, composing, delivering to a server on this machine, and their memory.

`python -m bench.notices` measures and writes bench/results/notices.json; `python -m bench.report` tells it.
"""
