/// The bounds of this layer.
package enum Limits {
  /// Lines of one moment may stand this far apart, in seconds: loggers reorder, and stamps are cut.
  package static let jitterSeconds: Int64 = 5
  /// A hop whose end was seen stays open this long, in seconds of log time, for lines that come late.
  package static let lingerSeconds: Int64 = 20
  /// A hop that never reached the queue is given up after this many seconds without a line.
  package static let abandonedSeconds: Int64 = 3 * 3600
  /// Two hosts' clocks may differ by this many seconds for a queue id named by one to be that of the other.
  package static let handOverSeconds: Int64 = 2 * 3600 + 300
  /// Names of one kind (addresses, clients …) that are held in memory while logs are read; tests make do with fewer.
  @TaskLocal package static var names = 1 << 15
  /// Facts between two looks at whether there are too many names; tests look at each.
  @TaskLocal package static var factsBetweenRenewals = 64
  /// Hops held in memory at once; the oldest are written before their end when there are more.
  package static let openHops = 100_000
  /// Bytes of all texts of one hop; what comes behind them is kept without its text.
  static let textsOfHop = 1 << 26
  /// Facts and attempts for which a hop that is used again keeps its memory.
  static let keptLinesOfHop = 16
  /// Places that facts of one hop are moved one by one to be in order, before they are sorted as a whole.
  static let movesOfFacts = 64
  /// Attempts of one hop from which on they are found by a table, and not by looking through them.
  static let attemptsLookedThrough = 64
  /// Lines remembered for one hop.
  package static let evidenceLines = 4096
  /// Hops of one message that are joined; more are left apart, and said to be.
  package static let hopsOfMessage = 20_000
  /// Line facts held back, so that the same line again is seen.
  static let waitingLines = 50_000
  /// Seconds after its beginning within which a line may belong to a session.
  package static let longestSession: Int64 = 86400
  /// Lines of one process and second that are told apart where they are equal.
  static let linesOfSecond = 1024
  /// Clients of processes that are remembered before the idle ones are forgotten, and the seconds after which they are idle.
  static let roomForThreads = 512
  static let idleThreadSeconds: Int64 = 60
  /// Clients of processes that are remembered, idle or not.
  static let rememberedThreads = 200_000
  /// Hops that are looked at together because of their Message-ID alone.
  package static let hopsOfSameMessageID = 64
}
