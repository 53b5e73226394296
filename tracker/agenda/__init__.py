"""What was promised: commitments, milestones, parties, the ledger of dates, clocks, standing.

Not for what happens to it (follow_up). Words: commitment, milestone, lead, co-responsible, due date, first
promised date, clock (the day on which something strikes), standing (counts of a municipality over time).
"""
