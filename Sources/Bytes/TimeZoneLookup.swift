import Glibc

extension TimeZone {
  /// Where the system keeps its zone files: the variable TZDIR, else `/usr/share/zoneinfo`.
  public static var systemDirectory: String {
    guard let directory = getenv("TZDIR"), directory.pointee != 0 else { return "/usr/share/zoneinfo" }
    return String(cString: directory)
  }

  /// The zone of a name such as `Europe/Berlin`, `UTC`, or of an offset such as `+01:00`.
  public init(named name: String, directory: String = TimeZone.systemDirectory) throws(TimeZoneError) {
    if name == "UTC" || name == "Z" {
      self = .utc
      return
    }
    if let offset = name.withBytes({ TimeZone.fixedOffset($0) }) {
      self.init(name: name, offset: offset)
      return
    }
    guard TimeZone.isPlausible(name) else { throw .unknown(name: name) }
    guard access(directory, R_OK | X_OK) == 0 else { throw .missingData(name: name, directory: directory) }
    let path = directory + "/" + name
    guard access(path, R_OK) == 0, let bytes = TimeZoneFile.contents(of: path) else { throw .unknown(name: name) }
    try self.init(name: name, file: bytes, path: path)
  }

  /// The zone of this system: the variable TZ, else `/etc/localtime`, else `/etc/timezone`, else UTC.
  public static func system() throws(TimeZoneError) -> TimeZone {
    if let variable = getenv("TZ") {
      var name = String(cString: variable)
      if name.hasPrefix(":") { name.removeFirst() }
      return try TimeZone(variable: name)
    }
    let path = "/etc/localtime"
    if let bytes = TimeZoneFile.contents(of: path) {
      return try TimeZone(name: linkedName(path) ?? "local time", file: bytes, path: path)
    }
    if let bytes = TimeZoneFile.contents(of: "/etc/timezone") {
      let name = bytes.withBytes { $0.trimmed.string }
      if !name.isEmpty { return try TimeZone(named: name) }
    }
    return .utc
  }

  /// A value of the variable TZ: a name, a path, a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`; empty means UTC.
  init(variable value: String) throws(TimeZoneError) {
    if value.isEmpty {
      self = .utc
      return
    }
    if value.hasPrefix("/") {
      guard let bytes = TimeZoneFile.contents(of: value) else { throw .unknown(name: value) }
      try self.init(name: value, file: bytes, path: value)
      return
    }
    do throws(TimeZoneError) {
      try self.init(named: value)
    } catch {
      guard value.utf8.count <= TimeLimits.zoneNameBytes, let rule = value.withBytes({ TimeZoneRule($0) }) else {
        throw error
      }
      self.init(name: value, turns: [], offsets: [rule.standard], rule: rule)
    }
  }

  private init(name: String, file: [UInt8], path: String) throws(TimeZoneError) {
    switch file.withBytes({ TimeZoneFile.parse($0, name: name) }) {
    case .zone(let zone): self = zone
    case .leapSeconds: throw .leapSeconds(path: path)
    case .damaged: throw .damaged(path: path)
    }
  }

  /// Whether a name can be one of a zone file, so that no other file is opened in its place.
  private static func isPlausible(_ name: String) -> Bool {
    guard !name.isEmpty, name.utf8.count <= TimeLimits.zoneNameBytes, !name.hasPrefix("/"), !name.hasSuffix("/") else {
      return false
    }
    return name.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x5F || $0 == 0x2B || $0 == 0x2D || $0 == 0x2F }
  }

  /// `Europe/Berlin` where `path` leads to `/usr/share/zoneinfo/Europe/Berlin`.
  private static func linkedName(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    let target = Bytes(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
    guard let hit = target.lastIndex(of: "/zoneinfo/") else { return nil }
    return target.dropFirst(hit + "/zoneinfo/".utf8.count).string
  }
}
