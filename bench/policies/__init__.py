"""What a change of the installation's policy costs those who read and write meanwhile, and how long it takes.

`python -m bench.policies` measures and writes bench/results/policies.json; `python -m bench.report` tells it.
"""
