/// Why a store cannot be opened, read or written.
package enum StoreError: Error, CustomStringConvertible {
  /// There is no file of that name.
  case missing(path: String)
  /// The file is something else than a store of mailflow.
  case foreign(path: String)
  /// The store was written by a newer mailflow.
  case newer(path: String, version: Int, known: Int)
  /// Somebody else is writing to it.
  case busy(path: String)
  case readOnly(path: String)
  case full(path: String)
  case damaged(path: String, reason: String)
  /// The folder or file cannot be opened or written.
  case unusable(path: String, reason: String)
  /// A statement failed; this is a bug.
  case statement(sql: String, reason: String)
  /// Sources span more than a year and were read with wrong ones: by path, the year of the first stamp. All is taken back.
  case years([String: Int])
  /// The folder of the named queries, or a file in it, cannot be read.
  case noQueries(reason: String)
  /// A named query is no SQL that runs.
  case wrongQuery(name: String, reason: String)
  /// A named query does not exist.
  case noSuchQuery(name: String, known: [String])
  /// A query was given a parameter that it does not have.
  case noSuchParameter(query: String, name: String, known: [String])

  package var description: String {
    switch self {
    case .missing(let path):
      "\(path): no such store. Make one with `mailflow ingest --store \(path) LOG…`, or name files with --input."
    case .foreign(let path):
      "\(path): not a store of mailflow. Name another file with --store; nothing in this one was changed."
    case .newer(let path, let version, let known):
      "\(path): written by a newer mailflow (schema \(version), this one knows \(known)). Use that version, or another store."
    case .busy(let path):
      "\(path): another program is writing to the store. Try again when it has finished."
    case .readOnly(let path):
      "\(path): the store cannot be written: the file or its folder is read-only. Change its permissions, or name another store."
    case .full(let path):
      "\(path): no space left on the disk. Nothing of this run was kept; make room and run it again."
    case .damaged(let path, let reason):
      "\(path): the store is damaged (\(reason)). Move it away and ingest the logs again."
    case .unusable(let path, let reason):
      "\(path): the store cannot be opened (\(reason)). Check the folder and its permissions."
    case .statement(let sql, let reason):
      "The store refused a statement (\(reason)): \(sql)"
    case .years(let years):
      "\(years.keys.sorted().joined(separator: ", ")): the years of its stamps cannot be told. Name the first with --year."
    case .noQueries(let reason):
      "The queries cannot be read (\(reason)). Name their folder with --queries, or set MAILFLOW_QUERIES."
    case .wrongQuery(let name, let reason):
      "The query \(name) does not run (\(reason)). Try it in the sqlite3 shell."
    case .noSuchQuery(let name, let known):
      "There is no query named \(name). There are: \(known.joined(separator: ", "))."
    case .noSuchParameter(let query, let name, let known):
      "The query \(query) has no parameter \(name)."
        + (known.isEmpty ? " It has none." : " It has: \(known.joined(separator: ", ")).")
    }
  }
}
