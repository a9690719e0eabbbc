import Bytes
import Facts

/// The line in which `spamd(8)` sums up a check.
enum SpamdResult {
  /// `Y 12 - GTUBE,MISSING_MID scantime=0.1,size=840,user=nobody,uid=65534,required_score=5.0,…,mid=<…>,autolearn=no`
  ///
  /// The score is cut to whole points here; `identified spam (12.3/5.0)` has the exact one.
  static func read(_ cursor: inout ByteCursor, _ fact: Fact) -> Recognition {
    let spam = cursor.take("Y ")
    guard spam || cursor.take(". ") else { return .unrecognized }
    cursor.skipSpaces()
    guard let score = cursor.take(through: " - "), let points = score.millionths,
      let rules = cursor.take(upTo: " scantime="), cursor.take(" ")
    else { return .unrecognized }
    fact[.score] = points
    takeRules(rules, fact)
    guard takeFields(&cursor, fact) else { return .unrecognized }
    fact[.engine] = Bytes("spamassassin")
    fact[.result] = Bytes(spam ? "spam" : "clean")
    fact.event = .filter
    return .recognized
  }

  private static func takeRules(_ rules: Bytes, _ fact: Fact) {
    var cursor = ByteCursor(rules)
    while !cursor.isAtEnd && fact.symbols.count < FilterLimits.symbols {
      let name = cursor.take { $0 != UInt8(ascii: ",") }
      _ = cursor.take(UInt8(ascii: ","))
      if !name.isEmpty { fact.symbols.append(Symbol(name: name)) }
    }
  }

  /// `key=value` pairs. The Message-ID comes from the sender and may hold commas: it ends where `autolearn=` or the
  /// Resent-Message-ID begins.
  private static func takeFields(_ cursor: inout ByteCursor, _ fact: Fact) -> Bool {
    while !cursor.isAtEnd {
      if cursor.take("mid=") {
        let rest = cursor.rest
        guard let end = rest.lastIndex(of: ",autolearn=") else { return false }
        let ids = rest.prefix(end)
        let id = ids.prefix(ids.firstIndex(of: ">,rmid=<").map { $0 + 1 } ?? ids.count)
        if id.count > 2 && id.first == UInt8(ascii: "<") && id.last == UInt8(ascii: ">") {
          fact[.messageID] = id[1..<id.count - 1]
        }
        return true
      }
      let key = cursor.take { $0 != UInt8(ascii: "=") }
      guard cursor.take(UInt8(ascii: "=")) else { return false }
      let value = cursor.take { $0 != UInt8(ascii: ",") }
      _ = cursor.take(UInt8(ascii: ","))
      if key == "size" {
        fact[.size] = value.integer
      } else if key == "user" {
        fact[.user] = value
      } else if key == "uid" {
        fact[.uid] = value.integer
      } else if key == "required_score" {
        fact[.required] = value.millionths
      }
    }
    return false
  }
}
