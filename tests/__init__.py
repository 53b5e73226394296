"""The tests: a folder per room, `house` for the rules of the building, `support` for what tests stand on."""
