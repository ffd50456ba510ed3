"""Lines of keys in TOML, which the parser does not tell."""

from corridor.scenario.io.toml_lines import key_lines

TEXT = '''name = """
start = "not a key"
"""
list = [
  "other = 1",
]
# note = 1
[parameters."population.al hol"]   # comment
median = 5
[[alternatives]]
alternative = "a"
[[alternatives.add]]
kind = "siege"
[[alternatives.add]]
kind = "pause"
[alternatives.parameters.'x>y']
value = 1
[[alternatives]]
"alternative" = 'b # no comment'
deep . key = 2
'''


def test_keys_are_found_in_tables_and_in_lists_of_tables():
    lines = key_lines(TEXT)
    found = [
        lines.line_of(path)
        for path in (
            ("name",),
            ("list",),
            ("parameters", "population.al hol", "median"),
            ("alternatives", 0, "alternative"),
            ("alternatives", 0, "add", 0, "kind"),
            ("alternatives", 0, "add", 1, "kind"),
            ("alternatives", 0, "parameters", "x>y", "value"),
            ("alternatives", 1, "alternative"),
            ("alternatives", 1, "deep", "key"),
        )
    ]
    assert found == [1, 4, 9, 11, 13, 15, 17, 19, 20]


def test_text_that_only_looks_like_a_key_is_none():
    lines = key_lines(TEXT)
    assert [lines.line_of((key,)) for key in ("start", "other", "note")] == [None, None, None]


def test_a_key_that_is_missing_has_the_line_of_its_table():
    lines = key_lines(TEXT)
    assert lines.line_of(("alternatives", 1, "meaning")) == 18
    assert lines.line_of(("parameters", "population.al hol", "source")) == 8
