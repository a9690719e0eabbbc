import Bytes
package import Facts

/// Whoever keeps what correlation made: the store, or a report's tally.
package protocol Keeper: AnyObject {
  /// Whether verdicts of filters and checks, and replies to successful deliveries, are to be kept at all.
  var wantsDetails: Bool { get }
  /// Whether the senders and recipients of refusals are to be known. Hosts that send to made-up addresses name many of them.
  var wantsRefusedAddresses: Bool { get }
  /// Whether `line`, a refusal without its addresses, is to be told apart by them.
  func wantsEnvelope(of line: LineFact) -> Bool
  /// Takes one message: its hops from the first to the last, resolved.
  func keep(message hops: [Hop])
  func keep(_ line: LineFact)
  func keep(_ session: Session)
  func keep(_ message: MessageFact)
  /// Names got other numbers, and most of them none at all.
  func renew(_ renewal: LexiconRenewal)
}

extension Keeper {
  package func wantsEnvelope(of line: LineFact) -> Bool { false }
}
