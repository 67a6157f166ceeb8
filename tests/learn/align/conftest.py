"""The agent's own browser, shared with its own tests."""

from tests.agent.browser.conftest import chromium

__all__ = ["chromium"]
