"""Who may come in: users, their memberships (user × place × role), sessions as rows, the gate.

Not for what a unit's people are called (territory). Words: role, membership, session, scope.
"""
