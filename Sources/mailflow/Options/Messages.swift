import Analysis
import ArgumentParser
import Bytes
import Glibc
import Store

/// Words for people, on standard error.
enum Complaint {
  static func write(_ text: String) {
    var out = ByteWriter()
    out.write("mailflow: " + text + "\n")
    _ = out.flush(to: STDERR_FILENO)
  }
}

/// Runs a command's work, and turns what went wrong into a sentence and an exit status.
func attempt<R>(_ body: () throws -> R) throws -> R {
  do {
    return try body()
  } catch let error as StoreError {
    Complaint.write(error.description)
    throw error.status
  } catch let error as AnalysisError {
    Complaint.write(error.description)
    throw Status.cannotWrite
  } catch let error as TimeZoneError {
    Complaint.write(error.description)
    throw Status.usage
  }
}

extension StoreError {
  var status: ExitCode {
    switch self {
    case .missing, .noQueries: Status.missingInput
    case .foreign, .newer, .damaged, .years: Status.damagedInput
    case .busy, .readOnly, .full: Status.cannotWrite
    case .unusable: Status.cannotCreate
    case .noSuchQuery, .noSuchParameter, .wrongQuery: Status.usage
    case .statement: Status.bug
    }
  }
}

/// Standard output.
struct Output {
  var writer = ByteWriter(capacity: 1 << 16)

  /// Writes what waits once there is enough of it.
  mutating func drain() throws {
    if writer.count > 1 << 15 { try flush() }
  }

  mutating func flush() throws {
    guard writer.flush(to: STDOUT_FILENO) else {
      Complaint.write("standard output cannot be written (\(String(cString: strerror(errno)))).")
      throw Status.cannotWrite
    }
  }
}
