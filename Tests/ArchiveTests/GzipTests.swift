import Bytes
import Glibc
import TestSupport
import Testing

@testable import Archive

@Suite("Packed files")
struct GzipTests {
  let folder = TemporaryFolder()

  private func lines(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    var bytes: [UInt8] = []
    for n in 0..<count { bytes += Array("line \(n) \(random.next() % 1000)\n".utf8) }
    return bytes
  }

  @Test("gzip is recognised by content, and its header's time is told")
  func unpacks() throws {
    let text = lines(1000)
    let path = folder.write("mail.log", gzipped(text, modified: 1_700_000_000))
    let stream = try ByteStream(Source(path: path))
    #expect(stream.compression == .gzip)
    #expect(stream.headerModificationTime?.seconds == 1_700_000_000)
    #expect(unpack(path).bytes == text)
  }

  @Test("a plain file named .gz is read as it is")
  func readsPlain() {
    let path = folder.write("mail.log.gz", "plain\n")
    #expect(unpack(path).bytes == Array("plain\n".utf8))
  }

  @Test("empty and very short files are streams of what they hold", arguments: [[], [0x1F], [0x42, 0x5A], [0, 10]])
  func readsShort(bytes: [UInt8]) {
    let result = unpack(folder.write("short", bytes))
    #expect(result.bytes == bytes)
    #expect(result.error == nil)
  }

  @Test("members follow each other, empty ones as well")
  func readsMembers() {
    let a = lines(3000, seed: 1)
    let b = lines(20_000, seed: 2)
    let path = folder.write("m.gz", gzipped(a) + gzipped([]) + gzipped(b) + gzipped(a))
    let result = unpack(path)
    #expect(result.bytes == a + b + a)
    #expect(result.error == nil)
  }

  @Test("a member may begin at any place of the packed blocks")
  func readsMembersAcrossBlocks() {
    let first = gzipped(lines(50), level: 0)
    for shift in -2...2 {
      let filler = [UInt8](repeating: 0, count: 65536 + shift - 2 * first.count)
      let packed = first + first + filler + first
      let result = unpack(folder.write("m.gz", packed))
      #expect(result.bytes == lines(50) + lines(50) + lines(50), "shift \(shift)")
      #expect(result.error == nil)
    }
  }

  @Test("zeros after the last member are padding, other bytes are told and not read")
  func endsAtForeignBytes() throws {
    let text = lines(100)
    let packed = gzipped(text)
    for (tail, offset): ([UInt8], Int64?) in [
      ([0, 0, 0], nil), ([0, 0, 0x41], Int64(packed.count + 2)), ([0x1F], Int64(packed.count)),
      (Array("garbage".utf8), Int64(packed.count)),
    ] {
      let stream = try ByteStream(Source(path: folder.write("m.gz", packed + tail)))
      #expect(try stream.readAll(limit: .max) == text)
      #expect(try stream.nextBlock() == nil)
      #expect(stream.foreignOffset == offset)
    }
  }

  @Test("a file cut at any byte gives a beginning of the text, and an error that says where")
  func readsTruncated() {
    let text = lines(200)
    let packed = gzipped(text) + gzipped(text)
    let whole = gzipped(text).count
    for count in 2..<packed.count where count != whole && count != whole + 1 {
      let result = unpack(folder.write("t.gz", Array(packed.prefix(count))))
      #expect((text + text).starts(with: result.bytes), "cut at \(count)")
      #expect(
        result.error
          == .damaged(
            path: folder.path + "/t.gz", unpackedBytes: Int64(result.bytes.count), fileOffset: Int64(count),
            reason: "unexpected end of the packed data"), "cut at \(count)")
      if count > whole { #expect(result.bytes.count >= text.count) }
    }
  }

