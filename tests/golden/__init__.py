"""Reference pictures. To write them anew, look at each: WRITE_GOLDEN=1 pytest -n 0 tests/golden"""
