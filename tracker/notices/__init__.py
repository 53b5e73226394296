"""Who is told what: notices with their unique key, digests of them, the inbox.

Not for deciding that something must be told (follow_up) nor for sending (post). Words: notice, digest, recipient.
"""
