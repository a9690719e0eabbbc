import Bytes

/// Sorts keys in bounded memory: what has no room is written as sorted runs to pages of the file, which are merged.
struct EntrySorter: ~Copyable {
  private let pages: PageSpace
  private var keys = TextBuffer(capacity: 1 << 16)
  private var order: [Place] = []
  /// Runs of about the same length, the shortest first; those of the next length are made of many each.
  private var runs: [[EntryRun]] = []
  private let limit = EntrySorter.limit

  /// Bytes of keys in memory; tests make do with fewer.
  @TaskLocal static var limit = 1 << 20

  /// Where a key is, and how it begins.
  private struct Place {
    let prefix: UInt64
    let text: TextPlace
  }

  init(_ pages: PageSpace) { self.pages = pages }

  /// Lets `write` write a key of up to `most` bytes; it says how many they were.
  @inline(__always)
  mutating func add(
    byAtMost most: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int
  ) throws(StoreError) {
    if keys.count + order.count * MemoryLayout<Place>.stride > limit { try spill() }
    let start = keys.count
    keys.extend(byAtMost: most, write)
    let text = TextPlace(offset: UInt32(start), count: UInt32(keys.count - start))
    order.append(Place(prefix: keys[text].sortPrefix, text: text))
  }

  /// Gives `body` all keys in their order, to be changed at will, and forgets them.
  mutating func finish(_ body: (UnsafeMutablePointer<UInt8>, Int) throws(StoreError) -> Void) throws(StoreError) {
    if runs.isEmpty {
      sort()
      for place in order {
        let key = keys[place.text]
        try body(UnsafeMutablePointer(mutating: key.start), key.count)
      }
    } else {
      try spill()
      try EntrySorter.merge(runs.flatMap { $0 }, from: pages, body)
    }
    (runs, order) = ([], [])
    keys.removeAll(keepingAtMost: 0)
  }

  private mutating func sort() {
    order.withUnsafeMutableBufferPointer { order in
      order.sort { left, right in
        left.prefix != right.prefix ? left.prefix < right.prefix : keys[left.text].sorts(before: keys[right.text])
      }
    }
  }

  private mutating func spill() throws(StoreError) {
    sort()
    let writer = EntryRunWriter(pages)
    for place in order { try writer.add(keys[place.text]) }
    try keep(try writer.finish(), level: 0)
    order.removeAll(keepingCapacity: true)
    keys.removeAll(keepingAtMost: .max)
  }

  private mutating func keep(_ run: EntryRun, level: Int) throws(StoreError) {
    if level == runs.count { runs.append([]) }
    runs[level].append(run)
    guard runs[level].count == Limits.runsMerged else { return }
    let writer = EntryRunWriter(pages)
    try EntrySorter.merge(runs[level], from: pages) { (key, count) throws(StoreError) in
      try writer.add(Bytes(start: key, count: count))
    }
    runs[level] = []
    try keep(try writer.finish(), level: level + 1)
  }

  private static func merge(
    _ runs: [EntryRun], from pages: PageSpace,
    _ body: (UnsafeMutablePointer<UInt8>, Int) throws(StoreError) -> Void
  ) throws(StoreError) {
    // A heap: each reader's key sorts before those of the two at twice its place.
    var heap: [EntryRunReader] = []
    for run in runs {
      let reader = EntryRunReader(run, from: pages)
      if try reader.next() { heap.append(reader) }
    }
    for place in heap.indices.reversed() { sift(&heap, from: place) }
    while let first = heap.first {
      try body(first.key, first.count)
      if try !first.next() {
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
      }
      sift(&heap, from: 0)
    }
  }

  private static func sift(_ heap: inout [EntryRunReader], from start: Int) {
    var place = start
    while true {
      var least = place
      for child in 2 * place + 1..<2 * place + 3 where child < heap.count && heap[child].sorts(before: heap[least]) {
        least = child
      }
      if least == place { return }
      heap.swapAt(place, least)
      place = least
    }
  }
}
