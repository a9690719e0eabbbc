package import Analysis
package import Bytes
import Facts

/// A message as JSON: one element of `messages` in `mailflow trace`.
package enum TraceJSON {
  package static func write(_ message: MessageTrace, to json: inout JSONWriter) {
    json.beginObject()
    writeHead(message, &json)
    json.array("recipients", message.recipients) { write($1, &$0) }
    json.array("hops", message.hops) { write($1, &$0) }
    json.array("authentication", message.authentication) { write($1, &$0) }
    json.array("spam", message.spam) { write($1, &$0) }
    if !message.children.isEmpty { json.array("children", message.children) { write($1, &$0) } }
    if !message.continuations.isEmpty { json.array("continuations", message.continuations) { write($1, &$0) } }
    if !message.clockOffsets.isEmpty { json.array("clock_offsets", message.clockOffsets) { write($1, &$0) } }
    if let evidence = message.evidence { json.array("evidence", evidence) { write($1, &$0) } }
    json.endObject()
  }

  /// Without hops and what is seldom looked at: for lists.
  static func writeShort(_ message: MessageTrace, to json: inout JSONWriter) {
    json.beginObject()
    writeHead(message, &json)
    json.array("recipients", message.recipients) { write($1, &$0) }
    json.array("hops", message.hops) { json, hop in
      json.beginObject()
      json.member("id", hop.id)
      json.member("host", hop.host)
      json.member("queue_id", hop.queueID)
      json.endObject()
    }
    json.endObject()
  }

  private static func writeHead(_ message: MessageTrace, _ json: inout JSONWriter) {
    json.member("message_id", message.messageID)
    json.member("subject", message.subject)
    json.member("sender", message.sender)
    json.member("size", message.size)
    json.member("first_seen", time: message.firstSeen)
    json.member("last_seen", time: message.lastSeen)
    json.member("outcome", message.outcomeName)
    json.member("verdict", message.verdict)
  }

  private static func write(_ recipient: RecipientTrace, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("address", recipient.address)
    json.member("original_address", recipient.originalAddress)
    json.member("outcome", recipient.outcome.rawValue)
    json.member("host", recipient.host)
    write("relay", recipient.relay, &json)
    json.member("stage", recipient.stage)
    json.member("code", recipient.code)
    json.member("enhanced_code", recipient.enhancedCode)
    json.member("reply", recipient.reply)
    json.member("reason", recipient.reason)
    json.member("attempts", recipient.attempts)
    json.member("first_attempt", time: recipient.firstAttempt)
    json.member("last_attempt", time: recipient.lastAttempt)
    json.member("delay_seconds", millionths: recipient.delay)
    json.member("mailbox", recipient.mailbox)
    json.endObject()
  }

  private static func write(_ hop: HopTrace, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("id", hop.id)
    json.member("host", hop.host)
    json.member("queue_id", hop.queueID)
    json.member("accepted", time: hop.accepted)
    json.member("released", time: hop.released)
    json.member("seconds", millionths: hop.custody)
    write("client", hop.client, &json)
    json.member("helo", hop.helo)
    json.member("protocol", hop.protocol)
    if let tls = hop.tls {
      json.object("tls") { json in
        json.member("version", tls.version)
        json.member("cipher", tls.cipher)
        json.member("bits", tls.bits)
      }
    }
    json.member("user", hop.user)
    json.member("software", hop.software)
    json.member("witness", hop.witness)
    if let link = hop.from {
      json.key("from")
      write(link, &json)
    }
    json.array("deliveries", hop.deliveries) { write($1, &$0) }
    json.endObject()
  }

  private static func write(_ link: LinkTrace, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("hop", link.hop)
    json.member("rule", link.rule)
    json.member("grade", link.grade)
    json.endObject()
  }

  private static func write(_ delivery: DeliveryTrace, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("time", time: delivery.time)
    json.member("recipient", delivery.recipient)
    json.member("original_recipient", delivery.originalRecipient)
    json.member("status", delivery.status)
    write("relay", delivery.relay, &json)
    json.member("transport", delivery.transport)
    json.member("code", delivery.code)
    json.member("enhanced_code", delivery.enhancedCode)
    json.member("reply", delivery.reply)
    json.member("next_queue_id", delivery.nextQueueID)
    json.member("delay_seconds", millionths: delivery.delay)
    if let delays = delivery.delays {
      json.object("delays") { json in
        json.member("before_queue", millionths: delays.beforeQueue)
        json.member("in_queue", millionths: delays.inQueue)
        json.member("connection", millionths: delays.connection)
        json.member("transmission", millionths: delays.transmission)
      }
    }
    json.endObject()
  }

  private static func write(_ result: AuthenticationTrace, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("method", result.method)
    json.member("result", result.result.isEmpty ? nil : result.result)
    json.member("domain", result.domain)
    json.member("selector", result.selector)
    json.member("reason", result.reason)
    json.member("by", result.by)
    json.member("source", result.source)
    json.endObject()
  }

  private static func write(_ spam: SpamTrace, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("engine", spam.engine)
    json.member("action", spam.action)
    json.member("score", millionths: spam.score)
    json.member("required", millionths: spam.required)
    if let symbols = spam.symbols, !symbols.isEmpty {
      json.key("symbols")
      symbols.withBytes { json.value(raw: $0) }
    }
    json.member("reason", spam.reason)
    json.endObject()
  }

  private static func write(_ child: ChildTrace, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("relation", child.relation)
    json.member("message_id", child.messageID)
    json.member("queue_id", child.queueID)
    json.endObject()
  }

  private static func write(_ offset: ClockOffset, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("from", offset.from)
    json.member("to", offset.to)
    json.member("offset_seconds", millionths: offset.offset)
    json.member("samples", offset.samples)
    json.endObject()
  }

  private static func write(_ line: EvidenceLine, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("source", line.source)
    json.member("line", line.line)
    json.member("offset", line.offset)
    json.member("text", line.text)
    json.endObject()
  }

  private static func write(_ key: StaticString, _ peer: PeerTrace?, _ json: inout JSONWriter) {
    guard let peer else { return }
    json.object(key) { json in
      json.member("name", peer.name)
      json.member("address", peer.address)
      json.member("port", peer.port)
    }
  }
}

/// The answer of `mailflow stuck` as JSON.
package enum StuckJSON {
  package static func write(_ groups: [StuckGroup], to json: inout JSONWriter) {
    json.beginObject()
    json.array("groups", groups) { json, group in
      json.beginObject()
      json.member("reason", group.reason)
      json.member("outcome", group.outcome.rawValue)
      json.member("relay", group.relay)
      json.member("domain", group.domain)
      json.member("count", group.count)
      json.member("oldest", time: group.oldest)
      json.array("messages", group.messages) { TraceJSON.writeShort($1, to: &$0) }
      json.endObject()
    }
    json.endObject()
  }
}
