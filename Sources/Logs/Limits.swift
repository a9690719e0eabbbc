/// Bounds of what is read from logs.
package enum Limits {
  /// Programs whose reader is remembered for each source; of further ones the reader is looked up each time.
  /// A power of two.
  package static let rememberedPrograms = 512
  /// Bytes of a program's name; a longer one is no tag.
  package static let programBytes = 128
  /// Bytes of a host's name; a longer one is no host.
  package static let hostBytes = 255
  /// Bytes of a line that is kept in case that the next one says it was repeated.
  package static let repeatableLine = 8192
  /// How often a line may have been repeated; a greater number is not believed.
  package static let repetitions: Int64 = 1_000_000_000
  /// Bytes at the start of a source that its format is told from.
  package static let detectionBytes = 65536
  /// Lines at the start of a source that its format is told from.
  package static let detectionLines = 200
  /// Bytes of one journal record; a longer one is skipped and counted.
  package static let recordBytes = 4 << 20
  /// Arrays and objects within one another in a journal record.
  package static let nesting = 8
}
