"""What the institute looks at: municipalities and where they stand. Reads; writes nothing of a municipality's.

Words: standing (counts as of a day), attention.
"""
