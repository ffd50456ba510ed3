"""What sentences state of displaced people; every sentence here is invented."""

import datetime as dt

import pytest

from corridor.sources.texts import Document, Publication, read_proposals_of
from corridor.sources.texts.numbers import figures_of

PUBLISHED = dt.date(2031, 3, 5)  # a Wednesday


def read(*texts, published=PUBLISHED):
    """Return the proposals of texts, each a document of its own."""
    documents = [Document(f"{i}.txt", text, f"{i:064}") for i, text in enumerate(texts)]
    return read_proposals_of(documents, Publication(published))


def only(text, **more):
    """Return the one proposal of a text."""
    (proposal,) = read(text, **more)
    return proposal


@pytest.mark.parametrize(
    "text",
    [
        "Some 2,000 foreign troops remain in the north.",
        "A few hundred fighters are still holding out in Alba.",
        "More than 300 gunmen have died since January.",
        "The agency provided kits to 1,020 displaced families in Alba camp.",
        "Aid workers distributed food to 4,000 people who had fled Alba.",
        "5,000 displaced people received blankets in Beria.",
        "The fund assisted 12,500 displaced people in Alba in May.",
        "2,300 people in Alba were vaccinated against measles.",
        "The camp has a capacity of 10,000 people.",
        "The town of 45,000 people lies 20 kilometres from the front.",
        "The appeal asks for $450 million for 3.2 million people in need.",
        "Call +99 22 739 1111 at any time to report people who fled.",
        "Children aged 5 to 14 make up 40 per cent of arrivals.",
        "In 2018 and 2019 displaced people went hungry.",
        "The 1,500 students of the school left at noon.",
        "Dozens of civilians were killed in air strikes on the capital.",
        "Officials counted 1,2,3 people and 1e400 people who arrived.",
        "Quelque 300 combattants ont quitté la ville.",
        "غادر 200 مقاتل المدينة",
        "The measles campaign reached 15,600 children in Beria camp.",
        "More than 1 in 3 of the arrivals were malnourished.",
        "Guards arrested 40 people at the camp in Alba.",
        "The blast wounded 30 people near the camp in Alba.",
        "The strike left 40 people injured in Alba camp.",
    ],
)
def test_what_is_no_count_of_displaced_people_yields_nothing(text):
    assert read(text) == ()


