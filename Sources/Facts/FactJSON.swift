public import Bytes

extension Fact {
  /// Writes the event and its fields as members of the object that `json` has begun (CONTRACT: `mailflow parse`).
  public func writeMembers(to json: inout JSONWriter) {
    json.member("time", time: time)
    if !host.isEmpty { json.member("host", host) }
    if !program.isEmpty { json.member("program", program) }
    if pid != 0 { json.member("pid", pid) }
    json.member("queue_id", self[.queueID])
    json.key("event")
    json.value(Bytes(event.name))
    if count > 1 { json.member("count", count) }
    peer("client", name: .clientName, address: .clientAddress, port: .clientPort, &json)
    json.member("helo", self[.helo])
    json.member("protocol", self[.protocol])
    json.member("sender", self[.sender])
    json.member("recipient", self[.recipient])
    json.member("original_recipient", self[.originalRecipient])
    json.member("message_id", self[.messageID])
    json.member("subject", self[.subject])
    json.member("size", self[.size])
    json.member("recipient_count", self[.recipientCount])
    peer("relay", name: .relayName, address: .relayAddress, port: .relayPort, &json)
    writeDelays(to: &json)
    json.member("status", self[.status])
    json.member("code", self[.code])
    json.member("enhanced_code", self[.enhancedCode])
    json.member("reply", self[.reply])
    json.member("stage", self[.stage])
    json.member("reason", self[.reason])
    if self[.tlsVersion] != nil {
      json.object("tls") { json in
        json.member("version", self[.tlsVersion])
        json.member("cipher", self[.tlsCipher])
        json.member("bits", self[.tlsBits])
      }
    }
    json.member("user", self[.user])
    json.member("uid", self[.uid])
    json.member("mechanism", self[.mechanism])
    json.member("result", self[.result])
    json.member("next_queue_id", self[.nextQueueID])
    json.member("previous_queue_id", self[.previousQueueID])
    json.member("original_client", self[.originalClient])
    json.member("transport", self[.transport])
    json.member("session", self[.session])
    json.member("mailbox", self[.mailbox])
    json.member("commands", self[.commands])
    json.member("refused_commands", self[.refusedCommands])
    json.member("messages", self[.messages])
    writeVerdict(to: &json)
    writeResults(to: &json)
  }

  private func peer(
    _ key: StaticString, name: TextField, address: TextField, port: NumberField, _ json: inout JSONWriter
  ) {
    guard self[name] != nil || self[address] != nil else { return }
    json.object(key) { json in
      json.member("name", self[name])
      json.member("address", self[address])
      json.member("port", self[port])
    }
  }

  private func writeDelays(to json: inout JSONWriter) {
    json.member("delay_seconds", millionths: self[.delay])
    guard self[.delayBeforeQueue] != nil else { return }
    json.object("delays") { json in
      json.member("before_queue", millionths: self[.delayBeforeQueue])
      json.member("in_queue", millionths: self[.delayInQueue])
      json.member("connection", millionths: self[.delayConnection])
      json.member("transmission", millionths: self[.delayTransmission])
    }
  }

  private func writeVerdict(to json: inout JSONWriter) {
    guard self[.engine] != nil || self[.action] != nil || self[.score] != nil || !symbols.isEmpty else { return }
    json.object("verdict") { json in
      json.member("engine", self[.engine])
      json.member("action", self[.action])
      json.member("score", millionths: self[.score])
      json.member("required", millionths: self[.required])
      guard !symbols.isEmpty else { return }
      json.array("symbols", symbols) { json, symbol in symbol.write(to: &json) }
    }
  }

  private func writeResults(to json: inout JSONWriter) {
    guard !results.isEmpty else { return }
    json.array("results", results) { json, result in result.write(to: &json) }
  }
}
