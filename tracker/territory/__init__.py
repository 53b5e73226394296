"""Where things happen and who is there: country, state, municipality, unit, partner, policy, holidays, scope.

Not for what was promised (agenda) nor for accounts. Words: municipality (also an association or a department,
its `kind`), unit (an office of it, with people and perhaps a mailbox), partner (any organisation outside it).
"""
