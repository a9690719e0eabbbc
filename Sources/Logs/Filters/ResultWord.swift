import Bytes

/// The result words of RFC 8601 §2.7, whichever spelling a program prefers.
enum ResultWord {
  /// `Pass` and `PASS` become `pass`, `tempfail` becomes `temperror`; nil for anything that is no result.
  static func of(_ text: Bytes) -> Bytes? {
    guard let initial = text.first?.lowercased, text.count >= 4 else { return nil }
    switch initial {
    case UInt8(ascii: "p"):
      return match(text, "pass") ?? match(text, "permerror") ?? match(text, "policy")
        ?? match(text, "permfail", as: "permerror")
    case UInt8(ascii: "n"): return match(text, "none") ?? match(text, "neutral")
    case UInt8(ascii: "f"): return match(text, "fail")
    case UInt8(ascii: "s"): return match(text, "softfail")
    case UInt8(ascii: "h"): return match(text, "hardfail", as: "fail")
    case UInt8(ascii: "t"): return match(text, "temperror") ?? match(text, "tempfail", as: "temperror")
    default: return nil
    }
  }

  @inline(__always)
  private static func match(_ text: Bytes, _ word: StaticString, as result: StaticString? = nil) -> Bytes? {
    text.equalsIgnoringCase(Bytes(word)) ? Bytes(result ?? word) : nil
  }
}
