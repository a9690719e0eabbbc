import Bytes
import Correlation
import Facts

extension Outcome {
  /// The number under which stores keep the outcome. Never changed.
  package var number: Int64 {
    switch self {
    case .delivered: 1
    case .relayed: 2
    case .deferred: 3
    case .bounced: 4
    case .expired: 5
    case .rejected: 6
    case .discarded: 7
    case .held: 8
    case .quarantined: 9
    case .expanded: 10
    case .unknown: 11
    }
  }

  package init?(number: Int64) {
    guard let outcome = Outcome.allCases.first(where: { $0.number == number }) else { return nil }
    self = outcome
  }
}

extension Schema {
  /// Small tables that give names to the numbers in rows.
  static var names: String {
    let statuses: [Delivery.Status] = [.sent, .deferred, .bounced, .expired, .deliverable, .undeliverable]
    let origins: [HopSummary.Origin] = [.unknown, .client, .local, .internal]
    let rules: [Link.Rule] = [.reply, .forwarded, .filter, .requeued, .messageID]
    let grades: [Link.Grade] = [.certain, .probable, .guess]
    return table("outcome", Outcome.allCases.map { ($0.number, $0.rawValue) })
      + table("status", statuses.map { (Int64($0.rawValue), "\($0.name)") })
      + table("origin", origins.map { (Int64($0.rawValue), "\($0.name)") })
      + table("rule", rules.map { (Int64($0.rawValue), "\($0.name)") })
      + table("grade", grades.map { (Int64($0.rawValue), "\($0.name)") })
      + table("event", Event.allCases.map { (Int64($0.rawValue), "\($0.name)") })
  }

  private static func table(_ name: String, _ rows: [(Int64, String)]) -> String {
    "CREATE TABLE \(name) (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;\n"
      + "INSERT INTO \(name) VALUES " + rows.map { "(\($0.0), '\($0.1)')" }.joined(separator: ", ") + ";\n"
  }
}
