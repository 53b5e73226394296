"""The management plan: its period, goal and workshop, strategic lines and the matrix of actions.

Not for dated promises (agenda). Words: plan, line, action.
"""
