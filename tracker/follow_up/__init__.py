"""What happens to a promise: progress updates with evidence, the scheduled check, the ladder of who hears.

Not for the promise itself (agenda) nor for how mail travels (post). Words: update, sign of life, check, step,
audience.
"""
