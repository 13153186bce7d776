"""The rules of answering: what was asked, what a passage is worth, and which words answer."""
