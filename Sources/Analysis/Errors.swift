/// Why a question cannot be answered.
package enum AnalysisError: Error, Equatable, Sendable {
  /// More names than are kept in memory have to be put aside for a while, and there is no place for them.
  case noRoom(folder: String, reason: String)
}

extension AnalysisError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noRoom(let folder, let reason):
      "\(folder): cannot keep the names that are counted there (\(reason)). Make room in it, or set TMPDIR to another folder."
    }
  }
}
