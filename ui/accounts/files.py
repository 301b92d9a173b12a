"""Files that their owner alone may read, written as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace_private(file: Path, content: bytes) -> None:
    """Writes `file`, readable by its owner alone. Whoever reads it sees the old content or the new."""
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=file.name)  # with mode 0600
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
        Path(draft).replace(file)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
