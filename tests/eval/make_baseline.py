"""`make baseline`: a run as the committed baseline, without what comparing doesn't need.

python tests/eval/make_baseline.py RUN
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

BASELINE = Path(__file__).parent / "baseline"
_LEFT_OUT = ("claims", "shown", "timings", "standalone")


def main(run: Path) -> None:
    """Copies run.json, and of samples.jsonl what is compared: measures, answers, twenty ranked papers."""
    BASELINE.mkdir(exist_ok=True)
    (BASELINE / "run.json").write_text((run / "run.json").read_text(encoding="utf-8"), encoding="utf-8")
    lines: list[str] = []
    for line in (run / "samples.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        kept = {name: value for name, value in row.items() if name not in _LEFT_OUT}
        kept["ranking"] = row["ranking"][:20]
        lines.append(json.dumps(kept, ensure_ascii=False) + "\n")
    (BASELINE / "samples.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
