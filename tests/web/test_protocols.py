"""Facts about requests of sloppy clients."""

import pytest

from imgurl.web.protocols import with_encoded_target


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("GET /i/a.png?n=José HTTP/1.1\r\n".encode(), b"GET /i/a.png?n=Jos%C3%A9 HTTP/1.1\r\n"),
        (b"HEAD /i/a.png?n=Ben Lee HTTP/1.0\r\nHost: x\r\n", b"HEAD /i/a.png?n=Ben%20Lee HTTP/1.0\r\nHost: x\r\n"),
        (b"GET /i/a.png?n=Ben HTTP/1.1\r\n", b"GET /i/a.png?n=Ben HTTP/1.1\r\n"),
        ("GET /other?n=José HTTP/1.1\r\n".encode(), "GET /other?n=José HTTP/1.1\r\n".encode()),
        ("POST /i/a.png?n=José HTTP/1.1\r\n".encode(), "POST /i/a.png?n=José HTTP/1.1\r\n".encode()),
        (b"\xff\xfe", b"\xff\xfe"),
        (b"", b""),
    ],
)
def test_only_the_odd_bytes_of_an_images_target_are_encoded(received: bytes, expected: bytes) -> None:
    """What browsers would have encoded is encoded; everything else stays as it came."""
    assert with_encoded_target(received) == expected
