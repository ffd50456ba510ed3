"""Whatever a text holds: reading is deterministic, and each sentence stands where its span says."""

from hypothesis import given
from hypothesis import strategies as st

from corridor.sources.texts import Document, read_proposals_of
from corridor.sources.texts.sentences import sentences_of

PIECES = """
some 700 13,000 1.2 million people families refugees fled arrived
in from Alba Beria camp on Friday since 3 March 2031 . , ( )
troops died between and 40 two thirds of them children Š—Ès “ ” fami- lies displacedabout ٤٥٠ نازح personnes
"""
WORDS = st.sampled_from([*PIECES.split(), "\n\n"])
TEXTS = st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join))


@given(TEXTS)
def test_sentences_stand_in_the_text_where_their_spans_say(text):
    end = 0
    for sentence in sentences_of(text):
        assert text[sentence.start : sentence.end] == sentence.raw
        assert len(sentence.offsets) == len(sentence.text)
        assert sentence.start >= end
        end = sentence.end


@given(TEXTS)
def test_reading_twice_gives_the_same_proposals_under_the_same_ids(text):
    document = Document("a.txt", text, "0" * 64)
    proposals = read_proposals_of([document])
    assert read_proposals_of([document]) == proposals
    assert len({row.proposal for row in proposals}) == len(proposals)
    for row in proposals:
        assert row.sentence == " ".join(text[slice(*row.span)].split())
        assert row.count is None or row.count_high is None or row.count <= row.count_high
        assert row.start is None or row.end is None or row.start <= row.end
