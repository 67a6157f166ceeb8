"""Studies: many shoppers, two or more designs, one honest answer.

file         the study as it is written down: personas, intents, arms, policy, limits
population   personas drawn from distributions
resolved     the study with all that it names read in, so that it needs no other file
layout       names in its folder that others know it by
plan         its sessions, in the order in which they run; twins in every arm
ledger       which of them are done: on disk at every moment, whatever is killed
shops        the sandbox shops of the arms, each a process of its own
visiting     one session of the plan, from its window to its recording
local        sessions in browsers of this machine, or of others by their address
on_ray       sessions as tasks of a Ray cluster
batch        all sessions of a plan: several at once, faults tried again, nothing lost
journey      what a recording says of a visit: its stages, searches, detours
tables       sessions and steps as Parquet
statistics   what may be concluded
report       what people read of it
interview    what shoppers say when they are asked
"""
