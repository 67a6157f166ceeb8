"""The web page on which recordings and studies are watched and compared.

places       paths that stay inside the folder that is shown
journal      a recording's journal, read forgivingly and within bounds
observed     an observation as text, with the line of the target
answers      what a shopper said when it was asked afterwards
film         a session as a film: its frames, and when each begins
film_file    a film as one HTML file that needs nothing else
index        what is known of all recordings in a folder, in SQLite
listing      the page of recordings and studies, and its filters
studies      a study: who came how far, and how visits ended
rendering    the templates, and the words and numbers in them
guard        who may ask, and the headers on every answer
application  which page answers which address
serving      the server, on loopback alone
commands     the command `simagent view`

What was recorded from pages, said by models or found in a folder is untrusted: texts are escaped, recorded
HTML shows only in a sandboxed frame without scripts, and no path leads out of the folder.
"""
