/// An index of a table, as far as ours are.
struct Index {
  let name: String
  let table: String
  let columns: [String]
  /// Which rows it has; nil for all.
  let condition: Condition?
  let isUnique: Bool

  enum Condition {
    case isPresent(String)
    case isPositive(String)
    case areEqual(String, String)
  }

  init(_ name: String, on table: String, _ columns: [String], where condition: Condition? = nil, isUnique: Bool = false)
  {
    (self.name, self.table, self.columns, self.condition, self.isUnique) = (name, table, columns, condition, isUnique)
  }

  /// The statement that makes it if it is not there.
  var sql: String {
    let kind = isUnique ? "UNIQUE INDEX" : "INDEX"
    let condition =
      switch condition {
      case .isPresent(let column): " WHERE \(column) IS NOT NULL"
      case .isPositive(let column): " WHERE \(column) > 0"
      case .areEqual(let left, let right): " WHERE \(left) = \(right)"
      case nil: ""
      }
    return "CREATE \(kind) IF NOT EXISTS \(name) ON \(table)(\(columns.joined(separator: ", ")))\(condition)"
  }
}

extension [Index] {
  /// The statements that make those that are not there.
  var sql: String { map(\.sql).joined(separator: ";\n") }
}
