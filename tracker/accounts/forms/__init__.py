"""The shape of input: of people and their accounts, and of workshops."""
