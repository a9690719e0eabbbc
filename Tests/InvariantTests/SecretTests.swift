import Foundation
import Testing

@Suite("what must not be kept")
struct SecretTests {
  @Test(
    "the example of a line that no parser knows does not tell a password",
    arguments: [
      "auth(a,192.0.2.1)<x>: Info: sql: Password mismatch (given password: Sesame-17)", "my daemon: PASSWORD=Sesame-17",
      "imapd: client sent \"AUTH PLAIN Sesame-17", "checker: {\"user\": \"ann\", \"password\": \"Sesame-17\"}",
      "login with pass = Sesame-17", "Sesame-less, but secret token: Sesame-17",
    ])
  func unknownLine(text: String) throws {
    let bench = Workbench()
    let lines = [
      LogLine(time: MailLog.start + 1, host: "mx1", text: "postfix/qmgr[42]: 4XsQk100001zt2: removed"),
      LogLine(time: MailLog.start + 2, host: "mx1", text: "postfix/smtpd[7]: strange \(text)"),
    ]
    try bench.ingest([bench.write("mail.log", lines.written())], into: "store.sqlite")
    let store = try Data(contentsOf: URL(fileURLWithPath: "\(bench.path)/store.sqlite"))
    #expect(store.range(of: Data("strange".utf8)) != nil)
    #expect(store.range(of: Data("Sesame-17".utf8)) == nil)
  }
}
