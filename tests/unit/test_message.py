"""Sentences that remember what they were made from."""

import json
import pickle
from datetime import date

from corridor.message import Message, joined, message, read_messages, several, stated, term

WHOLE = message(
    "{place} had {people} people on {day}: {parts}.",
    place="Gate {2}",
    people=4500,
    day=date(2031, 2, 1),
    parts=several([message("{share} of them new", share=0.25), term("the rest")], "; "),
)


def test_a_message_is_its_english_text():
    assert WHOLE == "Gate {2} had 4,500 people on 1 February 2031: 0.25 of them new; the rest."
    assert json.loads(json.dumps([WHOLE])) == [str(WHOLE)]
    assert joined(["a", term("b")]) == "a, b"


def test_small_and_large_numbers_are_written_without_powers_of_ten():
    assert message("{n}", n=0.00004) == "0.00004"
    assert message("{n}", n=1234567.0) == "1,234,567"


def test_a_message_comes_back_whole_from_another_process():
    back = pickle.loads(pickle.dumps(WHOLE))  # noqa: S301 - its own bytes
    assert isinstance(back, Message)
    assert (back, back.template, dict(back.gaps)) == (WHOLE, WHOLE.template, dict(WHOLE.gaps))


def test_messages_come_back_from_run_json_with_templates_and_gaps_and_bare_texts_do_not():
    rows = json.loads(json.dumps(stated([WHOLE, "bare", WHOLE, term("braces {stay}")])))
    back = read_messages(rows)
    assert list(back) == [WHOLE, "braces {stay}"]
    assert back[WHOLE].template == WHOLE.template
    assert back[WHOLE].gaps["day"] == date(2031, 2, 1)
    assert str(back[WHOLE].gaps["parts"]) == "0.25 of them new; the rest"
    assert read_messages(None) == {}
