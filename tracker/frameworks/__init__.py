"""Goal frameworks: MDG and SDG with their goals and targets, as a catalogue of short labels in four languages.

Not for what a municipality chose (plan). Words: framework, goal, target; codes read `sdg-6`, `sdg-6.1`.
"""
