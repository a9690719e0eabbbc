/// Counts of values in bounded memory, for percentiles exact to less than one part in a hundred.
struct Histogram {
  private var counts: [Int64] = []
  private(set) var count: Int64 = 0
  private var sum: Int64 = 0
  private var maximum: Int64 = 0
  /// Buckets to each power of two.
  private static let fine = 7

  mutating func add(_ value: Int64, times: Int64 = 1) {
    let value = max(0, value)
    let bucket = Histogram.bucket(of: value)
    if bucket >= counts.count { counts.append(contentsOf: repeatElement(0, count: bucket + 1 - counts.count)) }
    counts[bucket] += times
    count += times
    sum &+= value &* times
    maximum = max(maximum, value)
  }

  /// Nil if nothing was counted.
  var percentiles: Percentiles? {
    guard count > 0 else { return nil }
    var result = Percentiles()
    result.count = Int(count)
    result.p50 = value(at: 50)
    result.p90 = value(at: 90)
    result.p95 = value(at: 95)
    result.p99 = value(at: 99)
    result.maximum = maximum
    result.sum = sum
    return result
  }

  private func value(at percent: Int64) -> Int64 {
    let rank = max(1, (count * percent + 99) / 100)
    var seen: Int64 = 0
    for (bucket, n) in counts.enumerated() {
      seen += n
      if seen >= rank { return min(maximum, Histogram.middle(of: bucket)) }
    }
    return maximum
  }

  private static func bucket(of value: Int64) -> Int {
    let low = 1 << fine
    if value < low { return Int(value) }
    let exponent = 63 - value.leadingZeroBitCount
    return (exponent - fine + 1) * low + Int(value >> Int64(exponent - fine)) - low
  }

  private static func middle(of bucket: Int) -> Int64 {
    let low = 1 << fine
    if bucket < low { return Int64(bucket) }
    let shift = Int64(bucket / low - 1)
    return (Int64(low + bucket % low) << shift) + (1 << shift) / 2
  }
}
