"""One module per figure: `async def measure(bench: Bench) -> dict[str, float]`."""
