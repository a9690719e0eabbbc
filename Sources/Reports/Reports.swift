// Reports: answers as pictures for people and programs: text, JSON, CSV, Markdown, HTML. It knows no SQL and computes nothing.
