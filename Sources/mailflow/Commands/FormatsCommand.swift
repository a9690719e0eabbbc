import ArgumentParser
import Bytes
import Ingest
import Logs

struct FormatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "formats",
    abstract: "List the formats that mailflow reads.",
    discussion: """
      Formats are told by content. The names are for --as.

        mailflow formats
        mailflow ingest --as syslog-rfc3164 odd.log
      """)

  @Option(name: .long, help: "text or json.")
  var format: AnswerFormat = .text

  func validate() throws { try format.require(.text, .json) }

  func run() throws {
    var output = Output()
    switch format {
    case .json:
      var json = JSONWriter()
      json.beginArray()
      for format in SourceFormat.all {
        json.beginObject()
        json.member("name", format.name)
        json.member("description", format.summary)
        json.endObject()
      }
      json.endArray()
      json.endLine()
      output.writer = json.out
    default:
      for format in SourceFormat.all {
        output.writer.write(format.name.padding(to: 22) + format.summary + "\n")
      }
    }
    try output.flush()
  }
}

extension SourceFormat {
  /// One line that says what it is.
  var summary: String {
    switch self {
    case .message: "a raw message (RFC 5322)"
    case .mbox: "messages behind From lines (mbox)"
    case .log(let format):
      switch format {
      case .syslogRFC3164:
        "Oct 24 02:11:09 mx1 postfix/smtpd[812]: …, also journalctl -o short and Postfix's maillog_file"
      case .syslogRFC3339: "2026-10-24T02:11:09.123456+02:00 mx1 postfix/smtpd[812]: …, also journalctl -o short-iso"
      case .syslogRFC5424: "<22>1 2026-10-24T02:11:09Z mx1 postfix/smtpd 812 - - …"
      case .rspamd: "rspamd's own log file"
      case .journalJSON: "journalctl -o json, json-seq or json-sse"
      case .journalJSONPretty: "journalctl -o json-pretty"
      case .journalExport: "journalctl -o export"
      }
    }
  }
}

extension String {
  /// The text with spaces behind it, up to `width` characters.
  func padding(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
