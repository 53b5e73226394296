"""Pages of units: who works in each and whom a notice reaches."""
