public import Bytes

/// The head of a raw message (RFC 5322): what it says of itself, and of the hosts it passed.
public final class MessageFact {
  /// The source that the message stands in, and where it begins in the unpacked source.
  public var source: Int32 = 0
  public var offset: Int64 = 0
  /// The hash of its header, the same in every process.
  public var identity: Int64 = 0
  /// Bytes of the whole message.
  public var size: Int64 = 0
  /// Without angle brackets.
  public var messageID: [UInt8]?
  /// Decoded (RFC 2047), UTF-8.
  public var subject: [UInt8]?
  public var sender: [UInt8]?
  public var recipient: [UInt8]?
  public var date: Timestamp?
  /// The trace fields, oldest first.
  public var received: [ReceivedFact] = []

  public init() {}
}

/// One `Received` field (RFC 5321 §4.4): a hop's own testimony.
public struct ReceivedFact {
  public var by: [UInt8]?
  public var from: [UInt8]?
  public var clientName: [UInt8]?
  public var clientAddress: [UInt8]?
  public var helo: [UInt8]?
  public var `protocol`: [UInt8]?
  /// The queue id that the host gave the message.
  public var id: [UInt8]?
  public var recipient: [UInt8]?
  public var time: Timestamp?

  public init() {}
}
