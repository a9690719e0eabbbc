// Logs: one log line becomes a fact: the registry of programs. Opens no file and keeps nothing between lines but caches.

package import Bytes
package import Facts

/// Reads the text of one program's line (what stands behind `program[pid]: `) and fills the fact's event and fields.
///
/// A closure in a box: a bare one in an optional or a dictionary would be wrapped in thunks, which every line passes.
package final class TextReader: Sendable {
  private let read: @Sendable (_ text: Bytes, _ fact: Fact) -> Recognition

  package init(_ read: @escaping @Sendable (_ text: Bytes, _ fact: Fact) -> Recognition) { self.read = read }

  /// The fact's time, host, program, pid and text are set and its fields cleared before the call.
  package func callAsFunction(_ text: Bytes, _ fact: Fact) -> Recognition { read(text, fact) }
}
