"""Reference pictures. To write new ones, look at each: WRITE_GOLDEN=1 pytest -n 0 tests/golden"""
