"""The shape of input: of what is promised, and of the registry."""
