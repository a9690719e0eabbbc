import Bytes

/// An authentication result as the store keeps it: an object of a JSON array that this program wrote.
struct StoredResult {
  var method: Text = []
  var result: Text = []
  var domain: Text?
  var selector: Text?
  var reason: Text?

  /// The results of an array of flat objects with text values.
  static func list(_ json: Text) -> [StoredResult] {
    json.withBytes { text in
      var cursor = ByteCursor(text)
      var list: [StoredResult] = []
      while cursor.take(through: "{") != nil {
        var result = StoredResult()
        while cursor.peek == 0x22, let key = string(&cursor), cursor.take(":"), let value = string(&cursor) {
          result.set(key, value)
          _ = cursor.take(",")
        }
        list.append(result)
      }
      return list
    }
  }

  private mutating func set(_ key: Text, _ value: Text) {
    switch String(decoding: key, as: UTF8.self) {
    case "method": method = value
    case "result": result = value
    case "domain": domain = value
    case "selector": selector = value
    case "reason": reason = value
    default: break
    }
  }

  private static func string(_ cursor: inout ByteCursor) -> Text? {
    guard cursor.take("\"") else { return nil }
    var out: Text = []
    while let byte = cursor.take(count: 1)?.first {
      if byte == 0x22 { return out }
      guard byte == 0x5C, let escaped = cursor.take(count: 1)?.first else {
        out.append(byte)
        continue
      }
      switch escaped {
      case 0x6E: out.append(0x0A)
      case 0x72: out.append(0x0D)
      case 0x74: out.append(0x09)
      case 0x75:
        let digits = cursor.take(count: 4)?.string ?? ""
        out.append(UInt8(truncatingIfNeeded: Int(digits, radix: 16) ?? 0x3F))
      default: out.append(escaped)
      }
    }
    return nil
  }
}
