"""The option that rewrites golden files."""


def pytest_addoption(parser):
    """Offer ``--update-golden``: pytest tests/golden --update-golden."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files instead of comparing")
