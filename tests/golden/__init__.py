"""Reference pictures. To write them anew, look at each: IMGURL_WRITE_GOLDEN=1 pytest -n 0 tests/golden"""
