"""What a service does about its memory once it stands: keep what it loaded, give back the rest."""

import ctypes
import gc


def settle() -> None:
    """Call when everything is loaded.

    What stands then stands as long as the process: a full collection would look through it again
    each time, for a tenth of a second in which nobody is served. What loading took besides
    (parsed files, compiled modules, a tokenizer's JSON) is free, but the C library keeps it for
    later; the system gets it back.
    """
    gc.collect()
    gc.freeze()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc alone
    if trim is not None:
        trim(0)
