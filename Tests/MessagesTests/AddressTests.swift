import Bytes
import Testing

@testable import Messages

@Suite("Address fields")
struct AddressTests {
  private func show(_ text: String) -> [String] {
    text.withBytes { Address.list($0) }.map { address in
      let name = address.displayName.map { String(decoding: $0, as: UTF8.self) + " " } ?? ""
      return name + "<" + String(decoding: address.address, as: UTF8.self) + ">"
    }
  }

  @Test(
    "addresses are found in all their forms",
    arguments: [
      ("alice@example.net", ["<alice@example.net>"]),
      ("<alice@example.net>", ["<alice@example.net>"]),
      ("\"Smith, John\" <john@example.org>, bob@example.org", ["Smith, John <john@example.org>", "<bob@example.org>"]),
      ("=?utf-8?Q?J=C3=BCrgen?= <j@example.org>", ["Jürgen <j@example.org>"]),
      ("john@example.org (John (the one) Smith)", ["John (the one) Smith <john@example.org>"]),
      (
        "Friends: a@example.org, B <b@example.org>;, c@example.org",
        [
          "<a@example.org>", "B <b@example.org>", "<c@example.org>",
        ]
      ),
      ("undisclosed-recipients:;", []),
      ("<@relay.example,@other.example:john@example.org>", ["<john@example.org>"]),
      ("\"odd \\\" local, part\"@example.org", ["<\"odd \\\" local, part\"@example.org>"]),
      ("<\"a > b\"@example.org>", ["<\"a > b\"@example.org>"]),
      ("<>", ["<>"]), ("root", ["<root>"]), ("<broken@example.org", ["<broken@example.org>"]),
      ("\"never closed <a@example.org>", ["\"never closed <a@example.org>"]), (", ,", []),
    ])
  func reads(text: String, expected: [String]) {
    #expect(show(text) == expected)
  }
}
