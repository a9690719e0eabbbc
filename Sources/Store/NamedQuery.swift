import Bytes
import Glibc

/// A file of SQL with a header that says what it answers.
package struct NamedQuery {
  package let name: String
  package let sql: String

  /// The comment lines at the top, without their dashes.
  package var help: [String] {
    sql.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("--") }.map {
      String($0.dropFirst(2).drop { $0 == " " })
    }
  }

  /// Runs the query, gives each row to `body`, and returns the names of the columns. Parameters that are not given are NULL.
  package func run(
    _ store: Store, _ parameters: [String: Statement.Value], _ body: (Statement) -> Void
  ) throws(StoreError) -> [String] {
    let statement = try prepare(store)
    let known = statement.parameterNames.map { String($0.dropFirst()) }
    for (name, value) in parameters {
      let position = statement.position(of: ":" + name)
      guard position > 0 else { throw .noSuchParameter(query: self.name, name: name, known: known) }
      switch value {
      case .integer(let number): statement.bind(position, number)
      case .text(let text): statement.bind(position, text: text)
      }
    }
    do throws(StoreError) {
      while try statement.step() { body(statement) }
    } catch {
      throw explained(error)
    }
    return (0..<statement.columnCount).map { statement.columnName($0) }
  }

  private func prepare(_ store: Store) throws(StoreError) -> Statement {
    do throws(StoreError) {
      return try store.database.prepare(sql)
    } catch {
      throw explained(error)
    }
  }

  /// A statement of ours that fails is a bug; one from a file is its author's.
  private func explained(_ error: StoreError) -> StoreError {
    if case .statement(_, let reason) = error { .wrongQuery(name: name, reason: reason) } else { error }
  }
}

extension Statement {
  /// What a parameter can be bound to.
  package enum Value {
    case integer(Int64)
    case text(String)
  }
}

/// The folder of the named queries.
package struct QueryFolder {
  package let path: String

  /// The folder that was named, or $MAILFLOW_QUERIES, or `Queries` or `share/mailflow/Queries` beside or above the program.
  package static func find(_ named: String?) throws(StoreError) -> QueryFolder {
    if let path = named ?? getenv("MAILFLOW_QUERIES").map({ String(cString: $0) }) { return QueryFolder(path: path) }
    var folder = programFolder
    while true {
      for name in ["Queries", "share/mailflow/Queries"] {
        let path = folder + "/" + name
        if access(path, R_OK) == 0 { return QueryFolder(path: path) }
      }
      guard let slash = folder.lastIndex(of: "/") else { break }
      folder = String(folder[..<slash])
    }
    throw .noQueries(reason: "there is no folder Queries beside or above the program")
  }

  private static var programFolder: String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard length > 0 else { return "." }
    let path = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  /// All queries, by name.
  package func queries() throws(StoreError) -> [NamedQuery] {
    guard let handle = opendir(path) else { throw .noQueries(reason: "\(path): \(String(cString: strerror(errno)))") }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".sql") { names.append(String(name.dropLast(4))) }
    }
    var found: [NamedQuery] = []
    for name in names.sorted() { found.append(try read(name)) }
    return found
  }

  package func query(_ name: String) throws(StoreError) -> NamedQuery {
    guard !name.contains("/"), access("\(path)/\(name).sql", R_OK) == 0 else {
      throw .noSuchQuery(name: name, known: try queries().map(\.name))
    }
    return try read(name)
  }

  private func read(_ name: String) throws(StoreError) -> NamedQuery {
    let file = "\(path)/\(name).sql"
    guard let handle = fopen(file, "r") else {
      throw .noQueries(reason: "\(file): \(String(cString: strerror(errno)))")
    }
    defer { fclose(handle) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, handle)
    return NamedQuery(name: name, sql: String(decoding: bytes[..<count], as: UTF8.self))
  }
}
