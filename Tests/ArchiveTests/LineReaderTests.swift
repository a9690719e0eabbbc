import Bytes
import TestSupport
import Testing

@testable import Archive

@Suite("Lines of a stream")
struct LineReaderTests {
  struct Expected: Equatable {
    var bytes: [UInt8]
    var offset: Int64
    var isPartial = false
  }

  /// The lines of `blocks`, read with a limit.
  private func read(_ blocks: [[UInt8]], limit: Int = 1 << 20) throws -> (lines: [Expected], cut: Int64) {
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: 1 << 20)
    defer { buffer.deallocate() }
    var index = 0
    let reader = LineReader(offset: 0, limit: limit) { () throws(ArchiveError) in
      guard index < blocks.count else { return nil }
      defer { index += 1 }
      // The block before is gone as soon as the next is asked for.
      buffer.update(repeating: 0xEE, count: 1 << 10)
      buffer.update(from: blocks[index], count: blocks[index].count)
      return Bytes(start: buffer, count: blocks[index].count)
    }
    var lines: [Expected] = []
    while let line = try reader.next() {
      lines.append(Expected(bytes: line.bytes.array, offset: line.offset, isPartial: line.isPartial))
    }
    return (lines, reader.cutLines)
  }

  private func split(_ bytes: [UInt8], limit: Int = 1 << 20) -> [Expected] {
    var lines: [Expected] = []
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == 0x0A {
      lines.append(Expected(bytes: Array(bytes[start..<index].prefix(limit)), offset: Int64(start)))
      start = index + 1
    }
    if start < bytes.count {
      lines.append(Expected(bytes: Array(bytes[start...].prefix(limit)), offset: Int64(start), isPartial: true))
    }
    return lines
  }

  @Test("carriage returns and NUL bytes belong to the line, and a line without an end is partial")
  func readsOddBytes() throws {
    let lines = try read([Array("a\r\n\n\0b\0\n\u{FF}é".utf8) + [0xFF]]).lines
    #expect(
      lines == [
        Expected(bytes: [0x61, 0x0D], offset: 0), Expected(bytes: [], offset: 3),
        Expected(bytes: [0, 0x62, 0], offset: 4),
        Expected(bytes: Array("\u{FF}é".utf8) + [0xFF], offset: 8, isPartial: true),
      ])
  }

  @Test("an empty stream has no lines")
  func readsNothing() throws { #expect(try read([]).lines.isEmpty) }

  @Test("lines are the same however the stream is cut into blocks")
  func agreesWithNaiveSplitting() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    for _ in 0..<2000 {
      let alphabet: [UInt8] = [0x0A, 0x0D, 0, 0x61, 0xFF, 0x62, 0x63]
      let bytes = (0..<Int.random(in: 0..<200, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
      var blocks: [[UInt8]] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        blocks.append(Array(rest.prefix(Int.random(in: 1..<60, using: &random))))
        rest = rest.dropFirst(blocks.last!.count)
      }
      let limit = Int.random(in: 1..<40, using: &random)
      let result = try read(blocks, limit: limit)
      let expected = split(bytes, limit: limit)
      #expect(result.lines == expected)
      let whole = split(bytes)
      #expect(result.cut == Int64(whole.count { $0.bytes.count > limit }))
    }
  }

  @Test("a line beyond the limit is cut and counted, and the next one is whole")
  func cutsLongLines() throws {
    let folder = TemporaryFolder()
    let long = [UInt8](repeating: 0x61, count: Limits.lineBytes + 100_000)
    let exact = [UInt8](repeating: 0x62, count: Limits.lineBytes)
    let reader = LineReader(try ByteStream(Source(path: folder.write("l", long + [10] + exact + [10, 99]))))
    #expect(try reader.next()?.bytes.count == Limits.lineBytes)
    #expect(reader.cutLines == 1)
    let second = try reader.next()
    #expect(second?.bytes.count == Limits.lineBytes)
    #expect(second?.offset == Int64(long.count + 1))
    let third = try reader.next()
    #expect(third?.bytes.array == [99] && third?.isPartial == true)
    #expect(try reader.next()?.offset == nil)
    #expect(reader.cutLines == 1)
  }

  @Test("damage comes after the lines before it, and each further call says it again")
  func ordersDamage() throws {
    let folder = TemporaryFolder()
    let packed = gzipped(Array("one\ntwo\nthree".utf8))
    let path = folder.write("d.gz", Array(packed.dropLast(2)))
    let reader = LineReader(try ByteStream(Source(path: path)))
    #expect(try reader.next()?.bytes.array == Array("one".utf8))
    #expect(try reader.next()?.bytes.array == Array("two".utf8))
    let last = try reader.next()
    #expect(last?.bytes.array == Array("three".utf8) && last?.isPartial == true)
    #expect(throws: ArchiveError.self) { try reader.next() }
    #expect(throws: ArchiveError.self) { try reader.next() }
  }

  @Test("reading goes on at the offset where it stopped")
  func resumes() throws {
    let folder = TemporaryFolder()
    let path = folder.write("g.log", "one\ntwo\nthr")
    let first = LineReader(try ByteStream(Source(path: path)))
    _ = try first.next()
    _ = try first.next()
    let partial = try #require(try first.next())
    #expect(partial.isPartial)
    folder.write("g.log", "one\ntwo\nthree\nfour\n")
    let second = LineReader(try ByteStream(Source(path: path), from: partial.offset))
    let line = try #require(try second.next())
    #expect(line.bytes.array == Array("three".utf8))
    #expect(line.offset == 8)
    #expect(try second.next()?.offset == 14)
  }
}
