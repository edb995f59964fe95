"""When the memory of a device is too small for a batch."""

OUT_OF_MEMORY = ("not enough memory", "can't allocate memory", "out of memory")


def is_out_of_memory(error: BaseException) -> bool:
    """torch says it as OutOfMemoryError on a GPU, as a plain RuntimeError on a CPU."""
    return isinstance(error, MemoryError | RuntimeError) and (
        isinstance(error, MemoryError) or any(phrase in str(error).lower() for phrase in OUT_OF_MEMORY)
    )
