/// Bounds of what is read about time.
public enum TimeLimits {
  /// Bytes of a zone file; the largest that is shipped has fewer than 4,000.
  public static let zoneFileBytes = 1 << 20
  /// Bytes of a zone's name or rule.
  public static let zoneNameBytes = 255
  /// Seconds by which lines may be out of order. In the hour that autumn repeats, a stamp that runs back by more begins
  /// the second pass: on a quiet host the last line of the first and the first of the second may show nearly the same
  /// time.
  public static let jitter: Int64 = 10
  /// Seconds beyond which the newest stamp says nothing about a repeated hour: it came from a wrong clock.
  public static let wrongClock: Int64 = 6 * 3600
  /// Seconds by which a source's stamps may be ahead of its anchor.
  public static let anchorSlack: Int64 = 86400
  /// The latest year that a stamp is given.
  public static let latestYear = 9999
}