@pytest.mark.parametrize(
    ("text", "measure", "count", "unit", "qualifier"),
    [
        ("Nine hundred and twenty-one families fled Alba.", "departures", 921, "households", "exact"),
        ("More than 12,000 people arrived in Beria.", "arrivals", 12_000, "people", "more_than"),
        ("Nearly 1.2 million people were displaced in Norland.", "departures", 1_200_000, "people", "almost"),
        ("Some 45k refugees live in Beria camp.", "stock", 45_000, "people", "about"),
        ("At least 13.000 civilians are trapped in Alba.", "inside", 13_000, "people", "at_least"),
        ("Up to 13 000 people are waiting at Celo for screening.", "waiting", 13_000, "people", "at_most"),
        ("At least 12 displaced children died of cold in Beria camp.", "deaths", 12, "people", "at_least"),
        ("Norland hosts an estimated 356,000 refugees.", "stock", 356_000, "people", "about"),
        ("Clashes displaced 24,000 people from Alba.", "departures", 24_000, "people", "exact"),
        ("The number of displaced people in Norland now stands at 211,500.", "stock", 211_500, "people", "exact"),
        ("Only 15 of the 230 trapped civilians left Alba.", "departures", 15, "people", "exact"),
        ("Fighting caused 3,400 new displacements in Alba.", "departures", 3_400, "people", "exact"),
        ("Half a million people fled to Sudland.", "arrivals", 500_000, "people", "exact"),
        ("Trucks carried 2,000 people out of the pocket.", "departures", 2_000, "people", "exact"),
        ("Fire left Beria in ruins, leaving 600 people without shelter.", "departures", 600, "people", "exact"),
        ("Leaving 3,000 people stranded in Alba, the army withdrew.", "inside", 3_000, "people", "exact"),
        ("Clashes wounded 30 people and displaced 4,000 from Alba.", "departures", 4_000, "people", "exact"),
        ("700 HHs fled Alba.", "departures", 700, "households", "exact"),
        ("Some 670 people were recorded arriving at Beria.", "arrivals", 670, "people", "about"),
        ("At the gate 3,200 were waiting on Sunday.", "waiting", 3_200, "people", "exact"),
        ("The Red Star recorded 310 deaths on the road to Alba.", "deaths", 310, "people", "exact"),
    ],
)
def test_the_nearest_governing_verb_says_what_was_counted(text, measure, count, unit, qualifier):
    row = only(text)
    assert (row.measure.value, row.count, row.unit, row.qualifier.value) == (measure, count, unit, qualifier)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Between 3,000 and 4,000 people fled Alba.", 3_000, 4_000),
        ("2,000 to 2,500 families fled Alba.", 2_000, 2_500),
        ("Tens of thousands of people are trapped in Alba.", 10_000, 99_999),
        ("Hundreds of families returned to Alba.", 100, 999),
        ("Dozens of families fled Alba.", 24, 99),
        ("An estimated 100-150 families fled Alba.", 100, 150),
        ("بين 2000 و3000 شخص وصلوا إلى المخيم", 2_000, 3_000),
    ],
)
def test_ranges_and_vague_words_are_intervals(text, low, high):
    row = only(text)
    assert (row.count, row.count_high, row.qualifier.value) == (low, high, "between")


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("on Friday", "2031-02-28", "2031-02-28"),
        ("on 3 March", "2031-03-03", "2031-03-03"),
        ("on December 24", "2030-12-24", "2030-12-24"),
        ("in the last week", "2031-02-26", "2031-03-05"),
        ("between 17 October and 23 February", "2030-10-17", "2031-02-23"),
        ("between 7 and 14 February", "2031-02-07", "2031-02-14"),
        ("in January", "2031-01-01", "2031-01-31"),
        ("between January and March", "2031-01-01", "2031-03-05"),
        ("last month", "2031-02-01", "2031-02-28"),
        ("last year", "2030-01-01", "2030-12-31"),
        ("this year", "2031-01-01", "2031-03-05"),
        ("over the past fortnight", "2031-02-19", "2031-03-05"),
        ("on 4 May 2029", "2029-05-04", "2029-05-04"),
        ("on 28/02/2031", "2031-02-28", "2031-02-28"),
    ],
)
def test_days_are_relative_to_the_day_of_publication(words, start, end):
    row = only(f"Some 700 people fled Alba {words}.")
    assert (str(row.start), str(row.end)) == (start, end)


def test_since_makes_arrivals_and_deaths_cumulative_up_to_the_day_somebody_spoke():
    row = only(
        "In a statement on Friday, the council said that 90 evacuees had died since December on their way to Beria."
    )
    assert (row.measure.value, str(row.start), str(row.end)) == ("cumulative_deaths", "2030-12-01", "2031-02-28")
    assert row.place_text == "Beria"


def test_a_weekday_that_is_the_day_of_publication_is_said_to_be_unsure():
    row = only("Some 700 people fled Alba on Wednesday.")
    assert str(row.end) == "2031-03-05"
    assert "may be 2031-02-26" in row.gaps


def test_without_a_day_of_publication_relative_days_stay_open_and_say_so():
    row = only("Some 700 people fled Alba on Friday.", published=None)
    assert (row.start, row.end) == (None, None)
    assert "needs the day of publication" in row.gaps


def test_a_day_that_is_not_in_the_calendar_is_not_guessed():
    row = only("Some 700 people fled Alba on 31/02/2031.")
    assert row.end is None


def test_a_figure_without_place_and_date_is_proposed_with_its_gaps():
    row = only("Some 700 people fled their homes.")
    assert (row.place, row.end) == (None, None)
    assert row.gaps == "no place; no date"


def test_households_with_their_people_in_brackets_are_one_proposal_with_the_size():
    row = only("About 300 families (1,500 people) fled Alba district.")
    assert (row.count, row.unit, row.household_size) == (300, "households", 5.0)


@pytest.mark.parametrize(
    "text",
    [
        "Up to 600 households, six persons each, left Alba on 1 March.",
        "Some 600 families of six members each fled Alba on 1 March.",
        "Some 600 families (3,600 people) fled Alba on 1 March.",
        "About 600 families, averaging 6 people per household, fled Alba on 1 March.",
    ],
)
def test_a_stated_size_belongs_to_the_households_and_is_no_count_of_its_own(text):
    row = only(text)
    assert (row.count, row.unit, row.household_size, str(row.end)) == (600, "households", 6.0, "2031-03-01")


