"""What the figures were taken on: without it none of them means anything."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def machine_facts() -> list[str]:
    """Cores, processor, system, Python."""
    return [
        f"{os.cpu_count()} cores",
        _processor(),
        f"{platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}",
    ]


def load_average() -> str:
    """Mean length of the run queue in the last minute; "?" where the system does not say."""
    try:
        return f"{os.getloadavg()[0]:.1f}"
    except OSError:
        return "?"


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        for line in facts.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "processor unknown"
