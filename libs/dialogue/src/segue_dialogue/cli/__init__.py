"""Commands of the `segue` program that show and score the understanding."""
