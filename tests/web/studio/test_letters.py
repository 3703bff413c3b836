"""Mails as people paste them."""

import time
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.web.studio.letters import html_of, own_link, pieces_of, read_letter, shown_letter

SIGNATURE = "s" * 43
LINK = f"https://img.example.com/i/card.png?_k=k1&_o=first_name&offer=x&_s={SIGNATURE}&first_name=*|URL:FNAME|*&_z=1"
ESCAPED = LINK.replace("&", "&amp;")


@pytest.mark.parametrize("cte", ["quoted-printable", "base64", "8bit"])
def test_images_in_the_source_of_a_mail(cte: str) -> None:
    """However its HTML is encoded; each link once; those of others are counted."""
    mail = EmailMessage()
    mail["Subject"] = "Frühling"
    mail.set_content("plain")
    images = f'<img src="{ESCAPED}"><img src="{ESCAPED}"><img src="https://other.example/i.png"><img src="data:,x">'
    mail.add_alternative(f"<html>{images}</html>", subtype="html", cte=cte)
    letter = read_letter(bytes(mail))
    assert (letter.subject, letter.links, letter.others) == ("Frühling", (LINK,), 1)


def test_a_link_and_links_in_a_text() -> None:
    """One that is pasted alone, and those of a text."""
    assert read_letter(LINK.encode()).links == (LINK,)
    assert read_letter(f"see {LINK}\nand https://example.com".encode()).links == (LINK,)


def test_a_proxy_of_a_mail_provider() -> None:
    """Its address comes first, ours after a #."""
    assert own_link(f"https://ci3.example.com/abc=s0-d#{LINK}") == LINK
    assert own_link("https://ci3.example.com/abc#frag") is None
    assert own_link("http://[") is None


def test_the_pieces_of_a_link_are_the_link() -> None:
    """Put together they are what was cut, each with what it is."""
    pieces = list(pieces_of(LINK))
    assert "".join(text for _, text in pieces) == LINK
    kinds = {text: kind for kind, text in pieces if text != "&"}
    assert kinds["card"] == "design"
    assert kinds["offer=x"] == "sealed"
    assert kinds[f"_s={SIGNATURE}"] == "signature"
    assert kinds["first_name=*|URL:FNAME|*"] == "open"
    assert kinds["_z=1"] == "control"


@pytest.mark.parametrize("source", ["Subject: b\r\n" * 4_000 + "!", *(f"<html>{text}" for text in (
    "<!--" * 8_000, "<a " * 8_000, "<a x='" * 8_000 + ">", "<style>" + "url(" * 60_000, "<![" * 8_000,
))])  # fmt: skip
def test_what_never_ends_is_read_at_once(source: str) -> None:
    """Headers, comments, tags and addresses without an end: within a second, where some took hours."""
    begin = time.process_time()
    read_letter(source.encode())
    shown_letter(html_of(source.encode()), {}, are_blocked=False)
    assert time.process_time() - begin < 1.0


def test_text_after_the_last_tag_is_shown() -> None:
    """And what Outlook is told in marked sections is left out."""
    assert shown_letter("<p>1 <![if !mso]>2<![endif]> 3 < 4", {}, are_blocked=False) == "<p>1 2 3 &lt; 4"


@given(text=st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever is pasted is read, cut and shown."""
    source = text.encode("utf-8", "surrogatepass")
    read_letter(source)
    shown_letter(html_of(source), {}, are_blocked=False)
    assert "".join(piece for _, piece in pieces_of(text)) == text


def test_a_preview_runs_and_loads_nothing() -> None:
    """Scripts, frames, forms, handlers, and whatever names another host are gone; styles and words stay."""
    html = f"""<!DOCTYPE html><p onclick="x()" style="color:red;background:url(http://a.example/b)">Hi &amp; you</p>
        <script>alert("</p>")</script><a href="https://a.example">link</a>
        <img src="https://a.example/c.png" alt="other">
        <img srcset="https://a.example/d.png 2x" src="{ESCAPED}" alt="ours"><link rel="stylesheet" href="//a.example">
        <style>@import "//a.example/e"; p {{ background: url('//a.example/f') }}</style>
        <meta http-equiv="refresh" content="0;//a">"""
    shown = shown_letter(html, {"first_name": "Zoë & Co"}, are_blocked=False)
    assert "a.example" not in shown
    assert not {"<script", "onclick", "alert", "<meta", "<link", "href"} & set(shown.split())
    assert "alert(" not in shown
    assert "Hi &amp; you" in shown
    assert "color:red" in shown
    assert 'alt="other"' in shown
    assert (
        f"/i/card.png?_k=k1&amp;_o=first_name&amp;offer=x&amp;_s={SIGNATURE}&amp;first_name=Zo%C3%AB%20%26%20Co"
        in shown
    )
    assert "/i/card.png" not in shown_letter(html, {}, are_blocked=True)


def test_tags_that_never_end_cost_no_time() -> None:
    """Millions of them, as somebody might paste: they are no images, and each is looked at once."""
    began = time.process_time()
    assert read_letter(b"<html><p>" + b"a<" * 500_000).links == ()
    assert time.process_time() - began < 1.0
