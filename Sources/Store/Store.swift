// Store: the SQLite file: schema, migrations, merging facts, reading by key, named queries.
// It knows no log format and no report.

import Bytes
