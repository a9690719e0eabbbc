/// Bounds of what is read about time.
public enum TimeLimits {
  /// Bytes of a zone file; the largest that is shipped has fewer than 4,000.
  public static let zoneFileBytes = 1 << 20
  /// Bytes of a zone's name or rule.
  public static let zoneNameBytes = 255
  /// Seconds by which a stamp may run behind the newest one in the repeated hour before it means the second pass.
  public static let jitterBeforeTurn: Int64 = 300
  /// The same once the second pass has begun, where a greater value would pull late lines back by an hour.
  public static let jitterAfterTurn: Int64 = 30
  /// Seconds beyond which the newest stamp says nothing about a repeated hour: it came from a wrong clock.
  public static let wrongClock: Int64 = 6 * 3600
  /// Seconds by which a source's stamps may be ahead of its anchor.
  public static let anchorSlack: Int64 = 86400
  /// The latest year that a stamp is given.
  public static let latestYear = 9999
}
