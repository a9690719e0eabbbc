import Bytes
import Glibc

/// Blocks that a thread of its own inflates while the reader works on the ones before.
final class ReadAhead {
  private let ring: BlockRing

  /// Starts the thread; nil if the system has none to give.
  init?(_ inflater: Inflater) {
    ring = BlockRing(inflater)
    let context = Unmanaged.passRetained(ring)
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { context in
        Unmanaged<BlockRing>.fromOpaque(context!).takeRetainedValue().produce()
        return nil
      }, context.toOpaque())
    guard status == 0 else {
      context.release()
      return nil
    }
    // Never joined: it may hang in a read from a pipe when the reader has lost interest.
    pthread_detach(thread)
  }

  deinit { ring.cancel() }

  /// The next block, valid until the next call; nil at the end. An error comes after all blocks before it.
  func next() throws(ArchiveError) -> Bytes? { try ring.take() }

  /// Where bytes begin that belong to no member; known at the end.
  var foreignOffset: Int64? { ring.foreignOffset }
}

/// A ring of blocks between one producer and one consumer.
private final class BlockRing: @unchecked Sendable {
  private let inflater: Inflater
  private let memory: UnsafeMutablePointer<UInt8>
  private var counts = [Int](repeating: 0, count: Limits.ringBlocks)
  // Blocks filled and blocks given back since the start; both only grow.
  private var filled = 0
  private var released = 0
  private var isHeld = false
  private var isCancelled = false
  private var end: Inflater.End?
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init(_ inflater: Inflater) {
    self.inflater = inflater
    memory = .allocate(capacity: Limits.ringBlocks * Limits.blockBytes)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
    memory.deallocate()
  }

  private func locked<R>(_ body: () -> R) -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// The thread's work, from the first block to the last.
  func produce() {
    while let slot = freeSlot() {
      let count = inflater.fill(memory + slot * Limits.blockBytes, capacity: Limits.blockBytes)
      let end = inflater.end
      locked {
        if count > 0 {
          counts[slot] = count
          filled += 1
        }
        self.end = end
        pthread_cond_signal(changed)
      }
      if end != nil { return }
    }
  }

  /// The slot to fill next, once the reader has given it back; nil if nobody reads any more.
  private func freeSlot() -> Int? {
    locked {
      while filled - released == Limits.ringBlocks && !isCancelled { pthread_cond_wait(changed, mutex) }
      return isCancelled ? nil : filled % Limits.ringBlocks
    }
  }

  func take() throws(ArchiveError) -> Bytes? {
    let outcome: Result<Bytes?, ArchiveError> = locked {
      if isHeld {
        isHeld = false
        released += 1
        pthread_cond_signal(changed)
      }
      while filled == released && end == nil { pthread_cond_wait(changed, mutex) }
      if filled > released {
        isHeld = true
        let slot = released % Limits.ringBlocks
        return .success(Bytes(start: memory + slot * Limits.blockBytes, count: counts[slot]))
      }
      if case .failed(let error) = end { return .failure(error) }
      return .success(nil)
    }
    return try outcome.get()
  }

  func cancel() {
    locked {
      isCancelled = true
      pthread_cond_signal(changed)
    }
  }

  var foreignOffset: Int64? { locked { end == nil ? nil : inflater.foreignOffset } }
}
