"""Settings of the forecasters that are no parameters of a crisis: one table, each with its meaning, unit and reason.

Scales, shares of rules and tails are learnt from other crises, see :mod:`corridor.forecasters.learned`. What stands
here says how far the past of the present crisis counts beside them. Of these numbers `SIMILARITY`,
`CASE_HALF_LIFE_DAYS`, `PRIOR_CASES` and `PRIOR_SCALE_CASES` were varied by a factor of about two: the skill on the
development instances, each family left out in turn, changed by less than 0.01. `SHARED` was chosen in that way.
"""

from __future__ import annotations

MEMORY_DAYS = 28.0
"""Growth and volatility are those of about so many days: the rhythm of monthly reports."""

LEADS_DAYS = (7.0, 14.0, 28.0)
"""Leads at which the past of a crisis is replayed, days: the usual horizons; errors are scaled between them."""

SIMILARITY = 1.5
"""Situations are similar in size, and in volatility, within a factor of e to this, on the logarithm."""

POST_SIMILARITY = 1.0
"""The same where the mechanism is post-processed: its few cases are spread over all sizes."""

FEW_PEOPLE = 100.0
"""Added to people where sizes are compared: an empty place is like one with a few."""

LITTLE_VOLATILITY = 0.1
"""Added to the volatility where it is compared, roots of people per day: rounding of reports."""

SHARED = 5.0
"""Cases of all other places together count as at most this many own ones: places differ more than days."""

FLOW_SHARED = 10.0
"""The same for errors of flows."""

CASE_HALF_LIFE_DAYS = 180.0
"""A case this old counts half, days: crises change their pace within half a year."""

PRIOR_CASES = 8.0
"""Other crises count as this many cases when rules are weighted."""

PRIOR_SCALE_CASES = 6.0
"""Other crises count as this many cases when the scale of a place is corrected, and as many in its tails."""

PRIOR_UNCHANGED = 4.0
"""Other crises count as this many cases in the chance that a report repeats the last one."""

BEST_RULES = 5
"""So many rules of the largest weight are mixed: the wildest of the others would reach the tails."""

LARGEST_ERROR = 8.0
"""Errors beyond this many scales count as this many: one misprint must not decide."""

MIRRORED = 0.3
"""Share of each past error that counts with both signs: a burst seen once may turn into a loss."""

CAP_FIRST = 0.06
"""Largest scale after a single report of somebody, as a share of the root of people in a fortnight."""

CAP = 0.3
"""The same after more reports: a camp rarely changes by half in a fortnight."""

FORTNIGHT_DAYS = 14.0
WEEK_DAYS = 7.0

OPENING_PRIOR = 2.0
"""What is assumed of openings counts as this many cases."""

EVENS_DAYS = 28.0
"""An empty place is assumed to hold somebody after so many days as likely as not."""

OPENED_PEOPLE = 3000.0
"""Assumed median of people at a place that has opened since it was reported empty."""

OPENED_SPREAD = 2.0
"""Standard deviation of the logarithm of that number."""

ERROR_HALF_LIFE = 26.0
"""An error of a flow this many periods ago counts half."""

FLOW_ERROR = 0.1
"""Relative error of people who are reported to come or go, lasting bias included: about that of grades B and C."""
