import CMalloc
import Glibc

/// Memory for large tables that are read here and there: in pages of two megabytes, where the system has them, it is found
/// with a third less misses of the processor's page tables. What is freed goes back to the system at once.
public enum LargePages {
  private static let size = 2 << 20
  /// Less than this is left to `malloc`.
  private static let leastMapped = 1 << 17

  /// Makes `malloc` give back at once what large arrays needed, too. By itself it keeps ever more: with each large array that is
  /// freed it takes larger ones from its heap, of which only the end can go back.
  public static func giveBackFreed() { mallopt(M_MMAP_THRESHOLD, 1 << 19) }

  /// - Parameter areWanted: whether all of the memory will be used soon; a large page is there as a whole or not at all.
  public static func allocate(_ byteCount: Int, areWanted: Bool) -> UnsafeMutableRawPointer {
    guard byteCount >= leastMapped else { return malloc(byteCount)! }
    let isLarge = areWanted && byteCount >= size
    // A large page begins at a multiple of its size.
    let mapped = MappedMemory.allocate(isLarge ? byteCount + size : byteCount)
    guard isLarge else { return mapped }
    let memory = UnsafeMutableRawPointer(bitPattern: (UInt(bitPattern: mapped) + UInt(size - 1)) & ~UInt(size - 1))!
    let head = memory - mapped
    if head > 0 { munmap(mapped, head) }
    let page = Int(getpagesize())
    let end = (byteCount + page - 1) / page * page
    if head + end < byteCount + size { munmap(memory + end, byteCount + size - head - end) }
    madvise(memory, byteCount, MADV_HUGEPAGE)
    return memory
  }

  /// - Parameter byteCount: as it was asked for.
  public static func free(_ memory: UnsafeMutableRawPointer, _ byteCount: Int) {
    if byteCount >= leastMapped { munmap(memory, byteCount) } else { Glibc.free(memory) }
  }
}
