/// Decimal numbers in a view.
extension Bytes {
  /// The whole view as an unsigned decimal number; nil if it is empty, has another character, or does not fit.
  @inlinable
  public var integer: Int64? {
    guard count > 0 && count <= 19 else { return nil }
    var value: Int64 = 0
    for i in 0..<count {
      let digit = start[i] &- 0x30
      guard digit < 10 else { return nil }
      let (scaled, o1) = value.multipliedReportingOverflow(by: 10)
      let (sum, o2) = scaled.addingReportingOverflow(Int64(digit))
      if o1 || o2 { return nil }
      value = sum
    }
    return value
  }

  /// The unsigned decimal number at `index` and the index behind it; nil if there is none, or it does not fit.
  @inlinable @inline(__always)
  public func integer(at index: Int) -> (value: Int64, end: Int)? {
    precondition(index >= 0, "index outside the view")
    guard index < count, start[index].isDigit else { return nil }
    let next = index &+ 1
    // Most counts have one digit.
    guard next < count, start[next].isDigit else { return (Int64(start[index] &- 0x30), next) }
    let word = ByteWord(self, at: index)
    let length = (~word.digits).first
    return length < 8 ? (word.number(digits: length), index &+ length) : longInteger(at: index)
  }

  @usableFromInline
  func longInteger(at index: Int) -> (value: Int64, end: Int)? {
    var end = index
    while end < count, start[end].isDigit { end += 1 }
    return self[index..<end].integer.map { ($0, end) }
  }

  /// A decimal number such as `-12.5` or `3` in millionths; nil if it is anything else. Digits beyond the sixth are cut.
  @inlinable
  public var millionths: Int64? {
    var i = 0
    var negative = false
    if i < count && (start[i] == 0x2D || start[i] == 0x2B) {
      negative = start[i] == 0x2D
      i += 1
    }
    var whole: Int64 = 0
    var digits = 0
    while i < count, start[i] &- 0x30 < 10 {
      guard whole < 1_000_000_000_000 else { return nil }
      whole = whole * 10 + Int64(start[i] &- 0x30)
      i += 1
      digits += 1
    }
    var fraction: Int64 = 0
    if i < count && start[i] == 0x2E {
      i += 1
      var scale: Int64 = 100_000
      while i < count, start[i] &- 0x30 < 10 {
        fraction += Int64(start[i] &- 0x30) * scale
        scale /= 10
        i += 1
        digits += 1
      }
    }
    guard i == count && digits > 0 else { return nil }
    let value = whole * 1_000_000 + fraction
    return negative ? -value : value
  }
}
