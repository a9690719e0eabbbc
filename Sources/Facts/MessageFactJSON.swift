public import Bytes

extension MessageFact {
  /// Writes the head's fields as members of the object that `json` has begun.
  public func writeMembers(to json: inout JSONWriter) {
    json.member("time", time: received.last?.time ?? date)
    json.member("event", "other")
    json.member("message_id", messageID)
    json.member("subject", subject)
    json.member("sender", sender)
    json.member("recipient", recipient)
    json.member("date", time: date)
    json.member("size", size)
    json.array("received", received) { json, field in field.write(to: &json) }
  }
}

extension ReceivedFact {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("by", by)
    json.member("from", from)
    if clientName != nil || clientAddress != nil {
      json.object("client") { json in
        json.member("name", clientName)
        json.member("address", clientAddress)
      }
    }
    json.member("helo", helo)
    json.member("protocol", self.protocol)
    json.member("id", id)
    json.member("for", recipient)
    json.member("time", time: time)
    json.endObject()
  }
}
