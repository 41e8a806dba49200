from __future__ import annotations

from pathlib import Path

import pytest

from prompts import PromptFileError, PromptLockError, check_lock, load_prompt, prompt_references
from prompts.file import parse_prompt

GOOD = """---
name: greet
version: 2
purpose: show the format
static: [types]
request: [block]
max_prompt_tokens: 10
max_reply_tokens: 10
---

# system
Know {{types}}.

# request
{{block}} Go.
"""


def fault(text: str) -> str:
    with pytest.raises(PromptFileError) as caught:
        parse_prompt(text.encode(), "greet/v2.md")
    assert str(caught.value).startswith("greet/v2.md: ")
    return str(caught.value)


class TestAPromptFile:
    def test_lists_its_variables(self) -> None:
        prompt = parse_prompt(GOOD.encode(), "greet/v2.md")

        assert prompt.id == "greet.v2"
        assert prompt.variables == ("types", "block")
        assert (prompt.system, prompt.request) == ("Know {{types}}.", "{{block}} Go.")

    def test_may_say_what_to_answer_to_quotes_that_are_not_verbatim(self) -> None:
        assert parse_prompt(GOOD.encode(), "x").again == ""
        assert parse_prompt(f"{GOOD}\n# again\nOnce more.\n".encode(), "x").again == "Once more."

    def test_has_a_digest_that_any_word_changes(self) -> None:
        one, other = (parse_prompt(text.encode(), "x").digest for text in (GOOD, GOOD.replace("Know", "Learn")))

        assert one.startswith("sha256:")
        assert one != other

    @pytest.mark.parametrize(
        ("old", "new", "named"),
        [
            ("purpose:", "colour: red\npurpose:", "colour"),
            ("version: 2", "version: two", "version"),
            ("purpose: show the format\n", "", "purpose"),
            ("{{types}}", "{{types}} {{mood}}", "mood without listing it"),
            ("{{types}}", "nothing", "types is listed"),
            ("request: [block]", "request: [block, nonce]", "nonce is listed"),
            ("# request", "# demand", "needs front matter"),
            ("Go.\n", "Go.\n\n# again\nMore {{block}}\n", "'# again' uses block without listing it"),
            ("name: greet", "name: [", "not YAML"),
        ],
    )
    def test_is_refused_with_its_fault_named(self, old: str, new: str, named: str) -> None:
        assert named in fault(GOOD.replace(old, new))

    def test_is_refused_where_front_matter_is_no_mapping(self) -> None:
        assert "not a mapping" in fault("---\n- a\n---\n\n# system\nx\n# request\ny\n")


class TestLoading:
    def test_knows_the_released_prompts(self) -> None:
        assert "extract_signals/v1" in prompt_references()
        assert load_prompt("extract_signals/v1").id == "extract_signals.v1"

    @pytest.mark.parametrize("reference", ["extract_signals", "../v1", "extract_signals/v0", "a/b/v1"])
    def test_takes_a_name_and_a_version_only(self, reference: str) -> None:
        with pytest.raises(PromptFileError, match="NAME/vN"):
            load_prompt(reference)

    def test_names_what_there_is_when_a_file_is_missing(self) -> None:
        with pytest.raises(PromptFileError, match="prompts at hand: answer_question/v1, extract_signals/v1"):
            load_prompt("extract_signals/v99")

    def test_refuses_a_file_named_after_another_version(self, tmp_path: Path) -> None:
        (tmp_path / "greet").mkdir()
        (tmp_path / "greet/v3.md").write_text(GOOD)

        with pytest.raises(PromptFileError, match="says greet version 2"):
            load_prompt("greet/v3", tmp_path)


class TestTheLock:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "greet").mkdir()
        (tmp_path / "greet/v2.md").write_text(GOOD)
        digest = parse_prompt(GOOD.encode(), "x").digest
        (tmp_path / "digests.lock").write_text(f"# released\ngreet/v2 {digest}\n")
        return tmp_path

    def test_holds_for_the_released_prompts(self) -> None:
        check_lock()

    def test_holds_for_an_untouched_folder(self, folder: Path) -> None:
        check_lock(folder)

    def test_notices_a_changed_word(self, folder: Path) -> None:
        (folder / "greet/v2.md").write_text(GOOD.replace("Know", "Learn"))

        with pytest.raises(PromptLockError, match="write the next version"):
            check_lock(folder)

    def test_notices_a_file_that_was_not_locked(self, folder: Path) -> None:
        (folder / "greet/v3.md").write_text(GOOD.replace("version: 2", "version: 3"))

        with pytest.raises(PromptLockError, match="add the line 'greet/v3 sha256:"):
            check_lock(folder)

    def test_notices_a_file_that_is_gone(self, folder: Path) -> None:
        (folder / "greet/v2.md").unlink()

        with pytest.raises(PromptLockError, match="greet/v2 is locked and its file is gone"):
            check_lock(folder)

    def test_refuses_a_line_it_cannot_read(self, folder: Path) -> None:
        (folder / "digests.lock").write_text("greet/v2 md5:1\n")

        with pytest.raises(PromptLockError, match=r"digests.lock:1"):
            check_lock(folder)
