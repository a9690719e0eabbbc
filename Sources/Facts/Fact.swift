// Facts: the vocabulary that all layers speak. Only descriptions, no reading of any format and no store.

public import Bytes

/// What one log line, transcript line, header or packet says: an event with its fields.
///
/// One object is filled anew for each line, so its texts are valid until the next line is read; whoever keeps one copies it.
/// An absent field is nil, never empty: `sender` of zero bytes is the null reverse-path `<>`.
public final class Fact {
  /// What happened.
  @exclusivity(unchecked)
  public var event: Event = .other
  /// When, in UTC.
  public var time = Timestamp(microseconds: 0)
  /// The host that wrote the line.
  public var host = Bytes.empty
  /// The program's name as logged, such as `postfix/submission/smtpd`.
  public var program = Bytes.empty
  /// The process that wrote the line; 0 where unknown.
  public var pid: Int64 = 0
  /// The message of the line, behind `program[pid]: `.
  public var text = Bytes.empty
  /// How often the line was written, as told by `message repeated N times`.
  public var count: Int64 = 1

  /// The source that the line stands in, by the number that the reader gave it.
  public var source: Int32 = 0
  /// The line's number in its source, from 1, and the byte offset of its beginning in the unpacked source.
  public var line: Int64 = 0
  public var offset: Int64 = 0

  /// Results of authentication checks named by the line (RFC 8601).
  @exclusivity(unchecked)
  public var results: [AuthenticationResult] = []
  /// Rules of a spam filter that matched, with their scores.
  @exclusivity(unchecked)
  public var symbols: [Symbol] = []

  /// Where arrays are written, whose memory is used again.
  @exclusivity(unchecked)
  var json = JSONWriter()

  @exclusivity(unchecked)
  @usableFromInline var present: UInt64 = 0
  @usableFromInline let texts = UnsafeMutablePointer<Bytes>.allocate(capacity: TextField.count)
  @usableFromInline let numbers = UnsafeMutablePointer<Int64>.allocate(capacity: NumberField.count)

  public init() {
    texts.initialize(repeating: .empty, count: TextField.count)
    numbers.initialize(repeating: 0, count: NumberField.count)
  }

  deinit {
    texts.deallocate()
    numbers.deallocate()
  }

  /// Forgets all fields; time, host, program, pid and text stay.
  @inlinable @inline(__always)
  public func clear() {
    present = 0
    event = .other
    if !results.isEmpty { results.removeAll(keepingCapacity: true) }
    if !symbols.isEmpty { symbols.removeAll(keepingCapacity: true) }
  }

  @inlinable @inline(__always)
  public subscript(_ field: TextField) -> Bytes? {
    get { present & field.bit != 0 ? texts[Int(field.rawValue)] : nil }
    set {
      guard let newValue else {
        present &= ~field.bit
        return
      }
      present |= field.bit
      texts[Int(field.rawValue)] = newValue
    }
  }

  @inlinable @inline(__always)
  public subscript(_ field: NumberField) -> Int64? {
    get { present & field.bit != 0 ? numbers[Int(field.rawValue)] : nil }
    set {
      guard let newValue else {
        present &= ~field.bit
        return
      }
      present |= field.bit
      numbers[Int(field.rawValue)] = newValue
    }
  }
}

/// A check of who sent a message, and its result in RFC 8601's words.
public struct AuthenticationResult {
  /// `dkim`, `spf`, `dmarc`, `arc`, `iprev`, `auth` …
  public var method: Bytes
  /// `pass`, `fail`, `softfail`, `neutral`, `none`, `policy`, `temperror`, `permerror`.
  public var result: Bytes
  /// The domain that the result is about: d= of DKIM, the From domain of DMARC, the MAIL or HELO domain of SPF.
  public var domain: Bytes?
  /// s= of DKIM.
  public var selector: Bytes?
  /// Why, in the checker's own words.
  public var reason: Bytes?

  public init(
    method: Bytes, result: Bytes, domain: Bytes? = nil, selector: Bytes? = nil, reason: Bytes? = nil
  ) {
    self.method = method
    self.result = result
    self.domain = domain
    self.selector = selector
    self.reason = reason
  }
}

/// A rule of a spam filter that matched.
public struct Symbol {
  public var name: Bytes
  /// Points in millionths; nil where the filter does not tell them for each rule.
  public var score: Int64?

  public init(name: Bytes, score: Int64? = nil) {
    self.name = name
    self.score = score
  }
}
