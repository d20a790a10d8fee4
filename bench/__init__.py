"""What ``make bench`` measures: ours beside a baseline, in the same run, on this machine."""
