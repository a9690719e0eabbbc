import Bytes
import CSQLite

/// Reads records again that a `RecordWriter` has written.
enum RecordReader {
  /// Fills `row` with the values of a record, and with NULL behind them; their texts stand in the record.
  static func read(_ record: Bytes, into row: UnsafeMutableBufferPointer<RowSource.Value>) {
    var types = 0
    let header = Int(number(record, &types))
    var offset = header
    var column = 0
    while types < header {
      let type = number(record, &types)
      row[column] = value(of: type, in: record, &offset)
      column += 1
    }
    for rest in column..<row.count { row[rest] = .null }
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

  /// A number of at most as many bits as a length has.
  private static func number(_ record: Bytes, _ offset: inout Int) -> UInt64 {
    var number: UInt64 = 0
    while true {
      let byte = record[offset]
      offset += 1
      number = number << 7 | UInt64(byte & 0x7F)
      if byte < 0x80 { return number }
    }
  }
}
