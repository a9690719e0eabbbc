import Bytes

/// Remembers which reader belongs to which program, so that a line costs no search through the families.
final class ReaderCache {
  private struct Slot {
    var hash: UInt64
    /// Among `names`.
    var name: Bytes
    /// Among `remembered`: counting the references to what is handed out for each line would cost more than to find it.
    var reader: Unmanaged<TextReader>?
  }

  private static let capacity = Limits.rememberedPrograms * 2

  private let seed = KeyedHash.key
  private let names = TextStorage(capacity: Limits.rememberedPrograms * 32)
  /// In memory of their own: an array in a class costs a check of exclusive access in every line.
  private let slots: UnsafeMutablePointer<Slot?>
  private var count = 0
  private var remembered: [TextReader] = []
  /// What was found last, which there may have been no room for.
  private var latest: TextReader?
  private let find: (Bytes) -> TextReader?

  init(find: @escaping (Bytes) -> TextReader?) {
    self.find = find
    slots = .allocate(capacity: ReaderCache.capacity)
    slots.initialize(repeating: nil, count: ReaderCache.capacity)
  }

  deinit {
    slots.deinitialize(count: ReaderCache.capacity)
    slots.deallocate()
  }

  /// The reader of a program, valid until the next one is asked for.
  @inline(__always)
  func reader(for program: Bytes) -> Unmanaged<TextReader>? {
    let hash = hash(program)
    var i = Int(truncatingIfNeeded: hash) & (ReaderCache.capacity - 1)
    while true {
      guard let slot = slots[i] else { return add(program, hash, at: i) }
      if slot.hash == hash && slot.name == program { return slot.reader }
      i = (i + 1) & (ReaderCache.capacity - 1)
    }
  }

  /// Of the first and the last bytes: there are few programs, and they differ in these.
  @inline(__always)
  private func hash(_ program: Bytes) -> UInt64 {
    guard program.count >= 8 else { return KeyedHash.hash(program, seed: seed) }
    let first = UnsafeRawPointer(program.start).loadUnaligned(as: UInt64.self)
    let last = UnsafeRawPointer(program.end - 8).loadUnaligned(as: UInt64.self)
    return KeyedHash.fold(first ^ UInt64(program.count), last ^ seed)
  }

  @inline(never)
  private func add(_ program: Bytes, _ hash: UInt64, at index: Int) -> Unmanaged<TextReader>? {
    latest = find(program)
    let reader = latest.map { Unmanaged.passUnretained($0) }
    if count < Limits.rememberedPrograms && names.hasRoom(for: program.count) {
      slots[index] = Slot(hash: hash, name: names.append(program), reader: reader)
      if let latest { remembered.append(latest) }
      count += 1
    }
    return reader
  }
}
