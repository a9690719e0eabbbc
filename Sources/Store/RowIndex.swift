import Bytes

/// The rows of many names in little memory: twelve bytes for each, whatever its length.
///
/// A name is known by 64 bits of a hash whose key is drawn anew in each run. That another name of a million has the same bits
/// happens once in eighteen million million questions.
struct RowIndex {
  /// By the first bits of the hash, so that only a small part is there twice while it grows.
  private var parts = [Part](repeating: Part(), count: 1 << RowIndex.partBits)
  private let key = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
  private(set) var count = 0

  /// Where a first import has forgotten more names of one kind, it makes their index at once; tests make do with fewer.
  @TaskLocal static var limit = 1 << 20
  private static let partBits: UInt64 = 5

  func row(_ name: Bytes) -> Int64? {
    let (part, hash) = place(name)
    return parts[part].row(hash)
  }

  /// Does nothing for a name that is there already.
  ///
  /// - Parameter row: 1 to 2³² − 1.
  mutating func insert(_ row: Int64, of name: Bytes) {
    let (part, hash) = place(name)
    if parts[part].insert(UInt32(row), hash) { count += 1 }
  }

  private func place(_ name: Bytes) -> (part: Int, hash: UInt64) {
    let hash = SipHash.hash(name, k0: key.0, k1: key.1).low
    return (Int(hash >> (64 - RowIndex.partBits)), hash << RowIndex.partBits | hash >> (64 - RowIndex.partBits))
  }
}

/// The rows of hashes that begin with the same bits: in the order of hashes, so that any size will do.
private struct Part {
  private var hashes = [UInt64](repeating: 0, count: 64)
  /// 0 where it is free.
  private var rows = [UInt32](repeating: 0, count: 64)
  private var count = 0

  func row(_ hash: UInt64) -> Int64? {
    let row = rows[place(hash)]
    return row == 0 ? nil : Int64(row)
  }

  /// False for a hash that is there already.
  mutating func insert(_ row: UInt32, _ hash: UInt64) -> Bool {
    if (count + 1) * 5 > rows.count * 4 { grow() }
    let place = place(hash)
    guard rows[place] == 0 else { return false }
    (hashes[place], rows[place]) = (hash, row)
    count += 1
    return true
  }

  /// Where `hash` stands, or would stand.
  private func place(_ hash: UInt64) -> Int {
    var place = Int(hash.multipliedFullWidth(by: UInt64(rows.count)).high)
    while rows[place] != 0 && hashes[place] != hash { place = place + 1 == rows.count ? 0 : place + 1 }
    return place
  }

  private mutating func grow() {
    let old = self
    let size = rows.count * 5 / 4
    hashes = [UInt64](repeating: 0, count: size)
    rows = [UInt32](repeating: 0, count: size)
    for index in old.rows.indices where old.rows[index] != 0 {
      let place = place(old.hashes[index])
      (hashes[place], rows[place]) = (old.hashes[index], old.rows[index])
    }
  }
}
