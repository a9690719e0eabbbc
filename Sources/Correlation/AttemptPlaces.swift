import Bytes
import Facts

/// Where the attempts of a hop stand in its list, for hops with many recipients: looking through all of them for each would take
/// hours.
struct AttemptPlaces {
  private var bySecond: IndexTable?
  private var byRecipient: IndexTable?
  /// How many attempts stand in each table.
  private var knownSeconds = 0
  private var knownRecipients = 0

  /// Recipients have got other numbers, or there are other attempts.
  mutating func forget() {
    guard bySecond != nil || byRecipient != nil else { return }
    self = AttemptPlaces()
  }

  /// The attempt for the recipient of `attempt`, in its second, that satisfies `condition`.
  mutating func first(_ attempt: Delivery, among all: [Delivery], where condition: (Delivery) -> Bool) -> Int? {
    if bySecond == nil { bySecond = IndexTable() }
    while knownSeconds < all.count {
      bySecond!.insert(
        knownSeconds, hash: AttemptPlaces.hash(all[knownSeconds].recipient, all[knownSeconds].time.seconds))
      knownSeconds += 1
    }
    return bySecond!.first(AttemptPlaces.hash(attempt.recipient, attempt.time.seconds)) { condition(all[$0]) }
  }

  /// Whether an attempt for `recipient`, before or after expansion, satisfies `condition`.
  mutating func contains(
    _ recipient: NameID, among all: [Delivery], where condition: (Delivery) -> Bool = { _ in true }
  ) -> Bool {
    if byRecipient == nil { byRecipient = IndexTable() }
    while knownRecipients < all.count {
      let (recipient, original) = (all[knownRecipients].recipient, all[knownRecipients].original)
      byRecipient!.insert(knownRecipients, hash: AttemptPlaces.hash(recipient, 0))
      if original != 0 { byRecipient!.insert(knownRecipients, hash: AttemptPlaces.hash(original, 0)) }
      knownRecipients += 1
    }
    return byRecipient!.first(AttemptPlaces.hash(recipient, 0)) {
      (all[$0].recipient == recipient || all[$0].original == recipient) && condition(all[$0])
    } != nil
  }

  private static func hash(_ recipient: NameID, _ second: Int64) -> UInt64 {
    KeyedHash.fold(UInt64(recipient) << 32 ^ UInt64(bitPattern: second) &* 0x9E37_79B9_7F4A_7C15, KeyedHash.key)
  }
}
