/// Why a time zone cannot be used.
public enum TimeZoneError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No zone file has this name.
  case unknown(name: String)
  /// The system has no zone files at all.
  case missingData(name: String, directory: String)
  /// The zone file is not one, or breaks off.
  case damaged(path: String)
  /// The zone file counts leap seconds, which no log does.
  case leapSeconds(path: String)

  public var description: String {
    switch self {
    case .unknown(let name):
      "The time zone '\(name)' is not known. Use a name such as Europe/Berlin, UTC, or an offset such as +01:00."
    case .missingData(let name, let directory):
      "The time zone '\(name)' cannot be read because \(directory) is missing. "
        + "Install the package tzdata, or use an offset such as +01:00."
    case .damaged(let path):
      "The zone file \(path) is damaged. Install the package tzdata again, or use an offset such as +01:00."
    case .leapSeconds(let path):
      "The zone file \(path) counts leap seconds. Use the zone of the same name without 'right/'."
    }
  }
}
