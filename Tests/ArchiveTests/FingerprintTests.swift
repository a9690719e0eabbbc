import Bytes
import Testing

@testable import Archive

@Suite("Fingerprints of growing logs")
struct FingerprintTests {
  let folder = TemporaryFolder()

  private func log(_ lines: Range<Int>, day: String = "Nov 23") -> String {
    lines.map { "\(day) 00:00:01 mx1 postfix/smtpd[\($0)]: connect from unknown[192.0.2.1]\n" }.joined()
  }

  private func prefix<R>(_ path: String, _ body: (Bytes) -> R) throws -> R {
    let stream = try ByteStream(Source(path: path))
    return try withExtendedLifetime(stream) { body(try stream.peek(Limits.fingerprintBytes)) }
  }

  @Test("a log is known again after it grew, was renamed and packed")
  func knowsAgain() throws {
    let young = try #require(try prefix(folder.write("mail.log", log(0..<3) + "Nov 23 00:0")) { Fingerprint.of($0) })
    #expect(young.length == log(0..<3).utf8.count)
    #expect(try prefix(folder.write("mail.log.1", log(0..<3000))) { young.matches($0) })
    #expect(try prefix(folder.write("mail.log.2.gz", gzipped(log(0..<3000)))) { young.matches($0) })
    let old = try prefix(folder.path + "/mail.log.1") { Fingerprint.of($0) }
    #expect(try prefix(folder.path + "/mail.log.2.gz") { Fingerprint.of($0) } == old)
    #expect(old.map { $0.length > 4000 && $0.length <= 4096 } == true)
  }

  @Test("a new log under the old name is another one")
  func tellsApart() throws {
    let old = try #require(try prefix(folder.write("mail.log", log(0..<100))) { Fingerprint.of($0) })
    #expect(try prefix(folder.write("mail.log", log(0..<100, day: "Nov 24"))) { !old.matches($0) })
    #expect(try prefix(folder.write("mail.log", log(0..<2))) { !old.matches($0) }, "shorter than it was")
    #expect(try prefix(folder.write("mail.log", "")) { !old.matches($0) })
  }

  @Test("a file that could still be any file has none")
  func waitsForAWholeLine() {
    #expect(Fingerprint.of(Bytes("")) == nil)
    #expect(Fingerprint.of(Bytes("Nov 23 00:00:01 mx1")) == nil)
    #expect(Fingerprint.of(Bytes("#Software: Microsoft Exchange Server\n#Version: 15.0\n")) == nil)
    #expect(Fingerprint.of(Bytes("#Version: 15.0\n2026-11-23,a\n"))?.length == 28)
  }

  @Test("one endless line is known by its first bytes")
  func readsOneLine() {
    let bytes = [UInt8](repeating: 0x61, count: 5000)
    #expect(bytes.withBytes { Fingerprint.of($0)?.length } == 4096)
    #expect(bytes.prefix(4095).map { $0 }.withBytes { Fingerprint.of($0) } == nil)
  }

  @Test("the hash is SipHash-2-4 with 128 bits, as its authors' test vectors say")
  func agreesWithVectors() {
    let input = [UInt8](0..<63)
    func hex(_ count: Int) -> String {
      input.withBytes { bytes in
        let hash = SipHash.hash(bytes.prefix(count), k0: 0x0706_0504_0302_0100, k1: 0x0F0E_0D0C_0B0A_0908)
        return [hash.low, hash.high].map { half in
          (0..<8).map { shift in
            let byte = String(half >> UInt64(8 * shift) & 0xFF, radix: 16)
            return byte.count == 1 ? "0" + byte : byte
          }.joined()
        }.joined()
      }
    }
    #expect(hex(0) == "a3817f04ba25a8e66df67214c7550293")
    #expect(hex(1) == "da87c1d86b99af44347659119b22fc45")
    #expect(hex(15) == "5493e99933b0a8117e08ec0f97cfc3d9")
    #expect(hex(63) == "5150d1772f50834a503e069a973fbd7c")
  }
}
