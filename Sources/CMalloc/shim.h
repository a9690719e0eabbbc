#include <malloc.h>
#include <stddef.h>

// Functions with a variable number of arguments are not seen by Swift.

extern void *mremap(void *, size_t, size_t, int, ...);

/// Makes mapped memory larger, at another place if there is no room behind it; its pages are not copied (mremap(2)).
static inline void *cmalloc_enlarge_mapping(void *memory, size_t from, size_t to) {
  return mremap(memory, from, to, 1 /* MREMAP_MAYMOVE */);
}
