public import Bytes

extension Fact {
  /// Gives `body` the results as a JSON array, empty where there are none; it is valid for the call.
  public func withResultsJSON(_ body: (Bytes) -> Void) {
    guard !results.isEmpty else { return body(.empty) }
    withJSON(body) { for result in results { result.write(to: &json) } }
  }

  /// Gives `body` the symbols as a JSON array, empty where there are none; it is valid for the call.
  public func withSymbolsJSON(_ body: (Bytes) -> Void) {
    guard !symbols.isEmpty else { return body(.empty) }
    withJSON(body) { for symbol in symbols { symbol.write(to: &json) } }
  }

  private func withJSON(_ body: (Bytes) -> Void, elements: () -> Void) {
    json.removeAll()
    json.beginArray()
    elements()
    json.endArray()
    json.out.bytes.withBytes { body($0) }
  }
}

extension AuthenticationResult {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("method", method)
    if !result.isEmpty { json.member("result", result) }
    json.member("domain", domain)
    json.member("selector", selector)
    json.member("reason", reason)
    json.endObject()
  }
}

extension Symbol {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("name", name)
    json.member("score", millionths: score)
    json.endObject()
  }
}
