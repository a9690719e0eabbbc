#include <sqlite3.h>

// Functions with a variable number of arguments are not seen by Swift.

/// Stops counting each allocation, which nobody reads and which costs a bulk load some hundredths. Before any other call.
static inline int csqlite_count_no_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
