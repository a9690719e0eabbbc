import Bytes
import Facts
import Testing

@testable import Correlation

struct SessionCountTests {
  @Test("where sessions are only counted, none is kept waiting for its end", arguments: [false, true])
  func remembersNone(waits: Bool) {
    var sessions = OpenSessions(lexicon: Lexicon(), wantsDetails: false)
    sessions.waits = waits
    let fact = Fact()
    fact.program = Bytes("postfix/smtpd")
    fact.event = .connect
    var counted = 0
    for number in 1...200 {
      fact.time = Timestamp(seconds: Int64(number))
      fact.pid = Int64(number)
      fact[.clientAddress] = Bytes("192.0.2.1")
      let evidence = Evidence(source: 1, line: Int64(number), offset: 0)
      sessions.take(fact, host: 1, evidence: evidence) { if $0.started != nil && !$0.isRepeated { counted += 1 } }
      #expect(counted == number)
    }
    sessions.finishAll { _ in counted += 1 }
    #expect(counted == 200)
  }
}
