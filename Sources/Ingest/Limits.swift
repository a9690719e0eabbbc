/// The bounds of this layer.
package enum Limits {
  /// Bytes of a source from which its format is told.
  static let detectionBytes = 64 << 10
  /// Lines that tell the format of a log in which most lines are none.
  static let beginningLines = 10
  /// Templates of unknown lines that are told apart in one source.
  static let templates = 10_000
  /// Bytes of a line that a template is made of, and that are kept as its example.
  static let templateBytes = 400
  static let exampleBytes = 1000
  /// Sources are read side by side in the order of time, in slices of this many seconds.
  static let sliceSeconds: Int64 = 5
  /// A file that was written to in the last seconds, this many, may grow: half a line at its end waits for the rest.
  static let growthSeconds: Int64 = 60
  /// Sources open at once for that; beyond, those with the latest beginning wait.
  static let openSources = 64
}
