"""The engine that asks a chat model: one request a window, each reply parsed into claims, nothing believed."""
