"""How fast is fast: pages, an update and the check, measured side by side at several sizes and on both databases.

`python -m bench` measures, `python -m bench.report` writes docs/performance.md from what was measured.
"""
