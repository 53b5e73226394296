"""What a change of policy does to what is followed up: clocks anew, and a trial beforehand."""
