"""Real people's visits, recorded as the visits of simulated shoppers are.

A person reads what is recorded and agrees, shops in a browser's window, is asked now and then why they did
something, and sees in the end what would be kept of it, to delete what they do not want to be kept.

    consent       what the participant reads first, and whether they agree
    participation who takes part, in what
    attending     the visit: what is done becomes steps, answers become rationales
    asking        when to ask why, and in which words
    review        what would be kept, for the participant to look through
    deleting      a recording without some of its steps
"""
