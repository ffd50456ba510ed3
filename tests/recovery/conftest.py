"""The option that looks at more small crises."""


def pytest_addoption(parser):
    """Offer ``--crises``: pytest tests/recovery/test_one_present_one_future.py --crises 20."""
    parser.addoption("--crises", type=int, default=1, help="small crises of each kind that are looked at")
