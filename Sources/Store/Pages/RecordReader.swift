import Bytes
import CSQLite

/// Reads records again that a `RecordWriter` has written.
enum RecordReader {
  /// Fills `row` with the values of a record, and with `defaults` behind them; their texts stand in the record.
  static func read(
    _ record: Bytes, into row: UnsafeMutableBufferPointer<RowSource.Value>, defaults: [RowSource.Value]
  ) {
    var types = 0
    let header = Int(SQLiteInteger.read(record, &types))
    var offset = header
    var column = 0
    while types < header {
      let type = SQLiteInteger.read(record, &types)
      row[column] = value(of: type, in: record, &offset)
      column += 1
    }
    for rest in column..<row.count { row[rest] = defaults[rest] }
  }

  private static func value(of type: UInt64, in record: Bytes, _ offset: inout Int) -> RowSource.Value {
    if type >= 12 {
      let place = TextPlace(offset: UInt32(offset), count: UInt32((type - 12) / 2))
      offset += Int(place.count)
      return type & 1 == 0 ? .init(blob: place) : .init(text: place)
    }
    if type == 0 { return .null }
    if type >= 8 { return .init(Int64(type - 8)) }
    let size = type < 5 ? Int(type) : type == 5 ? 6 : 8
    var number: Int64 = record[offset] < 0x80 ? 0 : -1
    for index in offset..<offset + size { number = number << 8 | Int64(record[index]) }
    offset += size
    return .init(number)
  }
}
