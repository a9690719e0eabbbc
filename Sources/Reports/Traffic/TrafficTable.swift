import Bytes

/// One table of the report, before any format is chosen.
struct TrafficTable {
  struct Column {
    /// As programs call it: `average_delay_seconds`.
    var name: String
    /// As people read it.
    var title: String
    /// Part of what a row is about, instead of a figure of it.
    var isKey = false
    /// Figures stand at the right.
    var isFigure: Bool { !isKey && !isText }
    var isText = false

    static func key(_ name: String, _ title: String) -> Column { Column(name: name, title: title, isKey: true) }
    static func text(_ name: String, _ title: String) -> Column { Column(name: name, title: title, isText: true) }
    static func figure(_ name: String, _ title: String) -> Column { Column(name: name, title: title) }
  }

  enum Cell {
    /// What came from an input and may hold any bytes.
    case text([UInt8])
    /// Our own word.
    case word(String)
    case count(Int)
    case bytes(Int64)
    /// Microseconds.
    case duration(Int64)
    case day(Timestamp)
    case hour(Timestamp)
    /// Nothing is known, or nothing can be said.
    case none
  }

  var name: String
  var title: String
  /// A sentence below the title.
  var note: String?
  var columns: [Column]
  var rows: [[Cell]] = []
  /// The column that is drawn as bars where a format has them.
  var bars: Int?

  init(_ name: String, _ title: String, note: String? = nil, columns: [Column]) {
    (self.name, self.title, self.note, self.columns) = (name, title, note, columns)
  }

  /// The greatest figure of the column that is drawn as bars.
  var tallest: Int {
    guard let bars else { return 0 }
    return rows.reduce(0) { max($0, $1[bars].count) }
  }

  /// The table without the columns in which nothing is known or all is 0, but for those named in `keep`.
  func withoutEmptyColumns(keep: Set<String>) -> TrafficTable {
    let kept = columns.indices.filter { column in
      columns[column].isKey || keep.contains(columns[column].name) || rows.contains { !$0[column].isEmpty }
    }
    var table = self
    table.columns = kept.map { columns[$0] }
    table.rows = rows.map { row in kept.map { row[$0] } }
    table.bars = bars.flatMap { kept.firstIndex(of: $0) }
    return table
  }
}

extension TrafficTable.Cell {
  /// A count, else 0.
  var count: Int {
    if case .count(let count) = self { count } else { 0 }
  }

  fileprivate var isEmpty: Bool {
    switch self {
    case .none: true
    case .count(let count): count == 0
    case .bytes(let bytes): bytes == 0
    default: false
    }
  }
}
