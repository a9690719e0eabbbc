import Bytes
import Facts

/// The rules of SpamAssassin that matched, as amavis lists them.
enum AmavisTests {
  /// `BAYES_00=-1.9,DKIM_SIGNED=0.1]`, behind `Tests: [`.
  static func take(_ cursor: inout ByteCursor, _ fact: Fact) {
    guard let list = cursor.take(through: "]") else { return }
    var rest = ByteCursor(list)
    while !rest.isAtEnd && fact.symbols.count < FilterLimits.symbols {
      let item = rest.take { $0 != UInt8(ascii: ",") }
      _ = rest.take(UInt8(ascii: ","))
      guard let equals = item.firstIndex(of: UInt8(ascii: "=")) else {
        if !item.isEmpty { fact.symbols.append(Symbol(name: item)) }
        continue
      }
      fact.symbols.append(Symbol(name: item.prefix(equals), score: item.dropFirst(equals + 1).millionths))
    }
  }
}
