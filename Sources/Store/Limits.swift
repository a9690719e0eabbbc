/// The bounds of this layer.
package enum Limits {
  /// Hops that are read to settle one message.
  static let hopsOfSettlement = 50_000
  /// Hops that are looked at together because of their Message-ID alone; the same as while reading.
  static let hopsOfSameMessageID = 64
  /// Seconds that a client takes at most from its first accepted recipient to the end of its data.
  static let longTransaction: Int64 = 1800
  /// Rows between two messages from which it is cheaper to seek than to read on.
  static let gapInStretch: Int64 = 64
  /// How many times as many names are held where only rows are read: whole blocks of names come into memory, wanted or not.
  static let timesNamesOfReader = 32
  /// Names that are looked up one by one, before whole blocks of rows are read at once, and how large these are.
  static let namesLookedUpSingly = 500
  static let namesLookedUpTogether: Int64 = 32
  /// Rows of a table of names that are looked up: what a store of ours can have.
  static let rowsOfNames: Int64 = 1 << 32
  /// Steps along an index that cost as much as to look a hop's message up.
  static let stepsForLookUp = 8
  /// Sessions that came in pieces, or are in doubt, as many as a run remembers; where there are more, it looks at all sessions.
  static let piecesOfSessions = 200_000
  /// Seconds before a piece of a session in which others may have followed each other within the same seconds, beside the time
  /// that sessions last.
  static let sessionsInARow: Int64 = 600
  /// Seconds beyond the longest session that hardly any two have to do with each other over.
  static let sessionApart: Int64 = 8
  /// Sessions of one thread that are put together anew at once.
  static let sessionsTogether = 100_000
  /// Pages that a new file grows by: few enough that those left over at the end do not matter.
  static let leastPagesAtOnce: UInt32 = 16
  static let mostPagesAtOnce: UInt32 = 1024
  /// Sorted runs of about one length that are merged into one.
  static let runsMerged = 64
  /// Megabytes of memory for remembering which keys a first import has written.
  static let filterMegabytes = 16
}
