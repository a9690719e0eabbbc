package import Bytes

/// What one `Received` field says (RFC 5321 §4.4). Anybody can write one: only those of trusted hosts prove anything.
package struct Received: Equatable, Sendable {
  /// What stands behind `from`: a host name, an address literal, or a local user.
  package internal(set) var from: [UInt8]?
  /// The client's name as the host looked it up; nil where it is unknown or not told.
  package internal(set) var clientName: [UInt8]?
  /// The client's address, without brackets and `IPv6:`.
  package internal(set) var clientAddress: [UInt8]?
  /// What the client said at HELO, EHLO or LHLO.
  package internal(set) var helo: [UInt8]?
  /// The host that wrote the field.
  package internal(set) var by: [UInt8]?
  /// `ESMTPS`, `local`, `Microsoft SMTP Server` …
  package internal(set) var `protocol`: [UInt8]?
  /// The queue id, or whatever the host calls the message.
  package internal(set) var id: [UInt8]?
  /// The recipient, without angle brackets.
  package internal(set) var recipient: [UInt8]?
  /// The reverse-path, where a comment tells it; empty for `<>`.
  package internal(set) var sender: [UInt8]?
  /// When the host took the message.
  package internal(set) var time: Timestamp?
  /// Seconds since the time of the field before it, the next older one. Negative where clocks disagree.
  package internal(set) var seconds: Int64?

  package init() {}
}
