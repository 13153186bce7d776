"""The calendar's rules: pure functions of a calendar, what is taken, and `now`."""
