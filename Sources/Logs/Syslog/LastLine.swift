import Bytes
import Facts

/// The newest line whose text was read, for `last message repeated`.
final class LastLine {
  /// Parts of a copy, or of what outlives it. The text is empty where nothing is kept.
  private(set) var host = Bytes.empty
  private(set) var program = Bytes.empty
  private(set) var text = Bytes.empty
  private(set) var pid: Int64 = 0

  private let storage = TextStorage(capacity: Limits.repeatableLine)

  /// Keeps a line and what was found in it. The fact's host may also be the reader's own name for it.
  @inline(__always)
  func keep(_ line: Bytes, _ fact: Fact) {
    storage.removeAll()
    guard storage.hasRoom(for: line.count) else { return forget() }
    let copy = storage.append(line)
    host = copy.counterpart(of: fact.host, in: line) ?? fact.host
    program = copy.counterpart(of: fact.program, in: line) ?? .empty
    text = copy.counterpart(of: fact.text, in: line) ?? .empty
    pid = fact.pid
  }

  func forget() { text = .empty }
}