  @Test("a flipped bit never changes a text in silence, and the bytes before it are read")
  func readsFlipped() {
    let text = lines(2000)
    let packed = gzipped(text)
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let index = Int.random(in: 10..<packed.count, using: &random)
      var flipped = packed
      flipped[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      let result = unpack(folder.write("f.gz", flipped))
      guard case .damaged(_, let unpackedBytes, let fileOffset, _)? = result.error else {
        // A repetition may point to another place with the same bytes.
        #expect(result.bytes == text, "byte \(index) flipped, no damage found")
        continue
      }
      #expect(unpackedBytes == Int64(result.bytes.count))
      #expect(fileOffset <= Int64(packed.count))
    }
  }

  @Test("a wrong checksum is called by its name, after all bytes")
  func namesWrongChecksum() {
    let text = lines(100)
    var packed = gzipped(text)
    packed[packed.count - 6] ^= 0xFF
    let result = unpack(folder.write("c.gz", packed))
    #expect(result.bytes == text)
    guard case .damaged(_, _, _, let reason)? = result.error else {
      Issue.record("no damage found")
      return
    }
    #expect(reason == "crc mismatch")
  }

  @Test("other packings are recognised and refused")
  func refusesOthers() {
    let packings: [(Compression, [UInt8])] = [
      (.zstd, [0x28, 0xB5, 0x2F, 0xFD, 0, 0, 0]), (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0]),
      (.bzip2, Array("BZh91AY&SYx".utf8)), (.zip, [0x50, 0x4B, 3, 4, 20, 0]),
    ]
    for (compression, bytes) in packings {
      let path = folder.write("x", bytes)
      #expect(unpack(path).error == .unsupported(path: path, compression: compression))
    }
  }

  @Test("reading goes on at any offset, packed or not")
  func resumes() {
    let text = lines(60_000)
    let plain = folder.write("p", text)
    let packed = folder.write("p.gz", gzipped(text, level: 1))
    for offset in [0, 1, 65_535, 65_536, 262_144, 300_000, text.count - 1, text.count, text.count + 5] {
      let rest = Array(text.dropFirst(offset))
      #expect(unpack(plain, from: Int64(offset)).bytes == rest, "plain at \(offset)")
      #expect(unpack(packed, from: Int64(offset)).bytes == rest, "packed at \(offset)")
    }
  }

  @Test("looking ahead takes nothing away")
  func peeks() throws {
    let text = lines(60_000)
    for path in [folder.write("p", text), folder.write("p.gz", gzipped(text))] {
      let stream = try ByteStream(Source(path: path))
      #expect(try stream.peek(4096).prefix(4096).array == Array(text.prefix(4096)))
      #expect(try stream.peek(200_000).count >= 200_000)
      #expect(try stream.readAll(limit: 1000) == Array(text.prefix(1000)))
      #expect(stream.offset == 1000)
      #expect(try stream.readAll(limit: .max) == Array(text.dropFirst(1000)))
    }
  }

  @Test("a reader that stops early leaves no thread behind that it waits for")
  func stopsEarly() throws {
    let path = folder.write("p.gz", gzipped([UInt8](repeating: 0x61, count: 20_000_000)))
    for _ in 0..<50 {
      let stream = try ByteStream(Source(path: path))
      #expect(try stream.nextBlock()?.count == Limits.blockBytes)
    }
  }

  @Test("a pipe is read as a stream, packed or not")
  func readsPipes() throws {
    let text = lines(50_000)
    for content in [text, gzipped(text)] {
      let path = folder.path + "/pipe"
      mkfifo(path, 0o600)
      let writer = Thread { folder.write("pipe", content) }
      #expect(unpack(path).bytes == text)
      writer.join()
      unlink(path)
    }
  }
}

/// A thread that runs a closure.
private final class Thread {
  private var handle = pthread_t()
  private let body: () -> Void

  init(_ body: @escaping () -> Void) {
    self.body = body
    pthread_create(
      &handle, nil,
      { context in
        Unmanaged<Thread>.fromOpaque(context!).takeUnretainedValue().body()
        return nil
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  func join() { pthread_join(handle, nil) }
}
