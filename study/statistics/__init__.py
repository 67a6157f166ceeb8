"""What a study's paired sessions show: differences, intervals, tests, power, and when to stop.

Everything here is a pure function of numbers; nothing is read or written.

    comparison.compare      all findings of a study, with a sentence for people each
    stopping.decide         whether to go on, after each pair
    power.smallest_effect   what a study can find, before it or after
    power.pairs_needed      how many pairs a difference needs

`findings` holds the values that go in and come out, `paired` what was counted. `fixed` and `anytime` are two
modules of the same functions, of which a study uses one throughout: tests and intervals of a study that is
looked at once, at its end, or of one that may be looked at after every pair. docs/statistics.md tells what
they mean.
"""
