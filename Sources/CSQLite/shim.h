#include <sqlite3.h>

// Functions with a variable number of arguments are not seen by Swift.

/// Stops counting each allocation, which nobody reads and which costs a bulk load some hundredths. Before any other call.
static inline int csqlite_count_no_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

// Rows in memory that SQLite reads as a virtual table (https://www.sqlite.org/vtab.html). What it calls for each value is
// here: from Swift each call would go through another.

/// What a column of a row holds: NULL, a number, or a text or blob that begins at an offset in the texts.
typedef struct {
  sqlite3_int64 integer;
  int count;
  int type;
} csqlite_value;

/// The table, and who has its rows.
typedef struct {
  sqlite3_vtab base;
  const void *source;
} csqlite_table;

/// A place in its rows.
typedef struct {
  sqlite3_vtab_cursor base;
  const csqlite_value *row, *end;
  long width;
  const char *texts;
} csqlite_cursor;

static inline int csqlite_next(sqlite3_vtab_cursor *cursor) {
  csqlite_cursor *place = (csqlite_cursor *)cursor;
  place->row += place->width;
  return SQLITE_OK;
}

static inline int csqlite_is_at_end(sqlite3_vtab_cursor *cursor) {
  csqlite_cursor *place = (csqlite_cursor *)cursor;
  return place->row >= place->end;
}

static inline int csqlite_column(sqlite3_vtab_cursor *cursor, sqlite3_context *result, int column) {
  csqlite_cursor *place = (csqlite_cursor *)cursor;
  const csqlite_value *value = place->row + column;
  switch (value->type) {
  case SQLITE_INTEGER: sqlite3_result_int64(result, value->integer); break;
  case SQLITE_TEXT: sqlite3_result_text(result, place->texts + value->integer, value->count, SQLITE_STATIC); break;
  case SQLITE_BLOB: sqlite3_result_blob(result, place->texts + value->integer, value->count, SQLITE_STATIC); break;
  }
  return SQLITE_OK;
}
