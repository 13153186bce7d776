"""The intent classifier: features of a message, a linear model, and how it is trained."""
