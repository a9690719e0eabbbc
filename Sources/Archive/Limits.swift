/// The bounds of this target.
package enum Limits {
  /// Bytes of one block: what is read or inflated at once.
  package static let blockBytes = 256 << 10
  /// Packed bytes read at once; not more than a block.
  static let packedBlockBytes = 64 << 10
  /// Blocks that are inflated ahead of the reader.
  static let ringBlocks = 4
  /// A longer line is cut there, and counted; its tail is skipped.
  package static let lineBytes = 1 << 20
  /// Folders inside folders; what lies deeper is reported and left out.
  static let folderDepth = 64
  /// Files of one call; what lies beyond is reported and left out.
  static let files = 1_000_000
  /// Unpacked bytes at the front of a file that tell which log it is.
  package static let fingerprintBytes = 4096
  /// Files that are held open because they may be renamed.
  static let watchedFiles = 256
  /// A renamed file is watched until it has not changed for this long, in seconds.
  static let watchedSeconds: Int64 = 600
  /// A copy of a file that was cut is looked for among files that were written within this many seconds.
  static let copySeconds: Int64 = 60
}