def test_a_part_that_is_set_between_commas_leaves_the_whole_its_days():
    whole, part = read("A total of 63 people, including 40 infants, have died since 4 December on their way to Alba.")
    assert (whole.count, whole.measure.value, str(whole.start)) == (63, "cumulative_deaths", "2030-12-04")
    assert (part.count, part.group) == (40, "infants")


@pytest.mark.parametrize(
    "text",
    [
        "An average of 350 people arrive every day at Alba transit centre.",
        "Some 350 people arrived daily in Alba.",
    ],
)
def test_a_rate_is_said_to_be_no_count(text):
    assert "a rate, so many in each period" in only(text).gaps


def test_a_decimal_comma_before_millions_parts_no_thousands():
    row = only("Près de 2,5 millions de personnes sont déplacées dans le pays.")
    assert (row.count, row.qualifier.value) == (2_500_000, "almost")


def test_a_total_that_arrivals_bring_about_is_proposed_beside_them():
    first, total = read("An additional 2,100 IDPs arrived in Beria camp on 1 March, bringing the total to 18,900.")
    assert (first.measure.value, first.count) == ("arrivals", 2_100)
    assert (total.measure.value, total.count) == ("stock", 18_900)


def test_a_pause_that_ends_in_the_same_sentence_has_both_days():
    row = only("Operations were suspended on 20 February and resumed on 1 March.")
    assert (row.event.value, str(row.start), str(row.end)) == ("pause", "2031-02-20", "2031-03-01")


def test_a_share_of_a_count_is_a_second_proposal():
    whole, part = read("More than 90 people, two thirds of them children under five, died on their way to Beria camp.")
    assert (whole.count, whole.group) == (90, None)
    assert (part.count, part.group, part.share, part.qualifier.value) == (60, "children under five", 0.667, "more_than")


def test_two_counts_of_a_sentence_have_each_their_own_place_and_day():
    first, second = read("On 2 March 400 people fled Alba, and 700 people reached Beria on 3 March.")
    assert (first.place, str(first.end)) == ("Alba", "2031-03-02")
    assert (second.place, str(second.end)) == ("Beria", "2031-03-03")


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Agency spokeswoman Ada Lum said 5,400 refugees had crossed into Alba.", "Agency spokeswoman Ada Lum"),
        ("Some 700 people fled Alba, according to the Norland Red Crescent.", "Norland Red Crescent"),
        (
            "Some 700 people fled Alba, said Ana Morel, spokeswoman for the Norland council.",
            "Ana Morel, spokeswoman for the Norland council",
        ),
        ("The United Nations said 700 people fled Alba.", "United Nations"),
        ("Some 700 people fled Alba.", None),
    ],
)
def test_who_said_so_is_read_from_the_sentence(text, who):
    assert only(text).said_by == who


def test_a_place_is_taken_with_the_area_that_holds_it():
    assert only("In Norland, 140 people took shelter in Alba.").place_text == "Alba, Norland"
    assert only("Some 700 people were displaced from Alba in Beria province.").place_text == "Alba in Beria province"


def test_said_twice_is_proposed_once_with_both_places():
    row = only("On 3 March 700 people fled Alba. The rain went on. Some 700 people fled Alba on 3 March.")
    assert row.also_at is not None
    (joined,) = read("On 3 March 700 people fled Alba.", "700 people fled Alba.")
    assert (joined.file, joined.also_at) == ("0.txt", "1.txt:0-21")


def test_what_may_happen_is_marked_and_trusted_less():
    row = only("As many as 250,000 people could be displaced from Alba.")
    assert "what may be" in row.gaps
    assert row.confidence < 0.6


@pytest.mark.parametrize(
    "text",
    ["Environ 12 000 personnes ont fui les combats à Alba depuis le 3 mars.", "وصل 12000 نازح إلى المخيم"],
)
def test_a_sentence_that_is_not_understood_gives_a_bare_figure(text):
    row = only(text)
    assert (row.measure, row.count, row.place) == (None, 12_000, None)
    assert "not understood" in row.gaps


def test_arabic_indic_digits_are_digits():
    assert only("وصل ٤٥٠٠٠ نازح إلى المخيم").count == 45_000


def test_a_pause_that_begins_in_one_sentence_and_ends_in_another_is_one_event():
    row = only("The offensive was halted on 12 February. Shelling resumed on Monday.")
    assert (row.event.value, str(row.start), str(row.end)) == ("pause", "2031-02-12", "2031-03-03")


