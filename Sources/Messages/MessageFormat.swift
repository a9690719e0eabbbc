package import Bytes

/// Whether bytes are mail, told by how they begin.
package enum MessageFormat: Sendable {
  /// One message (RFC 5322).
  case message
  /// A mailbox of messages, each behind a line `From …` (RFC 4155 and its relatives).
  case mbox

  /// What a file that begins with `prefix` is; nil if it is no mail. A last line without its end is not looked at.
  ///
  /// Two different fields that mail is known by must stand in the head, and nothing that is no field before them, so
  /// that neither a log nor a transcript is taken for a message.
  package static func detect(_ prefix: Bytes) -> MessageFormat? {
    var text = prefix.hasPrefix("\u{FEFF}") ? prefix.dropFirst(3) : prefix
    var format = MessageFormat.message
    if let lineEnd = text.firstIndex(of: 0x0A), MailboxSeparator(text[0..<lineEnd]) != nil {
      format = .mbox
      text = text.dropFirst(lineEnd + 1)
      guard FieldText.nameLength(text) != nil || text.hasPrefix(">From ") else { return nil }
      return format
    }
    var known: Set<Int> = []
    var position = 0
    while let lineEnd = text.firstIndex(of: 0x0A, from: position) {
      let line = text[position..<lineEnd]
      if line.isEmpty || (line.count == 1 && line[0] == 0x0D) { break }
      if line[0] == 0x20 || line[0] == 0x09 {
        if position == 0 { return nil }
      } else {
        guard let length = FieldText.nameLength(line) else { return nil }
        let name = line.prefix(length)
        guard isPlausible(name) else { return nil }
        if let index = knownFields.firstIndex(where: { $0.equalsIgnoringCase(name) }) { known.insert(index) }
        if known.count == 2 { return format }
      }
      position = lineEnd + 1
    }
    return nil
  }

  /// Fields that programs write begin with a letter; RFC 5322 would let a log's time stamp pass as a name.
  private static func isPlausible(_ name: Bytes) -> Bool {
    name[0].isLetter && name.array.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
  }

  private static let knownFields: [Bytes] = [
    "Received", "Return-Path", "Delivered-To", "Envelope-To", "X-Original-To", "Delivery-Date", "From", "Sender",
    "Reply-To", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version",
    "Content-Type", "Content-Transfer-Encoding", "DKIM-Signature", "ARC-Seal", "Authentication-Results",
    "Received-SPF", "List-Id", "Resent-From", "Resent-To", "Resent-Date", "Resent-Message-ID", "X-Mailer",
    "User-Agent", "Auto-Submitted",
  ].map { (name: StaticString) in Bytes(name) }
}
