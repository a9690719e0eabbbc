/// The seam between reading and keeping: whoever reads pushes facts, whoever keeps takes them.
public protocol FactSink: AnyObject {
  /// Facts of so many sources follow.
  func begin(sources: Int)
  /// Takes one fact. Its texts are valid for the length of the call.
  func take(_ fact: Fact)
  /// Takes the head of a raw message.
  func take(_ message: MessageFact)
}

/// What a parser made of a line.
public enum Recognition: UInt8, Sendable {
  /// The fact has been filled.
  case recognized
  /// A known line that says nothing about mail or its handling.
  case ignored
  /// Not known; it is kept as a counted template.
  case unrecognized
}
