"""Rules of qualifying a lead: pure functions of what was said and of the time."""
