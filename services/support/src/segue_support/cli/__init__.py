"""The commands `segue ask` and `segue knowledge`."""
