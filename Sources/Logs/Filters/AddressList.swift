import Bytes

/// Addresses in angle brackets, as filters list them: `<a@example.org>,<"b>c"@example.org>`.
struct AddressList {
  /// The first one, without its brackets.
  let first: Bytes
  let count: Int64

  /// Reads addresses for as long as a comma and another one follow; nil, and nothing read, if there is none.
  init?(_ cursor: inout ByteCursor) {
    guard let first = AddressList.takeAddress(&cursor) else { return nil }
    var count: Int64 = 1
    while true {
      let end = cursor.position
      guard cursor.take(UInt8(ascii: ",")), AddressList.takeAddress(&cursor) != nil else {
        cursor.position = end
        break
      }
      count += 1
    }
    self.first = first
    self.count = count
  }

  /// One address, without its brackets; nil, and nothing read, if none comes next.
  static func takeAddress(_ cursor: inout ByteCursor) -> Bytes? {
    let text = cursor.rest
    guard text.first == UInt8(ascii: "<") else { return nil }
    // RFC 5321 §4.1.2: a quoted local part may hold brackets.
    let quoted = text.count > 1 && text[1] == UInt8(ascii: "\"") ? endOfQuotes(text, from: 2) : nil
    guard let close = text.firstIndex(of: UInt8(ascii: ">"), from: quoted ?? 1) else { return nil }
    cursor.position += close + 1
    return text[1..<close]
  }

  /// The index behind the quote that ends the string whose first byte is at `from`.
  static func endOfQuotes(_ text: Bytes, from: Int) -> Int? {
    var i = from
    while i < text.count {
      if text[i] == UInt8(ascii: "\"") { return i + 1 }
      i += text[i] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }
}
