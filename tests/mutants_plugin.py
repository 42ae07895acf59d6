"""What makes the tests quick enough to be run on thousands of mutants: a pytest plugin, named in [tool.mutmut]."""

import pytest
from hypothesis import Phase, settings

DRAWS = 13  # of each exercise; the tests proper make two hundred


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests():
    """No search for the simplest failure: the profile of conftest.py builds on the one loaded here."""
    settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate])
    settings.load_profile("mutants")


def pytest_collection_modifyitems(items):
    for module in {item.module for item in items if hasattr(item, "module")}:
        prepare(module)


def prepare(module):
    """Fewer draws, and nothing kept from a run of gdtools as it is: mutants run in copies of one process."""
    if hasattr(module, "SEEDS"):
        module.SEEDS = module.SEEDS[:DRAWS]
    for value in vars(module).values():
        if hasattr(value, "cache_clear"):
            value.cache_clear()
