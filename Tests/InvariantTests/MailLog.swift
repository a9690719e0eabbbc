import TestSupport

/// A line of a log before it is written in some format.
struct LogLine {
  /// Microseconds since 1970.
  var time: Int64
  var host: String
  /// The tag and what follows it.
  var text: String
}

/// Logs of two small hosts with a story of each kind, the same for the same seed.
struct MailLog {
  /// What is known of the traffic because the generator made it.
  struct Truth: Equatable {
    /// Messages from outside.
    var received = 0
    /// Queue entries that a client or a filter made, which is what a count of `client=` lines gives.
    var receivedEvents = 0
    var delivered = 0
    var relayed = 0
    var bounced = 0
    var deferred = 0
    var held = 0
    var rejections = 0
    var hops = 0
  }

  private(set) var lines: [LogLine] = []
  var truth = Truth()
  var random: SplitMix64
  private var clock: Int64
  var serial = 0
  private var processes = 0

  /// 20 October 2026, 08:00:00 UTC.
  static let start: Int64 = 1_792_483_200_000_000

  init(seed: UInt64, messages: Int) {
    random = SplitMix64(seed: seed)
    clock = MailLog.start
    for _ in 0..<messages {
      addStory(at: clock)
      clock += Int64.random(in: 200_000...40_000_000, using: &random)
    }
    addReusedID(at: clock)
    // Lines of many stories stand between each other; those of equal time keep their order.
    lines = lines.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
  }

  private mutating func addStory(at time: Int64) {
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1: addRelayed(at: time)
    case 2: addFiltered(at: time)
    case 3: addForwarded(at: time)
    case 4: addBounced(at: time)
    case 5: addRetried(at: time)
    case 6: addHeld(at: time)
    case 7: addRejected(at: time)
    case 8: addLost(at: time)
    case 9: addScreened(at: time)
    case 10: addPartlyRejected(at: time)
    default: addDelivered(at: time)
    }
  }
}

// MARK: - Lines

extension MailLog {
  mutating func add(_ host: String, _ time: Int64, _ text: String) {
    lines.append(LogLine(time: time, host: host, text: text))
  }

  /// Microseconds after `time`, never the whole second: a stamp without a fraction counts as a coarse one.
  mutating func later(_ time: Int64, by range: ClosedRange<Int64> = 1000...900_000) -> Int64 {
    let next = time + Int64.random(in: range, using: &random)
    return next % 1_000_000 == 0 ? next + 1 : next
  }

  /// A long queue id, or one of Postfix's short ones.
  mutating func queueID() -> String {
    serial += 1
    let number = String(serial, radix: 16, uppercase: true)
    let zeros = String(repeating: "0", count: max(0, 5 - number.count))
    return Bool.random(using: &random) ? "4XsQk1\(zeros)\(number)zt2" : "A\(zeros)\(number)1"
  }

  /// A process that has served its last client long ago: it serves one after the other.
  mutating func newProcess() -> Int {
    processes += 1
    return 200 + processes % 64
  }

  /// From a client into the queue; gives the time of the queue manager's line.
  mutating func accept(
    _ host: String, _ id: String, messageID: String, from client: String, original: String = "", recipients: Int = 1,
    at time: Int64
  ) -> Int64 {
    let process = newProcess()
    truth.receivedEvents += 1
    truth.hops += 1
    add(host, time, "postfix/smtpd[\(process)]: connect from \(client)")
    let accepted = later(time)
    add(host, accepted, "postfix/smtpd[\(process)]: \(id): client=\(client)\(original)")
    let cleaned = later(accepted)
    add(host, cleaned, "postfix/cleanup[41]: \(id): message-id=<\(messageID)>")
    let queued = later(cleaned)
    add(
      host, queued,
      "postfix/qmgr[42]: \(id): from=<ann@example.com>, size=\(900 + serial), nrcpt=\(recipients) (queue active)")
    add(
      host, later(queued),
      "postfix/smtpd[\(process)]: disconnect from \(client) ehlo=1 mail=1 rcpt=\(recipients) "
        + "data=1 quit=1 commands=\(4 + recipients)"
    )
    return queued
  }

  mutating func deliver(
    _ host: String, _ id: String, to address: String, original: String = "", by program: String, relay: String,
    status: String, dsn: String, reply: String, at time: Int64
  ) {
    let original = original.isEmpty ? "" : " orig_to=<\(original)>,"
    add(
      host, time,
      "postfix/\(program)[43]: \(id): to=<\(address)>,\(original) relay=\(relay), delay=0.5, "
        + "delays=0.1/0/0.1/0.3, dsn=\(dsn), status=\(status) (\(reply))")
  }

  mutating func remove(_ host: String, _ id: String, at time: Int64) {
    add(host, time, "postfix/qmgr[42]: \(id): removed")
  }
}
