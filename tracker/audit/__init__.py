"""Who did what, when, before and after, through which door; and which forms have been taken in already.

Not for looks ("last seen"): those are the accounts room's. Words: act, entry, door, submission.
"""
