// Logs: one log line becomes a fact: the registry of programs. Opens no file and keeps nothing between lines but caches.

package import Bytes
package import Facts

/// Reads the text of one program's line (what stands behind `program[pid]: `) and fills the fact's event and fields.
///
/// The fact's time, host, program, pid and text are set and its fields cleared before the call.
package typealias TextReader = @Sendable (_ text: Bytes, _ fact: Fact) -> Recognition
