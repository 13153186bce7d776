"""What every service stands on: consuming, the transaction of an event, jobs, and running."""
