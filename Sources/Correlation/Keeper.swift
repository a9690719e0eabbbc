import Bytes

/// Whoever keeps what correlation made: the store, or a report's tally.
package protocol Keeper: AnyObject {
  /// Takes one message: its hops from the first to the last, resolved.
  ///
  /// - Parameter isWhole: false where hops or facts of it may have been given before, or may still come.
  func keep(message hops: [Hop])
  func keep(_ line: LineFact)
  func keep(_ session: Session)
}
