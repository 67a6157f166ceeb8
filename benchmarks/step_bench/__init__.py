"""What a step of the agent costs, and what the same clicks cost without it.

visits    the visit that is made: by the agent, by a hand-written script
gym       the same clicks in BrowserGym's environment, in its own Python
peer_gym  the worker for that
parts     where a step's time goes
cost      wall time, CPU and memory of a process and all that it started
many      sessions a minute and memory, by windows and browsers, and over many sessions
tokens    prompt tokens that the model's server computed, against those that were new
"""
