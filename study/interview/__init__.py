"""Simulated shoppers asked after their visit: why they left, how they found the shop.

What answers is a language model that reads the record of a simulated visit as if it were its own memory. Its
answers are hypotheses and wording, no measurement of what people think or feel: docs/interviews.md says what
they are good for.

questionnaire       what is asked: questions, and the System Usability Scale
questionnaire_file  questionnaires of the user's own
subjects            who is asked
quoted              recorded text, so that it cannot pass for anything else
telling             a visit told within so many tokens
memory              what the model is sent
asking              one question, one answer
stored              answers beside a recording
interviewing        one shopper asked everything, or many at once
tally               totals and scores by arm
tables              all of it as people read it, and as machines do
"""
