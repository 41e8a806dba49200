"""What can be wrong with a prompt file.

PromptError
├── PromptFileError    the file itself: front matter, sections, variables, name or version
├── PromptValueError   the values handed to a rendering: missing, unknown, or unsafe
└── PromptLockError    a released file was changed, or a new one was not locked
"""

from __future__ import annotations


class PromptError(ValueError):
    """The message names the file, the value and the remedy."""


class PromptFileError(PromptError):
    """A prompt file that does not keep to the format."""


class PromptValueError(PromptError):
    """A rendering was asked for with values that the prompt does not allow."""


class PromptLockError(PromptError):
    """The lock file and the prompt files disagree."""