@pytest.mark.parametrize(
    ("text", "event", "place"),
    [
        ("A humanitarian corridor was opened in Alba on Thursday.", "corridor", "Alba"),
        ("Norland closed its border with Sudland on 2 March.", "closure", "Sudland"),
        ("A new camp was opened in Beria on 2 March.", "camp_opens", "Beria"),
    ],
)
def test_changes_are_proposed_as_events(text, event, place):
    row = only(text)
    assert (row.event.value, row.place, row.measure) == (event, place, None)


def test_a_change_that_is_only_called_for_is_no_event():
    assert read("Officials called for a corridor to be opened in Alba on Thursday.") == ()


def test_a_year_is_no_count_and_a_count_is_no_year():
    assert [figure.value for figure in figures_of("about 2,019 people fled in 2019")] == [2019]


@pytest.mark.parametrize(
    ("text", "measure", "count", "place", "last"),
    [
        ("Airstrikes from Sudland displaced 400 people in Beria on 8 March.", "departures", 400, "Beria", "03-08"),
        (
            "Fighting between the Ora, a pastoral group, displaced 400 people in Beria.",
            "departures",
            400,
            "Beria",
            None,
        ),
        ("Waves off Alba displaced 400 people.", "departures", 400, "Alba", None),
        ("Some 400 people were evacuated fromthe town of Beria.", "departures", 400, "town of Beria", None),
        ("Some 400 people fledBeria on 8 March.", "departures", 400, "Beria", "03-08"),
        (
            "By 8 March, 400 refugees had been relocated from the border to Beria camp.",
            "arrivals",
            400,
            "Beria camp",
            "03-08",
        ),
        ("Convoys brought another 400 people to Beria.", "arrivals", 400, "Beria", None),
        ("Some 400 people arrived in Beria in the first week of March.", "arrivals", 400, "Beria", "03-07"),
        ("Some 400 people live in Beria, up from 300 a month ago.", "stock", 400, "Beria", None),
        (
            "Since the start of the assault on 9 February, 400 people have left Beria.",
            "departures",
            400,
            "Beria",
            "03-10",
        ),
        ("Mayor Ana Ruiz said 400 people from 80 families had taken refuge in Beria.", "arrivals", 400, "Beria", None),
        ("In Beria, the population of the Bright camp has swollen to 400.", "stock", 400, "Beria", None),
        ("The number of people sheltering at the base in Beria had reached 400.", "stock", 400, "Beria", None),
        ("The number of new arrivals in Beria dropped to 400 this week.", "arrivals", 400, "Beria", "03-10"),
        ("Authorities put the number of displaced in Beria at 400.", "stock", 400, "Beria", None),
        ("Some 400 families are sleeping in the open in Beria.", "stock", 400, "Beria", None),
    ],
)
def test_sentences_of_many_styles_give_what_place_and_day(text, measure, count, place, last):
    row = only(text, published=dt.date(2031, 3, 10))
    day = None if row.end is None else row.end.isoformat()[5:]
    assert (row.measure.value, row.count, row.place_text, day) == (measure, count, place, last)


def test_a_part_that_is_said_of_whom_is_a_count_of_its_own():
    rows = read("Norland hosts 5,000 refugees, of whom 2,000 lived in Beria.", published=dt.date(2031, 3, 10))
    assert [(row.count, row.place_text) for row in rows] == [(5000, "Norland"), (2000, "Beria")]


def test_where_a_part_of_them_went_is_not_where_all_left():
    rows = read("Of the 9,000 people who fled, around 6,500 went to Beria and the rest to Celo.")
    assert [(row.measure.value, row.count, row.place_text) for row in rows] == [
        ("departures", 9000, None),
        ("arrivals", 6500, "Beria"),
    ]


def test_men_women_and_children_are_no_group():
    assert only("Some 400 men, women and children left Beria.").group is None
    assert only("Some 400 women left Beria.").group == "women"


def test_who_said_so_may_stand_at_the_end():
    assert only("Some 400 people left Beria, the UN refugee agency said.").said_by == "UN refugee agency"


def test_a_pause_that_is_told_in_passing_has_both_days():
    text = "The ceasefire, which took effect on 1 March, collapsed on Saturday."
    (row,) = read(text, published=dt.date(2031, 3, 10))
    assert (row.event.value, str(row.start), str(row.end)) == ("pause", "2031-03-01", "2031-03-08")
