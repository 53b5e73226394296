"""The post office: mails that must leave, claimed by lease, rendered late, sent, marked.

Knows a kind of mail only as a renderer that `create_app` registers. Words: mail, lease, answer, in doubt.
"""
