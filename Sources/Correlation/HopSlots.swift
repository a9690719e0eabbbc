import Bytes
import Facts

/// What the weaver remembers of a hop in the making.
struct WeaveState {
  /// The hash of its queue id.
  var hash: UInt64 = 0
  var lastLine = Timestamp(microseconds: 0)
  var isQueued = false
  var isClosed = false
  /// Where it stands, and how many hops stood there before it.
  var slot = 0
  var generation: UInt32 = 0
  // The group of hops that may be one message: the slot of the one that speaks for it, the slot of the next member in the
  // ring, and, for the one that speaks, how many members there are, and how many of them have not ended.
  var leader = 0
  var next = 0
  var members = 1
  var open = 1
}

/// Hops in the making, each in a slot. A slot is used again when its hop has been handed on, and so is the hop.
struct HopSlots {
  private var hops: [Hop] = []
  private var isAlive: [Bool] = []
  private var free: [Int] = []

  subscript(_ slot: Int) -> Hop { hops[slot] }

  /// The slots that have a hop.
  var alive: [Int] { hops.indices.filter { isAlive[$0] } }

  func isAlive(_ slot: Int) -> Bool { isAlive[slot] }

  /// Whether the hop of that generation is still in the slot.
  func holds(_ slot: Int, _ generation: UInt32) -> Bool {
    isAlive[slot] && hops[slot].weave.generation == generation
  }

  /// The slot of a new hop, which is a group of its own.
  mutating func make(host: NameID, queueID: Bytes) -> Int {
    let slot: Int
    if let last = free.popLast() {
      slot = last
      hops[slot].begin(host: host, queueID: queueID)
      isAlive[slot] = true
    } else {
      slot = hops.count
      hops.append(Hop(host: host, queueID: queueID))
      isAlive.append(true)
    }
    let generation = hops[slot].weave.generation &+ 1
    hops[slot].weave = WeaveState(slot: slot, generation: generation, leader: slot, next: slot)
    return slot
  }

  /// The slot is free again; its hop is used again, too, unless somebody wants it for longer.
  mutating func release(_ slot: Int) {
    if !isKnownUniquelyReferenced(&hops[slot]) {
      let generation = hops[slot].weave.generation
      hops[slot] = Hop(host: 0, queueID: .empty)
      hops[slot].weave.generation = generation
    } else {
      hops[slot].clear()
    }
    isAlive[slot] = false
    free.append(slot)
  }

  mutating func removeAll() { self = HopSlots() }
}
