"""The demo world: real places, invented units, people and commitments, always alive around the present day.

Only `flask demo` loads it. Nothing else of the product knows of it.
"""
