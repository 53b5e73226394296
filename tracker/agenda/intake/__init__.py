"""Many rows of a sheet become commitments and milestones at once: what `operations.bulk` is made of.

Not for reading sheets (exchange): rows come in checked one by one. Words: incoming (a row as read), fault
(why a row cannot stand), stock (what the municipality has already), taking (one import under way).
"""
