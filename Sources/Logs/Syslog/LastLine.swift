import Bytes
import Facts

/// The newest line whose text was read, for `last message repeated`.
///
/// Every line is kept and hardly one is asked for, so its parts are found in the copy only then.
final class LastLine {
  private(set) var pid: Int64 = 0
  private let copy = TextStorage(capacity: Limits.repeatableLine)
  /// Where the line stood, and its parts: these bytes are gone.
  private var line = Bytes.empty
  private var formerHost = Bytes.empty
  private var formerProgram = Bytes.empty
  private var formerText = Bytes.empty

  /// Keeps a line and what was found in it. The fact's host may also be the reader's own name for it, which stays.
  @inline(__always)
  func keep(_ line: Bytes, _ fact: Fact) {
    copy.removeAll()
    guard copy.hasRoom(for: line.count) else { return forget() }
    _ = copy.append(line)
    self.line = line
    (formerHost, formerProgram, formerText, pid) = (fact.host, fact.program, fact.text, fact.pid)
  }

  func forget() {
    copy.removeAll()
    line = .empty
    formerText = .empty
  }

  var host: Bytes { kept(formerHost) ?? formerHost }
  var program: Bytes { kept(formerProgram) ?? .empty }
  /// Empty where no line is kept.
  var text: Bytes { kept(formerText) ?? .empty }

  private func kept(_ part: Bytes) -> Bytes? { copy.bytes(from: 0).counterpart(of: part, in: line) }
}
