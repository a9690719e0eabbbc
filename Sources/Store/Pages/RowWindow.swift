import Bytes
import CSQLite

/// Rows that come nearly in the order of their keys: they wait for those that belong before them.
///
/// A row that comes later still, or has the key of another, is late.
struct RowWindow {
  private var rows: [Row] = []
  private var records = Records()
  private var last = Key.lowest
  private let limit = RowWindow.limit

  /// Rows that wait, and how many bytes they are; tests make do with fewer.
  @TaskLocal static var limit = (rows: 4096, bytes: 4 << 20)

  /// The first four columns of a row.
  struct Key {
    fileprivate let values: (Int64, Int64, Int64, Int64)

    init(_ row: UnsafeBufferPointer<RowSource.Value>) {
      values = (row[0].integer, row[1].integer, row[2].integer, row[3].integer)
    }

    private init(_ value: Int64) { values = (value, value, value, value) }

    fileprivate static let lowest = Key(.min)

    @inline(__always)
    fileprivate static func < (left: Key, right: Key) -> Bool {
      left.values.0 != right.values.0 ? left.values.0 < right.values.0 : left.values < right.values
    }
  }

  private struct Row {
    let key: Key
    let place: TextPlace
  }

  private final class Records { var bytes = TextBuffer() }

  /// Adds a row; those that have waited long enough go to `keep`, in the order of their keys but for late ones.
  mutating func add(
    _ record: Bytes, key: Key, keep: (_ record: Bytes, _ isLate: Bool) throws(StoreError) -> Void
  ) throws(StoreError) {
    if rows.count >= limit.rows || records.bytes.count + record.count > limit.bytes {
      try write(count: (rows.count + 1) / 2, keep)
    }
    rows.append(Row(key: key, place: records.bytes.append(record)))
  }

  mutating func finish(
    keep: (_ record: Bytes, _ isLate: Bool) throws(StoreError) -> Void
  ) throws(StoreError) { try write(count: rows.count, keep) }

  /// Writes so many rows, those with the lowest keys.
  private mutating func write(
    count: Int, _ keep: (_ record: Bytes, _ isLate: Bool) throws(StoreError) -> Void
  ) throws(StoreError) {
    rows.sort { $0.key < $1.key }
    for row in rows[..<count] {
      let isLate = !(last < row.key)
      try keep(records.bytes[row.place], isLate)
      if !isLate { last = row.key }
    }
    let rest = Records()
    rows = rows[count...].map { Row(key: $0.key, place: rest.bytes.append(records.bytes[$0.place])) }
    records = rest
  }
}
