import Bytes
import Glibc
import Testing

@testable import Messages

/// Material beside the checkout that is too large, or not ours, to be part of it.
enum SharedMaterial {
  /// The folder of the corpora: `$MAILFLOW_SHARED/corpus`, or `shared/corpus` in a folder above this file.
  static let corpus: String? = {
    if let named = getenv("MAILFLOW_SHARED") { return exists(String(cString: named) + "/corpus") }
    var folder = #filePath
    while let slash = folder.lastIndex(of: "/") {
      folder = String(folder[..<slash])
      if let found = exists(folder + "/shared/corpus") { return found }
    }
    return nil
  }()

  private static func exists(_ path: String) -> String? { access(path, R_OK) == 0 ? path : nil }

  /// What a shell command in the corpora's folder prints; nil, and said aloud, without them.
  static func output(of command: String, for test: String) -> [UInt8]? {
    guard let corpus else {
      print("skipped: \(test): no shared/corpus beside the checkout, set MAILFLOW_SHARED")
      return nil
    }
    guard let pipe = popen("cd '\(corpus)' && \(command)", "r") else { return nil }
    defer { pclose(pipe) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&block, 1, block.count, pipe)
      if count == 0 { return bytes }
      bytes += block.prefix(count)
    }
  }

  static func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

@Suite("Mail of the world")
struct CorpusTests {
  @Test("every message of the corpora is read without harm, and nearly every trace field has a time")
  func readsMessages() {
    guard let list = SharedMaterial.output(of: "find . -path '*messages*' -name '*.eml'", for: "messages") else {
      return
    }
    var fields = 0
    var timed = 0
    for path in SharedMaterial.lines(list) {
      guard let bytes = SharedMaterial.output(of: "cat '\(path)'", for: path) else { continue }
      bytes.withBytes { message in
        exercise(message)
        let received = MessageHead(message).received
        fields += received.count
        timed += received.count { $0.time != nil }
      }
    }
    print("\(fields) trace fields, \(timed) with a time")
    #expect(timed * 100 >= fields * 97)
  }

  @Test(
    "mailboxes have as many messages as their maker counted",
    arguments: [
      ("mimekit/mbox/content-length.mbox.txt.gz", 29), ("mimekit/mbox/issue1189.mbox.txt", 4),
      ("mimekit/mbox/simple.mbox.txt", 3), ("mimekit/mbox/unmunged.mbox.txt", 2), ("mox/importtest.mbox", 2),
    ])
  func countsMessages(name: String, count: Int) {
    guard let bytes = SharedMaterial.output(of: "zcat -f 'public/messages/\(name)'", for: name) else { return }
    bytes.withBytes { #expect(messages(in: $0).count == count, "\(name)") }
  }

  @Test(
    "the offsets of messages are those that their maker noted",
    arguments: ["content-length.mbox.txt.gz", "issue1189.mbox.txt"])
  func locatesMessages(name: String) {
    let folder = "public/messages/mimekit/mbox/"
    let notes = name.replacing(".mbox.txt", with: ".unix-offsets.json").replacing(".gz", with: "")
    guard let bytes = SharedMaterial.output(of: "zcat -f '\(folder + name)'", for: name),
      let offsets = SharedMaterial.output(
        of: "grep -A 4 mboxMarkerOffset '\(folder + notes)' | grep -oE '(mboxMarkerOffset|beginOffset)\": [0-9]+'",
        for: name)
    else { return }
    let expected = SharedMaterial.lines(offsets).map { $0.split(separator: " ").last.flatMap { Int64($0) } }
    let found = bytes.withBytes { messages(in: $0) }
    #expect(found.flatMap { [$0.separatorOffset, $0.range.lowerBound] } == expected)
  }

  @Test(
    "our own mailboxes are taken apart at every separator",
    arguments: ["alice.mbox", "archive-alias.mbox", "bob.mbox.gz"])
  func readsOwnMailboxes(name: String) {
    guard let bytes = SharedMaterial.output(of: "zcat -f 'postfix/messages/\(name)'", for: name),
      let count = SharedMaterial.output(of: "zcat -f 'postfix/messages/\(name)' | grep -ac '^From '", for: name)
    else { return }
    bytes.withBytes { #expect([String(messages(in: $0).count)] == SharedMaterial.lines(count)) }
  }
}
