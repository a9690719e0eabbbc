import Bytes

extension Fact {
  /// The results and the symbols as JSON arrays; empty where there are none.
  public func arrays() -> (results: [UInt8], symbols: [UInt8]) {
    (results.isEmpty ? [] : resultsJSON(), symbols.isEmpty ? [] : symbolsJSON())
  }

  private func resultsJSON() -> [UInt8] {
    var json = JSONWriter()
    json.beginArray()
    for result in results { result.write(to: &json) }
    json.endArray()
    return json.out.bytes
  }

  private func symbolsJSON() -> [UInt8] {
    var json = JSONWriter()
    json.beginArray()
    for symbol in symbols { symbol.write(to: &json) }
    json.endArray()
    return json.out.bytes
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
