import Glibc

/// A growing buffer of output bytes.
public struct ByteWriter {
  public private(set) var bytes: [UInt8] = []

  public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  public var count: Int { bytes.count }

  public mutating func write(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  public mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  public mutating func write(_ view: Bytes) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: view.start, count: view.count))
  }

  public mutating func write(byte: UInt8) { bytes.append(byte) }

  public mutating func write(_ value: Int64) {
    if value < 0 { bytes.append(0x2D) }
    write(digits: value.magnitude, width: 1)
  }

  /// A number with at least `width` digits.
  public mutating func write(digits value: UInt64, width: Int) {
    var rest = value
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var n = 0
      repeat {
        digits[19 - n] = 0x30 + UInt8(rest % 10)
        rest /= 10
        n += 1
      } while rest > 0
      while n < min(width, 20) {
        digits[19 - n] = 0x30
        n += 1
      }
      bytes.append(contentsOf: digits[(20 - n)...])
    }
  }

  /// A number given in millionths, without needless zeros: `12.5`, `-0.001`, `3`.
  public mutating func write(millionths value: Int64) {
    if value < 0 { bytes.append(0x2D) }
    let whole = value.magnitude / 1_000_000
    var fraction = value.magnitude % 1_000_000
    write(digits: whole, width: 1)
    guard fraction > 0 else { return }
    var width = 6
    while fraction % 10 == 0 {
      fraction /= 10
      width -= 1
    }
    bytes.append(0x2E)
    write(digits: fraction, width: width)
  }

  /// Moves all that `other` holds behind this.
  public mutating func take(_ other: inout ByteWriter) {
    bytes.append(contentsOf: other.bytes)
    other.removeAll()
  }

  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  public var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Writes everything to a file descriptor and empties the buffer. Returns false if the descriptor does not take it.
  public mutating func flush(to descriptor: Int32) -> Bool {
    var done = 0
    let complete = bytes.withUnsafeBytes { buffer in
      while done < buffer.count {
        let n = Glibc.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
        if n < 0 && errno == EINTR { continue }
        if n <= 0 { return false }
        done += n
      }
      return true
    }
    removeAll()
    return complete
  }
}
