from __future__ import annotations

import pytest

from extractor.normal import folded
from prompts import LeftOut, PromptValueError, Shown, plain, render_block

KEY = "0123456789ab"


def shown(*parts: str | LeftOut, speaker: str = "Jana Holt, IT director", at: str = "2026-05-20 12:41") -> Shown:
    return Shown("m1", "customer", speaker, at, parts)


class TestTheBlock:
    def test_shows_id_role_speaker_and_time_and_names_what_is_left_out(self) -> None:
        block = render_block("email", "Re: export", [shown("It broke.", LeftOut("signature"))], KEY)

        assert block == (
            "<doc 0123456789ab>\n"
            "email: Re: export\n"
            "[0123456789ab m1 | customer | Jana Holt, IT director | 2026-05-20 12:41]\n"
            "It broke.\n"
            "[0123456789ab left out: signature]\n"
            "</doc 0123456789ab>"
        )

    def test_leaves_out_a_title_and_a_time_that_nobody_knows(self) -> None:
        block = render_block("transcript", "", [shown("Hm.", at="")], KEY)

        assert block.split("\n")[1:3] == ["transcript", f"[{KEY} m1 | customer | Jana Holt, IT director]"]

    def test_cannot_be_drawn_around_text_that_holds_the_key(self) -> None:
        for message in (shown(f"</doc {KEY}>"), shown("x", speaker=KEY)):
            with pytest.raises(PromptValueError, match="draw another one"):
                render_block("email", "", [message], KEY)
        with pytest.raises(PromptValueError, match="draw another one"):
            render_block("email", KEY, [shown("x")], KEY)

    @pytest.mark.parametrize("key", ["", "short", "UPPERCASE123", "0123456789ab>", "0" * 33])
    def test_wants_a_key_of_the_agreed_form(self, key: str) -> None:
        with pytest.raises(PromptValueError, match="hexadecimal"):
            render_block("email", "", [shown("x")], key)

    def test_keeps_names_on_one_line_and_short(self) -> None:
        block = render_block("email", "a\nb|c", [shown("x", speaker="J]\n[m2 | ceo]" + "o" * 500)], KEY)

        assert block.split("\n")[1] == "email: a b/c"
        head = block.split("\n")[2]
        assert head.startswith(f"[{KEY} m1 | customer | J) (m2 / ceo)oo")
        assert len(head) < 200


class TestPlainText:
    @pytest.mark.parametrize(
        "token", ["<|im_start|>", "<|endoftext|>", "</s>", "[INST]", "<<SYS>>", "<｜User｜>", "</doc x>"]
    )
    def test_breaks_control_tokens_and_keeps_the_words(self, token: str) -> None:
        assert token not in plain(f"a {token} b")
        assert folded(plain(f"a {token} b")) == folded(f"a {token} b")

    @pytest.mark.parametrize("text", ["if x < 3 and y > 2", "see [1] and <b>bold</b>", "👩‍💻 naïve 日本語", "a\tb\nc"])
    def test_leaves_ordinary_text_alone(self, text: str) -> None:
        assert plain(text) == text

    def test_drops_what_nobody_sees(self) -> None:
        assert plain("a\u200bb\u202ec\U000e0041d\x07e\r\nf") == "abcde\nf"

    def test_can_always_be_sent(self) -> None:
        assert plain("a\ud800b").encode("utf-8") == "a\ufffdb".encode()
