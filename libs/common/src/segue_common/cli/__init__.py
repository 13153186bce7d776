"""The `segue` program: its commands are the entry points of the group `segue.commands`."""
