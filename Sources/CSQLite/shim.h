#include <sqlite3.h>

// Functions with a variable number of arguments are not seen by Swift.

/// Stops counting each allocation, which nobody reads and which costs a bulk load some hundredths. Before any other call.
static inline int csqlite_count_no_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

// Structures of which SQLite knows the beginning: Swift promises no order of its own fields.

/// A virtual table, and who has its rows.
typedef struct {
  sqlite3_vtab base;
  const void *source;
} csqlite_table;

/// A place in the rows of a virtual table.
typedef struct {
  sqlite3_vtab_cursor base;
  const void *row;
  const void *end;
  long stride;
  const unsigned char *texts;
} csqlite_cursor;
