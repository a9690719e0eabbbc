import Analysis

/// The path of a message as a tree, each hop behind the one that it came from.
enum HopOrder {
  /// A hop, by its place in the answer, and how far it stands from its tree's root.
  struct Step: Equatable {
    var hop: Int
    var depth: Int
  }

  /// Every hop once, whatever the links say: one whose origin is unknown, itself or in a ring is a root.
  static func steps(of hops: [HopTrace]) -> [Step] {
    var places: [String: Int] = [:]
    for (index, hop) in hops.enumerated() where places[hop.id] == nil { places[hop.id] = index }
    var roots: [Int] = []
    var next: [Int: [Int]] = [:]
    for (index, hop) in hops.enumerated() {
      if let origin = hop.from.flatMap({ places[$0.hop] }) {
        next[origin, default: []].append(index)
      } else {
        roots.append(index)
      }
    }
    var steps: [Step] = []
    var seen = Array(repeating: false, count: hops.count)
    // The hops of a ring have no root, so each hop gets its turn as one.
    for root in roots + Array(hops.indices) {
      var waiting = [Step(hop: root, depth: 0)]
      while let step = waiting.popLast() {
        if seen[step.hop] { continue }
        seen[step.hop] = true
        steps.append(step)
        for index in (next[step.hop] ?? []).reversed() { waiting.append(Step(hop: index, depth: step.depth + 1)) }
      }
    }
    return steps
  }
}
