"""Prompts as versioned files, their strict loader, and rendering that keeps untrusted text apart."""

from prompts.block import LeftOut, Shown, plain, render_block
from prompts.errors import PromptError, PromptFileError, PromptLockError, PromptValueError
from prompts.file import Prompt, load_prompt, prompt_references
from prompts.lock import check_lock
from prompts.rendering import ChatMessage, render

__all__ = [
    "ChatMessage",
    "LeftOut",
    "Prompt",
    "PromptError",
    "PromptFileError",
    "PromptLockError",
    "PromptValueError",
    "Shown",
    "check_lock",
    "load_prompt",
    "plain",
    "prompt_references",
    "render",
    "render_block",
]
