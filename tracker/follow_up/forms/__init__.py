"""The shape of input: reports, notes, terms, units and their people; handing over."""
