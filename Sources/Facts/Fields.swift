/// A field of a fact that holds text.
public enum TextField: UInt8, CaseIterable, Sendable {
  /// The id of the queue entry that the line is about.
  case queueID
  /// The peer that connected to us, or was about to: name as verified or told (`unknown` is left out), and address.
  case clientName, clientAddress
  /// What the client said at HELO or EHLO.
  case helo
  /// `SMTP`, `ESMTP`, `LMTP` …
  case `protocol`
  /// The reverse-path, without angle brackets; empty for `<>`.
  case sender
  /// The forward-path, without angle brackets.
  case recipient
  /// The recipient before expansion or rewriting.
  case originalRecipient
  /// Without angle brackets.
  case messageID
  case subject
  /// The host, transport or program that a delivery went to: name, and address or socket.
  case relayName, relayAddress
  /// `sent`, `deferred`, `bounced`, `expired`, `undeliverable`, `deliverable`: the MTA's own word.
  case status
  /// An enhanced status code such as `5.1.1` (RFC 3463).
  case enhancedCode
  /// The reply, or the MTA's own text in its place, as logged.
  case reply
  /// `connect`, `banner`, `helo`, `starttls`, `auth`, `mail`, `rcpt`, `data`, `end-of-data`, `quit`, `etrn`, `vrfy`.
  case stage
  /// Why, in the software's words.
  case reason
  case tlsVersion, tlsCipher
  /// The user who authenticated, or the local user who submitted.
  case user
  /// A SASL mechanism.
  case mechanism
  /// The queue id that the next hop, a filter, or a notification gave to the mail.
  case nextQueueID
  /// The queue id that the same mail had before, on the same host.
  case previousQueueID
  /// The client in front of a content filter, as the filter passed it on: `name[address]`.
  case originalClient
  /// The filter, list or rule that decided: `rspamd`, `amavis`, `header_checks`, a DNSBL's domain …
  case engine
  /// What was done: `reject`, `discard`, `add header`, `greylist`, `hold`, `redirect`, `warn`, `filter` …
  case action
  /// The folder or box that took a message.
  case mailbox
  /// `pass`, `fail` … where one word tells the outcome.
  case result
  /// A transport, such as `smtp`, `lmtp`, `local`.
  case transport
  /// The local name of the daemon's process title or session, where a program gives one beside the pid.
  case session

  public static let count = allCases.count

  @inlinable @inline(__always)
  public var bit: UInt64 { 1 << UInt64(rawValue) }
}

/// A field of a fact that holds a number.
public enum NumberField: UInt8, CaseIterable, Sendable {
  /// Bytes.
  case size
  case recipientCount
  /// An SMTP reply code.
  case code
  case clientPort, relayPort
  /// Bits of the TLS cipher.
  case tlsBits
  /// Microseconds from arrival to the end of this attempt.
  case delay
  /// The four parts of it, in microseconds: before the queue, in the queue, connecting, transmitting.
  case delayBeforeQueue, delayInQueue, delayConnection, delayTransmission
  /// Points in millionths.
  case score, required
  /// A local user's number.
  case uid
  /// Commands of a session: all, and those that were refused.
  case commands, refusedCommands
  /// Messages that the session transferred.
  case messages

  public static let count = allCases.count

  @inlinable @inline(__always)
  public var bit: UInt64 { 1 << (UInt64(rawValue) + 32) }
}
